import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { failure, type ImageSkillError } from "../Errors.js"
import { health, usageQuota } from "../Operations/Account.js"
import { activityList } from "../Operations/Activity.js"
import { doctor } from "../Operations/Client.js"
import { create, edit } from "../Operations/Create.js"
import { creditsMethods, creditsPacks } from "../Operations/Credits.js"
import { modelsList, modelsShow } from "../Operations/Models.js"
import { flag, toggle } from "../Operations/Operation.js"
import { signup } from "../Operations/Signup.js"
import { suggest, type Suggestion, toAction } from "../Operations/Suggest.js"
import type { CreateInput, EditInput } from "../Schema/Create.js"
import type { Modality } from "../Schema/Model.js"
import { readOnly } from "../Schema/Effects.js"
import { ApiClient } from "./ApiClient.js"
import { Attempts } from "./Attempts.js"
import { ConfigStore } from "./ConfigStore.js"
import { Entropy } from "./Entropy.js"
import { Env } from "./Env.js"
import { candidatesOf, consideredOf, guardOf, reservedBy, settle } from "./GuideModels.js"
import { methodsOf, packFor, paymentsOf, quoteSuggestion } from "./GuidePayments.js"
import type { Wanted } from "./Intent.js"
import { Invocation } from "./Invocation.js"
import { Prefix } from "./Prefix.js"
import { builtInAddress, Target } from "./Target.js"
import { TokenSource } from "./TokenSource.js"

/** What a guide is asked about: as much of a create or edit as is known already. */
export interface GuideInput {
  readonly operation: "create" | "edit"
  readonly prompt?: string
  /** The image of an edit. */
  readonly input?: string
  readonly mask?: string
  readonly model?: string
  readonly provider?: string
  /** The medium that is wanted, as in `video create`. */
  readonly modality?: typeof Modality.Type
  readonly intent?: CreateInput["intent"]
  readonly aspect_ratio?: CreateInput["aspect_ratio"]
  readonly output_count?: number
  readonly max_estimated_usd_per_image?: number
  readonly max_usd?: number
  readonly model_parameters?: CreateInput["model_parameters"]
  readonly accept_unknown_cost?: boolean
  readonly idempotency_key?: CreateInput["idempotency_key"]
  readonly download?: string
}

/** How far a caller is from a picture (contract §5). */
export type Stage =
  | "prompt_required"
  | "service_unreachable"
  | "no_executable_model"
  | "auth_required"
  | "quota_required"
  | "ready_to_create"

/** Why a guide cannot go on. */
export interface Blocker {
  readonly code: string
  readonly message: string
  readonly [field: string]: unknown
}

/** Where a guide stands, and the one command that goes on from there. */
interface Verdict {
  readonly stage: Stage
  readonly blocker: Blocker | null
  readonly next: Suggestion
}

const placeholder = "PROMPT"
const inputPlaceholder = "IMAGE"

/**
 * Looks at everything that a create or edit needs, without changing anything, and names the one command to run next. Every stage
 * is a success; what does not need another's answer is asked at once (contract §5).
 */
