import type { JsonObject } from "../../../../Schema/Open.js"

/** The schema of a model's parameters: none but these. */
export const parameters = (properties: JsonObject): JsonObject => ({
  type: "object",
  additionalProperties: false,
  properties
})

const given = (limits: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined))

/** A switch, with the provider's default. */
export const flag = (otherwise?: boolean): JsonObject => ({
  type: "boolean",
  ...given({ default: otherwise })
})

/** One of some words, with the provider's default. */
export const choice = (words: ReadonlyArray<string>, otherwise?: string): JsonObject => ({
  type: "string",
  enum: words,
  ...given({ default: otherwise })
})

/** Any text, with the provider's default. */
export const words = (otherwise?: string): JsonObject => ({
  type: "string",
  ...given({ default: otherwise })
})

/** An integer within limits, with the provider's default. */
export const whole = (minimum?: number, maximum?: number, otherwise?: number): JsonObject => ({
  type: "integer",
  ...given({ default: otherwise, minimum, maximum })
})

/** A number within limits, with the provider's default. */
export const decimal = (minimum?: number, maximum?: number, otherwise?: number): JsonObject => ({
  type: "number",
  ...given({ default: otherwise, minimum, maximum })
})

/** Off unless asked for. */
export const off = flag(false)

/** On unless asked otherwise. */
export const on = flag(true)

/** What makes a run repeatable. */
export const seed = whole()

/** Outputs that the provider could make at once. */
export const upTo4 = whole(1, 4, 1)

/** fal's older choice of formats. */
export const jpegOrPng = choice(["jpeg", "png"], "jpeg")

/** fal's newer choice of formats. */
export const anyFormat = choice(["jpeg", "png", "webp"], "png")

const tolerances = ["1", "2", "3", "4", "5", "6"]

/** How much the provider's moderation lets pass, for Flux. */
export const tolerance2 = choice(tolerances, "2")

/** How much the provider's moderation lets pass, for Google's models. */
export const tolerance4 = choice(tolerances, "4")

/** A size by name, or by its sides. */
export const sizeOrPreset: JsonObject = {
  oneOf: [
    {
      type: "string",
      enum: ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]
    },
    {
      type: "object",
      properties: {
        width: { type: "integer", minimum: 1, maximum: 14142, default: 512 },
        height: { type: "integer", minimum: 1, maximum: 14142, default: 512 }
      },
      required: ["width", "height"],
      additionalProperties: false
    }
  ],
  default: "landscape_4_3"
}

/** The ratios that fal's preset sizes have. */
export const bySize = {
  field: "image_size",
  values: {
    "1:1": "square_hd",
    "4:3": "landscape_4_3",
    "3:4": "portrait_4_3",
    "16:9": "landscape_16_9",
    "9:16": "portrait_16_9"
  }
}

/** The same where an input may decide. */
export const bySizeOrInput = { ...bySize, auto: "landscape_4_3" }

/** Kling's elements: a frontal image each, and references to it. */
export const elements = { roles: ["element_frontal", "element_reference"], max: 40 }

/** Ratios of Google's models. */
export const ratios = ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"]

/** Ratios of their newer ones. */
export const wideRatios = [...ratios, "4:1", "1:4", "8:1", "1:8"]

/** Ratios of xAI's models. */
export const grokRatios = [
  "1:1",
  "3:4",
  "4:3",
  "9:16",
  "16:9",
  "2:3",
  "3:2",
  "9:19.5",
  "19.5:9",
  "9:20",
  "20:9",
  "1:2",
  "2:1",
  "auto"
]

/** Where xAI's Files API would keep an output. */
export const storage: JsonObject = {
  type: "object",
  properties: { filename: { type: "string" }, public_url: { type: "boolean" } }
}
