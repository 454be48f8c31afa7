import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { failure } from "../Errors.js"
import { whoami } from "../Operations/Account.js"
import { authLogout, authSave, authStatus } from "../Operations/Auth.js"
import { signup } from "../Operations/Signup.js"
import { suggest } from "../Operations/Suggest.js"
import { tokenPattern } from "../Schema/Config.js"
import { untrusted } from "../Schema/Text.js"
import { ApiClient } from "../Services/ApiClient.js"
import { ConfigStore } from "../Services/ConfigStore.js"
import { bound, originOf, withoutToken, withToken } from "../Services/Credentials.js"
import { earlierTokens } from "../Services/EarlierTokens.js"
import { Env } from "../Services/Env.js"
import { acceptedMethods } from "../Services/SigningUp.js"
import { Target } from "../Services/Target.js"
import { TokenSource } from "../Services/TokenSource.js"
import { command } from "./Command.js"

const signupSuggestion = suggest(
  "sign_up",
  "get an identity and a token",
  signup,
  { agent_contact: "INBOX", agent_name: "NAME", runtime: "RUNTIME", save: true, show_token: false },
  ["agent_contact", "agent_name", "runtime"]
)

export const showStatus = command({
  operation: authStatus,
  flags: {},
  arguments: {},
  examples: [{ why: "is there a token, and does the service know it", argv: ["auth", "status"] }],
  usesService: true,
  run: () =>
    Effect.gen(function* () {
      const service = yield* (yield* Target).resolve
      const config = yield* ConfigStore
      const embedded = service.kind === "embedded"
      const found = embedded ? null : yield* (yield* TokenSource).find(service.origin)
      const common = {
        api_base_url: embedded ? "local" : service.baseUrl,
        auth_source: embedded ? "local" : (found?.source ?? "none"),
        config_path: config.path,
        accepted_methods: embedded ? [] : acceptedMethods
      }
      if (!embedded && found === null) {
        return {
          data: { authenticated: false, ...common, token_status: "missing" },
          next: [signupSuggestion]
        }
      }
      const answer = yield* (yield* ApiClient).call(whoami, {})
      return {
        data: {
          authenticated: true,
          ...common,
          token_status: embedded ? "not_needed" : "active",
          claim_state: answer.data.claim_state ?? null,
          identity: answer.data.actor ?? null,
          grants: answer.data.grants ?? []
        },
        warnings: answer.warnings,
        actor: answer.actor,
        traceId: answer.traceId
      }
    })
})

const whole = new RegExp(`^${tokenPattern.source}$`)

export const save = command({
  operation: authSave,
  flags: {},
  arguments: {},
  examples: [{ why: "a token from a secret store", argv: ["auth", "save", "--token-stdin"] }],
  usesService: true,
  run: () =>
    Effect.gen(function* () {
      const service = yield* (yield* Target).resolve
      if (service.kind === "embedded") {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", "the embedded service takes no token: there is nothing to save")
        )
      }
      const config = yield* ConfigStore
      const found = yield* (yield* TokenSource).find(service.origin)
      if (found === null || found.source === "config") {
        return yield* Effect.fail(
          failure(
            "AUTH_REQUIRED",
            "auth save needs a token: on standard input, by flag, or in IMAGE_SKILL_TOKEN",
            {
              recovery: { required_flag: "--token-stdin" }
            }
          )
        )
      }
      const token = Redacted.value(found.token)
      if (!whole.test(token)) {
        return yield* Effect.fail(
          failure(
            "TOKEN_INVALID",
            "this does not look like a token: isk_, a class letter, an underscore, the secret",
            {
              details: { source: found.source }
            }
          )
        )
      }
      const at = new Date(yield* Clock.currentTimeMillis).toISOString()
      yield* config.update((old) =>
        withToken(old, { origin: service.origin, apiBaseUrl: service.baseUrl, token, at })
      )
      return {
        data: {
          saved: true,
          config_path: config.path,
          origin: service.origin,
          api_base_url: service.baseUrl,
          auth_source: found.source,
          saved_at: at
        },
        warnings: [`the token was saved to ${config.path}`],
        next: [suggest("whoami", "see whether the service knows it", whoami, {})]
      }
    })
})

const forgetThere = (origin: string) => {
  const suggestion = suggest("log_out_there", "forget that service's token too", authLogout, {})
  return { ...suggestion, argv: [...suggestion.argv, "--api-base-url", origin] }
}

export const logout = command({
  operation: authLogout,
  flags: {},
  arguments: {},
  examples: [{ why: "forget the token on this machine", argv: ["auth", "logout"] }],
  usesService: true,
  run: () =>
    Effect.gen(function* () {
      const service = yield* (yield* Target).resolve
      const config = yield* ConfigStore
      const env = yield* Env
      const saved = (yield* config.load) ?? {}
      const left = withoutToken(saved, service.origin)
      const removed =
        bound(saved).credentials?.[service.origin] !== undefined ||
        (typeof saved.token === "string" && left.token === null)
      if (removed) yield* config.update((old) => withoutToken(old, service.origin))
      const others = Object.keys(left.credentials ?? {})
      const files = yield* earlierTokens
      return {
        data: {
          removed,
          config_path: config.path,
          origin: service.kind === "embedded" ? "local" : service.origin,
          // Whoever believes to be signed out everywhere is to see what is left.
          remaining_origins: others,
          remaining_files: files
        },
        warnings: [
          ...(removed
            ? ["the service still honours the token: rotate it by signing up again where it may have leaked"]
            : []),
          ...(others.length === 0
            ? []
            : [
                `tokens of other services stay in the config file, for ${others.map(untrusted).join(", ")}: auth logout --api-base-url ADDRESS removes one`
              ]),
          ...(files.length === 0
            ? []
            : [
                `tokens of earlier identities stay in ${files.map(untrusted).join(", ")}: delete these files`
              ]),
          ...(env.get("IMAGE_SKILL_TOKEN") === undefined && env.get("IMAGE_SKILL_HOSTED_TOKEN") === undefined
            ? []
            : ["a token still stands in the environment, and commands send it: unset IMAGE_SKILL_TOKEN"])
        ],
        next: others.filter((origin) => originOf(origin) !== null).map(forgetThere)
      }
    })
})
