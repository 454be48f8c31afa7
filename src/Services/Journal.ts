import { createHash, createHmac } from "node:crypto"
import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Attempt, AttemptRecord } from "../Schema/Attempt.js"
import { Entropy } from "./Entropy.js"
import { Env } from "./Env.js"
import { type FileProblem, Files } from "./Files.js"
import { foldersOf } from "./Folders.js"
import { Processes } from "./Processes.js"

/** Who asks which service for what: by these an attempt is recognised. */
export interface Asked {
  readonly operation: "create" | "edit"
  readonly service: string
  readonly token: Redacted.Redacted
  /** The request as it was typed, digested. */
  readonly intent: string
}

/** The attempts at hosted services that this machine knows of: hints that survive the client's death (contract §11). */
export class Journal extends Context.Tag("image-skill/Journal")<
  Journal,
  {
    /** Earlier attempts at the same, the newest first. */
    readonly find: (asked: Asked) => Effect.Effect<ReadonlyArray<Attempt>>
    /** Notes an attempt, durably, or takes over an earlier one under its key; answers whether that one was unresolved. */
    readonly note: (asked: Asked, key: Attempt["key"]) => Effect.Effect<boolean, FileProblem>
    /** Changes what is noted of an attempt; one that is not noted stays so. */
    readonly mark: (
      key: string,
      service: string,
      change: { readonly phase: Attempt["phase"]; readonly jobId?: string | null }
    ) => Effect.Effect<void>
    /** Forgets an attempt that came to nothing. */
    readonly forget: (key: string, service: string) => Effect.Effect<void>
    /** Every attempt that is noted, for one service or all, the newest first. */
    readonly list: (service: string | null) => Effect.Effect<ReadonlyArray<Attempt>>
    /** Removes what is settled; answers the number. */
    readonly sweep: Effect.Effect<number>
  }
>() {
  /** None is kept: for a client that runs inside the service itself. */
  static readonly layerNone = Layer.succeed(Journal, {
    find: () => Effect.succeed([]),
    note: () => Effect.succeed(false),
    mark: () => Effect.void,
    forget: () => Effect.void,
    list: () => Effect.succeed([]),
    sweep: Effect.succeed(0)
  })
  /** One file for each attempt, in the state folder. */
  static readonly layer = Layer.effect(
    Journal,
    Effect.gen(function* () {
      const files = yield* Files
      const entropy = yield* Entropy
      const processes = yield* Processes
      const folder = path.join(foldersOf(yield* Env).state, "attempts")
      const fileOf = (key: string, service: string) =>
        path.join(folder, `${sha256(JSON.stringify([service, key])).slice(0, 40)}.json`)

      const read = (file: string): Effect.Effect<AttemptRecord | null> =>
        files.read(file, recordLimit).pipe(
          Effect.flatMap((bytes) => decode(new TextDecoder().decode(bytes))),
          // What is no record of ours helps nobody; it is left as it is.
          Effect.option,
          Effect.map(Option.getOrNull)
        )
      const write = (record: AttemptRecord): Effect.Effect<void, FileProblem> => {
        const at = fileOf(record.key, record.service)
        const content = () =>
          Stream.fromEffect(
            Effect.orDie(Effect.map(encode(record), (text) => new TextEncoder().encode(`${text}\n`)))
          )
        const written = Effect.suspend(() => files.write(at, content(), { replace: true, mode: 0o600 }))
        return written.pipe(
          Effect.catchIf(
            ({ cause }) => cause === "enoent",
            () => Effect.zipRight(files.makeFolder(folder), written)
          )
        )
      }
      const records = files.list(folder).pipe(
        Effect.flatMap((names) =>
          Effect.forEach(
            names.filter((name) => /^[0-9a-f]{40}\.json$/.test(name)),
            (name) => read(path.join(folder, name)),
            { concurrency: 8 }
          )
        ),
        Effect.map((found) =>
          found
            .filter((record) => record !== null)
            .sort((left, right) => (left.started_at < right.started_at ? 1 : -1))
        ),
        Effect.orElseSucceed((): ReadonlyArray<AttemptRecord> => [])
      )
      const attemptOf = (record: AttemptRecord): Effect.Effect<Attempt> =>
        Effect.map(
          record.phase === "sent" ? processes.isAlive(record.owner) : Effect.succeed(false),
          (isWaitedFor) => ({
            key: record.key,
            operation: record.operation,
            service: record.service,
            startedAt: record.started_at,
            phase: record.phase,
            jobId: record.job_id,
            isWaitedFor
          })
        )
      const remove = (record: Pick<AttemptRecord, "key" | "service">) =>
        Effect.ignore(files.remove(fileOf(record.key, record.service)))
      const thin = files.list(folder).pipe(
        Effect.flatMap((names) =>
          names.length <= crowded
            ? Effect.void
            : Effect.flatMap(records, (all) =>
                Effect.forEach(all.filter(({ phase }) => phase === "settled").slice(kept), remove, {
                  discard: true
                })
              )
        ),
        Effect.ignore
      )

      return {
        find: ({ intent, operation, service, token }) =>
          Effect.flatMap(records, (all) =>
            Effect.forEach(
              all.filter(
                (record) =>
                  record.operation === operation &&
                  record.service === service &&
                  record.intent_digest === keyed(record.salt, intent) &&
                  record.token_digest === keyed(record.salt, Redacted.value(token))
              ),
              attemptOf
            )
          ),
        note: ({ intent, operation, service, token }, key) =>
          Effect.gen(function* () {
            const earlier = yield* read(fileOf(key, service))
            const salt = Buffer.from(entropy.bytes(32)).toString("hex")
            yield* write({
              version: 1,
              key,
              operation,
              service,
              salt,
              token_digest: keyed(salt, Redacted.value(token)),
              intent_digest: keyed(salt, intent),
              started_at: earlier?.started_at ?? new Date(yield* Clock.currentTimeMillis).toISOString(),
              phase: "sent",
              job_id: earlier?.job_id ?? null,
              owner: yield* processes.self
            })
            return earlier !== null && earlier.phase !== "settled"
          }),
        mark: (key, service, { jobId, phase }) =>
          Effect.gen(function* () {
            const record = yield* read(fileOf(key, service))
            if (record === null) return
            yield* Effect.ignore(write({ ...record, phase, job_id: jobId ?? record.job_id }))
            if (phase === "settled") yield* thin
          }),
        forget: (key, service) => remove({ key, service }),
        list: (service) =>
          Effect.flatMap(records, (all) =>
            Effect.forEach(
              all.filter((record) => service === null || record.service === service),
              attemptOf
            )
          ),
        sweep: Effect.flatMap(records, (all) => {
          const settled = all.filter(({ phase }) => phase === "settled")
          return Effect.as(Effect.forEach(settled, remove, { discard: true }), settled.length)
        })
      }
    })
  )
}

/** Largest record in bytes; ours are a tenth of it. */
const recordLimit = 8_192

/** How many settled attempts are kept for `--reuse`, and from how many files on they are thinned. */
const kept = 64
const crowded = 96

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")
const keyed = (salt: string, text: string): string => createHmac("sha256", salt).update(text).digest("hex")

const RecordJson = Schema.parseJson(AttemptRecord)
const decode = Schema.decodeUnknown(RecordJson)
const encode = Schema.encode(RecordJson)
