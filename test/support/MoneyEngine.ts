import { deflateSync } from "node:zlib"

/** What a provider does to a submission, told by the prompt itself so that a script survives a restart. */
export type Script =
  | { readonly does: "deliver"; readonly outputs?: number; readonly cost?: number | null }
  | { readonly does: "refuse" | "deny" | "fail" | "garble" | "empty" | "defect" }
  /** The answer is lost `times` times; whether the submission itself arrived is `charged`. */
  | { readonly does: "lose"; readonly charged: boolean; readonly times: number }
  | { readonly does: "pend"; readonly collects: ReadonlyArray<Collect>; readonly cost?: number | null }

/** What a provider does to one question after a pending submission. */
export type Collect = "deliver" | "interrupt" | "lose" | "defect" | "fail" | "garble"

/** A call as a provider's adapter sends it. */
export interface Call {
  readonly op: "submit" | "collect" | "lookup"
  readonly job: string
  readonly provider: string
  readonly prompt: string
  readonly count: number
}

/** What an adapter gets back; `lost` is no answer at all. */
export type Reply =
  | {
      readonly is: "delivered"
      readonly outputs: number
      readonly cost: number | null
      readonly garbled: boolean
    }
  | { readonly is: "pending" | "refused" | "denied" | "lost" | "defect" | "interrupted" | "none" }
  | { readonly is: "failed"; readonly billed: number }

/** What the world knows of one job, whatever the product believes. */
export interface Known {
  submissions: number
  charges: number
  collects: number
  lookups: number
  delivered: boolean
}

/** Reads the script in a prompt; anything that is none is delivered. */
export const scriptOf = (prompt: string): Script => {
  try {
    return JSON.parse(prompt) as Script
  } catch {
    return { does: "deliver" }
  }
}

/** The price that the emulated providers bill for one output, in micro-dollars. */
export const outputCost = 40_000

/** A provider outside the product: it counts what really reached it, and answers by script. */
export class Engine {
  readonly jobs = new Map<string, Known>()
  readonly lost = new Map<string, number>()

  of(job: string): Known {
    const known = this.jobs.get(job)
    if (known !== undefined) return known
    const fresh = { submissions: 0, charges: 0, collects: 0, lookups: 0, delivered: false }
    this.jobs.set(job, fresh)
    return fresh
  }

  handle(call: Call): Reply {
    const known = this.of(call.job)
    const script = scriptOf(call.prompt)
    switch (call.op) {
      case "submit":
        return this.submit(call, script, known)
      case "lookup":
        known.lookups += 1
        if (script.does === "lose" && script.times > 1_000) return { is: "lost" }
        if (known.charges === 0) return { is: "none" }
        return this.result(call, script, known)
      case "collect":
        return this.collect(call, script, known)
    }
  }

  private submit(call: Call, script: Script, known: Known): Reply {
    known.submissions += 1
    if (script.does === "refuse") return { is: "refused" }
    if (script.does === "deny") return { is: "denied" }
    if (script.does === "defect") return { is: "defect" }
    if (script.does === "lose") {
      const before = this.lost.get(call.job) ?? 0
      if (before < script.times) {
        this.lost.set(call.job, before + 1)
        if (script.charged) this.charge(call, known)
        return { is: "lost" }
      }
    }
    this.charge(call, known)
    return this.result(call, script, known)
  }

  // A provider that takes our id charges it once; one that does not charges every time.
  private charge(call: Call, known: Known): void {
    known.charges =
      call.provider.includes("unsafe") || known.charges === 0 ? known.charges + 1 : known.charges
  }

  private result(call: Call, script: Script, known: Known): Reply {
    if (script.does === "pend") return { is: "pending" }
    if (script.does === "fail") return { is: "failed", billed: outputCost }
    known.delivered = true
    const cost =
      script.does === "deliver" && script.cost !== undefined ? script.cost : outputCost * call.count
    const outputs =
      script.does === "empty" ? 0 : script.does === "deliver" ? (script.outputs ?? call.count) : call.count
    return { is: "delivered", outputs, cost, garbled: script.does === "garble" }
  }

  private collect(call: Call, script: Script, known: Known): Reply {
    const steps = script.does === "pend" ? script.collects : []
    const step = steps[Math.min(known.collects, steps.length - 1)] ?? "deliver"
    known.collects += 1
    switch (step) {
      case "interrupt":
        return { is: "interrupted" }
      case "lose":
        return { is: "lost" }
      case "defect":
        return { is: "defect" }
      case "fail":
        return { is: "failed", billed: outputCost }
      case "garble":
      case "deliver": {
        known.delivered = true
        const cost =
          script.does === "pend" && script.cost !== undefined ? script.cost : outputCost * call.count
        return { is: "delivered", outputs: call.count, cost, garbled: step === "garble" }
      }
    }
  }
}

const crcTable = Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value >>> 0
})

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  let crc = 0xffffffff
  for (const byte of body) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8)
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A picture of one pixel that is like no other with another text. */
export const pixel = (text: string): Uint8Array => {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
  return new Uint8Array(
    Buffer.concat([
      Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
      chunk("IHDR", header),
      chunk("tEXt", Buffer.from(`Comment\0${text}`, "latin1")),
      chunk("IDAT", deflateSync(Buffer.from([0, 1, 2, 3]))),
      chunk("IEND", Buffer.alloc(0))
    ])
  )
}
