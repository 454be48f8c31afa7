import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { Crash } from "../../src/Server/Domain/Crash.js"
import { layerLocal } from "../../src/Server/index.js"
import { Env } from "../../src/Services/Env.js"
import { ImageSkill } from "../../src/Services/ImageSkill.js"

/** What a process is told to do: one create on a data folder, with vendors' addresses in its environment. */
export interface ProviderOrders {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  readonly model: string
  readonly key: string
  /** Where to die; absent: nowhere. */
  readonly dieAt?: string
}

/** How the create ended, as its caller sees it. */
export interface ProviderEnd {
  readonly code: string | null
  readonly assets: number
  readonly debited: number
}

const orders = JSON.parse(process.argv[2] ?? "{}") as ProviderOrders

const layerCrash = Layer.succeed(Crash, {
  at: (point) =>
    Effect.suspend(() => {
      if (point !== orders.dieAt) return Effect.void
      process.kill(process.pid, "SIGKILL")
      return Effect.never
    })
})

const create = Effect.gen(function* () {
  const client = yield* ImageSkill
  const ended = yield* Effect.either(
    client.create({ model: orders.model, prompt: "a heron at dusk", idempotency_key: orders.key })
  )
  if (Either.isLeft(ended)) return { code: ended.left.code, assets: 0, debited: 0 }
  const { assets, quota } = ended.right.data
  return {
    code: null,
    assets: assets?.length ?? 0,
    debited: Number((quota as { readonly consumed_credits?: number } | undefined)?.consumed_credits ?? 0)
  }
})

const end: ProviderEnd = await Effect.runPromise(
  create.pipe(
    Effect.provide(
      layerLocal({
        dataFolder: orders.root,
        env: Env.layerOf({ HOME: orders.root, ...orders.env })
      }).pipe(Layer.provideMerge(layerCrash))
    )
  )
)
process.stdout.write(JSON.stringify(end))
