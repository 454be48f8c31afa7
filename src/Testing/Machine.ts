import { rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { run } from "../Commands/Run.js"
import { write } from "../Render/Write.js"
import type { Envelope } from "../Schema/Envelope.js"
import { formatId } from "../Schema/Ids.js"
import type { TelemetryEvent } from "../Schema/Telemetry.js"
import { Deadlines } from "../Services/Deadlines.js"
import { Entropy } from "../Services/Entropy.js"
import { Env } from "../Services/Env.js"
import { Files } from "../Services/Files.js"
import type { FakeHandler, RecordedRequest } from "../Services/Http/Fake.js"
import { layerClientOver } from "../Services/Layers.js"
import { Prefix } from "../Services/Prefix.js"
import { type Signal, Signals } from "../Services/Signals.js"
import { Stdin } from "../Services/Stdin.js"
import { Telemetry } from "../Services/Telemetry.js"
import { type CaptureOptions, Captured, layerCapture } from "./Capture.js"
import { makeMemoryFiles, type MemoryFiles, type MemoryFilesOptions } from "./MemoryFiles.js"
import { layerImages, layerRecorded, unreachable } from "./Transport.js"

/** The home folder of every machine in memory. */
export const home = "/home/agent"

/** What a machine in memory has. */
export interface MachineOptions extends Omit<MemoryFilesOptions, "beneath"> {
  /** Answers the requests to a remote service; without it nobody listens. `--local` reaches the embedded service. */
  readonly service?: FakeHandler
  /** Pictures that stand on the network, by URL. */
  readonly images?: Readonly<Record<string, Uint8Array>>
  /** Environment beside `HOME` and `IMAGE_SKILL_DATA_DIR`. */
  readonly env?: Readonly<Record<string, string>>
  /** Content of the config file. */
  readonly config?: object
  /** A real folder for the embedded service's data; without it a temporary one, which goes with the machine. */
  readonly dataFolder?: string
}

/** What one command line has beside the machine's own. */
export interface CommandOptions extends CaptureOptions {
  /** Further environment for this command. */
  readonly env?: Readonly<Record<string, string>>
  /** Standard input; without it, a terminal. */
  readonly stdin?: string
  /** A signal that comes when this effect ends. */
  readonly signal?: Effect.Effect<Signal>
  /** Ids and keys that are the same each time; only for a machine on which nothing is kept. */
  readonly sameIds?: boolean
  /** Keeps the telemetry spool in the machine's files as the bin does, instead of in `telemetry`. */
  readonly spool?: boolean
}

/** How a command line ended. */
export interface CommandResult {
  /** The one document, as it was written. */
  readonly envelope: Envelope
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** Standard output as bytes. */
  readonly bytes: Uint8Array
  /** The events that this command recorded. */
  readonly telemetry: ReadonlyArray<TelemetryEvent>
  /** The requests that this command sent, to whichever service or picture host. */
  readonly requests: ReadonlyArray<RecordedRequest>
  /** The machine's files, as they are now. */
  readonly files: typeof MemoryFiles.Service
  /** The paths that this command wrote or removed, in their order; not the embedded service's own. */
  readonly changed: ReadonlyArray<string>
}

/** A machine in memory, on which command lines run one after the other. */
export interface Machine {
  readonly run: (argv: ReadonlyArray<string>, options?: CommandOptions) => Effect.Effect<CommandResult>
  readonly files: typeof MemoryFiles.Service
  /** The embedded service's folder: real, because a database needs one. */
  readonly dataFolder: string
}

const AnyJson = Schema.parseJson()

const temporary = Effect.acquireRelease(
  Effect.map(Entropy, ({ bytes }) => path.join(tmpdir(), `image-skill-${formatId("trace", bytes(12))}`)),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
).pipe(Effect.provide(Entropy.layer))

/** Makes a machine in memory; what is real of it goes with the scope. */
export const makeMachine = (options: MachineOptions = {}): Effect.Effect<Machine, never, Scope.Scope> =>
  Effect.gen(function* () {
    const dataFolder = options.dataFolder ?? (yield* temporary)
    const real = yield* Effect.provide(Files, Files.layer)
    const { files, memory } = makeMemoryFiles({
      ...options,
      folders: [home, process.cwd(), ...(options.folders ?? [])],
      beneath: { covers: (at) => at.startsWith(dataFolder + path.sep), files: real }
    })
    if (options.config !== undefined) {
      memory.put(
        path.join(home, ".config/image-skill/config.json"),
        Schema.encodeSync(Schema.parseJson(Schema.Object))(options.config)
      )
    }

    const runOne = (argv: ReadonlyArray<string>, given: CommandOptions): Effect.Effect<CommandResult> =>
      Effect.gen(function* () {
        const telemetry: Array<TelemetryEvent> = []
        const requests: Array<RecordedRequest> = []
        const before = memory.changed.length
        const adapters = Layer.mergeAll(
          Deadlines.layerWithoutPause,
          given.sameIds === true ? Entropy.layerSequence : Entropy.layer,
          Prefix.layerOf("image-skill"),
          given.signal === undefined ? Signals.layerNone : Layer.succeed(Signals, { next: given.signal }),
          Stdin.layerOf(given.stdin ?? null),
          given.spool === true ? Telemetry.layer : Telemetry.layerMemory(telemetry),
          layerCapture(given)
        ).pipe(
          Layer.provideMerge(Layer.succeed(Files, files)),
          Layer.provideMerge(
            Env.layerOf({ HOME: home, IMAGE_SKILL_DATA_DIR: dataFolder, ...options.env, ...given.env })
          )
        )
        const layer = layerClientOver(
          layerRecorded(options.service ?? unreachable, requests),
          layerImages(options.images ?? {}, requests)
        )
        return yield* Effect.gen(function* () {
          const finished = yield* run(argv, { layer, docsUrl: (code) => `docs/${code.toLowerCase()}` })
          const exitCode = yield* write(finished)
          const { bytes, stderr, stdout } = yield* Captured
          const text = finished.bytes === null ? stdout() : stderr()
          return {
            envelope:
              given.stdoutFault === undefined
                ? ((yield* Schema.decode(AnyJson)(text)) as Envelope)
                : finished.envelope,
            exitCode,
            stdout: stdout(),
            stderr: stderr(),
            bytes: bytes(),
            telemetry,
            requests,
            files: memory,
            changed: memory.changed.slice(before)
          }
        }).pipe(
          Effect.provide(adapters),
          // What was written is no JSON, which no command line may cause.
          Effect.orDie
        )
      })
    return { run: (argv, given = {}) => runOne(argv, given), files: memory, dataFolder }
  })

/** Runs one command line on a machine of its own. */
export const runCommand = (
  argv: ReadonlyArray<string>,
  options: MachineOptions & CommandOptions = {}
): Effect.Effect<CommandResult> =>
  Effect.scoped(Effect.flatMap(makeMachine(options), (machine) => machine.run(argv, options)))

/** Runs one command line on a machine of its own, for callers without Effect. */
export const runCommandPromise = (
  argv: ReadonlyArray<string>,
  options: MachineOptions & CommandOptions = {}
): Promise<CommandResult> => Effect.runPromise(runCommand(argv, options))
