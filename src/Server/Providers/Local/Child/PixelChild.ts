/**
 * A process of its own in which callers' bytes are decoded and drawn (decision 13). It reads frames of work from standard input,
 * one after the other, answers each on standard output, and dies when its input ends, which it does when the service dies.
 */
import { writeSync } from "node:fs"
import { type Schema, Validator } from "@cfworker/json-schema"
import { isSharpMissing, loadSharp } from "../../../Domain/Media/Decode.js"
import { MediaRefused } from "../../../Domain/Media/Refused.js"
import { rasterSvg } from "../Svg/Raster.js"
import { transform } from "../Transform/Transform.js"
import { type Frame, framed, frameReader } from "./Frames.js"
import { type Work, workSchema } from "./Work.js"

/** In bytes, as the service decided when it started this process. */
const memoryLimit = Number(process.argv[2])

const lookEveryMs = 20

const validator = new Validator(workSchema as unknown as Schema, "2020-12")

// Not `exit`: that waits for the pixel library's threads, which may be at work for ever.
const die = (): void => void process.kill(process.pid, "SIGKILL")

const answer = (head: unknown, parts: ReadonlyArray<Uint8Array> = []): void => {
  for (const piece of framed(head, parts)) process.stdout.write(piece)
}

const understood = ({ head }: Frame): Work => {
  const asked: unknown = JSON.parse(head)
  if (!validator.validate(asked).valid) throw new TypeError("this is not work")
  return asked as Work
}

const done = async (frame: Frame): Promise<Uint8Array> => {
  const work = understood(frame)
  const { body } = frame
  if (work.work === "svg") {
    const { work: _, ...options } = work
    return rasterSvg(Buffer.from(body).toString("utf8"), options)
  }
  const source = body.subarray(0, work.source)
  const mask = body.subarray(work.source)
  const { bytes } = await transform(source, work.parameters, mask.length === 0 ? {} : { mask })
  return bytes
}

const faultOf = (cause: unknown): unknown => {
  if (cause instanceof MediaRefused) return { refused: { reason: cause.reason, parameter: cause.parameter } }
  if (isSharpMissing(cause)) return { failed: "missing" }
  return {
    failed: cause instanceof RangeError && /allocation failed/.test(cause.message) ? "memory" : "defect"
  }
}

const serve = async (frame: Frame): Promise<void> => {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() <= memoryLimit) return
    // At once, before it grows further; nothing else is being written now.
    for (const piece of framed({ failed: "memory" }, [])) writeSync(1, piece)
    die()
  }, lookEveryMs)
  try {
    const sharp = await loadSharp()
    // Nothing is kept between two callers' pictures.
    sharp.cache(false)
    // More threads take more memory for the same picture, and the processors are the service's.
    sharp.concurrency(1)
    answer({ made: true }, [await done(frame)])
  } catch (cause) {
    answer(faultOf(cause))
  } finally {
    clearInterval(watch)
  }
}

let before = Promise.resolve()
const read = frameReader((frame) => {
  before = before.then(() => serve(frame))
})

process.stdin.on("data", read)
process.stdin.on("end", die)
process.stdin.on("error", die)
process.stdout.on("error", die)
