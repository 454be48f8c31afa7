import * as Effect from "effect/Effect"
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import type { DeadlinesShape } from "../../../Services/Deadlines.js"
import type { Env, Variable } from "../../../Services/Env.js"
import type { Availability, Probe } from "../Provider.js"
import { type Endpoint, endpointOf } from "./Endpoint.js"
import { type Ask, type Exchange, makeExchange, type Reply } from "./Exchange.js"
import type { Speaker } from "./Faults.js"

/** How a vendor is configured: which variables hold its key and its address. */
export interface VendorConfig {
  readonly id: string
  readonly keyVariable: Variable
  readonly baseVariable: Variable
  /** `null` when there is no address of the vendor's own. */
  readonly defaultBase: string | null
  /** An address as an operator would set it, where it is not one with `/v1`. */
  readonly example?: string
  /** The header's value for a key. */
  readonly authorization: (key: string) => string
  /** Whether there is nothing to run without a key. */
  readonly needsKey: boolean
}

/** A configured vendor: reachable with a key, or the reason why not. */
export interface Vendor {
  readonly id: string
  readonly endpoint: Endpoint | null
  readonly availability: Availability
  readonly exchange: Exchange
  readonly deadlines: DeadlinesShape
  readonly env: typeof Env.Service
  /** Asks at a path below the base address, with the key. */
  readonly ask: (ask: Omit<Ask, "url" | "authorization"> & { readonly path: string }) => ReturnType<Exchange>
  readonly authorization: Redacted.Redacted | null
  /** Who speaks in an error, and what must not be repeated of it. */
  readonly speaker: (prompt: string | null) => Speaker
}

/** Reads a vendor's configuration; nothing is sent. */
export const makeVendor = (
  config: VendorConfig,
  env: typeof Env.Service,
  deadlines: DeadlinesShape
): Vendor => {
  const key = env.get(config.keyVariable)
  const secret = key === undefined ? null : Redacted.make(key)
  const address = env.get(config.baseVariable) ?? config.defaultBase
  const endpoint =
    address === null ? null : endpointOf(address, env.get("IMAGE_SKILL_ALLOW_INSECURE_HTTP") === "1")
  const authorization = secret === null ? null : Redacted.make(config.authorization(Redacted.value(secret)))
  const exchange = makeExchange(env, deadlines)
  const usable = typeof endpoint === "string" ? null : endpoint
  return {
    id: config.id,
    endpoint: usable,
    availability: availabilityOf(config, endpoint, secret !== null),
    exchange,
    deadlines,
    env,
    authorization,
    ask: ({ path, ...ask }) => exchange({ ...ask, url: `${usable?.base ?? ""}${path}`, authorization }),
    speaker: (prompt) => ({
      id: config.id,
      secrets: [...(secret === null ? [] : [Redacted.value(secret)]), ...(prompt === null ? [] : [prompt])]
    })
  }
}

const availabilityOf = (
  config: VendorConfig,
  endpoint: Endpoint | string | null,
  hasKey: boolean
): Availability => {
  if (endpoint === null) {
    return {
      available: false,
      reason: `${config.baseVariable} is not set`,
      recovery: `set ${config.baseVariable}, e.g. ${config.example ?? "http://127.0.0.1:8080/v1"}`
    }
  }
  if (typeof endpoint === "string") {
    return {
      available: false,
      reason: `${config.baseVariable} ${endpoint}`,
      recovery: `correct or unset ${config.baseVariable}`
    }
  }
  return hasKey || !config.needsKey
    ? { available: true }
    : { available: false, reason: `${config.keyVariable} is not set`, recovery: `set ${config.keyVariable}` }
}

/** How long one making exchange may take: pictures come only once they are done, and some take minutes. */
export const makingTime = (deadlines: DeadlinesShape): Duration.Duration =>
  Duration.times(deadlines.createTotal, 2)

/** Asks something that is free, and tells from the status whether the vendor is there and takes the key. */
export const probeBy = (
  vendor: Vendor,
  path: string,
  within: Duration.DurationInput = vendor.deadlines.connect
): Effect.Effect<Probe> =>
  vendor.endpoint === null || !vendor.availability.available
    ? Effect.succeed({
        reachable: null,
        authenticated: null,
        cause: "not_configured"
      })
    : vendor.ask({ method: "GET", path, within, maxBytes: 8 * 1024 * 1024 }).pipe(
        Effect.match({
          onFailure: ({ network }) => ({
            reachable: false,
            authenticated: null,
            cause: network.cause
          }),
          onSuccess: (reply) => probeOf(reply, vendor.authorization !== null)
        })
      )

const probeOf = ({ status }: Reply, hasKey: boolean): Probe =>
  status === 401 || status === 403
    ? { reachable: true, authenticated: false, cause: `http_${status}` }
    : status >= 200 && status < 300
      ? { reachable: true, authenticated: hasKey ? true : null, cause: null }
      : { reachable: true, authenticated: null, cause: `http_${status}` }
