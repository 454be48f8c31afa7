import type { LookupAddress } from "node:dns"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import {
  isAddress,
  isBlockedPort,
  isLoopbackAddress,
  isPublicAddress
} from "../../../Services/Http/Address.js"
import { type Addresses, hostOf } from "../../../Services/Http/Connect.js"
import { causeOfNode, makeFault, type NetworkFault } from "../../../Services/Http/Fault.js"
import { isLoopback } from "../../../Services/HttpClient.js"
import { fromBase64 } from "./Base64.js"
import { makeExchange } from "./Exchange.js"
import type { Vendor } from "./Vendor.js"

/** Why a result could not be fetched: `passing` may be tried again, the rest never gets better. */
export class Undelivered extends Data.TaggedError("Undelivered")<{
  readonly kind: "refused" | "expired" | "too_large" | "passing"
  readonly cause: string
}> {}

/** Where a vendor's results may lie, and how much of them is taken. */
export interface ResultRules {
  /** Host names; one with a leading dot allows all names below it. */
  readonly hosts: ReadonlyArray<string>
  readonly maxBytes: number
  readonly within: Duration.DurationInput
  /** How often a passing fault is tried again, and how long after the one before, in milliseconds. */
  readonly retries: number
  readonly pauseMillis: number
}

const systemLookup = (host: string): Promise<ReadonlyArray<LookupAddress>> =>
  import("node:dns/promises").then((dns) => dns.lookup(host, { all: true }))

/** Connects to public addresses only, or to this machine's own when the vendor itself was configured to be there. */
export const guardOf =
  (isLocal: boolean) =>
  (url: URL): Effect.Effect<Addresses, NetworkFault> =>
    Effect.gen(function* () {
      const host = hostOf(url)
      const addresses = isAddress(host)
        ? [{ address: host, family: host.includes(":") ? 6 : 4 }]
        : yield* Effect.tryPromise({
            try: () => systemLookup(host),
            catch: (error) => makeFault(causeOfNode(error, "connect"), "connect")
          })
      const allowed = addresses.every(
        ({ address }) => isPublicAddress(address) || (isLocal && isLoopbackAddress(address))
      )
      if (addresses.length === 0) return yield* Effect.fail(makeFault("enotfound", "connect"))
      if (!allowed) return yield* Effect.fail(makeFault("private_address", "connect"))
      if (isBlockedPort(url.port)) return yield* Effect.fail(makeFault("blocked_port", "connect"))
      return addresses
    })

const isAllowed = (url: URL, rules: ResultRules, isLocal: boolean): boolean => {
  if (url.username !== "" || url.password !== "") return false
  if (isLocal && isLoopback(url.hostname)) return url.protocol === "http:" || url.protocol === "https:"
  return (
    url.protocol === "https:" &&
    rules.hosts.some((host) => (host.startsWith(".") ? url.hostname.endsWith(host) : url.hostname === host))
  )
}

/** Fetches a result that an answer named: from allowed hosts and public addresses only, capped, without the key (contract §3). */
export const download = (
  vendor: Vendor,
  address: string,
  rules: ResultRules
): Effect.Effect<Uint8Array, Undelivered> =>
  Effect.suspend(() => {
    const fail = (kind: Undelivered["kind"], cause: string) => Effect.fail(new Undelivered({ kind, cause }))
    if (address.startsWith("data:")) {
      const bytes = fromBase64(address)
      if (bytes === null) return fail("refused", "invalid_data_uri")
      return bytes.length > rules.maxBytes ? fail("too_large", "too_large") : Effect.succeed(bytes)
    }
    const isLocal = vendor.endpoint?.isLocal === true
    if (!URL.canParse(address)) return fail("refused", "invalid_url")
    const url = new URL(address)
    if (!isAllowed(url, rules, isLocal)) return fail("refused", "result_host_not_allowed")
    const exchange = makeExchange(vendor.env, vendor.deadlines, guardOf(isLocal))
    const once = exchange({
      method: "GET",
      url: url.href,
      headers: { accept: "*/*" },
      within: rules.within,
      maxBytes: rules.maxBytes
    }).pipe(
      Effect.mapError(({ network: { cause, retryable } }) =>
        cause === "too_large"
          ? new Undelivered({ kind: "too_large", cause })
          : new Undelivered({ kind: retryable ? "passing" : "refused", cause })
      ),
      Effect.flatMap(({ bytes, status }) => {
        const cause = `http_${status}`
        if (status >= 200 && status < 300) {
          return bytes.length === 0 ? fail("passing", "empty_result") : Effect.succeed(bytes)
        }
        if (status >= 500 || status === 429 || status === 408) return fail("passing", cause)
        return fail(status >= 400 ? "expired" : "refused", cause)
      })
    )
    const lost = ({ cause, kind }: Undelivered): boolean => kind === "passing" && cause === "empty_result"
    const again = (left: number): Effect.Effect<Uint8Array, Undelivered> =>
      Effect.catchIf(
        once,
        ({ kind }) => kind === "passing" && left > 0,
        () => Effect.zipRight(Effect.sleep(`${rules.pauseMillis} millis`), again(left - 1))
      )
    // A file that stays empty is what was made; waiting longer brings nothing.
    return Effect.mapError(again(rules.retries), (problem) =>
      lost(problem) ? new Undelivered({ kind: "refused", cause: problem.cause }) : problem
    )
  })
