import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { vi } from "vitest"
import { engine } from "../../../src/Server/Storage/Engine.js"

vi.mock("libsql", () => {
  throw Object.assign(new Error("Cannot find module '@libsql/linux-x64-gnu'"), { code: "MODULE_NOT_FOUND" })
})

it.effect("says how to install the engine where it is missing", () =>
  Effect.gen(function* () {
    expect(yield* Effect.flip(engine)).toMatchObject({
      _tag: "ArtifactStorage",
      code: "ENGINE_NOT_INSTALLED",
      recovery: { install_command: "npm install libsql@0.5.29" }
    })
  })
)
