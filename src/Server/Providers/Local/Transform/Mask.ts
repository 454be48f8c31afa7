import { type Raw, withAlpha } from "./Raw.js"

/** How strongly the edit applies at each pixel, 0 to 255: luminance × alpha of a mask of the picture's size. */
export const coverageOf = (mask: Raw): Uint8Array => {
  const { data, width, height, channels } = mask
  const coverage = new Uint8Array(width * height)
  for (let at = 0, from = 0; at < coverage.length; at++, from += channels) {
    const red = data[from] ?? 0
    const green = data[from + 1] ?? 0
    const blue = data[from + 2] ?? 0
    const alpha = channels === 4 ? (data[from + 3] ?? 0) : 255
    // Weights of Rec. 709 that add up to 256, so that white stays 255.
    coverage[at] = Math.round((((54 * red + 183 * green + 19 * blue) / 256) * alpha) / 255)
  }
  return coverage
}

/** The edited picture where coverage is full, the original's own bytes where it is none, and their mixture between. */
export const compositeThrough = (original: Raw, edited: Raw, coverage: Uint8Array): Raw => {
  const channels = original.channels === 4 || edited.channels === 4 ? 4 : 3
  const under = channels === 4 ? withAlpha(original) : original
  const over = channels === 4 ? withAlpha(edited) : edited
  const data = Uint8Array.from(under.data)
  for (let pixel = 0, at = 0; pixel < coverage.length; pixel++, at += channels) {
    const weight = (coverage[pixel] ?? 0) / 255
    if (weight === 0) continue
    const underAlpha = channels === 4 ? (under.data[at + 3] ?? 0) : 255
    const overAlpha = channels === 4 ? (over.data[at + 3] ?? 0) : 255
    const underShare = underAlpha * (1 - weight)
    const overShare = overAlpha * weight
    const alpha = underShare + overShare
    for (let channel = 0; channel < 3; channel++) {
      const below = under.data[at + channel] ?? 0
      const above = over.data[at + channel] ?? 0
      data[at + channel] = alpha === 0 ? above : Math.round((below * underShare + above * overShare) / alpha)
    }
    if (channels === 4) data[at + 3] = Math.round(alpha)
  }
  return { ...under, data }
}
