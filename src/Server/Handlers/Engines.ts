import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import type { enginesList, enginesTest } from "../../Operations/Engines.js"
import { Catalog, cureOf, reasonOf } from "../Domain/Catalog/Catalog.js"
import { type Provider, Providers } from "../Providers/Provider.js"
import type { Handler } from "./Handler.js"

/** An engine with how many models it runs, and what its adapter was proven against. */
const describe = (provider: Provider) =>
  Effect.gen(function* () {
    const availability = yield* provider.availability
    const entries = yield* (yield* Catalog).entries
    return {
      id: provider.id,
      status: availability.available ? "available" : "unavailable",
      reason: reasonOf(availability),
      what_to_do: cureOf(availability),
      models: entries.filter(({ model }) => model.providerId === provider.id && model.wired !== false).length,
      // Until a person has run `npm run live` with a key, only our own emulators have spoken to the adapter.
      verified: provider.probe === undefined ? "here" : "emulator",
      resubmit: provider.resubmit
    }
  })

export const listEngines: Handler<typeof enginesList> = () =>
  Effect.gen(function* () {
    const { providers } = yield* Providers
    return { data: { engines: yield* Effect.forEach(providers, describe) } }
  })

export const testEngines: Handler<typeof enginesTest> = ({ provider: asked }) =>
  Effect.gen(function* () {
    const { providers } = yield* Providers
    const chosen = providers.filter(({ id }) => asked === undefined || id === asked)
    if (chosen.length === 0) {
      return yield* Effect.fail(
        failure("NOT_FOUND", "there is no such engine here", {
          recovery: { suggested_command: "image-skill engines list" }
        })
      )
    }
    const engines = yield* Effect.forEach(
      chosen,
      (provider) =>
        Effect.gen(function* () {
          const engine = yield* describe(provider)
          const probe =
            provider.probe === undefined
              ? { reachable: true, authenticated: null, cause: null }
              : yield* provider.probe
          return { ...engine, probe }
        }),
      { concurrency: 4 }
    )
    return { data: { engines } }
  })
