import { MediaRefused } from "../../../Domain/Media/Refused.js"
import { type Ground, groundOf } from "./Ground.js"
import { labOf } from "./Lab.js"
import { type Raw, withAlpha } from "./Raw.js"

/** Colour distance up to which a pixel counts as background when nothing else is asked. */
export const usualTolerance = 12

/** Least part of the border that must be background. */
const leastShare = 0.3

/** Even an exact background comes out of a lossy file with this much noise. */
const leastTolerance = 0.5

const kept = 0
const cleared = 1

/** Marks the pixels that are background and reach the border through background. */
const flood = ({ data, width, height }: Raw, ground: Ground | null, tolerance: number): Uint8Array => {
  const state = new Uint8Array(width * height)
  const tested = new Uint8Array(width * height)
  const isBackground = (pixel: number): boolean => {
    const known = tested[pixel] ?? 0
    if (known !== 0) return known === 2
    const at = pixel * 4
    let isNear = (data[at + 3] ?? 0) < 8
    if (!isNear && ground !== null) {
      const [l, a, b] = labOf(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0)
      const [gl, ga, gb] = ground.at(pixel % width, Math.floor(pixel / width))
      isNear = (l - gl) ** 2 + (a - ga) ** 2 + (b - gb) ** 2 <= tolerance ** 2
    }
    tested[pixel] = isNear ? 2 : 1
    return isNear
  }
  const isOpen = (pixel: number): boolean => state[pixel] === kept && isBackground(pixel)
  const seeds: Array<number> = []
  for (let x = 0; x < width; x++) seeds.push(x, (height - 1) * width + x)
  for (let y = 0; y < height; y++) seeds.push(y * width, y * width + width - 1)
  // Whole spans of a row at a time, so that the list of places to go on from stays short.
  for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
    if (!isOpen(seed)) continue
    const row = seed - (seed % width)
    let left = seed
    while (left > row && isOpen(left - 1)) left--
    let right = seed
    while (right < row + width - 1 && isOpen(right + 1)) right++
    for (let pixel = left; pixel <= right; pixel++) state[pixel] = cleared
    for (const next of [row - width, row + width]) {
      if (next < 0 || next >= state.length) continue
      let isInside = false
      for (let pixel = left - row + next; pixel <= right - row + next; pixel++) {
        const isStart = isOpen(pixel)
        if (isStart && !isInside) seeds.push(pixel)
        isInside = isStart
      }
    }
  }
  return state
}

/** Marks the kept pixels beside cleared ones with 2, and those beside these with 3: the edge where object and background mix. */
const markEdge = (state: Uint8Array, width: number, height: number): ReadonlyArray<number> => {
  const edge: Array<number> = []
  const touches = (pixel: number, value: number): boolean => {
    const x = pixel % width
    return (
      (x > 0 && state[pixel - 1] === value) ||
      (x < width - 1 && state[pixel + 1] === value) ||
      (pixel >= width && state[pixel - width] === value) ||
      (pixel < width * (height - 1) && state[pixel + width] === value)
    )
  }
  for (const [beside, mark] of [
    [cleared, 2],
    [2, 3]
  ] as const) {
    const ring: Array<number> = []
    for (let pixel = 0; pixel < state.length; pixel++) {
      if (state[pixel] === kept && touches(pixel, beside)) ring.push(pixel)
    }
    for (const pixel of ring) {
      state[pixel] = mark
      edge.push(pixel)
    }
  }
  return edge
}

type Colour = readonly [number, number, number]

/** Mean colour of the pixels in a state within 3 pixels of a place, or null when there are none. */
const meanNear = (
  { data, width, height }: Raw,
  state: Uint8Array,
  pixel: number,
  wanted: number
): Colour | null => {
  const [x, y] = [pixel % width, Math.floor(pixel / width)]
  let [red, green, blue, count] = [0, 0, 0, 0]
  for (let row = Math.max(0, y - 3); row <= Math.min(height - 1, y + 3); row++) {
    for (let column = Math.max(0, x - 3); column <= Math.min(width - 1, x + 3); column++) {
      const other = row * width + column
      if (state[other] !== wanted || (data[other * 4 + 3] ?? 0) < 8) continue
      red += data[other * 4] ?? 0
      green += data[other * 4 + 1] ?? 0
      blue += data[other * 4 + 2] ?? 0
      count += 1
    }
  }
  return count === 0 ? null : [red / count, green / count, blue / count]
}

/** How much of a mixed colour is the object's, 0 to 1: its place on the line from background to object. */
const shareOf = (mixed: Colour, ground: Colour, object: Colour): number => {
  let along = 0
  let whole = 0
  for (let channel = 0; channel < 3; channel++) {
    const line = (object[channel] ?? 0) - (ground[channel] ?? 0)
    along += ((mixed[channel] ?? 0) - (ground[channel] ?? 0)) * line
    whole += line * line
  }
  return whole < 1 ? 1 : Math.min(1, Math.max(0, along / whole))
}

/** Mixed this little, a pixel is the object's own and stays as it is. */
const pure = 0.96

/** Gives the pixels of the edge the part of alpha that is the object's, and takes the background's colour out of them. */
const feather = (raw: Raw, state: Uint8Array, out: Uint8Array): void => {
  for (const pixel of markEdge(state, raw.width, raw.height)) {
    const at = pixel * 4
    const ground = meanNear(raw, state, pixel, cleared)
    const object = meanNear(raw, state, pixel, kept)
    // A line too thin to have an inside keeps its pixels: better a rim than a hole.
    if (ground === null || object === null) continue
    const mixed: Colour = [raw.data[at] ?? 0, raw.data[at + 1] ?? 0, raw.data[at + 2] ?? 0]
    const share = shareOf(mixed, ground, object)
    if (share >= pure) continue
    out[at + 3] = Math.round((raw.data[at + 3] ?? 0) * share)
    for (let channel = 0; channel < 3; channel++) {
      const own =
        share < 0.05
          ? (object[channel] ?? 0)
          : ((mixed[channel] ?? 0) - (1 - share) * (ground[channel] ?? 0)) / share
      out[at + channel] = Math.min(255, Math.max(0, Math.round(own)))
    }
  }
}

/**
 * Makes a flat background transparent from the borders inwards, with an edge as soft as the picture's own; pixels of the object
 * off its edge keep their bytes. Throws MediaRefused when the border shows no flat background.
 */
export const removeBackground = (source: Raw, tolerance: number): Raw => {
  const raw = withAlpha(source)
  const reach = Math.max(leastTolerance, tolerance)
  const ground = groundOf(raw, reach)
  if (ground !== null && ground.share < leastShare) {
    throw new MediaRefused(
      "the border of the picture is no flat background: raise the tolerance, or crop closer to the object",
      "remove_background"
    )
  }
  const state = flood(raw, ground, reach)
  const data = Uint8Array.from(raw.data)
  feather(raw, state, data)
  for (let pixel = 0; pixel < state.length; pixel++) {
    // Cleared pixels lose their colour too, so that nothing of the background is left in the file.
    if (state[pixel] === cleared) data.fill(0, pixel * 4, pixel * 4 + 4)
  }
  return { ...raw, data }
}
