import type { LookupAddress } from "node:dns"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberRef from "effect/FiberRef"
import * as Layer from "effect/Layer"
import {
  type ContentPolicyDenied,
  failure,
  type InvalidArguments,
  type ProviderFailure,
  type Timeout
} from "../Errors.js"
import { uploadLimit } from "../Schema/Upload.js"
import { version } from "../Version.js"
import { layerEffect } from "../Stack.js"
import { currentLimits, Deadlines, resolveLimits, withRequestLimits } from "./Deadlines.js"
import { Env } from "./Env.js"
import { isAddress, isBlockedPort, isLoopbackAddress, isPublicAddress } from "./Http/Address.js"
import { type Addresses, hostOf } from "./Http/Connect.js"
import { causeOfNode, makeFault, type NetworkFault } from "./Http/Fault.js"
import { execute } from "./Http/Node.js"
import { networkCause, proxyFor } from "./HttpClient.js"

/** A picture as its host gave it: at most 25 MiB decoded, the type that was declared, and the origin that the caller named (contract §6). */
export interface FetchedImage {
  readonly bytes: Uint8Array
  /** `image/…` as declared, or `application/octet-stream`; the service tells the type by the bytes. */
  readonly mimeType: string
  readonly origin: string
}

/** Why a picture could not be fetched: REMOTE_UPLOAD_FETCH_FAILED, TIMEOUT, INPUT_POLICY_DENIED or INVALID_ARGUMENTS (contract §2). */
export type RemoteImageError = ProviderFailure | Timeout | ContentPolicyDenied | InvalidArguments

/** What only tests decide about fetching. */
export interface RemoteImageOptions {
  /** Origins, e.g. `http://127.0.0.1:8080`, that may be on this machine's loopback; other private addresses stay refused. */
  readonly loopbackOrigins?: ReadonlyArray<string>
  /** Looks a host name up, all of its addresses at once; the system's resolver unless given. */
  readonly lookup?: (host: string) => Promise<ReadonlyArray<LookupAddress>>
}

/** Fetches pictures from URLs that a caller gave, never from a private network unasked (contract §4, reliability §1.5). */
export class RemoteImage extends Context.Tag("image-skill/RemoteImage")<
  RemoteImage,
  {
    /**
     * The picture at an http or https URL, within the total deadline of a read and after at most 5 redirects; fails with
     * `details.cause`, `details.origin` and never the whole URL.
     */
    readonly fetch: (url: string) => Effect.Effect<FetchedImage, RemoteImageError>
  }
>() {
  /** Over the network, with the exceptions that a test needs. */
  static readonly layerWith = (
    options: RemoteImageOptions
  ): Layer.Layer<RemoteImage, never, Env | Deadlines> => Layer.effect(RemoteImage, make(options))

  /** Through the caller's proxy if there is one; to public addresses only, unless `IMAGE_SKILL_ALLOW_PRIVATE_URLS` is 1 (contract §4). */
  static readonly layer: Layer.Layer<RemoteImage, never, Env | Deadlines> = layerEffect(
    RemoteImage,
    Effect.suspend(() => make({}))
  )

  /** Answers from a function, for tests. */
  static readonly layerTest = (handler: typeof RemoteImage.Service.fetch): Layer.Layer<RemoteImage> =>
    Layer.succeed(RemoteImage, { fetch: handler })
}

const maxRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

type UrlProblem = "invalid_url" | "unsupported_scheme" | "userinfo"

// Readers of URLs differ about backslashes and control characters: what one checks, another would not connect to.
const ambiguous = /[\p{Cc}\\]/u

const readUrl = (text: string, base?: URL): Either.Either<URL, UrlProblem> => {
  if (ambiguous.test(text) || !URL.canParse(text, base?.href)) return Either.left("invalid_url")
  const url = new URL(text, base?.href)
  url.hash = ""
  if (url.protocol !== "https:" && url.protocol !== "http:") return Either.left("unsupported_scheme")
  if (url.username !== "" || url.password !== "") return Either.left("userinfo")
  // The longest name that DNS has; a longer one would only blow messages up.
  return url.hostname.length > 253 ? Either.left("invalid_url") : Either.right(url)
}

const urlReasons: Record<UrlProblem, string> = {
  invalid_url: "the image's URL is not valid",
  unsupported_scheme: "an image's URL begins with https:// or http://",
  userinfo: "an image's URL holds no user name or password"
}

const fetchFailed = (url: URL, cause: string, reason: string, details: object = {}, retryable = false) =>
  failure("REMOTE_UPLOAD_FETCH_FAILED", `the image at ${url.origin} ${reason}`, {
    retryable,
    details: { cause, origin: url.origin, ...details }
  })

const denied = (url: URL, cause: string, reason: string, details: object = {}) =>
  failure("INPUT_POLICY_DENIED", `what ${url.origin} sent ${reason}`, {
    details: { cause, origin: url.origin, ...details }
  })

const networkFailure =
  (url: URL) =>
  (error: HttpClientError): RemoteImageError => {
    const { cause, phase, retryable, timeout, via } = networkCause(error)
    const details = { phase, ...(via === "proxy" ? { via } : {}) }
    if (timeout) return tooSlow(url, cause, details)
    if (cause === "too_large") return denied(url, cause, "is larger than 25 MiB")
    return cause === "private_address"
      ? fetchFailed(url, cause, "is not on the public internet; save the picture and upload the file")
      : fetchFailed(url, cause, `could not be fetched (${cause})`, details, retryable)
  }

