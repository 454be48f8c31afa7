import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { failure, type ImageSkillError } from "../../../src/Errors.js"
import type { SignupInput } from "../../../src/Schema/Signup.js"
import { ApiClient } from "../../../src/Services/ApiClient.js"
import { ConfigStore } from "../../../src/Services/ConfigStore.js"
import { bound, withoutToken, withToken } from "../../../src/Services/Credentials.js"
import { Entropy } from "../../../src/Services/Entropy.js"
import { Env } from "../../../src/Services/Env.js"
import { Files } from "../../../src/Services/Files.js"
import { Invocation, noFlags } from "../../../src/Services/Invocation.js"
import { signUp } from "../../../src/Services/SigningUp.js"
import { Target } from "../../../src/Services/Target.js"
import { TokenSource } from "../../../src/Services/TokenSource.js"

const token = "isk_r_abcdefghijklmnopqrstuvwxyz012345"
const origin = "http://127.0.0.1:8787"

const input: SignupInput = {
  agent_contact: "a@example.com",
  agent_name: "a",
  runtime: "test",
  save: true,
  show_token: false
}

const full = (cause: string) =>
  failure("PUBLIC_CLI_CONFIG_WRITE_FAILED", `the config file cannot be written (${cause})`)

/** Signs up against a service that answers `answers` in turn. */
const attempt = (
  answers: ReadonlyArray<object | ImageSkillError>,
  options: {
    readonly input?: Partial<SignupInput>
    readonly config?: Partial<typeof ConfigStore.Service>
    readonly state: string
    readonly current?: string
  }
) =>
  Effect.gen(function* () {
    const sent: Array<Record<string, unknown>> = []
    const invocation = yield* Invocation.make(noFlags)
    const api = Layer.succeed(ApiClient, {
      call: (_, request) =>
        Effect.suspend(() => {
          sent.push(request as Record<string, unknown>)
          const answer = answers[sent.length - 1]
          return answer === undefined || "_tag" in answer
            ? Effect.fail(answer as ImageSkillError)
            : Effect.succeed({ data: answer as never, warnings: [], actor: null, traceId: null, status: 200 })
        })
    })
    const config = Layer.map(ConfigStore.layerMemory(), (context) => context).pipe(
      Layer.flatMap((context) =>
        Layer.succeed(ConfigStore, {
          ...(context.unsafeMap.get(ConfigStore.key) as typeof ConfigStore.Service),
          ...options.config
        })
      )
    )
    const result = yield* Effect.either(signUp({ ...input, ...options.input })).pipe(
      Effect.provide(
        Layer.mergeAll(
          api,
          config,
          Target.layerRemote(origin),
          TokenSource.layerOf(options.current ?? null),
          Files.layer,
          Layer.succeed(Invocation, invocation)
        )
      )
    )
    return { result, sent, spared: invocation.spared, secrets: invocation.secrets }
  }).pipe(
    Effect.provide([
      Entropy.layer,
      Env.layerOf({ IMAGE_SKILL_STATE_DIR: options.state, HOME: options.state })
    ])
  )

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(path.join(tmpdir(), "image-skill-signup-"))),
  (at) => Effect.sync(() => rmSync(at, { recursive: true, force: true }))
)

const made = { agent_id: "agt_1", organization_id: "org_1", claim_state: "unclaimed", token }

