/** A repeatable stream of numbers; `fork` gives an independent stream so that one draw never shifts another. */
export interface Random {
  readonly next: () => number
  readonly between: (low: number, high: number) => number
  readonly int: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(first: A, ...rest: ReadonlyArray<A>) => A
  readonly fork: (label: string) => Random
}

/** FNV-1a over UTF-16 code units. */
export const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}

/** The mulberry32 generator, seeded by a label. */
export const random = (label: string): Random => {
  let state = hash(label)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    int: (low, high) => low + Math.floor((high - low + 1) * next()),
    chance: (probability) => next() < probability,
    pick: (first, ...rest) => {
      const index = Math.floor(next() * (rest.length + 1))
      return index === 0 ? first : (rest[index - 1] ?? first)
    },
    fork: (name) => random(`${label}/${name}`)
  }
}