const tooSlow = (url: URL, cause: string, details: object = {}) =>
  failure("TIMEOUT", `the image at ${url.origin} did not come in time (${cause})`, {
    details: { cause, origin: url.origin, ...details }
  })

const redirectOf = (from: URL, location: string): Either.Either<URL, RemoteImageError> => {
  // Header bytes are read as Latin-1, but those who do not escape mean UTF-8.
  const target = readUrl(Buffer.from(location, "latin1").toString("utf8"), from)
  if (Either.isLeft(target)) {
    return Either.left(
      fetchFailed(from, "invalid_redirect", "leads to a place that is refused", { problem: target.left })
    )
  }
  return from.protocol === "https:" && target.right.protocol === "http:"
    ? Either.left(fetchFailed(from, "insecure_redirect", "leads from https to http"))
    : Either.right(target.right)
}

const typeOf = (url: URL, header: string | undefined): Either.Either<string, ContentPolicyDenied> => {
  const declared = header?.split(";")[0]?.trim().toLowerCase() ?? ""
  // The second is what S3 says of an object without a type.
  if (["", "binary/octet-stream", "application/octet-stream"].includes(declared)) {
    return Either.right("application/octet-stream")
  }
  return /^image\/[a-z0-9.+-]{1,64}$/.test(declared)
    ? Either.right(declared)
    : Either.left(
        denied(url, "not_an_image", "is not an image by its content-type", {
          content_type: declared.slice(0, 100)
        })
      )
}

const guard =
  ({ loopbackOrigins = [], lookup = systemLookup }: RemoteImageOptions, allowPrivate: boolean) =>
  (url: URL): Effect.Effect<Addresses, NetworkFault> =>
    Effect.gen(function* () {
      const host = hostOf(url)
      const addresses = isAddress(host)
        ? [{ address: host, family: host.includes(":") ? 6 : 4 }]
        : yield* Effect.tryPromise({
            try: () => lookup(host),
            catch: (error) => makeFault(causeOfNode(error, "connect"), "connect")
          })
      const onLoopback = loopbackOrigins.includes(url.origin)
      // All of them, because the connection could go to each.
      const allowed = addresses.every(
        ({ address }) =>
          allowPrivate || isPublicAddress(address) || (onLoopback && isLoopbackAddress(address))
      )
      if (addresses.length === 0) return yield* Effect.fail(makeFault("enotfound", "connect"))
      if (!allowed) return yield* Effect.fail(makeFault("private_address", "connect"))
      if (isBlockedPort(url.port)) return yield* Effect.fail(makeFault("blocked_port", "connect"))
      return addresses
    })

const systemLookup = (host: string): Promise<ReadonlyArray<LookupAddress>> =>
  import("node:dns/promises").then((dns) => dns.lookup(host, { all: true }))

const make = (options: RemoteImageOptions) =>
  Effect.gen(function* () {
    const deadlines = yield* Deadlines
    const env = yield* Env
    const client = HttpClient.make(
      execute(deadlines, {
        proxy: proxyFor(env.get),
        env: env.get,
        addresses: guard(options, env.get("IMAGE_SKILL_ALLOW_PRIVATE_URLS") === "1")
      })
    ).pipe(
      // A span would carry the whole URL, whose query may be a signature.
      HttpClient.withTracerDisabledWhen(() => true),
      HttpClient.withScope
    )

    const receive = (url: URL, response: HttpClientResponse) =>
      Effect.gen(function* () {
        const { headers, status } = response
        if (status < 200 || status > 299) {
          const retryable = status >= 500 || status === 429 || status === 408
          return yield* Effect.fail(
            fetchFailed(url, "http_status", `was answered with status ${status}`, { status }, retryable)
          )
        }
        const mimeType = yield* typeOf(url, headers["content-type"])
        const buffer = yield* Effect.mapError(response.arrayBuffer, networkFailure(url))
        return { bytes: new Uint8Array(buffer), mimeType }
      })

    // Scoped, so that an answer whose body nobody wants is hung up on at once.
    const hop = (url: URL) =>
      Effect.gen(function* () {
        const request = HttpClientRequest.get(url.href, {
          headers: { accept: "image/*", "user-agent": `image-skill/${version}` }
        })
        const response = yield* Effect.mapError(client.execute(request), networkFailure(url))
        const location = redirects.has(response.status) ? response.headers["location"] : undefined
        return location === undefined ? yield* receive(url, response) : yield* redirectOf(url, location)
      }).pipe(Effect.scoped, withRequestLimits({ maxBytes: uploadLimit }))

    const follow = (start: URL) =>
      Effect.gen(function* () {
        let url = start
        for (let followed = 0; ; followed += 1) {
          const result = yield* hop(url)
          if (!(result instanceof URL)) return { ...result, origin: start.origin }
          if (followed === maxRedirects) {
            return yield* Effect.fail(
              fetchFailed(url, "too_many_redirects", `is behind more than ${maxRedirects} redirects`)
            )
          }
          url = result
        }
      })

    const fetch = Effect.fn("RemoteImage.fetch")(function* (text: string) {
      const start = yield* Either.mapLeft(readUrl(text), (cause) =>
        failure("INVALID_ARGUMENTS", urlReasons[cause], { details: { cause } })
      )
      const { total } = resolveLimits(deadlines, yield* FiberRef.get(currentLimits))
      return yield* Effect.timeoutFail(follow(start), {
        duration: total,
        onTimeout: () => tooSlow(start, "total_timeout")
      })
    })

    return { fetch }
  })
