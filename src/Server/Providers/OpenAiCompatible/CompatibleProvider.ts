import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure } from "../../../Errors.js"
import { MicroUsd } from "../../../Schema/Money.js"
import type { DeadlinesShape } from "../../../Services/Deadlines.js"
import type { Env } from "../../../Services/Env.js"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import { type Item, itemsOf } from "../OpenAi/Answer.js"
import { openAiRequest } from "../OpenAi/Request.js"
import { type Availability, type Delivery, type Plan, type Provider, ProviderFault } from "../Provider.js"
import { fromBase64 } from "../Wire/Base64.js"
import { checkPlan } from "../Wire/CheckPlan.js"
import { bodyText } from "../Wire/Exchange.js"
import { brokenSubmission, faultOf } from "../Wire/Faults.js"
import { jsonOf } from "../Wire/Json.js"
import { mismatches } from "../Wire/Mismatch.js"
import { makeVendor, makingTime, probeBy, type Vendor } from "../Wire/Vendor.js"
import { compatibleFault } from "./Errors.js"

const answerLimit = 256 * 1024 * 1024
const imageLimit = 64 * 1024 * 1024

/**
 * A server that speaks OpenAI's image protocol. Unless the operator says that runs cost nothing, somebody may be paid, and then
 * nothing that was sent is sent again (providers.md §4.1).
 */
export const compatibleProvider = (env: typeof Env.Service, deadlines: DeadlinesShape): Provider => {
  const vendor = makeVendor(
    {
      id: "openai-compatible",
      keyVariable: "IMAGE_SKILL_OPENAI_COMPATIBLE_KEY",
      baseVariable: "IMAGE_SKILL_OPENAI_COMPATIBLE_URL",
      defaultBase: null,
      authorization: (key) => `Bearer ${key}`,
      needsKey: false
    },
    env,
    deadlines
  )
  // Even an address on this machine may be a gateway to a paid service: only the operator knows.
  const isFree = env.get("IMAGE_SKILL_OPENAI_COMPATIBLE_FREE") === "1"
  const probe = probeBy(vendor, "/models")
  // Every listing and plan wants to know: they must not wait long for a server that is not there, nor ask again and again.
  const reachable = Effect.runSync(
    Effect.cachedWithTTL(probeBy(vendor, "/models", "2 seconds"), "15 seconds")
  )
  return {
    id: vendor.id,
    resubmit: isFree ? "safe" : "unsafe",
    availability: vendor.availability.available
      ? Effect.map(
          reachable,
          (found): Availability =>
            found.reachable
              ? { available: true }
              : {
                  available: false,
                  reason: `the image server does not answer (${found.cause ?? "unknown"})`,
                  recovery: "start the server, or correct IMAGE_SKILL_OPENAI_COMPATIBLE_URL"
                }
        )
      : Effect.succeed(vendor.availability),
    probe,
    check: checkPlan,
    submit: (plan) =>
      Effect.map(submit(vendor, plan, isFree), (delivery) => ({ _tag: "Delivered", delivery })),
    collect: (plan) =>
      Effect.fail(
        new ProviderFault({
          acceptance: isFree ? "refused" : "unknown",
          error: failure("PROVIDER_FAILURE", `${plan.model.id} delivers at once or never`)
        })
      )
  }
}

const submit = (vendor: Vendor, plan: Plan, isFree: boolean): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const speaker = vendor.speaker(plan.prompt)
    const model = vendor.env.get("IMAGE_SKILL_OPENAI_COMPATIBLE_MODEL")
    const { body, path } = yield* openAiRequest(plan, model).pipe(
      Effect.mapError((error) => new ProviderFault({ acceptance: "refused", error }))
    )
    const reply = yield* vendor
      .ask({ method: "POST", path, body, within: makingTime(vendor.deadlines), maxBytes: answerLimit })
      .pipe(Effect.mapError((broken) => brokenSubmission(speaker, broken, isFree)))
    if (reply.status < 200 || reply.status > 299) {
      return yield* Effect.fail(compatibleFault(speaker, reply, isFree, yield* Clock.currentTimeMillis))
    }
    const answer = jsonOf(bodyText(reply))
    const items = itemsOf(answer)
    const broken = (cause: string, reason: string) =>
      faultOf(speaker, {
        acceptance: isFree ? "refused" : "accepted",
        code: "PROVIDER_FAILURE",
        cause,
        reason,
        retryable: false
      })
    if (items.length === 0) {
      return yield* Effect.fail(
        broken(
          answer === undefined ? "invalid_json" : "no_image",
          "the image server answered with success and without a picture"
        )
      )
    }
    const [lost, outputs] = yield* Effect.partition(items, (item) => bytesOf(vendor, item))
    const [cause] = lost
    if (outputs.length === 0 && cause !== undefined) {
      return yield* Effect.fail(broken(cause, `the image server's picture cannot be fetched (${cause})`))
    }
    const fields = fieldsOf(plan.model, plan.parameters, plan.aspectRatio)
    return {
      outputs: outputs.map((bytes) => ({ bytes })),
      actualCost: isFree ? MicroUsd.make(0) : null,
      report: null,
      warnings: [
        ...lost.map((each) => `an output cannot be fetched (${each})`),
        ...mismatches(outputs, { size: fields["size"], format: null })
      ]
    }
  })

/** An item's bytes; an address is followed only on the server itself, against which a relative one is read. */
const bytesOf = (vendor: Vendor, { bytes, url }: Item): Effect.Effect<Uint8Array, string> =>
  Effect.suspend(() => {
    if (bytes !== null) return Effect.succeed(bytes)
    const { endpoint } = vendor
    if (url?.startsWith("data:") === true) {
      const inline = fromBase64(url)
      return inline === null ? Effect.fail("invalid_data_uri") : Effect.succeed(inline)
    }
    if (url === null || endpoint === null || !URL.canParse(url, `${endpoint.base}/`)) {
      return Effect.fail("invalid_url")
    }
    const target = new URL(url, `${endpoint.base}/`)
    if (target.origin !== endpoint.origin || target.username !== "") {
      return Effect.fail("result_host_not_allowed")
    }
    return vendor
      .exchange({
        method: "GET",
        url: target.href,
        authorization: vendor.authorization,
        headers: { accept: "*/*" },
        within: vendor.deadlines.readTotal,
        maxBytes: imageLimit
      })
      .pipe(
        Effect.mapError(({ network }) => network.cause as string),
        Effect.flatMap((reply) =>
          reply.status >= 200 && reply.status < 300 && reply.bytes.length > 0
            ? Effect.succeed(reply.bytes)
            : Effect.fail(`http_${reply.status}`)
        )
      )
  })
