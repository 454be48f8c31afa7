import type { Sharp } from "../../../Domain/Media/Decode.js"
import { removeBackground, usualTolerance } from "./Background.js"
import { asks } from "./Check.js"
import type { TransformParameters } from "./Parameters.js"
import { open, type Raw, type Step, settle } from "./Raw.js"
import { isRightAngle, resized } from "./Sizes.js"

const clear = { r: 0, g: 0, b: 0, alpha: 0 }

/** Weights of Rec. 709 on sRGB values. */
const greyRow: [number, number, number] = [0.2126, 0.7152, 0.0722]

/** Multiplies the colour of a picture by its alpha in place, or divides it back. */
const scaleByAlpha = ({ data, channels }: Raw, isBack: boolean): void => {
  if (channels === 3) return
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0
    if (alpha === 255) continue
    const factor = isBack ? (alpha === 0 ? 0 : 255 / alpha) : alpha / 255
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = Math.min(255, Math.round((data[at + channel] ?? 0) * factor))
    }
  }
}

const rotate = async (sharp: Sharp, raw: Raw, degrees: number): Promise<Raw> => {
  if (isRightAngle(degrees)) return settle(open(sharp, raw).rotate(degrees))
  // Turned corners would otherwise mix with the colour of nothing.
  scaleByAlpha(raw, false)
  const turned = await settle(open(sharp, raw).rotate(degrees, { background: clear }))
  scaleByAlpha(turned, true)
  return turned
}

/** Adds the resize to a step whose picture has a size in pixels. */
export const resizeStep = (
  step: Step,
  size: { readonly width: number; readonly height: number },
  parameters: TransformParameters
): Step => {
  const { width, height } = resized(size, parameters)
  const asked = parameters.resize?.fit ?? "cover"
  const hasBoth = parameters.resize?.width !== undefined && parameters.resize.height !== undefined
  const fit = hasBoth && asked !== "inside" ? asked : "fill"
  return fit === "contain"
    ? step.ensureAlpha().resize(width, height, { fit, background: clear })
    : step.resize(width, height, { fit })
}

/** Warmth and contrast as one straight line per channel. */
const toned = (step: Step, contrast: number, temperature: number): Step => {
  const warmth = (temperature / 100) * 0.25
  const gains = [1 + warmth, 1, 1 - warmth]
  return step.linear(
    gains.map((gain) => gain * contrast),
    gains.map(() => 128 * (1 - contrast))
  )
}

/** Turns, mirrors and sizes a picture in memory, whose own bytes are used up. */
export const moveSteps = async (sharp: Sharp, source: Raw, parameters: TransformParameters): Promise<Raw> => {
  let raw = source
  if (asks(parameters, "rotate")) raw = await rotate(sharp, raw, parameters.rotate ?? 0)
  if (asks(parameters, "flip")) raw = await settle(open(sharp, raw).flip())
  if (asks(parameters, "flop")) raw = await settle(open(sharp, raw).flop())
  if (asks(parameters, "resize")) raw = await settle(resizeStep(open(sharp, raw), raw, parameters))
  return raw
}

/** Changes colours and sharpness of a picture in memory, pixel for pixel at its place. */
export const changeSteps = async (
  sharp: Sharp,
  source: Raw,
  parameters: TransformParameters
): Promise<Raw> => {
  const { modulate, contrast = 1, temperature = 0, tint, blur, sharpen, background } = parameters
  const steps: ReadonlyArray<readonly [boolean, (step: Step) => Step]> = [
    [modulate !== undefined, (step) => step.modulate({ ...modulate })],
    [contrast !== 1 || temperature !== 0, (step) => toned(step, contrast, temperature)],
    [asks(parameters, "grayscale"), (step) => step.recomb([greyRow, greyRow, greyRow])],
    [tint !== undefined, (step) => step.tint(tint ?? "")],
    [asks(parameters, "invert"), (step) => step.negate({ alpha: false })],
    [blur !== undefined, (step) => step.blur(blur ?? 1)],
    [sharpen !== undefined, (step) => step.sharpen({ sigma: sharpen ?? 1 })]
  ]
  let raw = source
  for (const [isAsked, step] of steps) if (isAsked) raw = await settle(step(open(sharp, raw)))
  const { remove_background } = parameters
  if (remove_background !== undefined) {
    raw = removeBackground(raw, remove_background.tolerance ?? usualTolerance)
  }
  return background === undefined ? raw : flattened(sharp, raw, background)
}

/** Puts a colour `#rrggbb` under whatever is transparent. */
export const flattened = async (sharp: Sharp, raw: Raw, background: string): Promise<Raw> =>
  raw.channels === 3 ? raw : settle(open(sharp, raw).flatten({ background }))
