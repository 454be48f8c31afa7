import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import type { MicroUsd } from "../../../Schema/Money.js"
import type { JsonObject } from "../../../Schema/Open.js"
import type { DeadlinesShape } from "../../../Services/Deadlines.js"
import type { Env } from "../../../Services/Env.js"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import { type Delivery, type Plan, type Provider, ProviderFault } from "../Provider.js"
import { toDataUri } from "../Wire/Base64.js"
import { checkPlan, readWithin } from "../Wire/CheckPlan.js"
import { download } from "../Wire/Download.js"
import { bodyText, jsonBody } from "../Wire/Exchange.js"
import { brokenSubmission, faultOf, type Speaker } from "../Wire/Faults.js"
import { jsonOf, list, record, text } from "../Wire/Json.js"
import { makeVendor, makingTime, probeBy, type Vendor } from "../Wire/Vendor.js"
import { type Item, itemsOf } from "../OpenAi/Answer.js"
import { policyFault, xaiCost, xaiFault } from "./Errors.js"

const answerLimit = 256 * 1024 * 1024
const mebibyte = 1024 * 1024

/**
 * xAI's Grok Imagine. One request makes and delivers, without idempotency or look-up; a denial may be billed all the same
 * (providers.md §2).
 */
export const xaiProvider = (env: typeof Env.Service, deadlines: DeadlinesShape): Provider => {
  const vendor = makeVendor(
    {
      id: "xai",
      keyVariable: "XAI_API_KEY",
      baseVariable: "IMAGE_SKILL_XAI_BASE_URL",
      defaultBase: "https://api.x.ai/v1",
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
    check: checkPlan,
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

const request = (plan: Plan): Effect.Effect<JsonObject, ImageSkillError> =>
  Effect.gen(function* () {
    const sources = [
      ...(plan.input === null ? [] : [plan.input]),
      ...(plan.references ?? []).map(({ media }) => media)
    ]
    const images = yield* Effect.forEach(sources, (media) =>
      Effect.map(readWithin(media, 25 * mebibyte), (bytes) => ({
        url: toDataUri(bytes, media.mimeType),
        type: "image_url"
      }))
    )
    return {
      model: plan.model.wire?.["model"],
      prompt: plan.prompt,
      n: plan.outputCount,
      ...fieldsOf(plan.model, plan.parameters, plan.aspectRatio),
      ...plan.model.fixedControls,
      ...(images.length === 0 ? {} : images.length === 1 ? { image: images[0] } : { images })
    }
  })

const submit = (vendor: Vendor, plan: Plan): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const speaker = vendor.speaker(plan.prompt)
    const body = yield* Effect.mapError(
      request(plan),
      (error) => new ProviderFault({ acceptance: "refused", error })
    )
    const reply = yield* vendor
      .ask({
        method: "POST",
        path: `/images/${plan.model.wire?.["endpoint"] ?? "generations"}`,
        body: jsonBody(body),
        within: makingTime(vendor.deadlines),
        maxBytes: answerLimit
      })
      .pipe(Effect.mapError((broken) => brokenSubmission(speaker, broken, false)))
    if (reply.status < 200 || reply.status > 299) {
      return yield* Effect.fail(xaiFault(speaker, reply, plan.model.id, yield* Clock.currentTimeMillis))
    }
    const answer = jsonOf(bodyText(reply))
    const actualCost = xaiCost(answer)
    const items = itemsOf(answer)
    if (items.length === 0) return yield* Effect.fail(nothing(speaker, answer, actualCost))
    const [lost, outputs] = yield* Effect.partition(items, (item) => bytesOf(vendor, item))
    const [cause] = lost
    // Each was paid for: what came is delivered, whatever became of the others.
    if (outputs.length === 0 && cause !== undefined) {
      return yield* Effect.fail(
        faultOf(speaker, {
          acceptance: "accepted",
          code: "PROVIDER_FAILURE",
          cause,
          reason: `xai made the picture, but it cannot be fetched (${cause})`,
          retryable: false,
          billed: actualCost
        })
      )
    }
    const withheld = list(record(answer)["data"]).length - items.length
    return {
      outputs: outputs.map((bytes) => ({ bytes })),
      actualCost,
      report: null,
      warnings: [
        ...(withheld > 0 ? [`${withheld} outputs were held back by xai's moderation`] : []),
        ...lost.map((each) => `an output cannot be fetched (${each})`)
      ]
    }
  })

/** Success without a picture: moderation, in one of its three shapes, or an answer that breaks the protocol. */
const nothing = (speaker: Speaker, answer: unknown, billed: MicroUsd | null): ProviderFault => {
  const body = record(answer)
  const reason = text(body["block_reason"])
  const items = list(body["data"]).map(record)
  // An empty item is a denial; one that holds what cannot be read is not.
  const isHeldBack = items.some((item) => text(item["b64_json"]) === undefined)
  return reason !== undefined || isHeldBack
    ? policyFault(speaker, true, billed, reason)
    : faultOf(speaker, {
        acceptance: "accepted",
        code: "PROVIDER_FAILURE",
        cause: answer === undefined ? "invalid_json" : "no_image",
        reason: "xai answered with success and without a picture",
        retryable: false,
        billed
      })
}

const bytesOf = (vendor: Vendor, { bytes, url }: Item): Effect.Effect<Uint8Array, string> =>
  bytes !== null
    ? Effect.succeed(bytes)
    : download(vendor, url ?? "", {
        hosts: ["x.ai", ".x.ai"],
        maxBytes: 64 * mebibyte,
        within: vendor.deadlines.readTotal,
        retries: 3,
        pauseMillis: 500
      }).pipe(Effect.mapError(({ cause, kind }) => (kind === "expired" ? "result_expired" : cause)))
