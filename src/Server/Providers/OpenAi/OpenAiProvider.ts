import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure } from "../../../Errors.js"
import type { DeadlinesShape } from "../../../Services/Deadlines.js"
import type { Env } from "../../../Services/Env.js"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import { type Delivery, type Plan, type Provider, ProviderFault } from "../Provider.js"
import { bodyText } from "../Wire/Exchange.js"
import { brokenSubmission, faultOf } from "../Wire/Faults.js"
import { jsonOf } from "../Wire/Json.js"
import { mismatches } from "../Wire/Mismatch.js"
import { makeVendor, makingTime, probeBy, type Vendor } from "../Wire/Vendor.js"
import { itemsOf, usageOf } from "./Answer.js"
import { checkOpenAi } from "./CheckOpenAi.js"
import { openAiFault } from "./Errors.js"
import { openAiRequest } from "./Request.js"

const keyVariable = "OPENAI_API_KEY"
// Ten of the largest pictures as base64, and never more than one string can hold.
const answerLimit = 256 * 1024 * 1024

/**
 * OpenAI's image models. One request makes and delivers; there is neither an idempotency key nor a way to ask for a lost answer,
 * so that nothing that was sent is ever sent again (providers.md §1).
 */
export const openAiProvider = (env: typeof Env.Service, deadlines: DeadlinesShape): Provider => {
  const vendor = makeVendor(
    {
      id: "openai",
      keyVariable,
      baseVariable: "IMAGE_SKILL_OPENAI_BASE_URL",
      defaultBase: "https://api.openai.com/v1",
      authorization: (key) => `Bearer ${key}`,
      needsKey: true
    },
    env,
    deadlines
  )
  return {
    id: vendor.id,
    resubmit: "unsafe",
    availability: Effect.succeed(vendor.availability),
    probe: probeBy(vendor, "/models"),
    check: checkOpenAi,
    submit: (plan) => Effect.map(submit(vendor, plan), (delivery) => ({ _tag: "Delivered", delivery })),
    collect: (plan) =>
      Effect.fail(
        new ProviderFault({
          acceptance: "unknown",
          error: failure("PROVIDER_OUTCOME_UNKNOWN", `${plan.model.id} delivers at once or never`)
        })
      )
  }
}

const submit = (vendor: Vendor, plan: Plan): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const speaker = vendor.speaker(plan.prompt)
    const { body, path } = yield* openAiRequest(plan, plan.model.wire?.["model"]).pipe(
      Effect.mapError((error) => new ProviderFault({ acceptance: "refused", error }))
    )
    const reply = yield* vendor
      .ask({ method: "POST", path, body, within: makingTime(vendor.deadlines), maxBytes: answerLimit })
      .pipe(Effect.mapError((broken) => brokenSubmission(speaker, broken, false)))
    if (reply.status < 200 || reply.status > 299) {
      const now = yield* Clock.currentTimeMillis
      return yield* Effect.fail(openAiFault(speaker, reply, { keyVariable, modelId: plan.model.id }, now))
    }
    const answer = jsonOf(bodyText(reply))
    const outputs = itemsOf(answer).flatMap(({ bytes }) => (bytes === null ? [] : [bytes]))
    const actualCost = usageOf(answer, plan.model.prices)
    if (outputs.length === 0) {
      return yield* Effect.fail(
        faultOf(speaker, {
          acceptance: "accepted",
          code: "PROVIDER_FAILURE",
          cause: answer === undefined ? "invalid_json" : "no_image",
          reason: "openai answered with success and without a picture",
          retryable: false,
          billed: actualCost
        })
      )
    }
    const fields = fieldsOf(plan.model, plan.parameters, plan.aspectRatio)
    return {
      outputs: outputs.map((bytes) => ({ bytes })),
      actualCost,
      report: null,
      warnings: mismatches(outputs, { size: fields["size"], format: fields["output_format"] ?? "png" })
    }
  })
