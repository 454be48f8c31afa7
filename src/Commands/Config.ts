import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { health } from "../Operations/Account.js"
import { configShow, configUse } from "../Operations/Config.js"
import { suggest } from "../Operations/Suggest.js"
import { ConfigStore } from "../Services/ConfigStore.js"
import { bound } from "../Services/Credentials.js"
import { builtInAddress, Target } from "../Services/Target.js"
import { command } from "./Command.js"
import { argument } from "./Flags.js"

export const use = command({
  operation: configUse,
  flags: {},
  arguments: { service: argument("SERVICE", "local, or the address of a service", Schema.NonEmptyString) },
  examples: [
    { why: "the embedded service from now on", argv: ["config", "use", "local"] },
    { why: "a service of one's own", argv: ["config", "use", "http://127.0.0.1:8787"] }
  ],
  usesService: false,
  run: ({ service = "" }) =>
    Effect.gen(function* () {
      const config = yield* ConfigStore
      const address =
        service === "local"
          ? "local"
          : yield* Effect.flatMap(Target, ({ resolve }) => resolve).pipe(
              Effect.map(({ baseUrl }) => baseUrl),
              // The same rules as for any other way to name a service.
              Effect.provide(Target.layerRemote(service))
            )
      const before = (yield* config.load)?.api_base_url ?? null
      yield* config.update((old) => ({ ...bound(old), version: 1, api_base_url: address }))
      return {
        data: { api_base_url: address, previous_api_base_url: before, config_path: config.path },
        warnings: address === builtInAddress ? [`${builtInAddress} is not operated by this project`] : [],
        next: [suggest("check", "see whether it answers", health, {})]
      }
    })
})

export const show = command({
  operation: configShow,
  flags: {},
  arguments: {},
  examples: [{ why: "which service, and which tokens are kept", argv: ["config", "show"] }],
  usesService: false,
  run: () =>
    Effect.gen(function* () {
      const config = yield* ConfigStore
      const saved = yield* config.load
      const service = yield* (yield* Target).resolve
      return {
        data: {
          config_path: config.path,
          exists: saved !== null,
          api_base_url: saved?.api_base_url ?? null,
          effective: {
            api_base_url: service.kind === "embedded" ? "local" : service.baseUrl,
            chosen_by: service.chosenBy
          },
          // The values stay in the file: who may read it has them, and nobody else needs them.
          credentials: Object.entries((saved === null ? undefined : bound(saved).credentials) ?? {}).map(
            ([origin, { saved_at }]) => ({ origin, token: "[redacted]", saved_at: saved_at ?? null })
          )
        }
      }
    })
})
