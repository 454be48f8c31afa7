import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DataFolder } from "../../../src/Server/Storage/DataFolder.js"
import { OwnerLock } from "../../../src/Server/Storage/OwnerLock.js"
import { built, type Child, folder, start } from "./support.js"

const owning = (root: string) => Layer.provideMerge(OwnerLock.layer, DataFolder.layer(root))

const child = (script: string, root: string) =>
  Effect.acquireRelease(
    Effect.sync(() => start(script, root)),
    (started) =>
      Effect.promise(() => {
        started.process.kill("SIGKILL")
        return started.ended
      })
  )
const ownerOf = (started: Child) => Effect.promise(() => started.firstLine)

/** Asks a child whether an owner lives. */
const ask = (asked: Child, owner: string) =>
  Effect.promise(async () => {
    const before = asked.lines().length
    asked.process.stdin?.write(`${owner}\n`)
    while (asked.lines().length === before) await new Promise((resolve) => setTimeout(resolve, 2))
    return asked.lines()[before]
  })

it.live("is alive to itself and to others in this process, and leaves nothing behind", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const root = yield* folder
      const [own, other] = yield* Effect.scoped(
        Effect.gen(function* () {
          const { isAlive, owner } = yield* OwnerLock
          expect(owner).toMatch(/^owner_[0-9a-f]{24}$/)
          const { locks } = yield* DataFolder
          expect(readdirSync(locks)).toEqual([`${owner}.lock`])
          expect(statSync(path.join(locks, `${owner}.lock`)).size).toBe(0)
          const second = yield* Layer.build(Layer.fresh(owning(root)))
          const inside = yield* Effect.provide(OwnerLock, second)
          expect([yield* isAlive(owner), yield* isAlive(inside.owner), yield* inside.isAlive(owner)]).toEqual(
            [true, true, true]
          )
          return [owner, inside.owner]
        }).pipe(Effect.provide(owning(root)))
      )
      yield* Effect.gen(function* () {
        const { isAlive, owner } = yield* OwnerLock
        const { locks } = yield* DataFolder
        expect([yield* isAlive(own ?? ""), yield* isAlive(other ?? "")]).toEqual([false, false])
        for (const name of ["", "..", "../../etc/passwd", "owner_1", `${owner}/x`])
          expect(yield* isAlive(name)).toBe(false)
        expect(readdirSync(locks)).toEqual([`${owner}.lock`])
      }).pipe(Effect.provide(owning(root)))
    })
  )
)

it.live("sees the death of a process within 50 ms", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const root = yield* folder
      const script = built("own")
      yield* Effect.gen(function* () {
        const { isAlive } = yield* OwnerLock
        const { locks } = yield* DataFolder
        const times: Array<number> = []
        for (let i = 0; i < 5; i++) {
          const started = yield* child(script, root)
          const owner = yield* ownerOf(started)
          for (let asked = 0; asked < 20; asked++) expect(yield* isAlive(owner)).toBe(true)
          started.process.kill("SIGKILL")
          const before = performance.now()
          while (yield* isAlive(owner)) yield* Effect.sleep("1 millis")
          times.push(performance.now() - before)
          expect(existsSync(path.join(locks, `${owner}.lock`))).toBe(false)
        }
        // The middle one, because the machine may be busy with something else.
        expect(times.sort((a, b) => a - b)[2]).toBeLessThan(50)
      }).pipe(Effect.provide(owning(root)))
    })
  )
)

it.live("twenty processes at once: each sees all of the living, and nobody sees the dead", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const root = yield* folder
      const script = built("own")
      const children = yield* Effect.replicateEffect(child(script, root), 20)
      const owners = yield* Effect.forEach(children, ownerOf)
      expect(new Set(owners).size).toBe(20)
      const answers = (owner: string, asked: ReadonlyArray<Child>) =>
        Effect.map(
          Effect.forEach(asked, (each) => ask(each, owner), { concurrency: "unbounded" }),
          (all) => [...new Set(all)]
        )
      for (const owner of owners.slice(0, 4)) expect(yield* answers(owner, children)).toEqual(["true"])
      const [first, second] = children
      first?.process.kill("SIGKILL")
      second?.process.stdin?.end()
      yield* Effect.promise(() => Promise.all([first?.ended, second?.ended]))
      const rest = children.slice(2)
      for (const owner of owners.slice(0, 2)) expect(yield* answers(owner, rest)).toEqual(["false"])
      expect(yield* answers(owners[2] ?? "", rest)).toEqual(["true"])
    })
  )
)

it.live("sweeps what the dead left, but not the young and not the living", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const root = yield* folder
      yield* Effect.gen(function* () {
        const { owner, sweep } = yield* OwnerLock
        const { locks } = yield* DataFolder
        const file = (digit: string) => path.join(locks, `owner_${digit.repeat(24)}.lock`)
        for (const digit of ["a", "b"]) writeFileSync(file(digit), "")
        utimesSync(file("a"), new Date(0), new Date(0))
        utimesSync(path.join(locks, `${owner}.lock`), new Date(0), new Date(0))
        expect(yield* sweep).toBe(1)
        expect(readdirSync(locks).sort()).toEqual([`${owner}.lock`, path.basename(file("b"))].sort())
      }).pipe(Effect.provide(owning(root)))
    })
  )
)
