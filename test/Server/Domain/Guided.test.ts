import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ModelsRequest } from "../../../src/Schema/Considered.js"
import type { JsonObject } from "../../../src/Schema/Open.js"
import { Catalog } from "../../../src/Server/Domain/Catalog/Catalog.js"
import { allModels } from "../../../src/Server/Domain/Catalog/Models.js"
import type { ModelSpec } from "../../../src/Server/Domain/Catalog/ModelSpec.js"
import { planRequest, type Request } from "../../../src/Server/Domain/Planning.js"
import { Policy } from "../../../src/Server/Domain/Policy.js"
import { listModels } from "../../../src/Server/Handlers/Catalog.js"
import type { Provider } from "../../../src/Server/Providers/Provider.js"
import { Providers } from "../../../src/Server/Providers/Provider.js"
import { allProviders } from "../../../src/Server/Providers/Vendors.js"
import { Assets } from "../../../src/Server/Storage/Assets.js"
import { Blobs } from "../../../src/Server/Storage/Blobs.js"
import { candidatesOf, consideredOf, guardOf, reservedBy, settle } from "../../../src/Services/GuideModels.js"
import { patient } from "../Providers/ConformanceHarness.js"

const keys: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: "sk-test",
  FAL_KEY: "a:b",
  XAI_API_KEY: "xai-test"
}
const real = allProviders({ get: (name) => keys[name] }, patient).filter(({ id }) =>
  ["local", "openai", "fal", "xai"].includes(id)
)
const ids = real.map(({ id }) => id)
const pool = allModels.filter(({ providerId }) => ids.includes(providerId))

/** A value at times: most of what can be asked is not asked at once, or nothing would ever fit. */
const at = <A>(weight: number, arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary })

/** Some of the models, with other preferences and limits, on a service that can run some of their providers. */
const worlds = fc.record({
  models: fc.subarray([...pool], { minLength: 12 }),
  twist: fc.array(fc.record({ quality: fc.nat(99), selectable: fc.boolean(), maxOutputs: fc.nat(4) }), {
    maxLength: 6
  }),
  down: fc.subarray(ids, { maxLength: 1 }),
  policy: at(3, fc.subarray(ids, { minLength: 1 })),
  margin: fc.constantFrom(0, 40, 75)
})
const usd = fc.constantFrom(0.001, 0.01, 0.02, 0.04, 0.05, 0.07, 0.09, 0.1, 0.12, 0.25, 1)
const wishes = fc
  .record({
    prompt: fc.constantFrom(
      "a fox",
      "ein F\u00fcchslein \u{1f98a}",
      "x".repeat(9_000),
      "\u00df\u20ac".repeat(9_000)
    ),
    intent: at(6, fc.constantFrom("draft", "cheap", "test", "explore", "final", "hero")),
    provider: at(2, fc.constantFrom(...ids)),
    aspect_ratio: at(3, fc.constantFrom("1:1", "4:5", "16:9", "5:1", "20:9", "auto")),
    output_count: at(2, fc.integer({ min: 1, max: 6 })),
    max_estimated_usd_per_image: at(3, usd),
    max_usd: at(3, usd),
    accept_unknown_cost: at(5, fc.constant(true)),
    model_parameters: at(
      2,
      fc.constantFrom<JsonObject>(
        {},
        { zz: 1 },
        { quality: "high", size: "1024x1024" },
        { quality: "low" },
        { resolution: "2k" }
      )
    )
  })
  .map((wish) => ({
    prompt: wish.prompt,
    ...(Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as {
      readonly [Name in Exclude<keyof typeof wish, "prompt">]?: NonNullable<(typeof wish)[Name]>
    })
  }))

const serviceOf = ({
  down,
  margin,
  models,
  policy,
  twist
}: typeof worlds extends fc.Arbitrary<infer W> ? W : never) => {
  const specs = models.map((model, index): ModelSpec => {
    const change = twist[index % Math.max(1, twist.length)]
    return change === undefined || index % 2 === 1
      ? model
      : { ...model, ...change, maxOutputs: Math.max(1, change.maxOutputs) }
  })
  const providers = real.map(
    (provider): Provider =>
      down.includes(provider.id)
        ? { ...provider, availability: Effect.succeed({ available: false, reason: "down" }) }
        : { ...provider, availability: Effect.succeed({ available: true }) }
  )
  const providing = Layer.succeed(Providers, { providers })
  return Layer.mergeAll(
    Catalog.layer(specs).pipe(Layer.provide(providing)),
    providing,
    Policy.layerPreview({ marginPercent: margin, defaultProviders: policy ?? null }),
    Layer.succeed(Assets, { find: () => Effect.succeed(null) } as unknown as typeof Assets.Service),
    Layer.succeed(Blobs, {} as unknown as typeof Blobs.Service)
  )
}

