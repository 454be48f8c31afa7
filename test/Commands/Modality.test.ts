import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { bodyText, type FakeAnswer, routes, runCommand, succeeds } from "../../src/Testing/index.js"

const env = { IMAGE_SKILL_API_BASE_URL: "https://service.test", IMAGE_SKILL_TOKEN: "isk_r_abcdefgh12345678" }
const row = (id: string, kind: string, status = "available") => ({
  id,
  status,
  modality: kind,
  operations: [`${kind}.generate`]
})
const video = [row("v.off", "video", "unavailable"), row("v.one", "video"), row("v.two", "video")]

interface Case {
  readonly argv: string
  readonly exit: number
  /** `METHOD path` of each request. */
  readonly sent: ReadonlyArray<string>
  /** The model that the create names. */
  readonly model?: string | undefined
  readonly models?: FakeAnswer
}

const listed = (kind: string) => `GET /v1/models?available=true&operation=${kind}.generate&modality=${kind}`
const cases: ReadonlyArray<Case> = [
  { argv: "image create", exit: 0, sent: ["POST /v1/create"], model: undefined },
  { argv: "create --modality image", exit: 0, sent: ["POST /v1/create"], model: undefined },
  { argv: "video create", exit: 0, sent: [listed("video"), "POST /v1/create"], model: "v.one" },
  { argv: "create --modality video", exit: 0, sent: [listed("video"), "POST /v1/create"], model: "v.one" },
  {
    argv: "video create --provider p",
    exit: 0,
    sent: [listed("video").replace("&mod", "&provider=p&mod"), "POST /v1/create"],
    model: "v.one"
  },
  { argv: "audio create", exit: 4, sent: [listed("audio")], models: succeeds({ models: [] }) },
  { argv: "3d create", exit: 4, sent: [listed("3d")], models: succeeds({ models: video }) },
  {
    argv: "video create --model v.one",
    exit: 0,
    sent: ["GET /v1/models/v.one", "POST /v1/create"],
    model: "v.one"
  },
  { argv: "image create --model v.one", exit: 4, sent: ["GET /v1/models/v.one"] },
  { argv: "create --model v.one", exit: 0, sent: ["POST /v1/create"], model: "v.one" },
  { argv: "video create --modality image", exit: 2, sent: [] },
  { argv: "create --modality smell", exit: 2, sent: [] }
]

describe("the medium first", () => {
  for (const { argv, exit, model, models = succeeds({ models: video }), sent } of cases) {
    it(`${argv}: ${exit}`, () =>
      Effect.runPromise(
        Effect.gen(function* () {
          const { envelope, exitCode, requests } = yield* runCommand(
            [...argv.split(" "), "--prompt", "a fox"],
            {
              env,
              service: routes({
                "GET /v1/models": models,
                "GET /v1/models/*": succeeds({ model: row("v.one", "video") }),
                "POST /v1/create": succeeds({ job_id: "job_1", status: "completed", assets: [] })
              })
            }
          )
          expect([exitCode, envelope.command]).toEqual([exit, "image-skill create"])
          expect(
            requests.map(({ method, url }) => `${method} ${url.replace("https://service.test", "")}`)
          ).toEqual(sent)
          const created = requests.find(({ method }) => method === "POST")
          if (created !== undefined) {
            const body = JSON.parse(bodyText(created)) as Record<string, unknown>
            expect([body["model"], body["modality"]]).toEqual([model, undefined])
          }
        })
      ))
  }

  it("is known to help, and to the embedded service, which has none but pictures", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const help = yield* runCommand(["video", "create", "--help"])
        expect(help.envelope.data).toMatchObject({
          command: "create",
          aliases: ["image create", "video create", "audio create", "3d create"]
        })
        const { envelope, exitCode } = yield* runCommand(["video", "create", "--local", "--prompt", "x"])
        expect([exitCode, envelope.error?.code]).toEqual([4, "CAPABILITY_DENIED"])
      })
    ))
})
