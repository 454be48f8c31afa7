import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import type { Delivery, Plan, ProviderFault } from "../Provider.js"
import { download, type ResultRules, type Undelivered } from "../Wire/Download.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import { faultOf, retryAfter, type Speaker } from "../Wire/Faults.js"
import { jsonOf, record } from "../Wire/Json.js"
import { mismatches } from "../Wire/Mismatch.js"
import type { Vendor } from "../Wire/Vendor.js"
import { falError, falFault, falResultFault } from "./Errors.js"
import type { Queued } from "./Reference.js"
import { billedOf, resultOf } from "./Result.js"

/** How a queue is watched. */
export interface Watch {
  /** The first pause between two looks, in milliseconds; it grows fourfold at most. */
  readonly pollMillis: number
  /** How many looks in a row may fail before the job pauses. */
  readonly patience: number
}

/** What one look brought: nothing yet, the answer, or a passing fault. */
type Look =
  | { readonly _tag: "Waiting" }
  | { readonly _tag: "Done"; readonly reply: Reply }
  | { readonly _tag: "Passing"; readonly fault: ProviderFault; readonly waitSeconds: number | null }

const statusLimit = 1024 * 1024
const resultLimit = 256 * 1024 * 1024

/**
 * Waits for a queued request and fetches what it made. It was taken, so that nothing here is ever a reason to submit again: what
 * may pass pauses the job, and only fal's own word ends it (providers.md §3.2).
 */
export const collectFal = (
  vendor: Vendor,
  plan: Plan,
  queued: Queued,
  watch: Watch
): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const speaker = vendor.speaker(plan.prompt)
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(vendor.deadlines.createTotal) * 10
    let failed = 0
    let looks = 0
    while (true) {
      const seen = yield* look(vendor, speaker, queued)
      if (seen._tag === "Done") return yield* deliver(vendor, speaker, plan, queued, seen.reply, watch)
      failed = seen._tag === "Passing" ? failed + 1 : 0
      if (seen._tag === "Passing" && failed > watch.patience) return yield* Effect.fail(seen.fault)
      const asked = seen._tag === "Passing" ? (seen.waitSeconds ?? 0) * 1_000 : 0
      const pause = Math.max(asked, watch.pollMillis * Math.min(4, 1 + looks / 4))
      if ((yield* Clock.currentTimeMillis) + pause > end) {
        return yield* Effect.fail(
          faultOf(speaker, {
            acceptance: "interrupted",
            code: "TIMEOUT",
            cause: "queue_timeout",
            reason: `${speaker.id} has not finished yet; the job can be waited for again`
          })
        )
      }
      yield* Effect.sleep(`${pause} millis`)
      looks += 1
    }
  })

const ask = (vendor: Vendor, url: string, maxBytes: number) =>
  vendor.exchange({
    method: "GET",
    url,
    authorization: vendor.authorization,
    within: vendor.deadlines.readTotal,
    maxBytes
  })

/** Asks for the state, and for the result once there is one. */
const look = (vendor: Vendor, speaker: Speaker, queued: Queued): Effect.Effect<Look, ProviderFault> =>
  Effect.gen(function* () {
    const state = yield* Effect.either(ask(vendor, queued.statusUrl, statusLimit))
    if (state._tag === "Left") return passing(speaker, state.left.network.cause)
    const now = yield* Clock.currentTimeMillis
    if (state.right.status < 200 || state.right.status > 299) {
      return yield* refusedLook(speaker, state.right, now)
    }
    const told = record(jsonOf(bodyText(state.right)))
    const { status } = told
    if (status === "IN_QUEUE" || status === "IN_PROGRESS") return { _tag: "Waiting" }
    if (typeof status !== "string") return passing(speaker, "invalid_status")
    // fal documents no other state than COMPLETED; whatever another one means, the result tells.

    const result = yield* Effect.either(ask(vendor, queued.responseUrl, resultLimit))
    if (result._tag === "Left") {
      return result.left.network.cause === "too_large"
        ? yield* Effect.fail(lost(speaker, "too_large", "answered with more than can be taken"))
        : passing(speaker, result.left.network.cause)
    }
    const reply = result.right
    if (reply.status >= 200 && reply.status < 300) return { _tag: "Done", reply }
    const error = falError(reply)
    if (reply.status === 400 && /still in progress/i.test(error.message ?? "")) return { _tag: "Waiting" }
    // A server fault is the request's own when fal says so; else it may be the gateway's, and the result is still there.
    const isFinal =
      error.type !== undefined || error.errorType !== undefined || typeof told["error"] === "string"
    const isPassing = [401, 403, 404, 408, 429].includes(reply.status) || (reply.status >= 500 && !isFinal)
    return isPassing
      ? yield* refusedLook(speaker, reply, now)
      : yield* Effect.fail(falResultFault(speaker, reply, now))
  })

