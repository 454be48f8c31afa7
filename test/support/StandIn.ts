import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigStore } from "../../src/Services/ConfigStore.js"
import { Entropy } from "../../src/Services/Entropy.js"
import { Env } from "../../src/Services/Env.js"
import { Files } from "../../src/Services/Files.js"
import { type CommonFlags, Invocation, noFlags } from "../../src/Services/Invocation.js"
import { Stdin } from "../../src/Services/Stdin.js"
import { Target } from "../../src/Services/Target.js"
import { TokenSource } from "../../src/Services/TokenSource.js"

/** A real folder that goes with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(path.join(tmpdir(), "image-skill-test-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** What a test of the client's own services stands on. */
export interface Ground {
  readonly env?: Readonly<Record<string, string>>
  readonly flags?: Partial<CommonFlags>
  readonly config?: object | null
  /** Standard input; `null` is a terminal. */
  readonly stdin?: string | null
}

/** Target and token source over a config in memory. */
export const layerGround = ({ config = null, env = {}, flags = {}, stdin = null }: Ground) =>
  Layer.mergeAll(Target.layer, TokenSource.layer).pipe(
    Layer.provideMerge(ConfigStore.layerMemory(config as never)),
    Layer.provideMerge(Layer.effect(Invocation, Invocation.make({ ...noFlags, ...flags }))),
    Layer.provideMerge(
      Layer.mergeAll(
        Env.layerOf({ HOME: "/home/agent", ...env }),
        Stdin.layerOf(stdin),
        Entropy.layerSequence,
        Files.layer
      )
    )
  )
