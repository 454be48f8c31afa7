import { createHash } from "node:crypto"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { health } from "../Operations/Account.js"
import { doctor } from "../Operations/Client.js"
import { modelsList } from "../Operations/Models.js"
import { suggest, type Suggestion, toAction } from "../Operations/Suggest.js"
import { readOnly } from "../Schema/Effects.js"
import { version } from "../Version.js"
import { isLoopback } from "./HttpClient.js"
import { ApiClient } from "./ApiClient.js"
import { Invocation } from "./Invocation.js"
import { Prefix } from "./Prefix.js"
import { builtInAddress, Target } from "./Target.js"

/** What became of something that was looked for. */
type Finding = "found" | "not_available_yet" | "unreachable"

interface Document {
  readonly path: string
  readonly status: Finding
  readonly sha256: string | null
  readonly bytes: number | null
}

const absent = (path: string, status: Finding): Document => ({ path, status, sha256: null, bytes: null })

const documents = ["/skill.md", "/llms.txt", "/cli.md", "/openapi.json"] as const

/**
 * Gathers what can be known of a service from outside. Nothing that was looked for is left out: what is missing says so
 * (contract §4). Without `client` no document is looked for: the embedded service's are those of this program.
 */
export const trustPacket = Effect.fn("TrustPacket.trustPacket")(function* (
  client: HttpClient.HttpClient | null
) {
  const http = client === null ? null : HttpClient.withTracerPropagation(client, false)
  const api = yield* ApiClient
  const service = yield* (yield* Target).resolve
  const embedded = service.kind === "embedded"
  const builtIn = service.baseUrl === builtInAddress

  const document = (path: string): Effect.Effect<Document> =>
    Effect.gen(function* () {
      if (http === null) return absent(path, "not_available_yet")
      const answer = yield* http.execute(HttpClientRequest.get(`${service.baseUrl}${path}`))
      if (answer.status !== 200) return absent(path, "not_available_yet")
      const bytes = new Uint8Array(yield* answer.arrayBuffer)
      return {
        path,
        status: "found" as const,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        bytes: bytes.byteLength
      }
    }).pipe(
      Effect.scoped,
      Effect.catchAll(() => Effect.succeed(absent(path, "unreachable")))
    )

  const { contracts, healthy, models } = yield* Effect.all(
    {
      healthy: Effect.either(api.call(health, {})),
      models: Effect.either(api.call(modelsList, {})),
      contracts: Effect.forEach(documents, document, { concurrency: "unbounded" })
    },
    { concurrency: "unbounded" }
  )

  const prefix = yield* Effect.flatMap(Prefix, ({ words }) => words)
  const { flags } = yield* Invocation
  const context = flags.local
    ? ["--local"]
    : flags.apiBaseUrl === undefined
      ? []
      : ["--api-base-url", flags.apiBaseUrl]
  const rows = Either.isRight(models) ? models.right.data.models : []
  const executable = rows.filter(
    ({ execution, status }) => status === "available" && execution?.model_execution_status === "executable"
  )
  const apiVersion = Either.isRight(healthy) ? (healthy.right.data.api_version ?? null) : null
  const mismatch =
    typeof apiVersion === "string" && major(apiVersion) !== null && major(apiVersion) !== major(version)
  const missing = contracts.filter(({ status }) => status !== "found").map(({ path }) => path)
  const warnings = [
    ...(builtIn ? [`${builtInAddress} is not operated by this project`] : []),
    ...(mismatch ? [`the service speaks ${apiVersion}, this client ${version}`] : []),
    ...(missing.length === 0 || embedded ? [] : [`no ${missing.join(", ")} at this address`]),
    ...(service.baseUrl.startsWith("http://") && !embedded && !isLoopback(new URL(service.baseUrl).hostname)
      ? ["plain http: only for this machine or a trusted network"]
      : [])
  ]
  const status = Either.isLeft(healthy)
    ? "unavailable"
    : mismatch
      ? "stale_or_mismatched"
      : executable.length === 0
        ? "inspect_only"
        : warnings.length > 0
          ? "usable_with_warnings"
          : "usable"
  return {
    schema: "image-skill.trust-packet.v0",
    checked_at: new Date(yield* Clock.currentTimeMillis).toISOString(),
    subject: {
      name: "image-skill",
      client_version: version,
      api_base_url: embedded ? "local" : service.baseUrl
    },
    summary: { status, selection_hint: hints[status], top_warnings: warnings.slice(0, 3) },
    // The name on npm belongs to somebody else now, so that a look at the registry would speak of another program.
    npm_package: { status: "not_available_yet", name: null, version: null },
    public_repo: { status: "not_available_yet", url: null },
    hosted_contracts: contracts,
    hosted_api: {
      status: Either.isRight(healthy) ? ("found" as Finding) : ("unreachable" as Finding),
      api_version: apiVersion,
      error_code: Either.isLeft(healthy) ? healthy.left.code : null
    },
    model_registry: {
      status: Either.isRight(models) ? ("found" as Finding) : ("unreachable" as Finding),
      executable_count: executable.length,
      total: rows.length,
      first_executable_ids: executable.slice(0, 5).map(({ id }) => id),
      error_code: Either.isLeft(models) ? models.left.code : null
    },
    safe_commands: safe.map((suggestion) => toAction(suggestion, prefix, context).command),
    proof_urls: embedded
      ? []
      : ["/healthz", "/v1/models", ...documents].map((path) => `${service.baseUrl}${path}`),
    redaction: { config_read: false, token_read: false, token_sent: false }
  }
})

// Each runs as it stands, changes nothing and needs no token.
const safe: ReadonlyArray<Suggestion> = [
  suggest("doctor", "see what works from here", doctor, {}),
  suggest("models", "see what can run", modelsList, { available: true }),
  {
    id: "guide",
    why: "see what a picture needs",
    argv: ["create", "--guide"],
    missing_inputs: [],
    requires_auth: false,
    effect: readOnly
  }
]

const hints = {
  usable: "up, able to run models, and its contract can be read",
  usable_with_warnings: "it works; read the warnings first",
  inspect_only: "up, but nothing can be run there now: only look",
  stale_or_mismatched: "another version than this client: expect differences",
  unavailable: "it does not answer; --local needs no service"
} as const

const major = (text: string): string | null => /^(\d+\.\d+)\./.exec(text)?.[1] ?? null
