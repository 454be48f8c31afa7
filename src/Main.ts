import * as path from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as HashSet from "effect/HashSet"
import { run } from "./Commands/Run.js"
import { write } from "./Render/Write.js"
import { layerAdapters } from "./Services/Adapters.js"
import { layerClient } from "./Services/Layers.js"

/** Runs a command line of the bin at `bin` (a path) and resolves to the process's exit code; never rejects. */
export const main = (argv: ReadonlyArray<string>, bin: string): Promise<number> => {
  const docs = pathToFileURL(path.join(path.dirname(bin), "../../docs/exit-codes.md")).href
  return run(argv, {
    layer: layerClient(() =>
      import("./Server/index.js").then(({ layerEmbeddedTransport }) => layerEmbeddedTransport)
    ),
    docsUrl: (code) => `${docs}#${code.toLowerCase()}`
  }).pipe(
    Effect.flatMap(write),
    Effect.provide(layerAdapters(bin)),
    // What is to be told stands in the one document; nothing is printed beside it.
    Effect.locally(FiberRef.currentLoggers, HashSet.empty()),
    // Nobody collects the client's spans; each would take a stack trace on its way.
    Effect.withTracerEnabled(false),
    Effect.runPromise
  )
}
