import type { JsonObject } from "../../../../Schema/Open.js"

/** Most UTF-16 units of SVG markup. */
export const maxMarkup = 200_000

/** Formats that `local.svg` writes. */
export type SvgFormat = "png" | "jpeg" | "webp"

/** The model_parameters of `local.svg`. */
export interface SvgParameters {
  readonly svg: string
  readonly format?: SvgFormat
  readonly background?: string
}

/** JSON Schema of the model_parameters of `local.svg`. */
export const parametersSchema: JsonObject = {
  type: "object",
  description:
    "SVG markup to draw. Shapes, paths, gradients, patterns, masks, clips, markers, use and simple filters are drawn; text, pictures, style sheets, scripts, animation and references outside the document are refused.",
  additionalProperties: false,
  required: ["svg"],
  properties: {
    svg: {
      type: "string",
      minLength: 1,
      maxLength: maxMarkup,
      description: "An <svg> element with a viewBox, or with width and height."
    },
    format: { type: "string", enum: ["png", "jpeg", "webp"], default: "png" },
    background: {
      type: "string",
      minLength: 7,
      maxLength: 7,
      pattern: "^#[0-9a-fA-F]{6}$",
      description: "Colour under the drawing, #rrggbb; without it transparent (white in jpeg)."
    }
  }
}
