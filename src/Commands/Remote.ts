import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { failure, type InvalidArguments } from "../Errors.js"
import { CommandRunner } from "../Services/CommandRunner.js"
import { ConfigStore } from "../Services/ConfigStore.js"
import { Deadlines } from "../Services/Deadlines.js"
import { Entropy } from "../Services/Entropy.js"
import { Env } from "../Services/Env.js"
import { type FileProblem, Files } from "../Services/Files.js"
import { layerOverTransport } from "../Services/Layers.js"
import { Journal } from "../Services/Journal.js"
import { Prefix } from "../Services/Prefix.js"
import { RemoteImage } from "../Services/RemoteImage.js"
import { Signals } from "../Services/Signals.js"
import { Stdin } from "../Services/Stdin.js"
import { Target } from "../Services/Target.js"
import { Telemetry } from "../Services/Telemetry.js"
import { TokenSource } from "../Services/TokenSource.js"
import { normalise } from "./Argv.js"
import { allCommands } from "./index.js"
import { parse } from "./Parse.js"
import { run } from "./Run.js"

// Flags that name a file, a stream, another address or another identity, whatever the operation declares.
const refusedFlags: ReadonlySet<string> = new Set([
  "local",
  "api-base-url",
  "token",
  "token-stdin",
  "prompt-file",
  "download",
  "output",
  "output-dir",
  "element-frontal",
  "element-reference",
  "reference-image"
])

const longestMs = 120_000

const refusal = () =>
  failure(
    "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
    "this command is not run for others: only those are that touch nothing but the service",
    { recovery: { next_step: "run it with the program itself, or use the service's own endpoint" } }
  )

/** Whether a command line may be run for somebody else: only when its operation says that it touches nothing (contract §6). */
const mayRun = (argv: ReadonlyArray<string>): Effect.Effect<boolean, InvalidArguments> =>
  Either.match(normalise(allCommands, argv), {
    // Whoever puts a card on a command line must hear of that, and not of the command.
    onLeft: (problem) =>
      problem.code === "PAYMENT_CREDENTIAL_FLAG_REJECTED" ? Effect.fail(problem) : Effect.succeed(false),
    onRight: (normalised) => {
      if (normalised.help) return Effect.succeed(true)
      if (normalised.given.some(({ name }) => refusedFlags.has(name))) return Effect.succeed(false)
      return Effect.match(parse(normalised), {
        // The values do not fit: the run refuses them without beginning anything.
        onFailure: () => true,
        onSuccess: ({ values }) => {
          const input = { ...values, input: values["input"] ?? values["input_asset_id"] }
          return Option.match(Option.liftThrowable(() => normalised.command.operation.touches(input))(), {
            onNone: () => false,
            onSome: (touched) => touched.length === 0
          })
        }
      })
    }
  })

const nothing = <A>(path: string): Effect.Effect<A, FileProblem> =>
  Effect.fail({ _tag: "FileProblem", cause: "eacces", path })

// Should a command reach for a file all the same, there is none.
const noFiles = Layer.succeed(Files, {
  entry: nothing,
  read: nothing,
  stream: (path) => Stream.fromEffect(nothing(path)),
  probe: nothing,
  makeFolder: nothing,
  write: (path) => nothing(path),
  withLock: (path) => nothing(path),
  append: nothing,
  remove: nothing,
  size: nothing,
  list: () => Effect.succeed([]),
  behindLinks: nothing,
  rename: nothing
})

const address = "https://service.invalid"

/** Runs commands with an empty environment, no files, no standard input, no network and no signals (contract §6). */
export const layerCommandRunner = (docsUrl: (code: string) => string) =>
  Layer.succeed(CommandRunner, {
    run: (argv, transport) =>
      Effect.gen(function* () {
        if (!(yield* mayRun(argv))) return yield* Effect.fail(refusal())
        const client = layerOverTransport.pipe(
          Layer.provideMerge(
            Layer.mergeAll(
              transport,
              // The service itself is the authority; it keeps no journal of what it is asked.
              Journal.layerNone,
              Layer.succeed(RemoteImage, {
                fetch: () =>
                  Effect.fail(failure("REMOTE_UPLOAD_FETCH_FAILED", "nothing is fetched for others"))
              })
            )
          ),
          // The service puts the caller's own token in; this only says that there is one.
          Layer.provideMerge(Layer.merge(Target.layerRemote(address), TokenSource.layerOf("the-caller"))),
          Layer.provideMerge(ConfigStore.layerMemory())
        )
        const { envelope, exitCode } = yield* run(argv, { layer: client, docsUrl }).pipe(
          Effect.provide(adapters),
          Effect.timeoutFail({
            duration: longestMs,
            onTimeout: () => failure("TIMEOUT", "the command took too long; the work goes on")
          })
        )
        return { envelope, exitCode }
      })
  })

const adapters = Layer.mergeAll(
  Deadlines.layer,
  Entropy.layer,
  Env.layerOf({}),
  noFiles,
  Signals.layerNone,
  Stdin.layerOf(null),
  Telemetry.layerMemory([]),
  Prefix.layerOf("image-skill")
)
