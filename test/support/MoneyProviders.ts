import * as Effect from "effect/Effect"
import { failure } from "../../src/Errors.js"
import { MicroUsd } from "../../src/Schema/Money.js"
import type { ModelSpec } from "../../src/Server/Domain/Catalog/ModelSpec.js"
import {
  type Delivery,
  type Plan,
  type Provider,
  ProviderFault,
  type Resubmit,
  type Submitted
} from "../../src/Server/Providers/Provider.js"
import { type Call, outputCost, pixel, type Reply } from "./MoneyEngine.js"

/** How an adapter reaches the engine; it never fails, a lost answer is an answer. */
export type Wire = (call: Call) => Effect.Effect<Reply>

/** The classes of provider, each under an id of its own. */
export const classes: ReadonlyArray<Resubmit> = ["safe", "lookup", "unsafe"]

const fault = (acceptance: ProviderFault["acceptance"], code: "PROVIDER_FAILURE" | "CONTENT_POLICY_DENIED") =>
  Effect.fail(new ProviderFault({ acceptance, error: failure(code, `emulated: ${acceptance}`) }))

/** The adapters of an engine. */
export const providersOf = (wire: Wire): ReadonlyArray<Provider> =>
  classes.map((resubmit): Provider => {
    const id = `engine-${resubmit}`
    const call = (op: Call["op"], plan: Plan) =>
      wire({ op, job: plan.jobId, provider: id, prompt: plan.prompt ?? "", count: plan.outputCount })
    const delivery = (plan: Plan, reply: Extract<Reply, { is: "delivered" }>): Delivery => ({
      outputs: Array.from({ length: reply.outputs }, (_, position) => ({
        bytes: reply.garbled ? new TextEncoder().encode("not media") : pixel(`${plan.jobId} ${position}`)
      })),
      actualCost: reply.cost as MicroUsd | null,
      report: null,
      warnings: []
    })
    const submitted = (plan: Plan, reply: Reply): Effect.Effect<Submitted, ProviderFault> => {
      switch (reply.is) {
        case "delivered":
          return Effect.succeed({ _tag: "Delivered", delivery: delivery(plan, reply) })
        case "pending":
          return Effect.succeed({ _tag: "Pending", reference: { ticket: plan.jobId } })
        case "refused":
          return fault("refused", "PROVIDER_FAILURE")
        case "denied":
          return fault("refused", "CONTENT_POLICY_DENIED")
        case "failed":
          return Effect.fail(
            new ProviderFault({
              acceptance: "accepted",
              error: failure("PROVIDER_FAILURE", "emulated: failed after it was taken"),
              billed: MicroUsd.make(reply.billed)
            })
          )
        case "defect":
          return Effect.die(new Error("emulated: the adapter broke"))
        default:
          return fault("unknown", "PROVIDER_FAILURE")
      }
    }
    return {
      id,
      resubmit,
      availability: Effect.succeed({ available: true }),
      check: () => Effect.void,
      submit: (plan) => Effect.flatMap(call("submit", plan), (reply) => submitted(plan, reply)),
      collect: (plan) =>
        Effect.flatMap(call("collect", plan), (reply) =>
          reply.is === "delivered"
            ? Effect.succeed(delivery(plan, reply))
            : reply.is === "interrupted"
              ? fault("interrupted", "PROVIDER_FAILURE")
              : Effect.flatMap(submitted(plan, reply), () => fault("unknown", "PROVIDER_FAILURE"))
        ),
      ...(resubmit === "lookup"
        ? {
            lookup: (plan: Plan) =>
              Effect.flatMap(call("lookup", plan), (reply) =>
                reply.is === "none" ? Effect.succeed(null) : submitted(plan, reply)
              )
          }
        : {})
    }
  })

const base = {
  operations: ["image.generate", "image.edit"],
  modality: "image",
  description: "emulated",
  prompt: "required",
  aspectRatios: "any",
  defaultAspectRatio: "1:1",
  maxOutputs: 4,
  outputTypes: ["image/png"],
  maskSupported: true,
  references: null,
  parameters: { type: "object", properties: {}, additionalProperties: false },
  defaults: {},
  fixedControls: {},
  latencyClass: "seconds",
  safety: {},
  aliases: [],
  selectable: true,
  quality: 1
} as const satisfies Partial<ModelSpec>

/** The credits of one output of a model with a known price: $0.04 at 40 percent margin. */
export const creditsPerOutput = 7
/** The credits that a metered model reserves for one output when the caller sets no limit: $0.10 at 40 percent margin. */
export const meteredCeiling = 17

/** A model with a known price for each class of provider, and a metered one. */
export const moneyModels: ReadonlyArray<ModelSpec> = [
  ...classes.map(
    (resubmit): ModelSpec => ({
      ...base,
      id: resubmit,
      displayName: resubmit,
      providerId: `engine-${resubmit}`,
      pricing: { rule: "usd_per_output", usd: MicroUsd.make(outputCost), confidence: "known" }
    })
  ),
  {
    ...base,
    id: "metered",
    displayName: "metered",
    providerId: "engine-unsafe",
    pricing: { rule: "unknown", ceiling: MicroUsd.make(100_000) }
  }
]
