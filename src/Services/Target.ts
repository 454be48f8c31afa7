import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ArtifactStorage, failure, type InvalidArguments } from "../Errors.js"
import { layerEffect } from "../Stack.js"
import { once } from "../Once.js"
import { ConfigStore } from "./ConfigStore.js"
import { Env } from "./Env.js"
import { foldersOf } from "./Folders.js"
import { Invocation } from "./Invocation.js"

/** The service that is called unless the caller chose another; this project does not operate it (contract §3). */
export const builtInAddress = "https://api.image-skill.com"
/** The media host of the built-in service. */
export const builtInMediaOrigin = "https://media.image-skill.com"
/** The address that stands for the embedded service in requests; it never reaches a socket. */
export const embeddedAddress = "http://embedded.invalid"

/** Which service answers, and who chose it. */
export interface Service {
  readonly kind: "embedded" | "remote"
  /** Without a final slash; a path prefix is kept. */
  readonly baseUrl: string
  readonly origin: string
  readonly chosenBy: "flag" | "env" | "config" | "default"
  /** Folder of the embedded service's data; `null` for a remote one. */
  readonly dataFolder: string | null
}

/** The service that this invocation talks to (contract §3). */
export class Target extends Context.Tag("image-skill/Target")<
  Target,
  { readonly resolve: Effect.Effect<Service, InvalidArguments | ArtifactStorage> }
>() {
  /** First found wins: flag, environment, config, built-in. */
  static readonly layer = layerEffect(
    Target,
    Effect.gen(function* () {
      const env = yield* Env
      const config = yield* ConfigStore
      const invocation = yield* Invocation
      const { flags } = invocation
      const { data } = foldersOf(env)
      const resolve = Effect.gen(function* () {
        if (flags.local) return embedded(data, "flag")
        if (flags.apiBaseUrl !== undefined) return yield* remote(flags.apiBaseUrl, "flag", env)
        const fromEnv = env.get("IMAGE_SKILL_API_BASE_URL")
        if (fromEnv !== undefined) {
          return fromEnv === "local" ? embedded(data, "env") : yield* remote(fromEnv, "env", env)
        }
        const saved = (yield* config.load)?.api_base_url
        if (saved === "local") return embedded(data, "config")
        return saved === undefined || saved === null
          ? yield* remote(builtInAddress, "default", env)
          : yield* remote(saved, "config", env)
      })
      const noted = Effect.tap(resolve, ({ kind }) => Effect.sync(() => (invocation.service = kind)))
      return { resolve: yield* once(noted) }
    })
  )
  /** Always the embedded service, on this data folder. */
  static readonly layerEmbedded = (dataFolder: string) =>
    Layer.succeed(Target, { resolve: Effect.succeed(embedded(dataFolder, "flag")) })
  /** Always the service at this address. */
  static readonly layerRemote = (address: string) =>
    Layer.effect(
      Target,
      Effect.map(Env, (env) => ({ resolve: remote(address, "flag", env) }))
    )
}

function embedded(dataFolder: string, chosenBy: Service["chosenBy"]): Service {
  return { kind: "embedded", baseUrl: embeddedAddress, origin: embeddedAddress, chosenBy, dataFolder }
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function remote(
  address: string,
  chosenBy: Service["chosenBy"],
  env: typeof Env.Service
): Effect.Effect<Service, InvalidArguments> {
  const invalid = (reason: string) =>
    failure("INVALID_ARGUMENTS", `the service address ${reason}`, {
      details: { cause: "api_base_url", chosen_by: chosenBy },
      recovery:
        chosenBy === "config"
          ? {
              required_flag: "--api-base-url",
              next_step:
                "it stands in the config file: `config use local` or `config use ADDRESS` puts another there"
            }
          : { required_flag: "--api-base-url" }
    })
  return Effect.suspend(() => {
    if (!URL.canParse(address)) return Effect.fail(invalid("is not a URL"))
    const url = new URL(address)
    if (url.protocol !== "https:" && url.protocol !== "http:")
      return Effect.fail(invalid("must be http or https"))
    if (url.username !== "" || url.password !== "")
      return Effect.fail(invalid("must not hold a user or password"))
    if (url.search !== "" || url.hash !== "") return Effect.fail(invalid("must not hold a query or fragment"))
    if (
      url.protocol === "http:" &&
      !loopback.test(url.hostname) &&
      env.get("IMAGE_SKILL_ALLOW_INSECURE_HTTP") !== "1"
    ) {
      return Effect.fail(
        invalid("must be https, except on loopback or with IMAGE_SKILL_ALLOW_INSECURE_HTTP=1")
      )
    }
    return Effect.succeed({
      kind: "remote",
      baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, "")}`,
      origin: url.origin,
      chosenBy,
      dataFolder: null
    })
  })
}
