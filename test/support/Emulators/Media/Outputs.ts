import type { Twist } from "../Core/Protocol.js"
import { type PictureType, picture } from "./Pictures.js"

/** One delivered picture, as it is said to be; its bytes may tell otherwise. */
export interface Picture {
  readonly type: PictureType
  readonly width: number
  readonly height: number
  readonly bytes: Buffer
}

export const extensionOf: Readonly<Record<PictureType, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpeg",
  "image/webp": ".webp"
}

export const typeOfFormat = (format: unknown, otherwise: PictureType): PictureType =>
  format === "png"
    ? "image/png"
    : format === "webp"
      ? "image/webp"
      : format === "jpeg"
        ? "image/jpeg"
        : otherwise

let seeds = 0

/** Begins again with the first picture, so that a reset emulator repeats itself byte for byte. */
export const restartPictures = (): void => {
  seeds = 0
}

/** The pictures of one submission, each unlike the others unless a fault says so. */
export const pictures = (
  asked: {
    readonly n: number
    readonly width: number
    readonly height: number
    readonly type: PictureType
    readonly transparent?: boolean
  },
  twist: Twist
): ReadonlyArray<Picture> => {
  const n = twist.count ? twist.count(asked.n) : asked.n
  const [width, height] = twist.size ? twist.size(asked.width, asked.height) : [asked.width, asked.height]
  const made = twist.type ? twist.type(asked.type) : asked.type
  const first = seeds
  seeds = (seeds + 1) % 40
  return Array.from({ length: n }, (_, i) => {
    const whole = picture(
      made,
      width,
      height,
      first + (twist.sameBytes ? 0 : i * 41),
      asked.transparent === true
    )
    return { type: asked.type, width, height, bytes: twist.bytes ? twist.bytes(whole, i) : whole }
  })
}
