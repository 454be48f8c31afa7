import type { SvgFormat } from "../Svg/index.js"

/** What the child is asked to do with the bytes that come along. */
export type Work =
  | {
      readonly work: "transform"
      /** Length of the source in bytes; what follows it is the mask, if anything does. */
      readonly source: number
      readonly parameters: unknown
    }
  | {
      readonly work: "svg"
      readonly width: number
      readonly height: number
      readonly format: SvgFormat
      readonly background?: string
    }

const length = { type: "integer", minimum: 1, maximum: 256 * 1024 * 1024 } as const

/** The JSON Schema of `Work`, which the child checks: it runs without Effect, whose loading would cost more than most edits. */
export const workSchema = {
  oneOf: [
    {
      type: "object",
      properties: { work: { const: "transform" }, source: length, parameters: { type: "object" } },
      required: ["work", "source", "parameters"],
      additionalProperties: false
    },
    {
      type: "object",
      properties: {
        work: { const: "svg" },
        width: length,
        height: length,
        format: { enum: ["png", "jpeg", "webp"] },
        background: { type: "string", maxLength: 7 }
      },
      required: ["work", "width", "height", "format"],
      additionalProperties: false
    }
  ]
} as const
