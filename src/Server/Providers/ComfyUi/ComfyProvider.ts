import * as Effect from "effect/Effect"
import type { DeadlinesShape } from "../../../Services/Deadlines.js"
import type { Env } from "../../../Services/Env.js"
import type { Availability, Provider } from "../Provider.js"
import { jsonBody } from "../Wire/Exchange.js"
import { text } from "../Wire/Json.js"
import { makeVendor, probeBy, type Vendor } from "../Wire/Vendor.js"
import { collectComfy, type Watch, whereIs } from "./Collect.js"
import { later } from "./Errors.js"
import { checkWorkflow, operatorsWorkflows } from "./Operator.js"
import { checkpointsOf, pending, promptIdOf, submitComfy } from "./Submit.js"

const answerLimit = 1024 * 1024

/**
 * A ComfyUI server. A run has an id of our making and a mark, so that one whose submission was cut off is found again instead of
 * run twice; it costs nobody anything (providers.md §4.3).
 */
export const comfyProvider = (
  env: typeof Env.Service,
  deadlines: DeadlinesShape,
  watch: Watch = { pollMillis: 500, patience: 5 }
): Provider => {
  const vendor = makeVendor(
    {
      id: "comfyui",
      keyVariable: "IMAGE_SKILL_COMFYUI_KEY",
      baseVariable: "IMAGE_SKILL_COMFYUI_URL",
      defaultBase: null,
      authorization: (key) => `Bearer ${key}`,
      needsKey: false
    },
    env,
    deadlines
  )
  const load = operatorsWorkflows(env)
  const checkpoints = Effect.runSync(Effect.cachedWithTTL(checkpointsOf(vendor), "15 seconds"))
  return {
    id: vendor.id,
    resubmit: "lookup",
    availability: vendor.availability.available
      ? Effect.map(checkpoints, availabilityOf)
      : Effect.succeed(vendor.availability),
    probe: probeBy(vendor, "/system_stats"),
    check: (plan) => checkWorkflow(plan, load),
    submit: (plan) => submitComfy(vendor, plan, load, checkpoints),
    collect: (plan, reference) =>
      Effect.suspend(() => {
        const id = text(reference["prompt_id"])
        return id === undefined
          ? Effect.fail(later(vendor.speaker(plan.prompt), "no_reference"))
          : collectComfy(vendor, plan, id, watch)
      }),
    cancel: (_, reference) => cancel(vendor, text(reference["prompt_id"]) ?? ""),
    lookup: (plan) =>
      Effect.flatMap(whereIs(vendor, promptIdOf(plan), plan.jobId), (found) =>
        found._tag === "Untold"
          ? Effect.fail(later(vendor.speaker(plan.prompt), found.cause))
          : Effect.succeed(
              found._tag === "Nowhere" ? null : pending(found._tag === "Queued" ? found.id : promptIdOf(plan))
            )
      )
  }
}

const availabilityOf = (found: ReadonlyArray<string> | string): Availability =>
  typeof found === "string"
    ? {
        available: false,
        reason: `ComfyUI does not answer (${found})`,
        recovery: "start ComfyUI, or correct IMAGE_SKILL_COMFYUI_URL"
      }
    : { available: true }

/** Takes a run out of the queue, or interrupts it; only if it is ours that runs, for older servers interrupt whatever does. */
const cancel = (vendor: Vendor, id: string): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const found = yield* whereIs(vendor, id, null)
    if (found._tag !== "Queued") return false
    const reply = yield* vendor.ask({
      method: "POST",
      path: found.isRunning ? "/interrupt" : "/queue",
      body: jsonBody(found.isRunning ? { prompt_id: id } : { delete: [id] }),
      within: vendor.deadlines.readTotal,
      maxBytes: answerLimit
    })
    return reply.status >= 200 && reply.status < 300
  }).pipe(Effect.orElseSucceed(() => false))
