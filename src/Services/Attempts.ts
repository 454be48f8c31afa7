import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Cause from "effect/Cause"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ImageSkillError } from "../Errors.js"
import { jobOf, leavesOpen, namesEnd } from "../Operations/Outcome.js"
import { jobsShow } from "../Operations/Jobs.js"
import { operationsList, operationsShow } from "../Operations/Recovery.js"
import type { Attempt } from "../Schema/Attempt.js"
import type { CreateResult } from "../Schema/Create.js"
import { IdempotencyKey } from "../Schema/Ids.js"
import { terminalStatuses } from "../Schema/Job.js"
import { layerEffect } from "../Stack.js"
import type { Answer } from "./Answer.js"
import { ApiClient } from "./ApiClient.js"
import { withRequestLimits } from "./Deadlines.js"
import { Entropy } from "./Entropy.js"
import type { FileProblem, Files } from "./Files.js"
import { intentOf, type Wanted } from "./Intent.js"
import { type Asked, Journal, type Noted } from "./Journal.js"
import { Target } from "./Target.js"
import { TokenSource } from "./TokenSource.js"

/** One paid request under way: its key, and how it is kept from being paid for twice. */
export interface Begun {
  readonly key: Attempt["key"]
  /** The earlier attempt that this one goes on with, instead of being another. */
  readonly attachedTo: { readonly key: string; readonly started_at: string } | null
  /** Whether the key may stand for work that was done already. */
  readonly mayReplay: boolean
  /** What the embedded service keeps with the key, in place of a journal. */
  readonly wire: { readonly intent_digest?: string }
  /** Notes the attempt before anything is sent; what it answers are warnings. */
  readonly note: Effect.Effect<ReadonlyArray<string>>
  /** Notes how the request ended for its caller. */
  readonly end: (exit: Exit.Exit<Answer<CreateResult>, ImageSkillError>) => Effect.Effect<void>
}

/** Attempts to create and edit: their keys, and which of them are unresolved (contract §11). */
export class Attempts extends Context.Tag("image-skill/Attempts")<
  Attempts,
  {
    /** Chooses the key: the given one, that of an unresolved attempt at the same, or a new one. Writes nothing yet. */
    readonly begin: (wanted: Wanted) => Effect.Effect<Begun, ImageSkillError>
    /** The unresolved attempt at the same, if there is one. */
    readonly unresolved: (wanted: Wanted) => Effect.Effect<Attempt | null, ImageSkillError>
    /** Every attempt that is not settled: those at the service in use, or all that this machine knows of. */
    readonly list: (whose: "target" | "all") => Effect.Effect<ReadonlyArray<Attempt>, ImageSkillError>
    /** Notes what is known of an attempt now; `null` forgets it, because it came to nothing. */
    readonly resolve: (attempt: Attempt, jobId: string | null, isOver: boolean) => Effect.Effect<void>
    /** Notes that a job's end was seen; one that made nothing is nothing to hand out again. */
    readonly seen: (jobId: string, end: "made" | "nothing") => Effect.Effect<void, ImageSkillError>
    /** Removes what is settled, as far as this machine knows or the service in use tells; answers the number. */
    readonly sweep: Effect.Effect<number>
  }
