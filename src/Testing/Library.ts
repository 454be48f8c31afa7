import * as Layer from "effect/Layer"
import { Deadlines } from "../Services/Deadlines.js"
import { Entropy } from "../Services/Entropy.js"
import { Env } from "../Services/Env.js"
import type { FakeHandler, FakeRequests } from "../Services/Http/Fake.js"
import { layerFake } from "../Services/Http/Fake.js"
import type { ImageSkill } from "../Services/ImageSkill.js"
import { Invocation, noFlags } from "../Services/Invocation.js"
import { layerClientOver } from "../Services/Layers.js"
import { Stdin } from "../Services/Stdin.js"
import { home } from "./Machine.js"
import { layerMemoryFiles, type MemoryFiles, type MemoryFilesOptions } from "./MemoryFiles.js"
import { layerImages } from "./Transport.js"

/** What a library test has beside its service. */
export interface LayerTestOptions extends MemoryFilesOptions {
  /** Pictures that stand on the network, by URL. */
  readonly images?: Readonly<Record<string, Uint8Array>>
  /** Environment beside `HOME`, the service's address and a token. */
  readonly env?: Readonly<Record<string, string>>
}

/** The address of the service that `layerTest` stands for. */
export const testAddress = "https://service.test"

/** `ImageSkill` over a fake service and files in memory: `FakeRequests` and `MemoryFiles` tell what happened. */
export const layerTest = (
  handler: FakeHandler,
  options: LayerTestOptions = {}
): Layer.Layer<ImageSkill | FakeRequests | MemoryFiles> =>
  layerClientOver(layerFake(handler), layerImages(options.images ?? {}, [])).pipe(
    Layer.provideMerge(Layer.effect(Invocation, Invocation.make(noFlags))),
    Layer.provideMerge(
      Layer.mergeAll(
        Deadlines.layer,
        Entropy.layerSequence,
        Stdin.layerOf(null),
        Env.layerOf({
          HOME: home,
          IMAGE_SKILL_API_BASE_URL: testAddress,
          IMAGE_SKILL_TOKEN: "fake-token",
          ...options.env
        }),
        layerMemoryFiles({ ...options, folders: [home, process.cwd(), ...(options.folders ?? [])] })
      )
    )
  )
