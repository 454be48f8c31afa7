import { decodeOptions, loadSharp, onPixels, type Sharp } from "../../../Domain/Media/Decode.js"
import { admit } from "../../../Domain/Media/Photo.js"
import { type Size, uprightSize } from "../../../Domain/Media/Pixels.js"
import { MediaRefused } from "../../../Domain/Media/Refused.js"
import { asks, checkParameters, outputFormat, refuseMask } from "./Check.js"
import { encode } from "./Encode.js"
import { compositeThrough, coverageOf } from "./Mask.js"
import type { TransformFormat, TransformParameters } from "./Parameters.js"
import { open, type Raw, type Step, settle } from "./Raw.js"
import { changeSteps, flattened, moveSteps, resizeStep } from "./Steps.js"

/** What stands beside the parameters. */
export interface TransformOptions {
  /** A picture that says where the edit applies: luminance × alpha, white and opaque means everywhere. */
  readonly mask?: Uint8Array
  /** Pixels to cover when the parameters state no resize, for a caller who asked for an aspect ratio; both or neither. */
  readonly width?: number
  readonly height?: number
}

/** An edited picture. */
export interface Transformed {
  readonly bytes: Uint8Array
  readonly format: TransformFormat
  readonly width: number
  readonly height: number
}

/** Colour in white of jpeg, which cannot leave a pixel out. */
const paper = "#ffffff"

const upright = (bytes: Uint8Array): Size => {
  const size = uprightSize(admit(bytes))
  if (size === null) throw new MediaRefused("the header states no size")
  return size
}

/** The first frame as it is seen, in sRGB, without metadata: a decoder step for the crop that may follow. */
const decode = (sharp: Sharp, bytes: Uint8Array, { crop }: TransformParameters): Step => {
  const seen = sharp(bytes, decodeOptions).autoOrient().toColourspace("srgb")
  return crop === undefined ? seen : seen.extract(crop)
}

const readMask = async (sharp: Sharp, mask: Uint8Array, source: Size): Promise<Uint8Array> => {
  const size = upright(mask)
  const refused = refuseMask(size, source)
  if (refused !== null) throw new MediaRefused(refused, "mask")
  const seen = sharp(mask, decodeOptions).autoOrient().toColourspace("srgb")
  // A linear kernel never overshoots: black stays black beyond one pixel of the mask's own edge.
  const fitted =
    size.width === source.width && size.height === source.height
      ? seen
      : seen.resize(source.width, source.height, { fit: "fill", kernel: "linear" })
  const coverage = coverageOf(await onPixels("mask", () => settle(fitted)))
  if (coverage.every((value) => value === 0)) {
    throw new MediaRefused(
      "the mask is black or transparent everywhere: the edit would change nothing",
      "mask"
    )
  }
  return coverage
}

const withSize = (parameters: unknown, { width, height }: TransformOptions): unknown =>
  width === undefined ||
  height === undefined ||
  typeof parameters !== "object" ||
  parameters === null ||
  "resize" in parameters
    ? parameters
    : { ...parameters, resize: { width, height, fit: "cover" } }

const movesInMemory = (parameters: TransformParameters): boolean =>
  (["rotate", "flip", "flop"] as const).some((key) => asks(parameters, key))

/** Everything between the file that comes in and the file that goes out. */
const edit = async (
  sharp: Sharp,
  input: Uint8Array,
  parameters: TransformParameters,
  mask: Uint8Array | null
): Promise<Raw> => {
  const decoded = decode(sharp, input, parameters)
  // Without a turn in between the decoder may shrink a large photo while it reads it.
  const isResizedFirst = parameters.resize !== undefined && !movesInMemory(parameters)
  const size = parameters.crop ?? upright(input)
  const source = await settle(isResizedFirst ? resizeStep(decoded, size, parameters) : decoded)
  if (!isResizedFirst && (source.width !== size.width || source.height !== size.height)) {
    throw new MediaRefused("the picture is not of the size that its header states")
  }
  const moved = isResizedFirst ? source : await moveSteps(sharp, source, parameters)
  const changed = await changeSteps(sharp, moved, parameters)
  return mask === null ? changed : compositeThrough(source, changed, mask)
}

/**
 * Edits the first frame of a picture as it is seen, in the order of the parameters: the same request gives the same bytes, without any
 * metadata. Checks everything itself and rejects with MediaRefused; a missing sharp rejects with the import's own error.
 */
export const transform = async (
  input: Uint8Array,
  asked: unknown,
  options: TransformOptions = {}
): Promise<Transformed> => {
  const { format: from } = admit(input)
  const size = upright(input)
  const checked = checkParameters(
    withSize(asked, options),
    { ...size, format: from },
    options.mask !== undefined
  )
  if (!checked.ok) throw new MediaRefused(checked.reason, checked.parameter)
  const { parameters } = checked
  const format = outputFormat(parameters, from)
  const sharp = await loadSharp()
  const mask = options.mask === undefined ? null : await readMask(sharp, options.mask, size)
  return onPixels("picture", async () => {
    const edited = await edit(sharp, input, parameters, mask)
    const final = format === "jpeg" ? await flattened(sharp, edited, paper) : edited
    const bytes = await encode(open(sharp, final), format, final.width * final.height, parameters.quality)
    return { bytes, format, width: final.width, height: final.height }
  })
}