describe("signing up from a client", () => {
  it.scopedLive("asks for nothing when the token could not be saved", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* attempt([made], {
        state: yield* folder,
        config: { probe: Effect.fail(full("erofs")) }
      })
      expect(sent).toEqual([])
      expect(result).toMatchObject({ _tag: "Left", left: { code: "PUBLIC_CLI_CONFIG_WRITE_FAILED" } })
    })
  )

  it.scopedLive("keeps a token that could not be saved after all where it can be used", () =>
    Effect.gen(function* () {
      const state = yield* folder
      const { result, secrets, spared } = yield* attempt([made], {
        state,
        config: { update: () => Effect.fail(full("enospc")) }
      })
      expect([...secrets]).toEqual([token])
      const [name = ""] = readdirSync(state)
      const at = path.join(state, name)
      expect(result).toMatchObject({
        _tag: "Left",
        left: { code: "PUBLIC_CLI_CONFIG_WRITE_FAILED", details: { account_made: true, token_saved_to: at } }
      })
      expect(JSON.stringify(result)).not.toContain(token)
      expect(spared).toBeUndefined()
      expect(statSync(at).mode & 0o777).toBe(0o600)
      expect(JSON.parse(readFileSync(at, "utf8"))).toMatchObject({ credentials: { [origin]: { token } } })
    })
  )

  it.scopedLive("shows it when there is no place for it at all, and when that was wished", () =>
    Effect.gen(function* () {
      const state = yield* folder
      for (const options of [
        { state: "/dev/null/nowhere", input: {} },
        { state, input: { show_token: true } }
      ]) {
        const { result, spared } = yield* attempt([made], {
          ...options,
          config: { update: () => Effect.fail(full("enospc")) }
        })
        expect(result).toMatchObject({ _tag: "Left", left: { details: { token } } })
        expect(spared).toBe(token)
      }
    })
  )

  it.scopedLive("asks for a token only to keep or to show it, and shows it only when asked", () =>
    Effect.gen(function* () {
      const state = yield* folder
      const cases = [
        [{}, true, null, true],
        [{ show_token: true }, true, token, true],
        [{ save: false, show_token: true }, true, token, false],
        [{ save: false }, false, null, false]
      ] as const
      for (const [change, asked, shown, saved] of cases) {
        const { result, sent } = yield* attempt([asked ? made : { ...made, token: null }], {
          state,
          input: change
        })
        expect(sent[0]).toMatchObject({ return_token: asked })
        expect(result).toMatchObject({
          _tag: "Right",
          right: {
            data: {
              token: shown,
              token_presented: shown !== null,
              storage: { saved },
              auth_handoff: {
                token_source_after_signup: saved ? "config" : "not_saved",
                secret_value_included: shown !== null
              }
            }
          }
        })
        if (result._tag === "Right") {
          expect(result.right.warnings).toHaveLength((saved ? 1 : 0) + (shown === null ? 0 : 1))
        }
      }
      const without = yield* attempt([{ ...made, token: null }], { state })
      expect(without.result).toMatchObject({
        _tag: "Left",
        left: {
          code: "AUTH_REQUIRED",
          recovery: { suggested_command: expect.stringContaining("--show-token --no-save") }
        }
      })
    })
  )

  it.scopedLive("hands over the current token only when the service needs it", () =>
    Effect.gen(function* () {
      const state = yield* folder
      const needs = failure("AUTH_REQUIRED", "needs it", { details: { cause: "current_token_required" } })
      const plain = yield* attempt([made], { state, current: "isk_r_current_token" })
      expect(plain.sent).toHaveLength(1)
      expect(plain.sent[0]).not.toHaveProperty("authorization")
      const rotated = yield* attempt([needs, made], { state, current: "isk_r_current_token" })
      expect(rotated.sent[1]).toMatchObject({ authorization: "Bearer isk_r_current_token" })
      const locked = yield* attempt([needs], { state })
      expect(locked.result).toMatchObject({ _tag: "Left", left: { code: "AUTH_REQUIRED" } })
    })
  )

  it("binds tokens to their origin, also an older client's", () => {
    const old = { token: "isk_r_old", api_base_url: "https://one.example", extra: 1 }
    expect(bound(old).credentials).toEqual({ "https://one.example": { token: "isk_r_old", saved_at: null } })
    const saved = withToken(old, {
      origin: "https://two.example",
      apiBaseUrl: "https://two.example/x",
      token,
      at: "now"
    })
    expect(saved).toMatchObject({ token, api_base_url: "https://two.example/x", extra: 1 })
    expect(Object.keys(saved.credentials ?? {})).toEqual(["https://one.example", "https://two.example"])
    const left = withoutToken(saved, "https://two.example")
    expect(left).toMatchObject({
      token: null,
      extra: 1,
      credentials: { "https://one.example": { token: "isk_r_old" } }
    })
    expect(JSON.stringify(left)).not.toContain(token)
  })
})
