import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { failure } from "../../../Errors.js"
import type { DeadlinesShape } from "../../../Services/Deadlines.js"
import type { Env } from "../../../Services/Env.js"
import { type Delivery, type Plan, type Provider, ProviderFault } from "../Provider.js"
import { checkPlan } from "../Wire/CheckPlan.js"
import { jsonBody } from "../Wire/Exchange.js"
import { brokenSubmission } from "../Wire/Faults.js"
import { makeVendor, makingTime, probeBy, type Vendor } from "../Wire/Vendor.js"
import { deliveryOf } from "./Answer.js"
import {
  askedCheckpoint,
  availabilityOf,
  checkCheckpoint,
  checkpointNamed,
  checkpointsOf,
  type Listing
} from "./Checkpoints.js"
import { automaticFault } from "./Errors.js"
import { checkMask } from "./Mask.js"
import { checkFields, requestOf } from "./Request.js"
import { stopRun } from "./Stop.js"

const answerLimit = 256 * 1024 * 1024

const basic = (key: string): string => `Basic ${Buffer.from(key).toString("base64")}`

/**
 * An Automatic1111 or SD.Next server. A run's answer is its result, which nobody can ask for later; but the server is the
 * operator's own and a run costs nobody money, so one that was lost is simply made again (providers.md §4.2).
 */
export const automatic1111Provider = (env: typeof Env.Service, deadlines: DeadlinesShape): Provider => {
  const made = makeVendor(
    {
      id: "automatic1111",
      keyVariable: "IMAGE_SKILL_AUTOMATIC1111_KEY",
      baseVariable: "IMAGE_SKILL_AUTOMATIC1111_URL",
      defaultBase: null,
      example: "http://127.0.0.1:7860",
      authorization: basic,
      needsKey: false
    },
    env,
    deadlines
  )
  const vendor = withSecrets(made, env.get("IMAGE_SKILL_AUTOMATIC1111_KEY"))
  const listing = Effect.runSync(Effect.cachedWithTTL(checkpointsOf(vendor), "15 seconds"))
  return {
    id: vendor.id,
    resubmit: "safe",
    availability: vendor.availability.available
      ? Effect.map(listing, availabilityOf)
      : Effect.succeed(vendor.availability),
    probe: probeBy(vendor, "/sdapi/v1/sd-models"),
    check: (plan) =>
      checkPlan(plan).pipe(
        Effect.zipRight(checkFields(plan)),
        Effect.zipRight(checkMask(plan.mask)),
        Effect.zipRight(checkCheckpoint(vendor, plan, listing))
      ),
    submit: (plan) =>
      Effect.map(submit(vendor, plan, listing), (delivery) => ({ _tag: "Delivered", delivery })),
    collect: (plan) =>
      Effect.fail(
        new ProviderFault({
          acceptance: "refused",
          error: failure("PROVIDER_FAILURE", `${plan.model.id} delivers at once or never`)
        })
      ),
    stop: (plan) => stopRun(vendor, plan)
  }
}

/** The key goes over the wire in another form, and is two words of which one alone is the secret. */
const withSecrets = (vendor: Vendor, key: string | undefined): Vendor => {
  if (key === undefined) return vendor
  const words = [key, key.slice(key.indexOf(":") + 1), basic(key).slice("Basic ".length)]
  return {
    ...vendor,
    speaker: (prompt) => {
      const speaker = vendor.speaker(prompt)
      return { ...speaker, secrets: [...words, ...speaker.secrets] }
    }
  }
}

/** What a proxy says whose patience was shorter than the run. */
const gaveUp: ReadonlySet<number> = new Set([502, 504, 524])

const submit = (
  vendor: Vendor,
  plan: Plan,
  listing: Effect.Effect<Listing>
): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const speaker = vendor.speaker(plan.prompt)
    const name = askedCheckpoint(vendor, plan)
    const checkpoint = name === undefined ? undefined : checkpointNamed(yield* listing, name)
    const request = yield* requestOf(plan, checkpoint?.title ?? name)
    const stop = stopRun(vendor, plan)
    const reply = yield* vendor
      .ask({
        method: "POST",
        path: request.path,
        body: jsonBody(request.body),
        within: makingTime(vendor.deadlines),
        maxBytes: answerLimit
      })
      .pipe(
        // Nobody waits for it any more, and the next run would wait behind it.
        Effect.tapError(({ network }) => (network.sent === "no" ? Effect.void : stop)),
        Effect.onInterrupt(() => Effect.flatMap(Effect.forkDaemon(Effect.interruptible(stop)), Fiber.await)),
        Effect.mapError((broken) => brokenSubmission(speaker, broken, true))
      )
    if (reply.status < 200 || reply.status > 299) {
      if (gaveUp.has(reply.status)) yield* stop
      return yield* Effect.fail(automaticFault(speaker, reply, yield* Clock.currentTimeMillis))
    }
    return yield* deliveryOf(speaker, reply, request, checkpoint)
  })
