import type { JsonObject } from "../../../../Schema/Open.js"

/** Where and how large a crop is, in pixels of the upright source. */
export interface Crop {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** How a picture is brought to a size, in pixels; one side alone keeps the ratio. */
export interface Resize {
  readonly width?: number
  readonly height?: number
  readonly fit?: "cover" | "contain" | "inside" | "fill"
}

/** Factors of brightness and saturation, degrees of hue. */
export interface Modulate {
  readonly brightness?: number
  readonly saturation?: number
  readonly hue?: number
}

/** Formats that `local.transform` writes. */
export type TransformFormat = "png" | "jpeg" | "webp" | "avif"

/** The model_parameters of `local.transform`, in the order in which they are applied. */
export interface TransformParameters {
  readonly crop?: Crop
  readonly rotate?: number
  readonly flip?: boolean
  readonly flop?: boolean
  readonly resize?: Resize
  readonly modulate?: Modulate
  readonly contrast?: number
  readonly temperature?: number
  readonly grayscale?: boolean
  readonly tint?: string
  readonly invert?: boolean
  readonly blur?: number
  readonly sharpen?: number
  readonly remove_background?: { readonly tolerance?: number }
  readonly background?: string
  readonly format?: TransformFormat
  readonly quality?: number
}

/** Longest side of an output, in pixels. */
export const maxSide = 8192

const colour = (description: string) => ({
  type: "string",
  minLength: 7,
  maxLength: 7,
  pattern: "^#[0-9a-fA-F]{6}$",
  description
})

const side = { type: "integer", minimum: 1, maximum: maxSide }

/** JSON Schema of the model_parameters of `local.transform`; its properties stand in the order in which they are applied. */
export const parametersSchema: JsonObject = {
  type: "object",
  description:
    "Edits in a fixed order: crop, rotate, flip, flop, resize, modulate, contrast, temperature, grayscale, tint, invert, blur, sharpen, remove_background, background, mask, format. EXIF orientation is applied first; metadata is dropped.",
  additionalProperties: false,
  properties: {
    crop: {
      type: "object",
      description: "Keeps a rectangle, in pixels of the upright source, which must lie inside it.",
      additionalProperties: false,
      required: ["left", "top", "width", "height"],
      properties: {
        left: { type: "integer", minimum: 0, maximum: 30_000 },
        top: { type: "integer", minimum: 0, maximum: 30_000 },
        width: { type: "integer", minimum: 1, maximum: 30_000 },
        height: { type: "integer", minimum: 1, maximum: 30_000 }
      }
    },
    rotate: {
      type: "number",
      minimum: -360,
      maximum: 360,
      description:
        "Degrees clockwise. Multiples of 90 are exact; any other angle enlarges the canvas and fills its corners with background."
    },
    flip: { type: "boolean", default: false, description: "Mirrors top and bottom." },
    flop: { type: "boolean", default: false, description: "Mirrors left and right." },
    resize: {
      type: "object",
      description: "Brings the picture to a size in pixels; one side alone keeps the ratio.",
      additionalProperties: false,
      anyOf: [{ required: ["width"] }, { required: ["height"] }],
      properties: {
        width: side,
        height: side,
        fit: {
          type: "string",
          enum: ["cover", "contain", "inside", "fill"],
          default: "cover",
          description:
            "With both sides: cover cuts off the centre's surplus, contain adds bars of background, inside keeps the ratio within the size, fill stretches."
        }
      }
    },
    modulate: {
      type: "object",
      additionalProperties: false,
      properties: {
        brightness: { type: "number", minimum: 0, maximum: 10, default: 1, description: "Factor." },
        saturation: { type: "number", minimum: 0, maximum: 10, default: 1, description: "Factor." },
        hue: { type: "number", minimum: -360, maximum: 360, default: 0, description: "Degrees of rotation." }
      }
    },
    contrast: { type: "number", minimum: 0, maximum: 4, description: "Factor around the middle grey." },
    temperature: {
      type: "number",
      minimum: -100,
      maximum: 100,
      description: "Warmer above zero, cooler below."
    },
    grayscale: { type: "boolean", default: false, description: "Takes the colour away." },
    tint: colour("Colours the picture with one hue while keeping its lightness."),
    invert: { type: "boolean", default: false, description: "Turns colours into their opposites." },
    blur: { type: "number", minimum: 0.3, maximum: 100, description: "Gaussian blur; sigma in pixels." },
    sharpen: { type: "number", minimum: 0.3, maximum: 10, description: "Unsharp mask; sigma in pixels." },
    remove_background: {
      type: "object",
      description:
        "Makes a flat background transparent, from the borders inwards. For products on plain ground, not for scenes.",
      additionalProperties: false,
      properties: {
        tolerance: {
          type: "number",
          minimum: 0,
          maximum: 100,
          default: 12,
          description: "Largest colour distance from the background (CIE76 in L*a*b*)."
        }
      }
    },
    background: colour(
      "Colour under transparent parts, in new corners and bars; without it they stay transparent (white in jpeg)."
    ),
    format: {
      type: "string",
      enum: ["png", "jpeg", "webp", "avif"],
      description:
        "Without it the source's format, or png where that one cannot hold the result (a gif, a jpeg whose background is removed)."
    },
    quality: {
      type: "integer",
      minimum: 1,
      maximum: 100,
      default: 85,
      description: "Of jpeg, webp and avif; png is lossless and webp at 100 too."
    }
  }
}
