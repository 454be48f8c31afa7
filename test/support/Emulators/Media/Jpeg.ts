/** Baseline JPEG of one flat colour: every block is a DC difference and an end of block. */

const dcLuma = {
  counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
  symbols: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
}
const acOnlyEnd = { counts: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], symbols: [0] }

const codesOf = (table: { counts: ReadonlyArray<number>; symbols: ReadonlyArray<number> }) => {
  const codes = new Map<number, readonly [code: number, length: number]>()
  let code = 0
  let at = 0
  table.counts.forEach((count, index) => {
    for (let i = 0; i < count; i++) codes.set(table.symbols[at++] ?? 0, [code++, index + 1])
    code <<= 1
  })
  return codes
}

class Bits {
  readonly bytes: Array<number> = []
  private held = 0
  private count = 0

  push(value: number, length: number): void {
    for (let i = length - 1; i >= 0; i--) {
      this.held = (this.held << 1) | ((value >> i) & 1)
      this.count += 1
      if (this.count === 8) {
        this.bytes.push(this.held)
        if (this.held === 0xff) this.bytes.push(0)
        this.held = 0
        this.count = 0
      }
    }
  }

  finish(): void {
    while (this.count !== 0) this.push(1, 1)
  }
}

const segment = (marker: number, data: ReadonlyArray<number>): Buffer =>
  Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255, ...data])

const dcLevels = ([r, g, b]: readonly [number, number, number]): ReadonlyArray<number> => [
  Math.round(0.299 * r + 0.587 * g + 0.114 * b - 128),
  Math.round(-0.1687 * r - 0.3313 * g + 0.5 * b),
  Math.round(0.5 * r - 0.4187 * g - 0.0813 * b)
]

/** Quantiser 8 throughout, so that a DC level is the mean of its block, less 128. */
export const jpeg = (width: number, height: number, colour: readonly [number, number, number]): Buffer => {
  const dc = codesOf(dcLuma)
  const bits = new Bits()
  const end = codesOf(acOnlyEnd).get(0) ?? [0, 2]
  const block = (difference: number): void => {
    const size = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference))
    const [code, length] = dc.get(size) ?? [0, 2]
    bits.push(code, length)
    if (size > 0) bits.push(difference > 0 ? difference : difference + (1 << size) - 1, size)
    bits.push(end[0], end[1])
  }
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  for (const level of dcLevels(colour)) block(level)
  for (let i = 1; i < blocks; i++) for (let c = 0; c < 3; c++) block(0)
  bits.finish()
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => 8)]),
    segment(0xc0, [
      8,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      3,
      1,
      0x11,
      0,
      2,
      0x11,
      0,
      3,
      0x11,
      0
    ]),
    segment(0xc4, [0x00, ...dcLuma.counts, ...dcLuma.symbols]),
    segment(0xc4, [0x10, ...acOnlyEnd.counts, ...acOnlyEnd.symbols]),
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
    Buffer.from(bits.bytes),
    Buffer.from([0xff, 0xd9])
  ])
}
