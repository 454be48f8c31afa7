import type { JsonObject } from "../../../Schema/Open.js"
import { Credits } from "../../../Schema/Money.js"
import { parametersSchema as canvasParameters } from "../../Providers/Local/CanvasParameters.js"
import { parametersSchema as svgParameters } from "../../Providers/Local/Svg/index.js"
import { parametersSchema as transformParameters } from "../../Providers/Local/Transform/index.js"
import type { ModelSpec } from "./ModelSpec.js"

const local = {
  providerId: "local",
  modality: "image",
  references: null,
  defaultAspectRatio: "1:1",
  defaults: {},
  fixedControls: {},
  pricing: { rule: "credits_per_output", credits: Credits.make(1) },
  latencyClass: "seconds",
  safety: { policy: "none", note: "runs on this machine; nothing leaves it" }
} as const satisfies Partial<ModelSpec>

/** The engine that runs inside the service: offline, without a key, the same bytes for the same request. */
export const localModels: ReadonlyArray<ModelSpec> = [
  {
    ...local,
    id: "local.canvas",
    displayName: "Canvas (draft renderer)",
    operations: ["image.generate"],
    description:
      "Draws a prompt's nouns as a composed vector scene from a published vocabulary: a draft renderer, nothing more",
    prompt: "required",
    aspectRatios: "any",
    maxOutputs: 4,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    parameters: canvasParameters,
    aliases: ["canvas", "local"],
    selectable: true,
    quality: 10
  },
  {
    ...local,
    id: "local.svg",
    displayName: "SVG raster",
    operations: ["image.generate"],
    description:
      "Renders the caller's own SVG markup (model_parameters.svg) as a durable raster of the asked size",
    prompt: "optional",
    aspectRatios: "any",
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    // Unless asked otherwise the drawing keeps its own ratio.
    defaultAspectRatio: "auto",
    parameters: {
      ...svgParameters,
      properties: {
        ...(svgParameters["properties"] as JsonObject),
        long_edge: (canvasParameters["properties"] as JsonObject)["long_edge"]
      }
    },
    aliases: ["svg"],
    selectable: false,
    quality: 0
  },
  {
    ...local,
    id: "local.transform",
    displayName: "Transform",
    operations: ["image.edit"],
    description:
      "Resizes, crops, rotates, adjusts, cuts out and converts pictures by validated parameters, through a mask if given",
    prompt: "optional",
    aspectRatios: null,
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp", "image/avif"],
    maskSupported: true,
    parameters: transformParameters,
    aliases: ["transform"],
    selectable: true,
    quality: 10
  }
]