>() {
  /** In the journal for hosted services, in its own database for the embedded one. */
  static readonly layer = layerEffect(
    Attempts,
    Effect.gen(function* () {
      const api = yield* ApiClient
      const entropy = yield* Entropy
      const context = yield* Effect.context<Files | Target>()
      const journal = yield* Journal
      const target = yield* Target
      const tokens = yield* TokenSource

      const embedded = (intent: string | null) =>
        api.call(operationsList, intent === null ? {} : { intent }).pipe(
          Effect.map(({ data }) =>
            data.attempts.flatMap((row): ReadonlyArray<Attempt> => {
              // An attempt that came to nothing is nothing to go on with, nor a result; untold, it is still something to tell of.
              const isOver =
                (row.told && row.state !== "completed") || (intent !== null && cameToNothing.has(row.state))
              if (isOver || !isKey(row.key)) return []
              return [
                {
                  id: row.key,
                  key: row.key,
                  operation: row.operation,
                  service: "local",
                  startedAt: row.started_at,
                  phase: row.told ? "settled" : row.waited_for ? "sent" : "open",
                  jobId: row.job_id,
                  isWaitedFor: row.waited_for
                }
              ]
            })
          )
        )

      /** Whether the hosted service knows that an attempt ended without a result; when it cannot be asked, it did not. */
      const isSettledThere = ({ key, operation }: Attempt): Effect.Effect<boolean> =>
        operation !== "create" && operation !== "edit"
          ? Effect.succeed(false)
          : withRequestLimits(api.call(operationsShow, { key, operation }), { total: "5 seconds" }).pipe(
              Effect.match({
                onFailure: () => false,
                onSuccess: ({ data }) => cameToNothing.has(data.state)
              })
            )

      /** The newest attempt to go on with, and those before it that were decided since this machine noted them. Writes nothing. */
      const cutOf = (known: ReadonlyArray<Attempt>) =>
        Effect.gen(function* () {
          const over: Array<Attempt> = []
          for (const attempt of known.filter(isCut)) {
            // The embedded service has just told how each of them stands.
            if (attempt.service === "local" || !(yield* isSettledThere(attempt)))
              return { cut: attempt, over }
            over.push(attempt)
          }
          return { cut: undefined, over }
        })
      const forget = (over: ReadonlyArray<Attempt>) =>
        Effect.forEach(over, ({ id }) => journal.forget(id), { discard: true })

      const caller = Effect.gen(function* () {
        const service = yield* target.resolve
        const isEmbedded = service.kind === "embedded"
        return { service, isEmbedded, token: isEmbedded ? null : yield* tokens.find(service.origin) }
      })

      const look = (wanted: Wanted, { isEmbedded, service, token }: Effect.Effect.Success<typeof caller>) =>
        Effect.gen(function* () {
          const intent = yield* Effect.provide(intentOf(wanted), context)
          const asked: Asked | null =
            token === null
              ? null
              : { operation: wanted.operation, service: service.baseUrl, token: token.token, intent }
          const earlier: Effect.Effect<ReadonlyArray<Attempt>, ImageSkillError | FileProblem> = isEmbedded
            ? Effect.map(embedded(intent), (all) =>
                all.filter(({ operation }) => operation === wanted.operation)
              )
            : asked === null
              ? Effect.succeed([])
              : journal.find(asked)
          return { asked, earlier, intent }
        })

      /** Tells the embedded service that its answer has reached the caller, files and all; until then it counts as cut off. */
      const tell = (exit: Exit.Exit<Answer<CreateResult>, ImageSkillError>) => {
        const jobId = Exit.match(exit, {
          onSuccess: ({ data }) => data.job_id,
          onFailure: (cause) =>
            Option.flatMapNullable(Cause.failureOption(cause), (error) =>
              error.recovery?.retry?.policy === "never" ? error.details?.["job_id"] : null
            ).pipe(Option.getOrNull)
        })
        return typeof jobId === "string" ? api.call(jobsShow, { job_id: jobId }) : Effect.void
      }

      const fresh = (): string => `is-${Buffer.from(entropy.bytes(16)).toString("hex")}`

      return {
        begin: (wanted) =>
          Effect.gen(function* () {
            const { again, idempotency_key: given, reuse } = wanted.input
            const who = yield* caller
            const { isEmbedded } = who
            const { asked, earlier, intent } = yield* look(wanted, who)
            const unread: Array<string> = []
            const known =
              given !== undefined || again === true
                ? []
                : yield* Effect.catchTag(earlier, "FileProblem", ({ cause }) => {
                    unread.push(
                      `what this machine noted of earlier attempts cannot be read (${cause}): if one was cut off, name its idempotency key`
                    )
                    return Effect.succeed([])
                  })
            const { cut, over: decided } = yield* cutOf(known)
            const settled = reuse === true ? known.find(({ phase }) => phase === "settled") : undefined
            const key = given ?? cut?.key ?? settled?.key ?? fresh()
            let noted: Noted = { id: null, wasOpen: false }
            return {
              key,
              attachedTo: cut === undefined ? null : { key: cut.key, started_at: cut.startedAt },
              mayReplay: given !== undefined || cut !== undefined || settled !== undefined,
              wire: isEmbedded ? { intent_digest: intent } : {},
              note:
                asked === null
                  ? Effect.succeed(unread)
                  : Effect.match(Effect.zipRight(forget(decided), journal.note(asked, key)), {
                      onFailure: ({ cause }) => [
                        ...unread,
                        `this attempt could not be noted on this machine (${cause}); its idempotency key is ${key}`
                      ],
                      onSuccess: (done) => {
                        noted = done
                        return unread
                      }
                    }),
              end: (exit) =>
                Effect.suspend(() => (isEmbedded ? Effect.ignore(tell(exit)) : settle(journal, noted, exit)))
            }
          }),
        unresolved: (wanted) =>
          Effect.gen(function* () {
            const who = yield* caller
            // Of a caller without a token nothing is noted.
            if (!who.isEmbedded && who.token === null) return null
            const { earlier } = yield* look(wanted, who)
            const known = yield* Effect.catchTag(earlier, "FileProblem", () => Effect.succeed([]))
            return (yield* cutOf(known)).cut ?? null
          }),
        list: (whose) =>
          Effect.gen(function* () {
            const service = yield* target.resolve
            const own = service.kind === "embedded" ? yield* embedded(null) : []
            const noted =
              whose === "all" || service.kind !== "embedded"
                ? yield* journal.list(whose === "all" ? null : service.baseUrl)
                : []
            return [...own, ...noted].filter(({ phase }) => phase !== "settled")
          }),
        resolve: ({ id, service }, jobId, isOver) =>
          service === "local"
            ? Effect.void
            : jobId === null
              ? journal.forget(id)
              : journal.mark(id, { phase: isOver ? "settled" : "open", jobId }),
        seen: (jobId, end) =>
          Effect.gen(function* () {
            const service = yield* target.resolve
            if (service.kind === "embedded") return
            const noted = (yield* journal.list(service.baseUrl)).filter(
              (attempt) => attempt.jobId === jobId && attempt.phase !== "settled"
            )
            yield* Effect.forEach(
              noted,
              ({ id }) => (end === "nothing" ? journal.forget(id) : journal.mark(id, { phase: "settled" })),
              { discard: true }
            )
          }),
        sweep: Effect.gen(function* () {
          const service = yield* Effect.option(target.resolve)
          const noted =
            service._tag === "None" || service.value.kind === "embedded"
              ? []
              : yield* journal.list(service.value.baseUrl)
          const over = yield* Effect.filter(noted.filter(isCut), isSettledThere, { concurrency: 4 })
          yield* forget(over)
          return over.length + (yield* journal.sweep)
        })
      }
    })
  )
}

