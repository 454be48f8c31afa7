import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { failsWith, makeMachine, routes, runCommand, succeeds } from "../../../src/Testing/index.js"
import type { FakeHandler } from "../../../src/Services/Http/Fake.js"

const fox = ["--prompt", "a fox", "--local"]
// Nobody listens there: whatever would be sent to a vendor fails.
const keys = {
  OPENAI_API_KEY: "sk-test",
  IMAGE_SKILL_OPENAI_BASE_URL: "http://127.0.0.1:9",
  FAL_KEY: "a:b",
  IMAGE_SKILL_FAL_QUEUE_URL: "http://127.0.0.1:9"
}

// oxlint-disable-next-line typescript/no-explicit-any
const dataOf = (result: { readonly envelope: { readonly data: unknown } }): any => result.envelope.data

const token = "isk_r_abcdefghijklmnopqrstuvwxyz012345"
const machine = makeMachine({ env: keys })

describe("what a guide says is ready", () => {
  it.scopedLive("is what the create then does, for the price that was said", () =>
    Effect.gen(function* () {
      const here = yield* machine
      const parameters = (quality: string) => JSON.stringify({ quality, size: "1024x1024" })
      for (const [words, credits, guard] of [
        [["--provider", "openai", "--model-parameters-json", parameters("high")], 36, 0.36],
        [["--provider", "openai", "--model-parameters-json", parameters("low")], 1, 0.01],
        [["--model", "openai.gpt-image-2", "--output-count", "2"], 18, 0.09],
        [["--output-count", "4", "--aspect-ratio", "4:5", "--max-usd", "0.04"], 4, 0.01]
      ] as const) {
        const guided = dataOf(yield* here.run(["create", "--guide", ...fox, ...words]))
        expect([guided.stage, guided.cost.estimated_credits]).toEqual(["ready_to_create", credits])
        expect(guided.next[0].argv).toContain(String(guard))
        const planned = yield* here.run([...guided.next[0].argv, "--dry-run"])
        expect(planned.envelope.error).toBeNull()
        expect(dataOf(planned).cost.credit_pricing.credits_required).toBe(credits)
      }
    })
  )

  it.scopedLive("is not said of what the create refuses", () =>
    Effect.gen(function* () {
      const here = yield* machine
      for (const [words, code] of [
        [["--output-count", "40"], "CAPABILITY_DENIED"],
        [["--output-count", "5"], "CAPABILITY_DENIED"],
        [["--aspect-ratio", "5:1"], "INVALID_ARGUMENTS"],
        [["--model-parameters-json", '{"zz":1}'], "MODEL_PARAMETERS_INVALID"],
        [["--max-usd", "0.001"], "BUDGET_EXCEEDED"],
        [["--output-count", "4", "--max-usd", "0.03"], "BUDGET_EXCEEDED"],
        [["--max-estimated-usd-per-image", "0.001"], "BUDGET_EXCEEDED"],
        [["--model", "fal.nano-banana-pro", "--output-count", "3"], "CAPABILITY_DENIED"]
      ] as const) {
        const guided = dataOf(yield* here.run(["create", "--guide", ...fox, ...words]))
        expect([words, guided.stage, guided.blocker?.code]).toEqual([words, "no_executable_model", code])
        expect(guided.next_command).toMatch(/^image-skill models /)
        const made = yield* here.run(["create", ...fox, ...words])
        expect([words, made.envelope.error?.code]).toEqual([words, code])
      }
      const jobs = yield* here.run(["jobs", "list", "--local"])
      expect(dataOf(jobs).jobs).toEqual([])
    })
  )

  it.scopedLive("is judged of long parameters by the short ones among them", () =>
    Effect.gen(function* () {
      const here = yield* machine
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><!--${"x".repeat(9_000)}--></svg>`
      const words = ["--model", "local.svg", "--model-parameters-json", JSON.stringify({ svg })]
      const guided = dataOf(yield* here.run(["create", "--guide", ...fox, ...words]))
      expect([guided.stage, guided.cost.estimated_credits]).toEqual(["ready_to_create", 1])
    })
  )
})

describe("another medium", () => {
  it.scopedLive("is never made of a provider that nobody named, nor is a picture made instead", () =>
    Effect.gen(function* () {
      const here = yield* machine
      for (const words of [
        ["video", "create"],
        ["audio", "create"],
        ["create", "--modality", "video"]
      ]) {
        const made = yield* here.run([...words, ...fox, "--dry-run"])
        expect([words, made.exitCode, made.envelope.error?.code]).toEqual([words, 4, "CAPABILITY_DENIED"])
        const guided = dataOf(yield* here.run([...words, "--guide", ...fox]))
        expect([guided.stage, guided.selection.model_id]).toEqual(["no_executable_model", null])
      }
      const named = ["video", "create", ...fox, "--provider", "fal"]
      const planned = yield* here.run([...named, "--dry-run"])
      expect(dataOf(planned).request.selection.model_id).toBe("fal.ltx-video-13b-distilled")
      const guided = dataOf(yield* here.run([...named, "--guide"]))
      expect([guided.stage, guided.selection.model_id]).toEqual([
        "ready_to_create",
        "fal.ltx-video-13b-distilled"
      ])
      const bare = yield* runCommand(["3d", "create", "--guide", ...fox])
      expect(dataOf(bare)).toMatchObject({
        stage: "no_executable_model",
        blocker: { code: "CAPABILITY_DENIED" }
      })
    })
  )

  it.scopedLive("is not what a service's policy does not allow by itself", () =>
    Effect.gen(function* () {
      const row = { id: "v.one", status: "available", modality: "video", operations: ["video.generate"] }
      const { envelope, requests } = yield* runCommand(
        ["video", "create", "--prompt", "x", "--api-base-url", "https://service.test"],
        {
          env: { IMAGE_SKILL_TOKEN: token },
          service: routes({
            "GET /v1/models": succeeds({ models: [{ ...row, selected_by_default: false }] })
          })
        }
      )
      expect(envelope.error).toMatchObject({
        code: "CAPABILITY_DENIED",
        recovery: { required_flag: "--model" }
      })
      expect(requests).toHaveLength(1)
    })
  )
})

const row = {
  id: "big.model",
  status: "available",
  supports: { create: true },
  media: { output: { max_outputs_per_request: 4 } },
  execution: { model_execution_status: "executable" },
  economics: { estimated_usd_per_image: 0.12, credit_pricing: { credits_required: 12 } }
}
const models = succeeds({ models: [row] })
const remote = (models: FakeHandler) =>
  makeMachine({
    env: { IMAGE_SKILL_TOKEN: token, IMAGE_SKILL_API_BASE_URL: "https://service.test" },
    service: (request) =>
      new URL(request.url).pathname === "/v1/models"
        ? models(request)
        : routes({
            "GET /healthz": succeeds({ status: "ok" }),
            "GET /v1/quota": succeeds({ authenticated: true, limits: { remaining_credits: 500 } })
          })(request)
  })
const guide = ["create", "--guide", "--prompt", "a fox"]

describe("a service that does not answer what would run", () => {
  it.scopedLive(
    "learns no text and no address of the caller's, for its address may be logged on the way",
    () =>
      Effect.gen(function* () {
        const urls: Array<string> = []
        const here = yield* remote(({ url }) => {
          urls.push(decodeURIComponent(url))
          return models
        })
        const parameters = {
          quality: "high",
          size: "1024x1024",
          negative_prompt: "my private words",
          reference: "https://h.test/x?sig=1",
          nested: { more: ["fine", "not fine"] }
        }
        yield* here.run([...guide, "--model-parameters-json", JSON.stringify(parameters)])
        const asked = urls.find((url) => url.includes("for=")) ?? ""
        expect(asked).toContain('"model_parameters":{"quality":"high","size":"1024x1024"}')
        expect(asked).toContain('"parameters_left_out":true')
        expect(urls.join()).not.toMatch(/private|sig=|not fine/)
      })
  )

  it.scopedLive("is asked for its list alone, which tells caps and counts", () =>
    Effect.gen(function* () {
      const here = yield* remote(({ url }) =>
        new URL(url).searchParams.has("for") ? failsWith("INVALID_ARGUMENTS") : models
      )
      const plain = dataOf(yield* here.run(guide))
      expect([plain.stage, plain.cost.estimated_credits]).toEqual(["ready_to_create", 12])
      const many = dataOf(yield* here.run([...guide, "--output-count", "5"]))
      expect(many.blocker).toMatchObject({ code: "CAPABILITY_DENIED", max_outputs_per_request: 4 })
      const dear = dataOf(yield* here.run([...guide, "--output-count", "4", "--max-usd", "0.4"]))
      expect(dear).toMatchObject({
        stage: "no_executable_model",
        blocker: { code: "BUDGET_EXCEEDED", required_usd: 0.48 }
      })
    })
  )

  it.scopedLive("or answers one that its list lacks, is not believed", () =>
    Effect.gen(function* () {
      const here = yield* remote(() => succeeds({ models: [row], choice: { model_id: "no.such" } }))
      expect(dataOf(yield* here.run(guide)).selection.model_id).toBe("big.model")
    })
  )
})

describe("a guide's findings", () => {
  it.scopedLive("a service that hangs is one that cannot be reached", () =>
    Effect.gen(function* () {
      const here = yield* remote(() => Effect.never)
      const { envelope, exitCode } = yield* here.run([...guide, "--timeout-ms", "100"])
      expect(exitCode).toBe(0)
      expect(envelope.data).toMatchObject({ stage: "service_unreachable", blocker: { code: "TIMEOUT" } })
    })
  )

  it.scopedLive("a refused token of the environment has to go before a new one counts", () =>
    Effect.gen(function* () {
      const here = yield* makeMachine({
        service: routes({
          "GET /healthz": succeeds({ status: "ok" }),
          "GET /v1/models": models,
          "GET /v1/quota": failsWith("TOKEN_INVALID")
        })
      })
      const at = ["--api-base-url", "https://service.test"]
      for (const text of [token, "isk_r_\u00e9"]) {
        const { envelope } = yield* here.run([...guide, ...at], { env: { IMAGE_SKILL_TOKEN: text } })
        expect(envelope.data).toMatchObject({
          stage: "auth_required",
          blocker: { message: expect.stringContaining("unset IMAGE_SKILL_TOKEN") }
        })
        expect(envelope.warnings.join()).toContain("unset IMAGE_SKILL_TOKEN")
      }
      const { envelope } = yield* here.run([...guide, ...at, "--token", token])
      expect(JSON.stringify(envelope)).not.toContain("unset")
    })
  )
})