export const guide = Effect.fn("Guide.guide")(function* (input: GuideInput) {
  const service = yield* (yield* Target).resolve
  const api = yield* ApiClient
  const config = yield* ConfigStore
  const entropy = yield* Entropy
  const { flags } = yield* Invocation
  const env = yield* Env
  const embedded = service.kind === "embedded"
  // A service that hangs is found out like one that is not there; only a token that never comes is a failure.
  const inTime = <A, E, R>(asked: Effect.Effect<A, E, R>) =>
    flags.timeoutMs === undefined
      ? asked
      : Effect.timeoutFail(asked, {
          duration: flags.timeoutMs,
          onTimeout: () => failure("TIMEOUT", `no answer within ${flags.timeoutMs} ms`)
        })
  const token = embedded
    ? Either.right(null)
    : yield* inTime((yield* TokenSource).find(service.origin)).pipe(
        Effect.map((found) => Either.right(found)),
        // A token that cannot be one is a finding; a misused flag or a broken config file is the caller's to mend.
        Effect.catchTag("AuthRequired", (error) => Effect.succeed(Either.left(error)))
      )
  const found = Either.getOrNull(token)
  const asksQuota = embedded || found !== null
  const { healthy, methods, models, packs, quota } = yield* Effect.all(
    {
      healthy: Effect.either(inTime(api.call(health, {}))),
      models: Effect.either(
        inTime(
          // A service that takes no such question still has its list.
          Effect.catchTag(api.call(modelsList, { for: consideredOf(input) }), "InvalidArguments", () =>
            api.call(modelsList, {})
          )
        )
      ),
      methods: Effect.either(inTime(api.call(creditsMethods, {}))),
      // Only who has a token can be short of credits that are for sale: the embedded service sells none.
      packs: found === null ? Effect.succeed(null) : Effect.either(inTime(api.call(creditsPacks, {}))),
      quota: asksQuota ? Effect.either(inTime(api.call(usageQuota, {}))) : Effect.succeed(null)
    },
    { concurrency: "unbounded" }
  )

  const rows = Either.isRight(models) ? candidatesOf(models.right.data.models, input) : []
  const { refusal, selected } = settle(
    Either.isRight(models) ? models.right.data.choice : undefined,
    rows,
    input
  )
  const guard = guardOf(input.max_estimated_usd_per_image, selected)
  const required = reservedBy(selected, guard, input)
  const account = accountOf(quota, Either.isLeft(token) ? token.left : null)
  const fresh = `guide-${Buffer.from(entropy.bytes(12)).toString("hex")}`
  const missing = required === null || account.credits === null ? 0 : required - account.credits
  const { suggestions, ...summary } = paymentsOf(
    Either.isRight(methods) ? methodsOf(methods.right.data) : null,
    packs !== null && Either.isRight(packs) ? packFor(packs.right.data.packs, missing) : null
  )

  // A token of the environment wins over the one that a sign-up saves: while it is set, nothing gets past it.
  const source = found?.source ?? (Either.isLeft(token) ? token.left.details?.["source"] : undefined)
  const stale =
    source === "env"
      ? (["IMAGE_SKILL_TOKEN", "IMAGE_SKILL_HOSTED_TOKEN"] as const).filter(
          (name) => env.get(name) !== undefined
        )
      : []
  const staleNote = `unset ${stale.join(" and ")} first: it is used before the token that a sign-up saves`

  const rerun = guideSuggestion(input)
  const wanted = makeWanted({ dry: false })
  // An attempt at this very command that was cut off goes on under its own key.
  const unresolved =
    input.idempotency_key !== undefined || input.prompt === undefined
      ? null
      : yield* Effect.orElseSucceed((yield* Attempts).unresolved(wanted), () => null)
  const key = input.idempotency_key ?? unresolved?.key ?? fresh
  const verdict = judge()
  const prefix = yield* Effect.flatMap(Prefix, ({ words }) => words)
  const context = flags.local
    ? ["--local"]
    : flags.apiBaseUrl === undefined
      ? []
      : ["--api-base-url", flags.apiBaseUrl]
  const write = (suggestion: Suggestion) => toAction(suggestion, prefix, context).command
  const withToken = (suggestion: Suggestion) => ({
    with_env: `IMAGE_SKILL_TOKEN="$YOUR_TOKEN" ${write(suggestion)}`,
    with_stdin: `printf '%s\\n' "$YOUR_TOKEN" | ${write({ ...suggestion, argv: [...suggestion.argv, "--token-stdin"] })}`
  })
  const signsUp = verdict.stage === "auth_required"
  const notices = [
    ...(service.baseUrl === builtInAddress ? [`${builtInAddress} is not operated by this project`] : []),
    ...(signsUp && stale.length > 0 ? [staleNote] : [])
  ]
  const spends =
    verdict.stage === "ready_to_create" || (verdict.stage === "quota_required" && verdict.next.requires_auth)

  return {
    data: {
      schema: "image-skill.create-guide.v1",
      operation: input.operation,
      ready: verdict.stage === "ready_to_create",
      stage: verdict.stage,
      checks: {
        hosted_api: {
          reachable: Either.isRight(healthy),
          status: Either.isRight(healthy) ? (healthy.right.data.status ?? "ok") : "unreachable",
          api_base_url: embedded ? "local" : service.baseUrl,
          error_code: Either.isLeft(healthy) ? healthy.left.code : null
        },
        auth: {
          source: found?.source ?? "none",
          authenticated: account.authenticated,
          claim_state: account.claimState,
          token_status: embedded ? "not_needed" : account.tokenStatus,
          saved_config_path: found?.source === "config" ? config.path : null
        },
        models: {
          reachable: Either.isRight(models),
          executable_count: rows.filter(({ runnable }) => runnable).length,
          cataloged_not_wired_count: Either.isRight(models)
            ? (numberAt(models.right.data.summary, "cataloged_not_wired") ??
              rows.filter(({ wired }) => !wired).length)
            : null,
          error_code: Either.isLeft(models) ? models.left.code : null
        },
        quota: {
          checked: quota !== null && Either.isRight(quota),
          authenticated: account.authenticated,
          remaining_credits: account.credits,
          required_credits: required,
          daily_jobs_remaining: account.dailyJobs,
          reason: account.reason
        },
        payments: {
          ...summary,
          suggested_commands: suggestions.map(write)
        }
      },
      selection: {
        operation: operationOf(input),
        model_id: selected?.row.id ?? null,
        model_status: selected?.row.status ?? null,
        model_execution_status: selected?.row.execution?.model_execution_status ?? null,
        reason: selected?.reason ?? "no model here can do this now"
      },
      cost: {
        estimated_credits: required,
        estimated_usd_per_image: selected?.debitUsd ?? null,
        estimated_debit_usd_per_image: selected?.debitUsd ?? null,
        estimated_provider_usd_per_image: selected?.providerUsd ?? null,
        credit_unit_usd: selected?.creditUnitUsd ?? 0.01,
        pricing_confidence: selected?.confidence ?? "unknown"
      },
      blocker: verdict.blocker,
      next_command: write(verdict.next),
      after_next: afterNext(),
      auth_handoff:
        embedded || (!signsUp && !spends)
          ? null
          : {
              required: signsUp,
              token_source: found?.source ?? "none",
              secret_value_included: false,
              accepted_methods: ["IMAGE_SKILL_TOKEN", "--token-stdin", "config"],
              signup: signsUp
                ? {
                    returns_token_once: true,
                    public_cli_saves_config: true,
                    store_token_in: "public_cli_config_by_default"
                  }
                : null,
              rerun_guide: signsUp ? withToken(rerun) : null,
              next_command: spends
                ? { requires_auth: true, reuse_current_auth_context: true, ...withToken(verdict.next) }
                : null
            },
      escape_hatches: {
        doctor: write(suggest("doctor", "", doctor, {})),
        model_inspection: write(
          selected === null
            ? suggest("models", "", modelsList, { available: true })
            : suggest("model", "", modelsShow, { id: selected.row.id })
        ),
        payment_methods: write(suggest("methods", "", creditsMethods, {})),
        quota: write(suggest("quota", "", usageQuota, {})),
        dry_run: write(makeSuggestion({ dry: true }))
      },
      mutation
    },
    warnings: notices,
    next: [
      verdict.next,
      ...(verdict.stage === "quota_required" && verdict.next !== quotaSuggestion ? [quotaSuggestion] : []),
      ...(signsUp || verdict.stage === "quota_required" ? [rerun] : [])
    ]
  }

  function judge(): Verdict {
    const noPrompt = input.prompt === undefined && selected?.prompt !== "none"
    const noImage = input.operation === "edit" && input.input === undefined
    if (noPrompt || noImage) {
      const flags = [...(noPrompt ? ["--prompt"] : []), ...(noImage ? ["--input"] : [])]
      return {
        stage: "prompt_required",
        blocker: {
          code: "INVALID_ARGUMENTS",
          message: noPrompt ? "there is no prompt yet" : "there is no image to edit yet",
          required_flag: flags[0],
          required_flags: flags
        },
        next: guideSuggestion(
          {
            ...input,
            ...(noPrompt ? { prompt: placeholder } : {}),
            ...(noImage ? { input: inputPlaceholder } : {})
          },
          [...(noPrompt ? ["prompt"] : []), ...(noImage ? ["input"] : [])]
        )
      }
    }
    const broken = [healthy, models, ...(quota === null ? [] : [quota])].flatMap((answer) =>
      Either.isLeft(answer) && answer.left._tag !== "AuthRequired" ? [answer.left] : []
    )
    const [trouble] = broken
    if (trouble !== undefined || Either.isLeft(healthy) || Either.isLeft(models)) {
      const error = trouble ?? failure("HOSTED_API_REQUEST_FAILED", "the service did not answer as it should")
      return {
        stage: "service_unreachable",
        blocker: { code: error.code, message: error.reason, retryable: error.retryable },
        next: embedded
          ? localDoctor
          : {
              ...rerun,
              id: "guide_local",
              why: "the same on the embedded service",
              argv: [...rerun.argv, "--local"]
            }
      }
    }
    if (selected === null) {
      return {
        stage: "no_executable_model",
        blocker: refusal ?? {
          code: "CAPABILITY_DENIED",
          message: `no model here can ${input.operation} now`
        },
        next: suggest("list_models", "see every model and why it cannot run", modelsList, {})
      }
    }
    const cap = input.max_estimated_usd_per_image
    if (cap !== undefined && selected.debitUsd !== null && selected.debitUsd > cap) {
      return {
        stage: "no_executable_model",
        blocker: {
          code: "BUDGET_EXCEEDED",
          message: `no model fits ${cap} USD an image; the nearest choice needs ${selected.debitUsd}`,
          required_usd_per_image: selected.debitUsd,
          max_estimated_usd_per_image: cap
        },
        next: suggest("list_models", "see what the models cost", modelsList, { available: true })
      }
    }
    if (refusal !== null) {
      return {
        stage: "no_executable_model",
        blocker: refusal,
        next: refusal.code.startsWith("BUDGET_")
          ? suggest("list_models", "see what the models cost", modelsList, { available: true })
          : suggest("show_model", "see what this model takes", modelsShow, { id: selected.row.id })
      }
    }
    if (!embedded && !account.authenticated) {
      return {
        stage: "auth_required",
        blocker: {
          code: account.code ?? "AUTH_REQUIRED",
          message: `${account.reason ?? "there is no token"}${stale.length === 0 ? "" : `; ${staleNote}`}`,
          ...(stale.length === 0 ? {} : { unset_variables: stale })
        },
        next: suggest(
          "sign_up",
          "get an identity and a token, which is saved",
          signup,
          { agent_contact: "INBOX", agent_name: "NAME", runtime: "RUNTIME", save: true, show_token: false },
          ["agent_contact", "agent_name", "runtime"]
        )
      }
    }
    // What an unresolved attempt needs was reserved when it was made.
    const short = unresolved === null && missing > 0
    if (short || (unresolved === null && account.dailyJobs === 0)) {
      return {
        stage: "quota_required",
        blocker: short
          ? {
              code: "QUOTA_EXCEEDED",
              message: `this needs ${required} credits and ${account.credits} are left`,
              required_credits: required,
              remaining_credits: account.credits
            }
          : {
              code: "DAILY_JOB_LIMIT_REACHED",
              message: "the live jobs of this UTC day are used up",
              resets_at: account.resetsAt
            },
        next: short
          ? (suggestions.find(({ id }) => id === "quote") ?? quoteSuggestion(null))
          : quotaSuggestion
      }
    }
    return { stage: "ready_to_create", blocker: null, next: makeSuggestion({ dry: false }) }
  }

  function afterNext(): string | null {
    switch (verdict.stage) {
      case "auth_required":
      case "quota_required":
        return write(rerun)
      case "ready_to_create":
        return write(suggest("activity", "", activityList, { limit: 5 }))
      default:
        return null
    }
  }

  /** The create or edit itself, as it is to be typed: complete, or its dry run. */
  function makeWanted({ dry }: { readonly dry: boolean }): Wanted {
    const { operation, prompt, input: image, modality: _, ...rest } = input
    const added = selected?.added ?? {}
    const words = {
      ...rest,
      ...(Object.keys(added).length === 0
        ? {}
        : { model_parameters: { ...added, ...input.model_parameters } }),
      ...(selected === null ? {} : { model: selected.row.id }),
      max_estimated_usd_per_image: guard,
      ...(dry ? { dry_run: true } : {})
    }
    const said = prompt ?? (selected?.prompt === "none" ? undefined : placeholder)
    return operation === "create"
      ? { operation, input: { ...words, prompt: said ?? placeholder } as CreateInput }
      : {
          operation,
          input: {
            ...words,
            input: image ?? inputPlaceholder,
            ...(said === undefined ? {} : { prompt: said })
          } as EditInput
        }
  }

  function makeSuggestion({ dry }: { readonly dry: boolean }): Suggestion {
    const made = makeWanted({ dry })
    const missing = [
      ...(input.prompt === undefined && selected?.prompt !== "none" ? ["prompt"] : []),
      ...(input.operation === "edit" && input.input === undefined ? ["input"] : [])
    ]
    const why = dry
      ? "the price, without spending"
      : unresolved === null
        ? "make it"
        : `go on with the attempt of ${unresolved.startedAt}, which was left unresolved`
    const named = dry ? {} : { idempotency_key: key }
    return made.operation === "create"
      ? suggest("create", why, create, { ...made.input, ...named }, missing)
      : suggest("edit", why, edit, { ...made.input, ...named }, missing)
  }
})

