import * as path from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
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
import { Telemetry } from "./Services/Telemetry.js"

/** Runs a command line of the bin at `bin` (a path) and resolves to the process's exit code; never rejects. */
export const main = (argv: ReadonlyArray<string>, bin: string): Promise<number> => {
  const adapters = Layer.mergeAll(
    Deadlines.layer,
    Entropy.layer,
    Output.layer,
    Signals.layer,
    Stdin.layer,
    Telemetry.layer.pipe(Layer.provideMerge(Files.layer)),
    Prefix.layer(bin)
  ).pipe(Layer.provideMerge(Env.layerProcess), Layer.merge(Logger.replace(Logger.defaultLogger, Logger.none)))
  const docs = pathToFileURL(path.join(path.dirname(bin), "../../docs/exit-codes.md")).href
  return run(argv, {
    layer: layerClient(() =>
      import("./Server/index.js").then(({ layerEmbeddedTransport }) => layerEmbeddedTransport)
    ),
    docsUrl: (code) => `${docs}#${code.toLowerCase()}`
  }).pipe(
    Effect.flatMap(write),
    Effect.provide(adapters),
    // Nobody collects the client's spans; each would take a stack trace on its way.
    Effect.withTracerEnabled(false),
    Effect.runPromise
  )
}
