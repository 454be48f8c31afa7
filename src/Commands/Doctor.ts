import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ImageSkillError } from "../Errors.js"
import { health, whoami } from "../Operations/Account.js"
import { doctor as operation } from "../Operations/Client.js"
import { create } from "../Operations/Create.js"
import { modelsList } from "../Operations/Models.js"
import { jobsRecover } from "../Operations/Recovery.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import type { Attempt } from "../Schema/Attempt.js"
import { untrusted } from "../Schema/Text.js"
import { ApiClient } from "../Services/ApiClient.js"
import { Attempts } from "../Services/Attempts.js"
import { ConfigStore } from "../Services/ConfigStore.js"
import { bound } from "../Services/Credentials.js"
import { withRequestLimits } from "../Services/Deadlines.js"
import { problem } from "../Services/Descriptors.js"
import { Env } from "../Services/Env.js"
import { Files } from "../Services/Files.js"
import { foldersOf } from "../Services/Folders.js"
import { builtInAddress, Target } from "../Services/Target.js"
import { Telemetry } from "../Services/Telemetry.js"
import { TokenSource } from "../Services/TokenSource.js"
import { version } from "../Version.js"
import { command } from "./Command.js"
import { toggle } from "./Flags.js"
import { commandDocs } from "./Help.js"

const problemOf = (error: ImageSkillError) => ({
  code: error.code,
  cause: error.details?.["cause"] ?? null,
  message: error.reason
})

const okOr = <A>(effect: Effect.Effect<A, { readonly cause: unknown } | ImageSkillError>) =>
  Effect.match(effect, {
    onSuccess: () => ({ ok: true, cause: null as unknown }),
    onFailure: (error) => ({
      ok: false,
      cause: "code" in error ? (error.details?.["cause"] ?? error.code) : error.cause
    })
  })

const firstImage = suggest(
  "first_image",
  "make a picture without network, key or sign-up",
  create,
  { prompt: "PROMPT" },
  ["prompt"]
)

/** How an attempt is resolved, at the service where it was made. */
const recoverIt = (attempt: Attempt): Suggestion => {
  const suggestion = suggest(
    "recover",
    `find out what became of the attempt of ${attempt.startedAt}, and finish it`,
    jobsRecover,
    { key: attempt.key }
  )
  const at = attempt.service === "local" ? ["--local"] : ["--api-base-url", attempt.service]
  return { ...suggestion, argv: [...suggestion.argv.slice(0, 2), ...at, ...suggestion.argv.slice(2)] }
}

/** Reports what works and what does not; a problem is a finding, not a failure (contract §4). */
export const doctor = command({
  operation,
  flags: {
    sweep_in_flight: toggle(
      "sweep-in-flight",
      "Forget the attempts that are settled; unresolved ones stay until they are recovered"
    )
  },
  arguments: {},
  examples: [{ why: "is everything in place", argv: ["doctor", "--local"] }],
  usesService: true,
  run: ({ sweep_in_flight }) =>
    Effect.gen(function* () {
      const env = yield* Env
      const files = yield* Files
      const config = yield* ConfigStore
      const target = yield* Target
      const tokens = yield* TokenSource
      const telemetry = yield* Telemetry
      const api = yield* ApiClient
      const attempts = yield* Attempts
      const resolved = yield* Effect.either(target.resolve)
      // A flag that is wrong is the caller's to mend; anything that was kept or inherited is a finding.
      if (resolved._tag === "Left" && resolved.left.details?.["chosen_by"] === "flag")
        return yield* Effect.fail(resolved.left)
      const service = resolved._tag === "Right" ? resolved.right : null
      const embedded = service?.kind === "embedded"
      const folders = foldersOf(env)

      const saved = yield* Effect.either(config.load)
      const found = service === null ? null : yield* Effect.either(tokens.find(service.origin))
      const started = yield* Clock.currentTimeMillis
      const healthy =
        resolved._tag === "Left"
          ? resolved
          : yield* withRequestLimits(Effect.either(api.call(health, {})), { total: "10 seconds" })
      const latency = (yield* Clock.currentTimeMillis) - started
      const models = embedded ? yield* Effect.either(api.call(modelsList, {})) : null
      const token = found?._tag === "Right" ? found.right : null
      const known = embedded ? yield* Effect.either(api.call(whoami, {})) : null
      const swept = sweep_in_flight === true ? yield* attempts.sweep : null
      // Those of hosted services stand on this machine; the embedded one is only asked where it is the one in use.
      const unresolved = yield* Effect.orElseSucceed(attempts.list("all"), () => [])

      // It may have been removed under this process, and then has no path.
      const working = yield* Effect.either(Effect.try({ try: () => process.cwd(), catch: problem(".") }))

      const data = {
        client: { version, node: process.version, platform: `${process.platform}-${process.arch}` },
        service: {
          kind: service?.kind ?? null,
          api_base_url: embedded ? "local" : (service?.baseUrl ?? null),
          chosen_by: service?.chosenBy ?? null,
          reachable: healthy._tag === "Right",
          api_version: healthy._tag === "Right" ? (healthy.right.data.api_version ?? null) : null,
          latency_ms: service === null ? null : latency,
          problem: healthy._tag === "Left" ? problemOf(healthy.left) : null
        },
        auth: {
          needed: !embedded,
          config_path: config.path,
          saved_token:
            saved._tag === "Right" &&
            saved.right !== null &&
            service !== null &&
            bound(saved.right).credentials?.[service.origin] !== undefined,
          env_token:
            env.get("IMAGE_SKILL_TOKEN") !== undefined || env.get("IMAGE_SKILL_HOSTED_TOKEN") !== undefined,
          source: token?.source ?? "none",
          acts_as: known?._tag === "Right" ? (known.right.data.actor ?? null) : null,
          problem:
            saved._tag === "Left"
              ? problemOf(saved.left)
              : found?._tag === "Left"
                ? problemOf(found.left)
                : null
        },
        output_folder: {
          path: Either.getOrNull(working),
          writable: yield* okOr(Effect.flatMap(working, (folder) => files.probe(folder)))
        },
        config: { path: config.path, writable: yield* okOr(config.probe) },
        data_folder: embedded ? { path: service.dataFolder } : null,
        state_folder: { path: folders.state },
        telemetry: telemetry.state,
        in_flight: unresolved.map((attempt) => ({
          key: attempt.key,
          operation: attempt.operation,
          service: attempt.service,
          started_at: attempt.startedAt,
          phase: attempt.phase,
          waited_for: attempt.isWaitedFor,
          job_id: attempt.jobId
        })),
        ...(swept === null ? {} : { in_flight_swept: swept }),
        engines:
          models?._tag === "Right"
            ? models.right.data.models.map((row) => ({
                model_id: row.id,
                status: row.status ?? null,
                reason: row.execution?.reason ?? null
              }))
            : null,
        docs: commandDocs
      }
      return {
        data,
        warnings:
          service?.kind === "remote" && service.baseUrl === builtInAddress
            ? [`${untrusted(builtInAddress)} is not operated by this project`]
            : [],
        next: [
          ...unresolved.filter(({ isWaitedFor }) => !isWaitedFor).map(recoverIt),
          // Wherever the doctor looked: only the embedded service needs nothing.
          { ...firstImage, argv: [...firstImage.argv, "--local"] }
        ]
      }
    })
})
