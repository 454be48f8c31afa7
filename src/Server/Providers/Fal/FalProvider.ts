import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure } from "../../../Errors.js"
import type { JsonObject } from "../../../Schema/Open.js"
import type { DeadlinesShape } from "../../../Services/Deadlines.js"
import type { Env } from "../../../Services/Env.js"
import { type Plan, type Provider, ProviderFault, type Submitted } from "../Provider.js"
import { checkPlan } from "../Wire/CheckPlan.js"
import { bodyText, jsonBody } from "../Wire/Exchange.js"
import { brokenSubmission, faultOf } from "../Wire/Faults.js"
import { jsonOf, record } from "../Wire/Json.js"
import { makeVendor, probeBy, type Vendor } from "../Wire/Vendor.js"
import { collectFal, type Watch } from "./Collect.js"
import { falSubmissionFault } from "./Errors.js"
import { type Queued, queuedOf, toReference } from "./Reference.js"
import { falInput } from "./Request.js"

const answerLimit = 1024 * 1024

/**
 * fal's models, through its queue. A submission has no idempotency key, so that it is never repeated; once the request id is
 * written down, the result can be asked for as often as need be (providers.md §3).
 */
export const falProvider = (
  env: typeof Env.Service,
  deadlines: DeadlinesShape,
  watch: Watch = { pollMillis: 500, patience: 5 }
): Provider => {
  const vendor = makeVendor(
    {
      id: "fal",
      keyVariable: "FAL_KEY",
      baseVariable: "IMAGE_SKILL_FAL_QUEUE_URL",
      defaultBase: "https://queue.fal.run",
      authorization: (key) => `Key ${key}`,
      needsKey: true
    },
    env,
    deadlines
  )
  return {
    id: vendor.id,
    resubmit: "unsafe",
    availability: Effect.succeed(vendor.availability),
    // No such request exists: a key that is taken is told 404 or 422, one that is not 401 or 403.
    probe: Effect.map(
      probeBy(vendor, "/fal-ai/flux/requests/00000000-0000-0000-0000-000000000000/status"),
      (probe) =>
        probe.cause === "http_404" || probe.cause === "http_422"
          ? { reachable: true, authenticated: true, cause: null }
          : probe
    ),
    check: checkPlan,
    submit: (plan) => submit(vendor, plan),
    collect: (plan, reference) =>
      Effect.flatMap(readReference(vendor, plan, reference), (queued) =>
        collectFal(vendor, plan, queued, watch)
      ),
    cancel: (plan, reference) =>
      Effect.flatMap(readReference(vendor, plan, reference), (queued) => cancel(vendor, queued)).pipe(
        Effect.orElseSucceed(() => false)
      )
  }
}

const submit = (vendor: Vendor, plan: Plan): Effect.Effect<Submitted, ProviderFault> =>
  Effect.gen(function* () {
    const speaker = vendor.speaker(plan.prompt)
    const input = yield* falInput(plan).pipe(
      Effect.mapError((error) => new ProviderFault({ acceptance: "refused", error }))
    )
    const reply = yield* vendor
      .ask({
        method: "POST",
        path: `/${plan.model.wire?.["endpoint"] ?? ""}`,
        body: jsonBody(input),
        // Inputs travel inside the request, and lines are slow.
        within: vendor.deadlines.createTotal,
        maxBytes: answerLimit
      })
      .pipe(Effect.mapError((broken) => brokenSubmission(speaker, broken, false)))
    if (reply.status < 200 || reply.status > 299) {
      return yield* Effect.fail(falSubmissionFault(speaker, reply, yield* Clock.currentTimeMillis))
    }
    const queued =
      vendor.endpoint === null ? null : queuedOf(jsonOf(bodyText(reply)), vendor.endpoint, plan.model)
    if (queued === null) {
      return yield* Effect.fail(
        faultOf(speaker, {
          acceptance: "accepted",
          code: "PROVIDER_FAILURE",
          cause: "no_request_id",
          reason: "fal took the request without telling its id, so that its result cannot be asked for",
          retryable: false
        })
      )
    }
    return { _tag: "Pending", reference: toReference(queued) }
  })

const readReference = (
  vendor: Vendor,
  plan: Plan,
  reference: JsonObject
): Effect.Effect<Queued, ProviderFault> => {
  const queued = vendor.endpoint === null ? null : queuedOf(reference, vendor.endpoint, plan.model)
  return queued === null
    ? Effect.fail(
        new ProviderFault({
          acceptance: "interrupted",
          error: failure(
            "PROVIDER_FAILURE",
            "fal's address or the checkpoint of the job is not usable here",
            {
              retryable: true,
              details: { provider_id: vendor.id, cause: "no_reference" }
            }
          )
        })
      )
    : Effect.succeed(queued)
}

/** Asks fal to stop; whether it will is fal's word, and a result that comes nevertheless is kept. */
const cancel = (vendor: Vendor, queued: Queued): Effect.Effect<boolean> =>
  vendor
    .exchange({
      method: "PUT",
      url: queued.cancelUrl,
      authorization: vendor.authorization,
      within: vendor.deadlines.readTotal,
      maxBytes: answerLimit
    })
    .pipe(
      Effect.map(
        (reply) =>
          reply.status >= 200 &&
          reply.status < 300 &&
          record(jsonOf(bodyText(reply)))["status"] === "CANCELLATION_REQUESTED"
      ),
      Effect.orElseSucceed(() => false)
    )
