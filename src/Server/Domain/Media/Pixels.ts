import type { Sniffed } from "./Header.js"
import { isQuarterTurn } from "./SniffImage.js"

/** The most pixels that any picture may have, in or out. */
export const maxPixels = 50_000_000

/** The longest side of a picture that is taken in, in pixels. */
export const maxSourceSide = 30_000

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Says why a picture must not be decoded, judged by its header alone; null when it may be. */
export const refusePixels = (sniffed: Sniffed | null): string | null => {
  if (sniffed === null) return "the bytes are not a PNG, JPEG, WebP, GIF or AVIF picture"
  const { width, height } = sniffed
  if (width === null || height === null) return `the ${sniffed.format} header is cut off or states no size`
  if (width < 1 || height < 1) return `the ${sniffed.format} header states an empty picture`
  if (width > maxSourceSide || height > maxSourceSide) {
    return `the picture states ${width} × ${height} pixels; a side may have at most ${maxSourceSide}`
  }
  if (width * height > maxPixels) {
    return `the picture states ${width} × ${height} pixels; at most ${maxPixels} are decoded`
  }
  return null
}

/** A stored size as it is seen once EXIF orientation is applied. */
export const orient = (stored: Size, orientation: number | null): Size =>
  isQuarterTurn(orientation) ? { width: stored.height, height: stored.width } : stored

/** The size that a header states, as it is seen once EXIF orientation is applied; null when it states none. */
export const uprightSize = ({ width, height, orientation }: Sniffed): Size | null =>
  width === null || height === null ? null : orient({ width, height }, orientation)
