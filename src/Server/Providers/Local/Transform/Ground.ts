import { type Lab, labOf } from "./Lab.js"
import type { Raw } from "./Raw.js"

/** Colour of a flat background at a place; it may change evenly across the picture, as studio light does. */
export interface Ground {
  readonly at: (x: number, y: number) => Lab
  /** Part of the border, 0 to 1, that lies within the tolerance of it. */
  readonly share: number
}

interface Sample {
  readonly x: number
  readonly y: number
  readonly lab: Lab
}

/** Most border pixels that are looked at. */
const maxSamples = 4000

const borderSamples = ({ data, width, height, channels }: Raw): ReadonlyArray<Sample> => {
  const places: Array<readonly [number, number]> = []
  const step = Math.max(1, Math.ceil((2 * (width + height)) / maxSamples))
  for (let x = 0; x < width; x += step) places.push([x, 0], [x, height - 1])
  for (let y = 0; y < height; y += step) places.push([0, y], [width - 1, y])
  return places.flatMap(([x, y]) => {
    const at = (y * width + x) * channels
    const isClear = channels === 4 && (data[at + 3] ?? 0) < 8
    return isClear ? [] : [{ x, y, lab: labOf(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0) }]
  })
}

const distance = (one: Lab, other: Lab): number =>
  Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])

/** The colour around which most of the border lies. */
const dominant = (samples: ReadonlyArray<Sample>, reach: number): Lab => {
  const step = Math.max(1, Math.floor(samples.length / 64))
  let best: Lab = [0, 0, 0]
  let most = -1
  for (let index = 0; index < samples.length; index += step) {
    const centre = samples[index]?.lab ?? best
    const count = samples.filter(({ lab }) => distance(lab, centre) <= reach).length
    if (count > most) {
      best = centre
      most = count
    }
  }
  return best
}

/** Least-squares plane c + px·x + py·y through values at places; the mean where the places leave it open. */
const plane = (samples: ReadonlyArray<Sample>, value: (sample: Sample) => number) => {
  const count = samples.length
  const mean = (read: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + read(sample), 0) / count
  const meanX = mean(({ x }) => x)
  const meanY = mean(({ y }) => y)
  const meanValue = mean(value)
  const xx = mean(({ x }) => (x - meanX) ** 2)
  const yy = mean(({ y }) => (y - meanY) ** 2)
  const xy = mean(({ x, y }) => (x - meanX) * (y - meanY))
  const xv = mean((sample) => (sample.x - meanX) * (value(sample) - meanValue))
  const yv = mean((sample) => (sample.y - meanY) * (value(sample) - meanValue))
  const determinant = xx * yy - xy * xy
  const isOpen = determinant < 1e-6 * Math.max(1, xx * yy)
  const px = isOpen ? 0 : (xv * yy - yv * xy) / determinant
  const py = isOpen ? 0 : (yv * xx - xv * xy) / determinant
  return (x: number, y: number): number => meanValue + px * (x - meanX) + py * (y - meanY)
}

const fit = (samples: ReadonlyArray<Sample>): ((x: number, y: number) => Lab) => {
  const lightness = plane(samples, ({ lab }) => lab[0])
  const a = plane(samples, ({ lab }) => lab[1])
  const b = plane(samples, ({ lab }) => lab[2])
  return (x, y) => [lightness(x, y), a(x, y), b(x, y)]
}

/** Finds the background from the border; null when the whole border is transparent already. */
export const groundOf = (raw: Raw, tolerance: number): Ground | null => {
  const samples = borderSamples(raw)
  if (samples.length === 0) return null
  const centre = dominant(samples, Math.max(4, tolerance))
  // Light that falls off across the picture puts the far corner beyond the tolerance of the near one: widened once, then narrowed.
  let near = samples.filter(({ lab }) => distance(lab, centre) <= Math.max(8, tolerance * 1.5))
  let at = fit(near)
  for (let round = 0; round < 3; round++) {
    const closer = samples.filter(({ x, y, lab }) => distance(lab, at(x, y)) <= Math.max(2, tolerance))
    if (closer.length === 0) break
    near = closer
    at = fit(near)
  }
  return { at, share: near.length / samples.length }
}
