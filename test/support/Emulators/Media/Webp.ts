/** Lossless WebP of one flat colour: each prefix code has one symbol, so that pixels take no bits at all. */
export const webp = (width: number, height: number, [r, g, b]: readonly [number, number, number]): Buffer => {
  const bits: Array<number> = []
  const push = (value: number, length: number): void => {
    for (let i = 0; i < length; i++) bits.push((value >> i) & 1)
  }
  push(width - 1, 14)
  push(height - 1, 14)
  push(0, 1)
  push(0, 3)
  push(0, 3)
  for (const symbol of [g, r, b, 255, 0]) {
    push(1, 1)
    push(0, 1)
    push(1, 1)
    push(symbol, 8)
  }
  const packed = Buffer.alloc(Math.ceil(bits.length / 8))
  bits.forEach((bit, i) => {
    packed[i >> 3] = (packed[i >> 3] ?? 0) | (bit << (i & 7))
  })
  const stream = Buffer.concat([Buffer.from([0x2f]), packed])
  const data = stream.length % 2 === 0 ? stream : Buffer.concat([stream, Buffer.alloc(1)])
  const out = Buffer.alloc(20 + data.length)
  out.write("RIFF", 0, "latin1")
  out.writeUInt32LE(12 + data.length, 4)
  out.write("WEBPVP8L", 8, "latin1")
  out.writeUInt32LE(stream.length, 16)
  data.copy(out, 20)
  return out
}
