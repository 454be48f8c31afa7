import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type ArtifactStorage, failure, type ImageSkillError } from "../Errors.js"
import { whoami } from "../Operations/Account.js"
import { signup } from "../Operations/Signup.js"
import type { SignupInput } from "../Schema/Signup.js"
import { quoteWords } from "../Schema/Shell.js"
import type { Answer } from "./Answer.js"
import { ApiClient } from "./ApiClient.js"
import { ConfigStore } from "./ConfigStore.js"
import { type Saved, saveOver, writeAlone } from "./EarlierTokens.js"
import { Env } from "./Env.js"
import { Files } from "./Files.js"
import { foldersOf } from "./Folders.js"
import { Invocation } from "./Invocation.js"
import { builtInAddress, type Service, Target } from "./Target.js"
import { tokenProblem, TokenSource } from "./TokenSource.js"

/** What a sign-up leaves: who the agent is now, and where its token is (contract §4). */
export interface SignedUp {
  readonly identity: Readonly<Record<string, unknown>>
  /** Only when the caller asked to see it. */
  readonly token: string | null
  readonly token_presented: boolean
  readonly storage: {
    readonly saved: boolean
    readonly config_path: string | null
    readonly reason: string
  }
  readonly auth_handoff: {
    readonly accepted_methods: ReadonlyArray<string>
    readonly token_source_after_signup: "config" | "not_saved"
    readonly secret_value_included: boolean
    readonly next_step: string
  }
}

/** How a token may be handed to a command. */
export const acceptedMethods: ReadonlyArray<string> = ["config", "IMAGE_SKILL_TOKEN", "--token-stdin"]

/**
 * Signs up and keeps the token: the config is proven writable before anything is asked for, and from the answer on nothing can
 * come between the token and its place (contract §4).
 */
export const signUp = Effect.fn("SigningUp.signUp")(function* (input: SignupInput) {
  const service = yield* (yield* Target).resolve
  if (service.kind === "embedded") return yield* signUpLocally
  const config = yield* ConfigStore
  if (input.save) {
    yield* config.load
    yield* Effect.mapError(config.probe, (error) =>
      // The same sign-up without a file goes on from here; prose alone would leave an agent with nothing to run.
      failure("PUBLIC_CLI_CONFIG_WRITE_FAILED", error.reason, {
        ...(error.details === undefined ? {} : { details: error.details }),
        recovery: { ...error.recovery, suggested_command: showing(input) }
      })
    )
  }

  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const answer = yield* restore(ask(input, service))
      const { token: told, storage: _, ...identity } = answer.data
      const invocation = yield* Invocation
      const handed = typeof told === "string" ? told.trim() : ""
      if (handed !== "") invocation.secrets.add(handed)
      // One that no request could carry is none: saved, it would only take a good one's place.
      const problem = tokenProblem(handed)
      const token = handed === "" || problem !== null ? null : handed
      if (token === null && (input.save || input.show_token)) {
        const why =
          problem === null ? "handed out no token" : `handed out one that cannot be used: ${problem}`
        return yield* Effect.fail(
          failure("AUTH_REQUIRED", `the service made the identity but ${why}`, {
            details: { cause: problem === null ? "token_missing" : "token_unusable", identity },
            ...(input.save ? { recovery: { suggested_command: showing(input) } } : {})
          })
        )
      }
      if (token !== null && input.show_token) invocation.spared = token
      const aside = token !== null && input.save ? yield* keep(token, service, input, identity) : null
      const shown = input.show_token ? token : null
      return {
        ...answer,
        data: {
          identity,
          token: shown,
          token_presented: shown !== null,
          storage: {
            saved: input.save,
            config_path: input.save ? config.path : null,
            reason: input.save
              ? "the token is in the config file; later commands read it from there"
              : shown === null
                ? "no token was asked for: neither saving nor showing was wanted"
                : "the token was shown once, for a secret store of the caller"
          },
          auth_handoff: {
            accepted_methods: acceptedMethods,
            token_source_after_signup: input.save ? "config" : "not_saved",
            secret_value_included: shown !== null,
            next_step: input.save
              ? "run whoami, usage quota, create or edit: they read the saved token"
              : shown === null
                ? "sign up again, saving or showing the token, before anything that needs one"
                : "put data.token into a secret store now, and hand it to commands as IMAGE_SKILL_TOKEN or by --token-stdin"
          }
        } satisfies SignedUp,
        warnings: [
          ...answer.warnings,
          ...(service.baseUrl === builtInAddress
            ? [`${builtInAddress} is not operated by this project`]
            : []),
          ...(input.save ? [`the token was saved to ${config.path}`] : []),
          ...(aside === null
            ? []
            : [
                `another identity's token was saved for ${service.origin} before; it is kept in ${aside}: set IMAGE_SKILL_CONFIG_PATH to that file to act as it again, or delete the file; to keep several identities apart, sign up with a config file of its own for each, or with --show-token --no-save`
              ]),
          ...(shown === null
            ? []
            : ["data.token is a secret and is shown this once: keep it out of prompts and logs"])
        ]
      } satisfies Answer<SignedUp>
    })
  )
})

