import * as path from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as HashSet from "effect/HashSet"
import { run } from "./Commands/Run.js"
import { write } from "./Render/Write.js"
import { Deadlines } from "./Services/Deadlines.js"
import { Entropy } from "./Services/Entropy.js"
import { Env } from "./Services/Env.js"
import { Files } from "./Services/Files.js"
import { layerClient } from "./Services/Layers.js"
import { Output } from "./Services/Output.js"
import { Prefix } from "./Services/Prefix.js"
import { Signals } from "./Services/Signals.js"
import { Stdin } from "./Services/Stdin.js"
import { followedBy } from "./Stack.js"
import { Telemetry } from "./Services/Telemetry.js"

/** Runs a command line of the bin at `bin` (a path) and resolves to the process's exit code; never rejects. */
export const main = (argv: ReadonlyArray<string>, bin: string): Promise<number> => {
  const adapters = Env.layerProcess.pipe(
    followedBy(Files.layer),
    followedBy(Output.layer),
    followedBy(Stdin.layer),
    followedBy(Entropy.layer),
    followedBy(Deadlines.layer),
    followedBy(Signals.layer),
    followedBy(Telemetry.layer),
    followedBy(Prefix.layer(bin))
  )
  const docs = pathToFileURL(path.join(path.dirname(bin), "../../docs/exit-codes.md")).href
  return run(argv, {
    layer: layerClient(() =>
      import("./Server/index.js").then(({ layerEmbeddedTransport }) => layerEmbeddedTransport)
    ),
    docsUrl: (code) => `${docs}#${code.toLowerCase()}`
  }).pipe(
    Effect.flatMap(write),
    Effect.provide(adapters),
    // What is to be told stands in the one document; nothing is printed beside it.
    Effect.locally(FiberRef.currentLoggers, HashSet.empty()),
    // Nobody collects the client's spans; each would take a stack trace on its way.
    Effect.withTracerEnabled(false),
    Effect.runPromise
  )
}
