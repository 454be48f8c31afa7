import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { failure } from "../Errors.js"
import { health } from "../Operations/Account.js"
import { configShow, configUse } from "../Operations/Config.js"
import { suggest } from "../Operations/Suggest.js"
import { untrusted } from "../Schema/Text.js"
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
              Effect.provide(Target.layerRemote(service)),
              Effect.mapError((error) =>
                error._tag === "InvalidArguments"
                  ? failure("INVALID_ARGUMENTS", error.reason, {
                      details: { cause: "service" },
                      recovery: { next_step: "config use takes `local`, or the address of a service" }
                    })
                  : error
              )
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

// Somebody's password may stand before the host of an address that was refused for it.
const shown = (address: string): string => (address.includes("@") ? "[redacted]" : untrusted(address))

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
      const resolved = yield* Effect.either((yield* Target).resolve)
      // An address that is no good is what the caller may be looking for.
      if (Either.isLeft(resolved) && resolved.left._tag !== "InvalidArguments")
        return yield* Effect.fail(resolved.left)
      return {
        data: {
          config_path: config.path,
          exists: saved !== null,
          api_base_url: typeof saved?.api_base_url === "string" ? shown(saved.api_base_url) : null,
          effective: Either.match(resolved, {
            onLeft: ({ details }) => ({ api_base_url: null, chosen_by: details?.["chosen_by"] ?? null }),
            onRight: ({ baseUrl, chosenBy, kind }) => ({
              api_base_url: kind === "embedded" ? "local" : baseUrl,
              chosen_by: chosenBy
            })
          }),
          // The values stay in the file: who may read it has them, and nobody else needs them.
          credentials: Object.entries((saved === null ? undefined : bound(saved).credentials) ?? {}).map(
            ([origin, { saved_at }]) => ({ origin, token: "[redacted]", saved_at: saved_at ?? null })
          )
        },
        warnings: Either.isLeft(resolved)
          ? [
              `${resolved.left.reason}, and commands that need a service refuse it: \`config use local\` or \`config use ADDRESS\` mends the one in the config file`
            ]
          : []
      }
    })
})