/** The same sign-up, which hands the token to its caller instead of keeping it. */
const showing = (input: SignupInput): string =>
  quoteWords(["image-skill", ...words({ ...input, save: false, show_token: true })])

/** The words of a sign-up, for a suggestion; text that a shell would read otherwise is left to the caller. */
const words = (input: SignupInput): ReadonlyArray<string> =>
  signup.argv({
    ...input,
    agent_contact: plain(input.agent_contact, "INBOX"),
    agent_name: plain(input.agent_name, "NAME"),
    runtime: plain(input.runtime, "RUNTIME")
  })

const plain = (text: string, otherwise: string): string =>
  /^[A-Za-z0-9_@%+:,./-]+$/.test(text) ? text : otherwise

// First without the current token, which most sign-ups do not need and no other service should see without reason.
const ask = (input: SignupInput, service: Service) =>
  Effect.gen(function* () {
    const api = yield* ApiClient
    const tokens = yield* TokenSource
    const request = {
      agent_contact: input.agent_contact.trim().toLowerCase(),
      agent_name: input.agent_name,
      runtime: input.runtime,
      return_token: input.save || input.show_token
    }
    return yield* api.call(signup, request).pipe(
      Effect.catchIf(
        (error) => error.details?.["cause"] === "current_token_required",
        (refused) =>
          Effect.flatMap(tokens.find(service.origin), (found) =>
            found === null
              ? Effect.fail<ImageSkillError>(refused)
              : api.call(signup, { ...request, authorization: `Bearer ${Redacted.value(found.token)}` })
          )
      )
    )
  })

/**
 * Saves the token, and answers where another identity's went that stood in its place; when that fails it is put where it can be used all the same, and if need be shown, but never lost.
 */
const keep = (
  token: string,
  service: Service,
  input: SignupInput,
  identity: Readonly<Record<string, unknown>>
): Effect.Effect<string | null, ArtifactStorage, ConfigStore | Env | Files | Invocation> =>
  Effect.gen(function* () {
    const at = new Date(yield* Clock.currentTimeMillis).toISOString()
    const { agent_id, organization_id = null } = identity
    const saved: Saved = {
      origin: service.origin,
      apiBaseUrl: service.baseUrl,
      token,
      at,
      ...(typeof agent_id === "string"
        ? { actor: { actor_type: "agent", actor_id: agent_id, organization_id } }
        : {})
    }
    return yield* saveOver(saved).pipe(
      Effect.catchAll((error) =>
        Effect.gen(function* () {
          const rescued = yield* Effect.option(rescue(saved))
          const elsewhere = rescued._tag === "Some" ? rescued.value : null
          const shown = input.show_token || elsewhere === null
          if (shown) (yield* Invocation).spared = token
          return yield* Effect.fail(
            failure(
              "PUBLIC_CLI_CONFIG_WRITE_FAILED",
              `${error.reason}; the identity exists and its token is safe`,
              {
                details: {
                  ...error.details,
                  account_made: true,
                  identity,
                  ...(elsewhere === null ? {} : { token_saved_to: elsewhere }),
                  ...(shown ? { token } : {})
                },
                recovery: {
                  ...(elsewhere === null
                    ? { next_step: "put details.token into a secret store now; it is not shown again" }
                    : {
                        next_step: `set IMAGE_SKILL_CONFIG_PATH to ${elsewhere}: it is a config file with the token`
                      }),
                  suggested_command: "image-skill whoami"
                }
              }
            )
          )
        })
      )
    )
  })

/** A config file of its own in the state folder; its path. */
const rescue = (saved: Saved) =>
  Effect.gen(function* () {
    const files = yield* Files
    const { state } = foldersOf(yield* Env)
    const at = path.join(state, `signup-${saved.at.replaceAll(/[^0-9]/g, "")}.json`)
    yield* files.makeFolder(state)
    yield* writeAlone(at, saved)
    return at
  })

/** The embedded service knows its user: there is nothing to sign up for, and nothing to save. */
const signUpLocally = Effect.gen(function* () {
  const answer = yield* (yield* ApiClient).call(whoami, {})
  const { actor = null, claim_state = null, grants = [], organization = null } = answer.data
  return {
    ...answer,
    data: {
      identity: {
        agent_contact: null,
        agent_id: actor?.["actor_id"] ?? null,
        organization_id: organization?.["organization_id"] ?? null,
        claim_state,
        grants
      },
      token: null,
      token_presented: false,
      storage: {
        saved: false,
        config_path: null,
        reason: "the embedded service acts as this machine's user and takes no token"
      },
      auth_handoff: {
        accepted_methods: [],
        token_source_after_signup: "not_saved",
        secret_value_included: false,
        next_step: "go on with --local: no token is needed"
      }
    } satisfies SignedUp
  } satisfies Answer<SignedUp>
})
