import { Validator, type Schema as JsonSchema } from "@cfworker/json-schema"
import * as Effect from "effect/Effect"
import { failure, type InvalidArguments } from "../../Errors.js"
import type { JsonObject } from "../../Schema/Open.js"
import type { ModelSpec } from "./Catalog/ModelSpec.js"

// What another flag is for; a provider's own spelling of it would escape validation, ownership and pricing.
const reserved: ReadonlyArray<readonly [pattern: RegExp, instead: string]> = [
  [/^(?:n|num_images|batch_size)$/, "--output-count"],
  [/^(?:mask|mask_url|mask_image|mask_image_url)$/, "--mask"],
  [/^(?:elements|frontal_image_url)$/, "--element-frontal"],
  [
    /^(?:image|images|image_url|image_urls|input_image|first_image_url|second_image_url|reference_image_urls?)$/,
    "--reference-image or --input"
  ],
  [/_reference_task$/, "--reference-image IMAGE@INDEX:TASK"]
]

const deepest = 16
const longest = 262_144

/** Checks a model's own parameters by its schema, before anything is reserved (contract §7). */
export const checkParameters = (
  model: ModelSpec,
  parameters: JsonObject
): Effect.Effect<void, InvalidArguments> =>
  Effect.suspend(() => {
    const invalid = (reason: string, details: JsonObject) =>
      Effect.fail(
        failure("MODEL_PARAMETERS_INVALID", reason, {
          details: { model_id: model.id, ...details },
          recovery: {
            suggested_command: `image-skill models show ${model.id}`,
            required_flag: "--model-parameters-json"
          }
        })
      )
    if (depthOf(parameters) > deepest)
      return invalid(`model_parameters are nested more than ${deepest} deep`, {})
    if (JSON.stringify(parameters).length > longest) return invalid("model_parameters are too large", {})
    const properties = (model.parameters["properties"] ?? {}) as JsonObject
    for (const name of Object.keys(parameters)) {
      if (Object.hasOwn(properties, name)) continue
      const instead = reserved.find(([pattern]) => pattern.test(name))?.[1]
      if (instead !== undefined) {
        return invalid(`model_parameters.${show(name)} is not for model_parameters: use ${instead}`, {
          parameter: show(name),
          use_instead: instead
        })
      }
    }
    const { errors, valid } = new Validator(model.parameters as JsonSchema, "2020-12", false).validate(
      parameters
    )
    if (valid) return Effect.void
    // The innermost errors name the place; the outer ones only say that something inside is wrong.
    const named = errors.filter(
      ({ keyword }) => keyword !== "properties" && keyword !== "anyOf" && keyword !== "oneOf"
    )
    const [first] = named.length === 0 ? errors : named
    const parameter = show((first?.instanceLocation ?? "#").replace(/^#\/?/, "").replaceAll("/", "."))
    return invalid(
      parameter === ""
        ? `model_parameters do not fit the model (${first?.keyword ?? "schema"})`
        : `model_parameters.${parameter} does not fit the model (${first?.keyword ?? "schema"})`,
      {
        parameter,
        rule: first?.keyword ?? "schema",
        allowed_parameters: Object.keys(properties),
        expected: Object.hasOwn(properties, parameter) ? properties[parameter] : null
      }
    )
  })

const show = (name: string): string => name.slice(0, 80)

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map((inner) => depthOf(inner)))
    : 0
