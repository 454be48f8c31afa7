import type { Size } from "../../../Domain/Media/Pixels.js"
import type { TransformParameters } from "./Parameters.js"

/** Size after the crop. */
export const cropped = (source: Size, { crop }: TransformParameters): Size =>
  crop === undefined
    ? { width: source.width, height: source.height }
    : { width: crop.width, height: crop.height }

/** Whether an angle in degrees is a multiple of 90, so that pixels only change places. */
export const isRightAngle = (degrees: number): boolean => degrees % 90 === 0

/** Size after the rotation: the box around the turned picture, rounded as libvips does. */
export const rotated = ({ width, height }: Size, { rotate = 0 }: TransformParameters): Size => {
  if (rotate % 180 === 0) return { width, height }
  if (isRightAngle(rotate)) return { width: height, height: width }
  const cos = Math.abs(Math.cos((rotate * Math.PI) / 180))
  const sin = Math.abs(Math.sin((rotate * Math.PI) / 180))
  return {
    width: Math.max(1, Math.round(width * cos + height * sin)),
    height: Math.max(1, Math.round(width * sin + height * cos))
  }
}

const scaled = (side: number, factor: number): number => Math.max(1, Math.round(side * factor))

/** Size after the resize; one side alone, and `inside`, keep the ratio. */
export const resized = (size: Size, { resize }: TransformParameters): Size => {
  if (resize === undefined) return size
  const { width, height, fit = "cover" } = resize
  if (width === undefined || height === undefined) {
    const factor = width === undefined ? (height ?? size.height) / size.height : width / size.width
    return { width: width ?? scaled(size.width, factor), height: height ?? scaled(size.height, factor) }
  }
  if (fit !== "inside") return { width, height }
  const factor = Math.min(width / size.width, height / size.height)
  return { width: scaled(size.width, factor), height: scaled(size.height, factor) }
}
