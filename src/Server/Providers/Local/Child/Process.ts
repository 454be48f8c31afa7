import { type ChildProcess, spawn } from "node:child_process"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { MediaRefused } from "../../../Domain/Media/Refused.js"
import { framed, type Frame, frameReader } from "./Frames.js"
import { heapLimit, idleLimit, memoryLimit, timeLimit, untouched } from "./Limits.js"
import { childProgram } from "./Program.js"
import type { Work } from "./Work.js"

/** Why the child gave no picture: it took too long or too much, it ended, sharp is not there, or the slip is ours. */
export class ChildFault extends Error {
  override readonly name = "ChildFault"
  constructor(readonly reason: "time" | "memory" | "ended" | "missing" | "defect") {
    super(reason)
  }
}

const Reply = Schema.parseJson(
  Schema.Union(
    Schema.Struct({ made: Schema.Literal(true) }),
    Schema.Struct({
      refused: Schema.Struct({
        reason: Schema.String.pipe(Schema.maxLength(1_000)),
        parameter: Schema.NullOr(Schema.String.pipe(Schema.maxLength(200)))
      })
    }),
    Schema.Struct({ failed: Schema.Literal("memory", "missing", "defect") })
  )
)

const readReply = Schema.decodeUnknownEither(Reply, { onExcessProperty: "error" })

/** A process for callers' bytes, started when first needed and again after every end. */
export interface PixelChild {
  /** Does one piece of work at a time and gives the picture; rejects with `MediaRefused` or `ChildFault`. */
  readonly run: (work: Work, parts: ReadonlyArray<Uint8Array>) => Promise<Uint8Array>
  /** The running process, if there is one. */
  readonly pid: () => number | undefined
}

/** How a child is run; the limits of `Limits.ts` unless given. */
export interface ChildOptions {
  readonly program?: () => string
  readonly timeMs?: number
  readonly idleMs?: number
  readonly memory?: number
}

/** Starts the program without environment, in no folder of anybody's, under the kernel's own limit where there is one. */
const start = (program: string, memory: number): ChildProcess => {
  const node = [process.execPath, `--max-old-space-size=${heapLimit}`, "--no-warnings"]
  const words = [...node, program, `${memory}`]
  // Linux counts what may be written against this limit; elsewhere the child's look at itself must do. A lower limit of the
  // operator's stays.
  const [file = "", ...rest] =
    process.platform === "linux"
      ? [
          "/bin/sh",
          "-c",
          `ulimit -d ${Math.ceil((memory + untouched) / 1024)}; ulimit -c 0; exec "$0" "$@"`,
          ...words
        ]
      : words
  return spawn(file, rest, { cwd: "/", env: {}, stdio: ["pipe", "pipe", "ignore"] })
}

/** What is under way in a child: its answer, or its end, settles it once. */
interface Waiting {
  readonly answer: (frame: Frame) => void
  readonly fail: (fault: ChildFault) => void
}

/** One running process with what waits for it. */
class Running {
  readonly #child: ChildProcess
  #waiting: Waiting | null = null
  #ended = false

  constructor(program: string, memory: number) {
    this.#child = start(program, memory)
    const end = () => this.#end("ended")
    // Not `exit`, which may come before the last words.
    this.#child.on("error", end).on("close", end)
    // A child that goes closes its pipe while it is written to.
    this.#child.stdin?.on("error", () => undefined)
    const read = frameReader((frame) => {
      const waiting = this.#waiting
      this.#waiting = null
      // What was not asked for comes from a child that is no longer itself.
      if (waiting === null) this.kill("defect")
      else waiting.answer(frame)
    })
    this.#child.stdout?.on("data", (piece: Uint8Array) => {
      try {
        read(piece)
      } catch {
        this.kill("defect")
      }
    })
    this.rest()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isEnded(): boolean {
    return this.#ended
  }

  ask(pieces: ReadonlyArray<Uint8Array>): Promise<Frame> {
    return new Promise<Frame>((answer, fail) => {
      if (this.#ended) return fail(new ChildFault("ended"))
      this.#waiting = { answer, fail }
      this.#hold((handle) => handle.ref())
      for (const piece of pieces) this.#child.stdin?.write(piece)
    })
  }

  /** Lets this process end although the child has not: nobody waits for it. */
  rest(): void {
    this.#hold((handle) => handle.unref())
  }

  kill(reason: ChildFault["reason"]): void {
    this.#end(reason)
    this.#child.kill("SIGKILL")
    this.rest()
  }

  #end(reason: ChildFault["reason"]): void {
    this.#ended = true
    this.#waiting?.fail(new ChildFault(reason))
    this.#waiting = null
  }

  #hold(each: (handle: { ref(): unknown; unref(): unknown }) => void): void {
    each(this.#child)
    // Pipes of a child are sockets, which their declared types do not tell.
    for (const pipe of [this.#child.stdin, this.#child.stdout]) {
      if (pipe !== null && "unref" in pipe) each(pipe as unknown as { ref(): unknown; unref(): unknown })
    }
  }
}

/** Makes a child that is not started yet. */
export const makePixelChild = ({
  idleMs = idleLimit,
  memory = memoryLimit,
  program = childProgram,
  timeMs = timeLimit
}: ChildOptions = {}): PixelChild => {
  let running: Running | null = null
  let idle: NodeJS.Timeout | undefined
  let before: Promise<unknown> = Promise.resolve()

  const attempt = async (pieces: ReadonlyArray<Uint8Array>): Promise<Frame> => {
    clearTimeout(idle)
    const child: Running = running === null || running.isEnded ? new Running(program(), memory) : running
    running = child
    const clock = setTimeout(() => child.kill("time"), timeMs)
    try {
      return await child.ask(pieces)
    } finally {
      clearTimeout(clock)
      child.rest()
      idle = setTimeout(() => child.kill("ended"), idleMs).unref()
    }
  }

  const work = async (asked: Work, parts: ReadonlyArray<Uint8Array>): Promise<Uint8Array> => {
    const pieces = framed(asked, parts)
    const frame = await attempt(pieces).catch((fault: unknown) => {
      // Whoever ended it may have meant the machine and not this picture; a second end is an answer.
      if (fault instanceof ChildFault && fault.reason === "ended") return attempt(pieces)
      throw fault
    })
    const reply = readReply(frame.head)
    if (Either.isLeft(reply)) {
      running?.kill("defect")
      throw new ChildFault("defect")
    }
    if ("made" in reply.right) return frame.body
    if ("refused" in reply.right) {
      throw new MediaRefused(reply.right.refused.reason, reply.right.refused.parameter)
    }
    // A child that held too much has ended itself by now, or is about to.
    if (reply.right.failed === "memory") running?.kill("memory")
    throw new ChildFault(reply.right.failed)
  }

  return {
    run: (asked, parts) => {
      const mine = before.then(() => work(asked, parts))
      before = mine.catch(() => undefined)
      return mine
    },
    pid: () => (running === null || running.isEnded ? undefined : running.pid)
  }
}