const mutation = {
  provider_call: false,
  hosted_create: false,
  hosted_signup: false,
  payment_object: false,
  credit_debit: false,
  media_write: false
}

const localDoctor: Suggestion = {
  ...suggest("doctor_local", "see what the embedded service lacks", doctor, {}),
  argv: [...doctor.argv({}), "--local"]
}

const quotaSuggestion = suggest("quota", "see what is left, and when it comes back", usageQuota, {})

const operationOf = (input: GuideInput): string =>
  input.operation === "create" ? "image.generate" : "image.edit"

/** The guide again, with what is known. */
const guideSuggestion = (input: GuideInput, missing: ReadonlyArray<string> = []): Suggestion => ({
  id: "guide",
  why: "look again",
  argv: [
    input.operation,
    "--guide",
    ...flag("prompt", input.prompt),
    ...flag("input", input.input),
    ...flag("mask", input.mask),
    ...flag("model", input.model),
    ...flag("provider", input.provider),
    ...flag("modality", input.modality),
    ...flag("intent", input.intent),
    ...flag("aspect-ratio", input.aspect_ratio),
    ...flag("output-count", input.output_count),
    ...flag("max-estimated-usd-per-image", input.max_estimated_usd_per_image),
    ...flag("max-usd", input.max_usd),
    ...flag(
      "model-parameters-json",
      input.model_parameters === undefined ? undefined : JSON.stringify(input.model_parameters)
    ),
    ...toggle("accept-unknown-cost", input.accept_unknown_cost),
    ...flag("idempotency-key", input.idempotency_key),
    ...flag("download", input.download)
  ],
  missing_inputs: missing,
  requires_auth: false,
  effect: readOnly
})

