import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import {
  beneath,
  build,
  followedBy,
  layerContext,
  layerEffect,
  layerSucceed,
  layerSync
} from "../src/Stack.js"

class Ground extends Context.Tag("test/Ground")<Ground, string>() {}
class Floor extends Context.Tag("test/Floor")<Floor, string>() {}
class Roof extends Context.Tag("test/Roof")<Roof, string>() {}

/** Layers that write down when they are made and released, under what they find below. */
const makeHouse = (fail: string | null = null) => {
  const diary: Array<string> = []
  const made = <I>(name: string, tag: Context.Tag<I, string>, below: Effect.Effect<string, never, never>) =>
    layerEffect(
      tag,
      Effect.acquireRelease(
        Effect.flatMap(below, (found) => {
          if (fail === name) return Effect.fail(`no ${name}`)
          diary.push(`make ${name}`)
          return Effect.succeed(`${name} on ${found}`)
        }),
        () => Effect.sync(() => diary.push(`release ${name}`))
      )
    )
  const on = <I>(tag: Context.Tag<I, string>) => tag as unknown as Effect.Effect<string>
  const ground = made("ground", Ground, Effect.succeed("rock"))
  const floor = made("floor", Floor, on(Ground)) as Layer.Layer<Floor, string, Ground>
  const roof = made("roof", Roof, on(Floor)) as Layer.Layer<Roof, string, Floor>
  return { diary, ground, floor, roof }
}

const told = Effect.all([Ground, Floor, Roof])

describe("a stack of layers", () => {
  it.effect("is built from below, each once, and released from above", () =>
    Effect.gen(function* () {
      const { diary, floor, ground, roof } = makeHouse()
      const house = ground.pipe(followedBy(floor), followedBy(roof))
      expect(yield* Effect.provide(told, house)).toEqual([
        "ground on rock",
        "floor on ground on rock",
        "roof on floor on ground on rock"
      ])
      expect(diary).toEqual([
        "make ground",
        "make floor",
        "make roof",
        "release roof",
        "release floor",
        "release ground"
      ])
    })
  )

  it.effect("gives what Layer.provideMerge and Layer.provide would give", () =>
    Effect.gen(function* () {
      const { floor, ground, roof } = makeHouse()
      const plainly = yield* Effect.provide(told, ground.pipe(followedBy(floor), followedBy(roof)))
      const usual = yield* Effect.provide(
        told,
        roof.pipe(Layer.provideMerge(floor), Layer.provideMerge(ground))
      )
      expect(plainly).toEqual(usual)
      const found = Effect.all([Roof, Effect.serviceOption(Floor), Effect.serviceOption(Ground)])
      const alone = ground.pipe(followedBy(floor), beneath(roof))
      expect(yield* Effect.provide(found, alone)).toEqual(
        yield* Effect.provide(found, roof.pipe(Layer.provide(floor), Layer.provide(ground)))
      )
    })
  )

  it.effect("takes layers that were made elsewhere, above and below", () =>
    Effect.gen(function* () {
      const { floor, roof } = makeHouse()
      const fake = Layer.succeed(Ground, "a fake")
      const top = Layer.effect(
        Roof,
        Effect.map(Floor, (below) => `tent on ${below}`)
      )
      expect(yield* Effect.provide(Roof, fake.pipe(followedBy(floor), followedBy(roof)))).toBe(
        "roof on floor on a fake"
      )
      expect(yield* Effect.provide(Roof, fake.pipe(followedBy(floor), followedBy(top)))).toBe(
        "tent on floor on a fake"
      )
    })
  )

  it.effect("is shared as any layer is when a graph holds it twice", () =>
    Effect.gen(function* () {
      const { diary, floor, ground } = makeHouse()
      const house = ground.pipe(followedBy(floor))
      const left = Layer.effect(
        Roof,
        Effect.map(Floor, (below) => `left of ${below}`)
      ).pipe(Layer.provide(house))
      yield* Effect.provide(told, Layer.merge(left, house))
      expect(diary.filter((line) => line.startsWith("make"))).toEqual(["make ground", "make floor"])
    })
  )

  it.effect("releases what was made when an upper layer fails, and makes nothing above it", () =>
    Effect.gen(function* () {
      const { diary, floor, ground, roof } = makeHouse("floor")
      const exit = yield* Effect.exit(Effect.provide(told, ground.pipe(followedBy(floor), followedBy(roof))))
      expect(exit).toEqual(Exit.fail("no floor"))
      expect(diary).toEqual(["make ground", "release ground"])
    })
  )

  it.scoped("releases at once what a failed building made, though the scope around it stays open", () =>
    Effect.gen(function* () {
      const { diary, floor, ground, roof } = makeHouse("roof")
      const exit = yield* Effect.exit(build(ground.pipe(followedBy(floor), followedBy(roof))))
      expect(exit).toEqual(Exit.fail("no roof"))
      expect(diary).toEqual(["make ground", "make floor", "release floor", "release ground"])
    })
  )

  it.scopedLive("releases at once what an interrupted building made", () =>
    Effect.gen(function* () {
      const { diary, ground } = makeHouse()
      const never = layerEffect(Roof, Effect.never) as Layer.Layer<Roof>
      const building = yield* Effect.fork(build(ground.pipe(followedBy(never))))
      yield* Effect.sleep("10 millis")
      yield* Fiber.interrupt(building)
      expect(diary).toEqual(["make ground", "release ground"])
    })
  )

  it.scoped("keeps what stands above in its own scope, whatever scope those below bring along", () =>
    Effect.gen(function* () {
      const { diary, floor, ground } = makeHouse()
      // As a program's whole context does, which is handed on as a layer.
      const stranger = yield* Scope.make()
      const brought = Layer.succeedContext(Context.make(Scope.Scope, stranger)) as Layer.Layer<never>
      for (const house of [
        brought.pipe(followedBy(ground), followedBy(floor)),
        brought.pipe(beneath(ground))
      ]) {
        yield* Effect.scoped(build(house as Layer.Layer<Ground, string>))
      }
      expect(diary).toEqual([
        "make ground",
        "make floor",
        "release floor",
        "release ground",
        "make ground",
        "release ground"
      ])
      yield* Scope.close(stranger, Exit.void)
    })
  )

  it.scoped("builds any layer in the scope around it", () =>
    Effect.gen(function* () {
      const { diary, ground } = makeHouse()
      expect(Context.get(yield* build(ground), Ground)).toBe("ground on rock")
      expect(Context.get(yield* build(Layer.succeed(Ground, "other")), Ground)).toBe("other")
      expect(diary).toEqual(["make ground"])
    })
  )

  it.effect("has layers of values, of functions and of whole contexts", () =>
    Effect.gen(function* () {
      let count = 0
      const ground = layerSync(Ground, () => `ground ${(count += 1)}`)
      const both = layerContext(Effect.succeed(Context.make(Floor, "f").pipe(Context.add(Roof, "r"))))
      const house = ground.pipe(followedBy(both))
      expect(yield* Effect.provide(told, house)).toEqual(["ground 1", "f", "r"])
      // Made anew for each run, as a layer is.
      expect(yield* Effect.provide(told, house)).toEqual(["ground 2", "f", "r"])
      expect(yield* Effect.provide(Ground, layerSucceed(Ground, "g"))).toBe("g")
    })
  )
})