type Wish = typeof wishes extends fc.Arbitrary<infer W> ? W : never
type World = typeof worlds extends fc.Arbitrary<infer W> ? W : never

/** What a guide makes of the service's list, over the wire and back. */
const guided = (input: Wish & { readonly model?: string }) =>
  Effect.gen(function* () {
    const asked = { ...input, operation: "create" as const } as Parameters<typeof settle>[2]
    const query = yield* Schema.encode(ModelsRequest)({ for: consideredOf(asked) })
    // The handler needs no more of the service than these rooms.
    const { data } = yield* listModels(
      yield* Schema.decode(ModelsRequest)(query),
      {} as never
    ) as Effect.Effect<
      { readonly data: { readonly models: ReadonlyArray<never>; readonly choice?: unknown } },
      never,
      Catalog | Policy | Providers
    >
    expect(data.choice).toBeDefined()
    return settle(data.choice, candidatesOf(data.models, asked), asked)
  })

const planned = (input: Wish & { readonly model?: string }) =>
  Effect.either(planRequest(null, { kind: "create", ...input } as Request))

const seen: Array<string> = []

const same = (world: World, wish: Wish, model: string | undefined) =>
  Effect.gen(function* () {
    const input = model === undefined ? wish : { ...wish, model }
    const { refusal, selected } = yield* guided(input)
    const first = yield* planned(input)
    // A model that cannot run is replaced by a guide, and refused by a create (contract §5).
    const plan = model !== undefined && selected?.row.id !== model ? yield* planned(wish) : first
    seen.push(Either.isLeft(plan) ? plan.left.code : "ready")
    if (Either.isLeft(plan)) {
      expect([wish, selected === null || refusal !== null]).toEqual([wish, true])
      expect(refusal?.code).toBe(plan.left.code)
      return
    }
    expect(refusal).toBeNull()
    expect(selected?.row.id).toBe(plan.right.plan.model.id)
    const known = plan.right.quote.providerCost !== null
    expect(selected?.credits).toBe(known ? plan.right.quote.creditsPerOutput : null)
    if (selected === null) return
    // The command that the guide writes makes the same for no more than it said.
    const guard = guardOf(wish.max_estimated_usd_per_image, selected)
    const typed = yield* planned({
      ...wish,
      model: selected.row.id,
      max_estimated_usd_per_image: guard,
      model_parameters: { ...selected.added, ...wish.model_parameters }
    })
    expect(Either.isRight(typed)).toBe(true)
    if (Either.isLeft(typed)) return
    expect(typed.right.plan).toMatchObject({
      model: { id: plan.right.plan.model.id },
      parameters: plan.right.plan.parameters,
      aspectRatio: plan.right.plan.aspectRatio
    })
    expect(typed.right.quote.credits).toBe(
      reservedBy(selected, guard, { operation: "create", ...wish } as never)
    )
  }).pipe(Effect.provide(serviceOf(world)))

describe("a guide and a create without a model", () => {
  it("choose and price the same, whatever the catalog, and what the guide writes then runs", async () => {
    const names = at(3, fc.constantFrom(...pool.map(({ id }) => id)))
    await fc.assert(
      fc.asyncProperty(worlds, wishes, names, (world, wish, model) =>
        Effect.runPromise(same(world, wish as Wish, model) as Effect.Effect<void>)
      ),
      { numRuns: 300 }
    )
    // A law about choices that are never made, or never refused, would hold nothing.
    for (const end of ["ready", "CAPABILITY_DENIED", "BUDGET_EXCEEDED", "MODEL_PARAMETERS_INVALID"]) {
      expect(seen).toContain(end)
    }
    expect(seen.filter((end) => end === "ready").length).toBeGreaterThan(30)
  }, 60_000)
})
