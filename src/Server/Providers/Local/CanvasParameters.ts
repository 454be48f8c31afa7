import type { JsonObject } from "../../../Schema/Open.js"

/** The longest and shortest side that the canvas draws, in pixels. */
export const canvasSides = { shortest: 64, longest: 4096, usual: 1024 } as const

/** JSON Schema of `local.canvas`'s model_parameters. */
export const parametersSchema: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    seed: {
      type: "integer",
      minimum: 0,
      maximum: 4_294_967_295,
      description: "The same seed and prompt draw the same bytes; without one the seed comes from the prompt"
    },
    long_edge: {
      type: "integer",
      minimum: canvasSides.shortest,
      maximum: canvasSides.longest,
      default: canvasSides.usual,
      description: "Length of the longer side in pixels; the aspect ratio gives the other"
    },
    format: { type: "string", enum: ["png", "jpeg", "webp"], default: "png" }
  }
}
