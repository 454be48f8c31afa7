/** Real, silent and grey media of the other kinds: H.264 in MP4, MP3, GLB. */

const box = (type: string, ...parts: ReadonlyArray<Buffer>): Buffer => {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8, 0)
  head.write(type, 4, "latin1")
  return Buffer.concat([head, body])
}

const words = (...values: ReadonlyArray<number>): Buffer => {
  const out = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => out.writeUInt32BE(value >>> 0, i * 4))
  return out
}

const halves = (...values: ReadonlyArray<number>): Buffer => {
  const out = Buffer.alloc(values.length * 2)
  values.forEach((value, i) => out.writeUInt16BE(value & 0xffff, i * 2))
  return out
}

class Rbsp {
  private bits = ""
  u(value: number, length: number): this {
    this.bits += value.toString(2).padStart(length, "0")
    return this
  }
  ue(value: number): this {
    const code = (value + 1).toString(2)
    this.bits += "0".repeat(code.length - 1) + code
    return this
  }
  se(value: number): this {
    return this.ue(value > 0 ? value * 2 - 1 : -value * 2)
  }
  raw(bits: string): this {
    this.bits += bits
    return this
  }
  /** With stop bit and emulation prevention. */
  bytes(header: number): Buffer {
    const all = `${this.bits}1`
    const padded = all.padEnd(Math.ceil(all.length / 8) * 8, "0")
    const out = [header]
    let zeros = 0
    for (let i = 0; i < padded.length; i += 8) {
      const byte = Number.parseInt(padded.slice(i, i + 8), 2)
      if (zeros >= 2 && byte <= 3) {
        out.push(3)
        zeros = 0
      }
      out.push(byte)
      zeros = byte === 0 ? zeros + 1 : 0
    }
    return Buffer.from(out)
  }
}

const identity = words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

/** Grey H.264 frames (each macroblock: intra 16×16, DC prediction, no residual), at least two, in an MP4. */
export const mp4 = (width: number, height: number, frames = 8, rate = 24): Buffer => {
  const across = Math.ceil(width / 16)
  const down = Math.ceil(height / 16)
  const sps = new Rbsp()
    .u(66, 8)
    .u(0xc0, 8)
    .u(31, 8)
    .ue(0)
    .ue(0)
    .ue(2)
    .ue(1)
    .u(0, 1)
    .ue(across - 1)
    .ue(down - 1)
    .u(1, 1)
    .u(1, 1)
  if (across * 16 === width && down * 16 === height) sps.u(0, 1)
  else
    sps
      .u(1, 1)
      .ue(0)
      .ue((across * 16 - width) >> 1)
      .ue(0)
      .ue((down * 16 - height) >> 1)
  const spsBytes = sps.u(0, 1).bytes(0x67)
  const ppsBytes = new Rbsp()
    .ue(0)
    .ue(0)
    .u(0, 1)
    .u(0, 1)
    .ue(0)
    .ue(0)
    .ue(0)
    .u(0, 1)
    .u(0, 2)
    .se(0)
    .se(0)
    .se(0)
    .u(0, 1)
    .u(0, 1)
    .u(0, 1)
    .bytes(0x68)
  const slice = (index: number): Buffer =>
    new Rbsp()
      .ue(0)
      .ue(7)
      .ue(0)
      .u(0, 4)
      .ue(index % 2)
      .u(0, 1)
      .u(0, 1)
      .se(0)
      .raw("00100111".repeat(across * down))
      .bytes(0x65)
  const pair = [slice(0), slice(1)].map((nal) => Buffer.concat([words(nal.length), nal]))
  const samples = Array.from({ length: Math.max(2, frames) }, (_, i) => pair[i % 2] ?? Buffer.alloc(0))
  const span = samples.length
  const ftyp = box("ftyp", Buffer.from("isom"), words(512), Buffer.from("isomiso2avc1mp41"))
  const avcC = box(
    "avcC",
    Buffer.from([1, 66, 0xc0, 31, 0xff, 0xe1]),
    halves(spsBytes.length),
    spsBytes,
    Buffer.from([1]),
    halves(ppsBytes.length),
    ppsBytes
  )
  const entry = box(
    "avc1",
    Buffer.alloc(6),
    halves(1),
    Buffer.alloc(16),
    halves(width, height),
    words(0x480000, 0x480000, 0),
    halves(1),
    Buffer.alloc(32),
    halves(24, 0xffff),
    avcC
  )
  const moov = (offset: number): Buffer =>
    box(
      "moov",
      box(
        "mvhd",
        words(0, 0, 0, rate, span, 0x10000),
        halves(0x100, 0),
        words(0, 0),
        identity,
        Buffer.alloc(24),
        words(2)
      ),
      box(
        "trak",
        box(
          "tkhd",
          words(3, 0, 0, 1, 0, span, 0, 0),
          halves(0, 0, 0, 0),
          identity,
          words(width << 16, height << 16)
        ),
        box(
          "mdia",
          box("mdhd", words(0, 0, 0, rate, span), halves(0x55c4, 0)),
          box("hdlr", words(0, 0), Buffer.from("vide"), words(0, 0, 0), Buffer.from("video\0")),
          box(
            "minf",
            box("vmhd", words(1, 0, 0)),
            box("dinf", box("dref", words(0, 1), box("url ", words(1)))),
            box(
              "stbl",
              box("stsd", words(0, 1), entry),
              box("stts", words(0, 1, span, 1)),
              box("stsc", words(0, 1, 1, span, 1)),
              box("stsz", words(0, 0, span, ...samples.map((s) => s.length))),
              box("stco", words(0, 1, offset))
            )
          )
        )
      )
    )
  const offset = ftyp.length + moov(0).length + 8
  return Buffer.concat([ftyp, moov(offset), box("mdat", ...samples)])
}

/** Silent MPEG-1 layer III, mono, 32 kbit/s at 44.1 kHz: 26.1 ms a frame. */
export const mp3 = (seconds: number): Buffer => {
  const frame = Buffer.alloc(104)
  frame.set([0xff, 0xfb, 0x10, 0xc4])
  return Buffer.concat(Array.from({ length: Math.max(2, Math.ceil((seconds * 44_100) / 1152)) }, () => frame))
}

/** A glTF 2.0 binary with one triangle. */
export const glb = (): Buffer => {
  const points = Buffer.alloc(36)
  ;[0, 0, 0, 1, 0, 0, 0, 1, 0].forEach((value, i) => points.writeFloatLE(value, i * 4))
  const scene = JSON.stringify({
    asset: { version: "2.0", generator: "emulator" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 3, type: "VEC3", min: [0, 0, 0], max: [1, 1, 0] }
    ],
    bufferViews: [{ buffer: 0, byteLength: 36 }],
    buffers: [{ byteLength: 36 }]
  })
  const json = Buffer.from(scene.padEnd(Math.ceil(scene.length / 4) * 4, " "))
  const little = (...values: ReadonlyArray<number>): Buffer => {
    const out = Buffer.alloc(values.length * 4)
    values.forEach((value, i) => out.writeUInt32LE(value, i * 4))
    return out
  }
  return Buffer.concat([
    little(0x46546c67, 2, 12 + 8 + json.length + 8 + points.length),
    little(json.length, 0x4e4f534a),
    json,
    little(points.length, 0x004e4942),
    points
  ])
}
