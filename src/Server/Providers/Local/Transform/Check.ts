import { type Schema, Validator } from "@cfworker/json-schema"
import type { ImageFormat } from "../../../Domain/Media/Header.js"
import { maxPixels, type Size } from "../../../Domain/Media/Pixels.js"
import { maxSide, parametersSchema, type TransformFormat, type TransformParameters } from "./Parameters.js"
import { cropped, resized, rotated } from "./Sizes.js"

/** Most pixels that any step but crop, resize and format works on. */
export const maxWorkPixels = 25_000_000

/** Most pixels that the steps of one edit leave in memory together: 512 MB hold them with all that is around them. */
const maxHeldPixels = 64_000_000

/** Most pixels of an output by its format, so that encoding ends within seconds. */
export const maxOutputPixels: { readonly [F in TransformFormat]: number } = {
  png: maxPixels,
  jpeg: maxPixels,
  webp: maxWorkPixels,
  avif: 12_500_000
}

/** Longest side of an output by its format, where the format has a limit. */
const maxOutputSide: { readonly [F in TransformFormat]: number } = {
  png: 30_000,
  jpeg: 30_000,
  webp: 16_383,
  avif: 16_384
}

/** Parameters that hold for this source with the size that they lead to, or the first reason why they do not. */
export type ParametersCheck =
  | {
      readonly ok: true
      readonly parameters: TransformParameters
      readonly width: number
      readonly height: number
    }
  | { readonly ok: false; readonly reason: string; readonly parameter: string }

/** A picture's size, and its format where that is known. */
export type Source = Size & { readonly format?: ImageFormat }

interface Fault {
  readonly reason: string
  readonly parameter: string
}

const fault = (parameter: string, reason: string): Fault => ({ parameter, reason })

let validator: Validator | undefined

const isParameters = (value: unknown): value is TransformParameters => {
  validator ??= new Validator(parametersSchema as Schema, "2020-12")
  return validator.validate(value).valid
}

