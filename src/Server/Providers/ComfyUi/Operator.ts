import { readFile } from "node:fs/promises"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import type { JsonObject } from "../../../Schema/Open.js"
import type { Env, Variable } from "../../../Services/Env.js"
import type { Plan } from "../Provider.js"
import { checkPlan } from "../Wire/CheckPlan.js"
import { createGraph, editGraph, type Graph, maskedGraph } from "./Graphs.js"
import { readWorkflow, type Slot, slotsOf } from "./Workflow.js"

/** The operator's workflow in a file, or ours; a text says why it cannot be used. */
export type LoadWorkflow = (plan: Pick<Plan, "input" | "mask">) => Effect.Effect<Graph | string>

/** The workflows of this operator: those in the files that the environment names, else ours. */
export const operatorsWorkflows = (env: typeof Env.Service): LoadWorkflow => {
  const create = workflowIn(env, "IMAGE_SKILL_COMFYUI_WORKFLOW")
  const edit = workflowIn(env, "IMAGE_SKILL_COMFYUI_EDIT_WORKFLOW")
  return ({ input, mask }) =>
    input === null
      ? Effect.map(create, (own) => own ?? createGraph)
      : Effect.map(edit, (own) => own ?? (mask === null ? editGraph : maskedGraph))
}

const workflowIn = (env: typeof Env.Service, variable: Variable): Effect.Effect<Graph | string | null> => {
  const file = env.get(variable)
  return file === undefined
    ? Effect.succeed(null)
    : Effect.tryPromise(() => readFile(file, "utf8")).pipe(
        Effect.match({ onFailure: () => "cannot be read", onSuccess: readWorkflow }),
        Effect.map((read) => (typeof read === "string" ? `the workflow in ${variable} ${read}` : read))
      )
}

const slotsOfParameters: Readonly<Record<string, ReadonlyArray<Slot>>> = {
  size: ["width", "height"],
  negative_prompt: ["negative_prompt"],
  checkpoint: ["checkpoint"],
  seed: ["seed"],
  steps: ["steps"],
  cfg: ["cfg"],
  denoise: ["denoise"]
}

/** What an operator's workflow leaves no place for is refused: nothing that was asked for is dropped silently. */
export const checkWorkflow = (plan: Plan, load: LoadWorkflow): Effect.Effect<void, ImageSkillError> =>
  Effect.gen(function* () {
    yield* checkPlan(plan)
    const graph = yield* load(plan)
    const denied = (reason: string, details: JsonObject) =>
      Effect.fail(failure("CAPABILITY_DENIED", reason, { details: { model_id: plan.model.id, ...details } }))
    if (typeof graph === "string") return yield* denied(graph, {})
    const slots = slotsOf(graph)
    for (const [name, value] of Object.entries(plan.parameters)) {
      const places = slotsOfParameters[name] ?? []
      if (value !== plan.model.defaults[name] && !places.every((place) => slots.has(place))) {
        return yield* Effect.fail(
          failure("MODEL_PARAMETERS_INVALID", `this server's workflow has no place for ${name}`, {
            details: { model_id: plan.model.id, parameter: name, slots: [...slots] },
            recovery: { required_flag: "--model-parameters-json" }
          })
        )
      }
    }
    if (
      plan.aspectRatio !== null &&
      plan.aspectRatio !== plan.model.defaultAspectRatio &&
      !slots.has("width")
    ) {
      return yield* denied("this server's workflow decides the size itself", {
        aspect_ratio: plan.aspectRatio
      })
    }
    if (plan.outputCount > 1 && !slots.has("count")) {
      return yield* denied("this server's workflow makes one output", { output_count: plan.outputCount })
    }
    if (plan.mask !== null && !slots.has("mask")) {
      return yield* denied("this server's workflow takes no mask", { mask: false })
    }
    if (plan.mask === null && slots.has("mask")) {
      return yield* Effect.fail(
        failure("INVALID_ARGUMENTS", "this server's workflow needs a mask", {
          recovery: { required_flag: "--mask" }
        })
      )
    }
  })