const isKey = Schema.is(IdempotencyKey)

// Another's attempt that is under way is another picture; one that was cut off is this one.
const isCut = ({ isWaitedFor, phase }: Attempt): boolean => phase !== "settled" && !isWaitedFor

// How an attempt ends that made nothing, in the words of the service: a repeat is a new job (contract §11).
const cameToNothing: ReadonlySet<string> = new Set(["failed", "canceled", "released"])

const settle = (
  journal: typeof Journal.Service,
  { id, wasOpen }: Noted,
  exit: Exit.Exit<Answer<CreateResult>, ImageSkillError>
): Effect.Effect<void> => {
  if (id === null) return Effect.void
  const marked = (phase: Attempt["phase"], jobId: unknown) =>
    journal.mark(id, { phase, jobId: typeof jobId === "string" ? jobId : null })
  if (Exit.isSuccess(exit)) {
    const { job_id, status } = exit.value.data
    return marked(status === undefined || terminalStatuses.has(status) ? "settled" : "open", job_id)
  }
  return Option.match(Cause.failureOption(exit.cause), {
    // Interrupted, or a defect: the service may have it.
    onNone: () => marked("open", null),
    onSome: (error) => {
      const jobId = jobOf(error)
      if (leavesOpen(error)) return marked("open", jobId)
      if (error.recovery?.retry?.policy === "never") return marked("settled", jobId)
      // A try that came to nothing tells nothing of the one before it, unless it names how that job ended.
      return wasOpen && !namesEnd(error) ? marked("open", jobId) : journal.forget(id)
    }
  })
}