const schemaFault = (value: unknown): Fault => {
  const error = validator?.validate(value).errors.at(-1)
  const path = (error?.instanceLocation ?? "#").replace(/^#\/?/, "").replaceAll("/", ".").slice(0, 60)
  return fault(
    path,
    `${path === "" ? "the parameters do" : `${path} does`} not match the model's published schema`
  )
}

const moveKeys = ["rotate", "flip", "flop"] as const
const geometryKeys = ["crop", "rotate", "flip", "flop", "resize"] as const
const contentKeys = [
  ...(["modulate", "contrast", "temperature", "grayscale", "tint", "invert", "blur", "sharpen"] as const),
  ...(["remove_background", "background"] as const)
]

/** Whether a parameter asks for something; false and a turn by 0 do not. */
export const asks = (parameters: TransformParameters, key: keyof TransformParameters): boolean =>
  parameters[key] !== undefined &&
  parameters[key] !== false &&
  !(key === "rotate" && (parameters.rotate ?? 0) % 360 === 0)

const maskFault = (parameters: TransformParameters): Fault | null => {
  const moved = geometryKeys.find((key) => asks(parameters, key))
  if (moved !== undefined) {
    return fault(
      moved,
      `${moved} moves pixels, and an edit through a mask must leave them in place: do it in an edit of its own`
    )
  }
  return contentKeys.some((key) => asks(parameters, key))
    ? null
    : fault("mask", "there is no edit to apply through the mask")
}

/** The format that an output will have: the one asked for, else the source's where it can hold the result. */
export const outputFormat = (parameters: TransformParameters, source: ImageFormat): TransformFormat => {
  if (parameters.format !== undefined) return parameters.format
  if (source === "gif") return "png"
  const isCutOut = asks(parameters, "remove_background") && parameters.background === undefined
  return source === "jpeg" && isCutOut ? "png" : source
}

/** Copies of the picture that each parameter's step leaves behind in memory. */
const copies: ReadonlyArray<readonly [key: keyof TransformParameters, count: number]> = [
  ...(
    ["flip", "flop", "modulate", "grayscale", "tint", "invert", "blur", "sharpen", "background"] as const
  ).map((key) => [key, 1] as const),
  ["rotate", 2],
  ["contrast", 1],
  ["temperature", 1],
  ["remove_background", 2]
]

const pixelsFault = (
  parameters: TransformParameters,
  size: Size,
  source: Size,
  hasMask: boolean
): Fault | null => {
  const asked = copies.filter(([key]) => asks(parameters, key))
  const [first] = asked.map(([key]) => key)
  if (first === undefined) return null
  const isTurned = moveKeys.some((key) => asks(parameters, key))
  // Turns come before the resize, so that they work on the larger picture.
  const turned = isTurned ? pixels(rotated(cropped(source, parameters), parameters)) : 0
  const largest = Math.max(pixels(size), turned)
  if (largest > maxWorkPixels) {
    return fault(
      first,
      `${first} works on at most ${maxWorkPixels} pixels and would get ${largest}: crop or resize first`
    )
  }
  const held = asked.reduce((sum, [, count]) => sum + count, hasMask ? 1 : 0)
  return held * largest > maxHeldPixels
    ? fault(
        first,
        `so many edits at once take too much memory for ${largest} pixels: resize first, or make them one after the other`
      )
    : null
}

const pixels = ({ width, height }: Size): number => width * height

const outputFault = (format: TransformFormat, { width, height }: Size): Fault | null => {
  if (width > maxOutputSide[format] || height > maxOutputSide[format]) {
    return fault("format", `a side of ${Math.max(width, height)} pixels is too long for ${format}`)
  }
  return width * height > maxOutputPixels[format]
    ? fault(
        "format",
        `${width} × ${height} is too large for ${format}, which is written up to ${maxOutputPixels[format]} pixels`
      )
    : null
}

const cropFault = ({ crop }: TransformParameters, source: Size): Fault | null => {
  if (crop === undefined) return null
  if (crop.left + crop.width > source.width) {
    return fault(
      "crop.width",
      `the crop ends at ${crop.left + crop.width}, beyond the source's width of ${source.width}`
    )
  }
  return crop.top + crop.height > source.height
    ? fault(
        "crop.height",
        `the crop ends at ${crop.top + crop.height}, beyond the source's height of ${source.height}`
      )
    : null
}

const formatFault = (parameters: TransformParameters): Fault | null => {
  const { format, quality, background } = parameters
  if (format === "jpeg" && asks(parameters, "remove_background") && background === undefined) {
    return fault(
      "format",
      "jpeg holds no transparency: give a background colour, or ask for png, webp or avif"
    )
  }
  return quality !== undefined && format === "png"
    ? fault("quality", "png is lossless and takes no quality")
    : null
}

/**
 * Checks the rules that lie between parameters, the upright size of the source in pixels and the presence of a mask; a source whose
 * format is given is checked for the format that the output will have.
 */
export const checkParameters = (parameters: unknown, source: Source, hasMask: boolean): ParametersCheck => {
  if (!isParameters(parameters)) return { ok: false, ...schemaFault(parameters) }
  const early =
    cropFault(parameters, source) ?? formatFault(parameters) ?? (hasMask ? maskFault(parameters) : null)
  if (early !== null) return { ok: false, ...early }
  const size = resized(rotated(cropped(source, parameters), parameters), parameters)
  const format = source.format === undefined ? parameters.format : outputFormat(parameters, source.format)
  const late =
    resizeFault(parameters, size) ??
    pixelsFault(parameters, size, source, hasMask) ??
    outputFault(format ?? "png", size)
  return late === null ? { ok: true, parameters, ...size } : { ok: false, ...late }
}

const resizeFault = ({ resize }: TransformParameters, size: Size): Fault | null => {
  if (resize === undefined) return null
  const { width, height } = size
  if (width > maxSide || height > maxSide) {
    return fault(
      "resize",
      `the result would be ${width} × ${height}; a side may have at most ${maxSide} pixels`
    )
  }
  return width * height > maxPixels
    ? fault("resize", `the result would have ${width * height} pixels; at most ${maxPixels} are made`)
    : null
}

/** Says why a mask does not fit a source, both upright; null when it does: their ratios may differ by one in a hundred. */
export const refuseMask = (mask: Size, source: Size): string | null => {
  const difference = (mask.width * source.height) / (mask.height * source.width)
  return difference > 1.01 || difference < 1 / 1.01
    ? `the mask is ${mask.width} × ${mask.height}, which is not the ratio of the source's ${source.width} × ${source.height}`
    : null
}