const passing = (speaker: Speaker, cause: string): Look => ({
  _tag: "Passing",
  fault: faultOf(speaker, {
    acceptance: "interrupted",
    code: "PROVIDER_FAILURE",
    cause,
    reason: `${speaker.id} cannot be asked for the result now (${cause}); the job can be waited for again`,
    retryable: true
  }),
  waitSeconds: null
})

/** A look that was refused: the request is still there, unless fal says that it does not know it. */
const refusedLook = (speaker: Speaker, reply: Reply, now: number): Effect.Effect<Look, ProviderFault> => {
  const { status } = reply
  if (status === 404 || status === 410) {
    return Effect.fail(lost(speaker, `http_${status}`, "does not know the request any more"))
  }
  const fault = falFault(speaker, reply, "interrupted", now)
  // A key that is refused stays refused: the job pauses at once until somebody mends it.
  return status === 401 || status === 403
    ? Effect.fail(fault)
    : Effect.succeed({ _tag: "Passing", fault, waitSeconds: retryAfter(reply.headers, now) })
}

const lost = (
  speaker: Speaker,
  cause: string,
  what: string,
  billed?: Delivery["actualCost"]
): ProviderFault =>
  faultOf(speaker, {
    acceptance: "accepted",
    code: "PROVIDER_FAILURE",
    cause,
    reason: `${speaker.id} ${what}`,
    retryable: false,
    ...(billed === undefined ? {} : { billed })
  })

const hosts = ["fal.media", ".fal.media"]
const mebibyte = 1024 * 1024

const rulesOf = (vendor: Vendor, plan: Plan, watch: Watch): ResultRules => ({
  hosts,
  maxBytes: (plan.model.modality === "image" ? 64 : 512) * mebibyte,
  within: vendor.deadlines.createTotal,
  retries: watch.patience,
  pauseMillis: watch.pollMillis
})

const deliver = (
  vendor: Vendor,
  speaker: Speaker,
  plan: Plan,
  queued: Queued,
  reply: Reply,
  watch: Watch
): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const actualCost = billedOf(reply, plan.model)
    const { urls, withheld } = resultOf(jsonOf(bodyText(reply)), plan.model)
    if (urls.length === 0) {
      return yield* Effect.fail(
        withheld > 0
          ? faultOf(speaker, {
              acceptance: "accepted",
              code: "CONTENT_POLICY_DENIED",
              cause: "nsfw_withheld",
              reason: `${speaker.id} held the result back as unsafe`,
              billed: actualCost
            })
          : lost(speaker, "no_media", "finished without any media", actualCost)
      )
    }
    const results = yield* Effect.forEach(urls, (url) =>
      Effect.either(fetchAgain(vendor, plan, queued, url, urls, watch))
    )
    const problems = results.flatMap((result) => (result._tag === "Left" ? [result.left] : []))
    const fetched = results.flatMap((result) => (result._tag === "Right" ? [result.right] : []))
    const later = problems.find(({ kind }) => kind === "passing")
    if (later !== undefined) {
      return yield* Effect.fail(
        faultOf(speaker, {
          acceptance: "interrupted",
          code: "PROVIDER_FAILURE",
          cause: later.cause,
          reason: `${speaker.id} has finished, but its result cannot be fetched now (${later.cause})`,
          retryable: true
        })
      )
    }
    const [gone] = problems
    if (fetched.length === 0 && gone !== undefined) {
      return yield* Effect.fail(
        lost(
          speaker,
          gone.kind === "expired" ? "result_expired" : gone.cause,
          `finished, but its result cannot be fetched (${gone.cause})`,
          actualCost
        )
      )
    }
    const fields = fieldsOf(plan.model, plan.parameters, plan.aspectRatio)
    return {
      outputs: fetched.map((bytes) => ({ bytes })),
      actualCost,
      report: null,
      warnings: [
        ...(withheld === 0 ? [] : [`${withheld} outputs were held back as unsafe`]),
        ...problems.map(({ cause }) => `an output cannot be fetched (${cause})`),
        // Seedream's presets name a class of sizes, not one.
        ...(plan.model.prices?.rule === "megapixels"
          ? mismatches(fetched, { size: fields["image_size"], format: null })
          : [])
      ]
    }
  })

/** Fetches a file; one whose address has expired is looked up once more, for the queue may name a fresh one. */
const fetchAgain = (
  vendor: Vendor,
  plan: Plan,
  queued: Queued,
  url: string,
  urls: ReadonlyArray<string>,
  watch: Watch
): Effect.Effect<Uint8Array, Undelivered> => {
  const rules = rulesOf(vendor, plan, watch)
  return download(vendor, url, rules).pipe(
    Effect.catchIf(
      ({ kind }) => kind === "expired",
      (problem) =>
        ask(vendor, queued.responseUrl, resultLimit).pipe(
          Effect.mapError(() => problem),
          Effect.flatMap((reply) => {
            const fresh = resultOf(jsonOf(bodyText(reply)), plan.model).urls[urls.indexOf(url)]
            return fresh === undefined || fresh === url
              ? Effect.fail(problem)
              : download(vendor, fresh, rules)
          })
        )
    )
  )
}
