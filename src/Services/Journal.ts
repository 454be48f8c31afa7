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
import { layerEffect } from "../Stack.js"
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

/** Where an attempt is noted now, `null` for nowhere, and whether an earlier one under its key was unresolved. */
export interface Noted {
  readonly id: string | null
  readonly wasOpen: boolean
}

/** The attempts at hosted services that this machine knows of: hints that survive the client's death (contract §11). */
export class Journal extends Context.Tag("image-skill/Journal")<
  Journal,
  {
    /** Earlier attempts at the same, the newest first; fails when what is noted cannot be read. */
    readonly find: (asked: Asked) => Effect.Effect<ReadonlyArray<Attempt>, FileProblem>
    /** Notes an attempt, durably, or takes over an earlier one under its key. */
    readonly note: (asked: Asked, key: Attempt["key"]) => Effect.Effect<Noted, FileProblem>
    /** Changes what is noted of an attempt; one that is not noted stays so. */
    readonly mark: (
      id: string,
      change: { readonly phase: Attempt["phase"]; readonly jobId?: string | null }
    ) => Effect.Effect<void>
    /** Forgets an attempt that came to nothing. */
    readonly forget: (id: string) => Effect.Effect<void>
    /** Every attempt that is noted, for one service or all, the newest first. */
    readonly list: (service: string | null) => Effect.Effect<ReadonlyArray<Attempt>>
    /** Removes what is settled; answers the number. */
    readonly sweep: Effect.Effect<number>
  }
>() {
  /** None is kept: for a client that runs inside the service itself. */
  static readonly layerNone = Layer.succeed(Journal, {
    find: () => Effect.succeed([]),
    note: () => Effect.succeed({ id: null, wasOpen: false }),
    mark: () => Effect.void,
    forget: () => Effect.void,
    list: () => Effect.succeed([]),
    sweep: Effect.succeed(0)
  })
  /** One file for each attempt, in the state folder. */
  static readonly layer = layerEffect(
    Journal,
    Effect.gen(function* () {
      const files = yield* Files
      const entropy = yield* Entropy
      const processes = yield* Processes
      const folder = path.join(foldersOf(yield* Env).state, "attempts")
      const fileOf = (id: string) => path.join(folder, `${id}.json`)

      const read = (file: string): Effect.Effect<AttemptRecord | null> =>
        files.read(file, recordLimit).pipe(
          Effect.flatMap((bytes) => decode(new TextDecoder().decode(bytes))),
          // What is no record of ours helps nobody; it is left as it is.
          Effect.option,
          Effect.map(Option.getOrNull)
        )
      const write = (id: string, record: AttemptRecord): Effect.Effect<void, FileProblem> => {
        const at = fileOf(id)
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
      const records: Effect.Effect<ReadonlyArray<Kept>, FileProblem> = files.list(folder).pipe(
        Effect.flatMap((names) =>
          Effect.forEach(
            names.flatMap((name) => /^([0-9a-f]{40})\.json$/.exec(name)?.[1] ?? []),
            (id) => Effect.map(read(fileOf(id)), (record) => (record === null ? null : { id, record })),
            { concurrency: 8 }
          )
        ),
        Effect.map((found) =>
          found
            .filter((kept) => kept !== null)
            .sort((left, right) => (left.record.started_at < right.record.started_at ? 1 : -1))
        )
      )
      const readable = Effect.orElseSucceed(records, (): ReadonlyArray<Kept> => [])
      const attemptOf = ({ id, record }: Kept): Effect.Effect<Attempt> =>
        Effect.map(
          record.phase === "sent" ? processes.isAlive(record.owner) : Effect.succeed(false),
          (isWaitedFor) => ({
            id,
            key: record.key,
            operation: record.operation,
            service: record.service,
            startedAt: record.started_at,
            phase: record.phase,
            jobId: record.job_id,
            isWaitedFor
          })
        )
      const remove = (id: string) => Effect.ignore(files.remove(fileOf(id)))
      const settled = Effect.map(readable, (all) => all.filter(({ record }) => record.phase === "settled"))
      const thin = files.list(folder).pipe(
        Effect.flatMap((names) =>
          names.length <= crowded
            ? Effect.void
            : Effect.flatMap(settled, (all) =>
                Effect.forEach(all.slice(kept), ({ id }) => remove(id), { discard: true })
              )
        ),
        Effect.ignore
      )

      return {
        find: (asked) =>
          Effect.flatMap(records, (all) =>
            Effect.forEach(
              all.filter(({ record }) => record.operation === asked.operation && isOf(record, asked)),
              attemptOf
            )
          ),
        note: (asked, key) =>
          Effect.gen(function* () {
            const id = idOf(asked, key)
            const earlier = yield* read(fileOf(id))
            const isOpen = earlier !== null && earlier.phase !== "settled"
            // The service will refuse these other terms; what the key was first used for stays noted as it is.
            if (isOpen && !isOf(earlier, asked)) return { id: null, wasOpen: true }
            const salt = Buffer.from(entropy.bytes(32)).toString("hex")
            yield* write(id, {
              version: 1,
              key,
              operation: asked.operation,
              service: asked.service,
              salt,
              token_digest: keyed(salt, Redacted.value(asked.token)),
              intent_digest: keyed(salt, asked.intent),
              started_at: earlier?.started_at ?? new Date(yield* Clock.currentTimeMillis).toISOString(),
              phase: "sent",
              job_id: earlier?.job_id ?? null,
              owner: yield* processes.self
            })
            return { id, wasOpen: isOpen }
          }),
        mark: (id, { jobId, phase }) =>
          Effect.gen(function* () {
            const record = yield* read(fileOf(id))
            if (record === null) return
            yield* Effect.ignore(write(id, { ...record, phase, job_id: jobId ?? record.job_id }))
            if (phase === "settled") yield* thin
          }),
        forget: remove,
        list: (service) =>
          Effect.flatMap(readable, (all) =>
            Effect.forEach(
              all.filter(({ record }) => service === null || record.service === service),
              attemptOf
            )
          ),
        sweep: Effect.flatMap(settled, (all) =>
          Effect.as(
            Effect.forEach(all, ({ id }) => remove(id), { discard: true }),
            all.length
          )
        )
      }
    })
  )
}

/** A record and its name. */
interface Kept {
  readonly id: string
  readonly record: AttemptRecord
}

/** A key belongs to an agent and an operation: another's same key is another attempt (contract §7). */
const idOf = ({ operation, service, token }: Asked, key: string): string =>
  sha256(JSON.stringify([service, operation, sha256(Redacted.value(token)), key])).slice(0, 40)

const isOf = ({ intent_digest, salt, service, token_digest }: AttemptRecord, asked: Asked): boolean =>
  service === asked.service &&
  intent_digest === keyed(salt, asked.intent) &&
  token_digest === keyed(salt, Redacted.value(asked.token))

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