interface Account {
  readonly authenticated: boolean
  readonly claimState: string | null
  readonly tokenStatus: string
  readonly credits: number | null
  readonly dailyJobs: number | null
  readonly resetsAt: unknown
  readonly code: string | null
  readonly reason: string | null
}

const nobody: Account = {
  authenticated: false,
  claimState: null,
  tokenStatus: "missing",
  credits: null,
  dailyJobs: null,
  resetsAt: null,
  code: null,
  reason: "there is no token for this service"
}

type QuotaData = {
  readonly authenticated?: boolean
  readonly claim_state?: string | null
  readonly token_status?: string | null
  readonly limits?: Readonly<Record<string, unknown>> | null
  readonly daily_jobs?: Readonly<Record<string, unknown>> | null
}

const accountOf = (
  quota: Either.Either<{ readonly data: QuotaData }, ImageSkillError> | null,
  unusable: ImageSkillError | null
): Account => {
  const refused = (error: ImageSkillError): Account => ({
    ...nobody,
    tokenStatus:
      error.code === "TOKEN_REVOKED" ? "revoked" : error.code === "TOKEN_INVALID" ? "invalid" : "unknown",
    code: error.code,
    reason: error.reason
  })
  if (unusable !== null) return refused(unusable)
  if (quota === null) return nobody
  if (Either.isLeft(quota)) return refused(quota.left)
  const { authenticated = true, claim_state = null, daily_jobs, limits, token_status } = quota.right.data
  const free = numberAt(limits, "remaining_credits")
  const paid = numberAt(limits, "payment_backed_remaining_credits")
  return {
    authenticated,
    claimState: claim_state,
    tokenStatus: token_status ?? (authenticated ? "active" : "missing"),
    credits: free === null && paid === null ? null : (free ?? 0) + (paid ?? 0),
    dailyJobs: numberAt(daily_jobs, "remaining"),
    resetsAt: daily_jobs?.["resets_at"] ?? null,
    code: null,
    reason: authenticated ? null : "the service does not know the token"
  }
}

const numberAt = (
  object: Readonly<Record<string, unknown>> | null | undefined,
  key: string
): number | null => {
  const value = object?.[key]
  return typeof value === "number" && Number.isFinite(value) ? value : null
}
