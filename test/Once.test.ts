import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { once } from "../src/Once.js"

describe("what is made once", () => {
  it.effect("is kept, and made by one of many who ask together", () =>
    Effect.gen(function* () {
      let made = 0
      const ask = yield* once(
        Effect.zipRight(
          Effect.yieldNow(),
          Effect.sync(() => (made += 1))
        )
      )
      expect(yield* Effect.all(Array<typeof ask>(20).fill(ask), { concurrency: "unbounded" })).toEqual(
        Array(20).fill(1)
      )
      expect(yield* ask).toBe(1)
    })
  )

  it.effect("is made again after a failure, for each who asks", () =>
    Effect.gen(function* () {
      let tried = 0
      const ask = yield* once(
        Effect.suspend(() => ((tried += 1) < 3 ? Effect.fail(`no ${tried}`) : Effect.succeed(tried)))
      )
      expect(yield* Effect.exit(ask)).toEqual(Exit.fail("no 1"))
      expect(yield* Effect.exit(ask)).toEqual(Exit.fail("no 2"))
      expect([yield* ask, yield* ask, tried]).toEqual([3, 3, 3])
    })
  )

  it.live("is made by the next who waits when the first gives up", () =>
    Effect.gen(function* () {
      const began = yield* Deferred.make<void>()
      let tried = 0
      const ask = yield* once(
        Effect.suspend(() => {
          tried += 1
          return tried === 1
            ? Effect.zipRight(Deferred.succeed(began, undefined), Effect.never)
            : Effect.succeed(tried)
        })
      )
      const hasty = yield* Effect.fork(ask)
      yield* Deferred.await(began)
      const patient = yield* Effect.fork(ask)
      yield* Effect.sleep("5 millis")
      yield* Fiber.interrupt(hasty)
      expect(yield* Fiber.join(patient)).toBe(2)
    })
  )
})
