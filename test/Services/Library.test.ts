import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Env, Files, ImageSkill, type ImageSkillError, layerHosted, Operations } from "../../src/index.js"
import { layerLocal } from "../../src/Server/index.js"
import { Entropy } from "../../src/Services/Entropy.js"
import {
  failsWith,
  FakeRequests,
  layerFake,
  layerTest,
  MemoryFiles,
  routes,
  succeeds
} from "../../src/Testing/index.js"
import { answersJson, faultServer } from "../support/FaultServer.js"
import { temporaryFolder } from "../support/StandIn.js"

const env = (values: Readonly<Record<string, string>> = {}) => Env.layerOf({ HOME: "/nowhere", ...values })

// The types are part of the promise: nothing is required, and only the nine errors come out.
const closed: ReadonlyArray<Layer.Layer<ImageSkill, never, never>> = [
  layerHosted(),
  layerHosted({ baseUrl: "https://a.test", token: Redacted.make("x") }),
  layerLocal({ dataFolder: "/nowhere" }),
  layerTest(() => succeeds({}))
]
const program: Effect.Effect<unknown, ImageSkillError, ImageSkill> = Effect.flatMap(ImageSkill, (client) =>
  client.call(Operations.serviceOperations.whoami, {})
)

describe("layerHosted", () => {
  it("is closed", () => expect(closed).toHaveLength(4))

  it.scopedLive("reaches a service over a socket with the given token, path prefix and trace id", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(
        answersJson({ ok: true, data: { claim_state: "unclaimed" }, warnings: ["w"], extra: 1 })
      )
      const answer = yield* Effect.flatMap(ImageSkill, (client) =>
        client.call(Operations.serviceOperations.whoami, {})
      ).pipe(
        Effect.provide(
          layerHosted({ baseUrl: `${server.url}/tenant/a`, token: "isk_r_abcdefgh", env: env() })
        )
      )
      expect(answer.data).toEqual({ claim_state: "unclaimed" })
      expect(answer.warnings).toEqual(["w"])
      expect(server.heads[0]).toContain("GET /tenant/a/v1/whoami HTTP/1.1")
      expect(server.heads[0]).toContain("authorization: Bearer isk_r_abcdefgh")
      expect(server.heads[0]).toMatch(/x-image-skill-trace-id: trace_[0-9a-f]{32}/)
    })
  )

  it.live("takes address and token from the environment it is given, and no other", () =>
    Effect.gen(function* () {
      const requests: Array<string> = []
      const transport = layerFake(({ headers, url }) => {
        requests.push(`${url} ${headers["authorization"]}`)
        return succeeds({})
      })
      yield* program.pipe(
        Effect.provide(
          layerHosted({
            transport,
            env: env({ IMAGE_SKILL_API_BASE_URL: "https://e.test", IMAGE_SKILL_TOKEN: "from-env" })
          })
        )
      )
      yield* program.pipe(
        Effect.provide(
          layerHosted({
            transport,
            baseUrl: "https://f.test",
            token: "given",
            env: env({ IMAGE_SKILL_API_BASE_URL: "https://e.test", IMAGE_SKILL_TOKEN: "from-env" })
          })
        )
      )
      expect(requests).toEqual([
        "https://e.test/v1/whoami Bearer from-env",
        "https://f.test/v1/whoami Bearer given"
      ])
    })
  )

  it.live("fails with AuthRequired without a token, and sends nothing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        program.pipe(
          Effect.provide(
            layerHosted({ baseUrl: "https://a.test", env: env(), transport: layerFake(() => succeeds({})) })
          )
        )
      )
      expect([error._tag, error.code]).toEqual(["AuthRequired", "AUTH_REQUIRED"])
    })
  )

  it.live("names the other entry when the environment chooses the embedded service", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        program.pipe(Effect.provide(layerHosted({ env: env({ IMAGE_SKILL_API_BASE_URL: "local" }) })))
      )
      expect(error._tag).toBe("InvalidArguments")
      expect(error.message).toContain("layerLocal")
    })
  )

  it.live("refuses an address that is none", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        program.pipe(Effect.provide(layerHosted({ baseUrl: "nonsense", token: "x", env: env() })))
      )
      expect([error._tag, error.code]).toEqual(["InvalidArguments", "INVALID_ARGUMENTS"])
    })
  )
})

describe("layerTest", () => {
  it.live("answers, records and keeps files in memory", () =>
    Effect.gen(function* () {
      const client = yield* ImageSkill
      const answer = yield* client.create({ prompt: "a red fox" })
      expect(answer.data).toMatchObject({ status: "completed" })
      const [request] = yield* (yield* FakeRequests).all
      expect(JSON.parse(new TextDecoder().decode(request?.body))).toMatchObject({
        prompt: "a red fox",
        idempotency_key: expect.stringMatching(/^is-[0-9a-f]{32}$/) as string
      })
      const { changed } = yield* MemoryFiles
      expect(changed.filter((path) => !path.includes("/image-skill/attempts/"))).toEqual([])
    }).pipe(
      Effect.provide(
        layerTest(routes({ "POST /v1/create": succeeds({ status: "completed", job_id: "job_1" }) }))
      )
    )
  )

  it.live("gives each failure its own class", () =>
    Effect.gen(function* () {
      const client = yield* ImageSkill
      const told = yield* client.create({ prompt: "x" }).pipe(
        Effect.as("made"),
        Effect.catchTag("QuotaExceeded", ({ code }) => Effect.succeed(code))
      )
      expect(told).toBe("BUDGET_EXCEEDED")
    }).pipe(Effect.provide(layerTest(() => failsWith("BUDGET_EXCEEDED"))))
  )

  for (const [why, input] of [
    ["a blank prompt", { prompt: " " }],
    ["a fractional count", { prompt: "x", output_count: 1.5 }],
    ["a guard that is no amount", { prompt: "x", max_usd: Number.NaN }]
  ] as const) {
    it.live(`refuses ${why} as InvalidArguments, and sends nothing`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.flatMap(ImageSkill, (client) => client.create(input)))
        expect([error._tag, error.code]).toEqual(["InvalidArguments", "INVALID_ARGUMENTS"])
        expect(yield* (yield* FakeRequests).all).toEqual([])
      }).pipe(Effect.provide(layerTest(() => succeeds({}))))
    )
  }

  // What plain JavaScript can hand over, or a program that was written for another version.
  const misspelt = { prompt: "x", maxUsd: 0.001 }
  const strays = {
    recover: { idempotencyKey: "one" },
    wait: { timeoutMs: 10 },
    get: { overwite: true },
    upload: { idempotencyKey: "k" }
  }
  const unknownFields: ReadonlyArray<
    [string, string, (client: typeof ImageSkill.Service) => Effect.Effect<unknown, ImageSkillError>]
  > = [
    ["create", "maxUsd", (client) => client.create(misspelt)],
    ["edit", "maxUsd", (client) => client.edit({ input: "image_1", ...misspelt })],
    [
      "a request of its own",
      "maxUsd",
      (client) => client.call(Operations.serviceOperations.create, misspelt)
    ],
    [
      "a reference",
      "references.0.refrenceTask",
      (client) => {
        const reference = { image: "image_1", role: "reference_image", index: 0, refrenceTask: "id" } as const
        return client.create({ prompt: "x", references: [reference] })
      }
    ],
    // Dropped, it would resolve every attempt instead of one.
    ["recover", "idempotencyKey", (client) => client.recover({ all: true, ...strays.recover })],
    [
      "waitForJob",
      "timeoutMs",
      (client) => client.waitForJob({ job_id: `job_${"0".repeat(32)}`, ...strays.wait })
    ],
    ["getAsset", "overwite", (client) => client.getAsset({ reference: "image_1", ...strays.get })],
    ["upload", "idempotencyKey", (client) => client.upload({ source: "x.png", ...strays.upload })]
  ]
  for (const [why, field, ask] of unknownFields) {
    it.live(`refuses a field that nobody knows in ${why}, names it, and sends nothing`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.flatMap(ImageSkill, ask))
        expect([error._tag, error.code, error.details?.["fields"]]).toEqual([
          "InvalidArguments",
          "INVALID_ARGUMENTS",
          [field]
        ])
        expect(yield* (yield* FakeRequests).all).toEqual([])
      }).pipe(Effect.provide(layerTest(() => succeeds({}))))
    )
  }

  it.live("tells of a job that nobody ever answered about why, and not that it goes on", () =>
    Effect.gen(function* () {
      const client = yield* ImageSkill
      const error = yield* Effect.flip(
        client.waitForJob({ job_id: `job_${"0".repeat(32)}`, timeout_ms: 60, poll_interval_ms: 10 })
      )
      expect([error.code, error.details]).toMatchObject([
        "TIMEOUT",
        { cause: "non_json", status: 503, last_code: "HOSTED_API_NON_JSON_RESPONSE" }
      ])
      expect(error.message).not.toContain("goes on")
    }).pipe(Effect.provide(layerTest(() => ({ status: 503, body: "busy" }))))
  )

  it.live("is interruption-safe: an interrupted call ends at once, and the next one works", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      let ended = false
      let calls = 0
      const layer = layerTest(() => {
        calls += 1
        return calls > 1
          ? succeeds({})
          : Deferred.succeed(begun, undefined).pipe(
              Effect.zipRight(Effect.never),
              Effect.onInterrupt(() => Effect.sync(() => (ended = true)))
            )
      })
      yield* Effect.gen(function* () {
        const client = yield* ImageSkill
        const fiber = yield* Effect.fork(client.create({ prompt: "x" }))
        yield* Deferred.await(begun)
        expect((yield* Fiber.interrupt(fiber))._tag).toBe("Failure")
        expect(ended).toBe(true)
        expect((yield* client.call(Operations.serviceOperations.whoami, {})).data).toEqual({})
      }).pipe(Effect.provide(layer))
    })
  )
})

describe("layerLocal", () => {
  it.scopedLive("makes, saves and replays a picture on a data folder of its own", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const at = path.join(folder, "fox.png")
      yield* Effect.gen(function* () {
        const client = yield* ImageSkill
        const made = yield* client.create({ prompt: "a red fox", idempotency_key: "one", download: at })
        expect(made.data.status).toBe("completed")
        expect(
          [...fs.readFileSync(at).subarray(1, 4)].map((point) => String.fromCharCode(point)).join("")
        ).toBe("PNG")
        const again = yield* client.create({ prompt: "a red fox", idempotency_key: "one" })
        expect([again.data.idempotent_replayed, again.data.job_id]).toEqual([true, made.data.job_id])
        const read = yield* client.readAsset(made.data.assets?.[0]?.asset_id ?? "")
        expect(Buffer.from(read.data.bytes).equals(fs.readFileSync(at))).toBe(true)
      }).pipe(Effect.provide(layerLocal({ dataFolder: path.join(folder, "data"), env: env() })))
      expect(fs.existsSync(path.join(folder, "data/image-skill.db"))).toBe(true)
    })
  )

  it.scopedLive("puts content aside that is not what was stored, and tells", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const client = yield* ImageSkill
        const made = yield* client.create({ prompt: "a red fox" })
        const id = made.data.assets?.[0]?.asset_id ?? ""
        const [file = ""] = fs.readdirSync(path.join(folder, "a"))
        const at = path.join(folder, "a", file)
        const bytes = fs.readFileSync(at)
        bytes[100] = (bytes[100] ?? 0) ^ 1
        fs.chmodSync(at, 0o600)
        fs.writeFileSync(at, bytes)
        const wrong = yield* Effect.flip(client.getAsset({ reference: id, output: path.join(folder, "x") }))
        expect([wrong._tag, wrong.code, wrong.retryable, wrong.details]).toMatchObject([
          "ArtifactStorage",
          "ASSET_INTEGRITY_FAILED",
          false,
          { asset_id: id, cause: "wrong_content" }
        ])
        expect(fs.readdirSync(path.join(folder, "quarantine"))).toHaveLength(1)
        expect(fs.existsSync(path.join(folder, "x"))).toBe(false)
        // The next look finds the same, and no bytes.
        const again = yield* Effect.flip(client.readAsset(id))
        expect(again.code).toBe("ASSET_INTEGRITY_FAILED")
      }).pipe(Effect.provide(layerLocal({ dataFolder: folder, env: env() })))
    })
  )

  it.scopedLive(
    "works for the second call when the first one gave up, or came before the folder could be made",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const dataFolder = path.join(folder, "data")
        fs.writeFileSync(dataFolder, "in the way")
        yield* Effect.gen(function* () {
          const client = yield* ImageSkill
          const ask = client.create({ prompt: "a red fox", dry_run: true })
          expect((yield* Effect.flip(ask)).code).toBe("ARTIFACT_STORAGE_WRITE_FAILED")
          fs.rmSync(dataFolder)
          const hasty = yield* Effect.fork(ask)
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(hasty)
          expect((yield* ask).data.status).toBe("planned")
        }).pipe(Effect.provide(layerLocal({ dataFolder, env: env() })))
      })
  )

  it.scopedLive("keeps out of a transaction that the program has open in a database of its own", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const foreign = new Proxy(
        {},
        {
          get: () => () => Effect.die("the program's own connection was used")
        }
      ) as Parameters<typeof SqlClient.TransactionConnection.of>[0][0]
      const made = yield* Effect.flatMap(ImageSkill, (client) =>
        Effect.provideService(
          client.create({ prompt: "a red fox", dry_run: true }),
          SqlClient.TransactionConnection,
          [foreign, 0] as const
        )
      ).pipe(
        Effect.provide(layerLocal({ dataFolder: folder, env: env() })),
        Effect.provideService(SqlClient.TransactionConnection, [foreign, 0] as const)
      )
      expect(made.data.status).toBe("planned")
    })
  )

  it.scopedLive("makes its ids of the random bytes that a program gives it", () =>
    Effect.gen(function* () {
      const made = Effect.gen(function* () {
        const folder = yield* temporaryFolder
        return yield* Effect.flatMap(ImageSkill, (client) =>
          client.create({ prompt: "a red fox", dry_run: true })
        ).pipe(
          Effect.map(({ data }) => data.job_id),
          Effect.provide(layerLocal({ dataFolder: folder, env: env(), entropy: Entropy.layerSequence }))
        )
      })
      const first = yield* made
      expect(first).toMatch(/^job_0+[0-9a-f]{1,2}$/)
      expect(yield* made).toBe(first)
    })
  )

  it.scopedLive("fails in the method, typed, when the folder is a newer program's", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      fs.writeFileSync(path.join(folder, "format"), "999999\n")
      const error = yield* Effect.flip(
        program.pipe(Effect.provide(layerLocal({ dataFolder: folder, env: env() })))
      )
      expect([error._tag, error.code]).toEqual(["ArtifactStorage", "DATA_FOLDER_NEWER"])
    })
  )
})

describe("downloads", () => {
  const asset = {
    asset_id: "image_1",
    url: "https://service.test/a/image_1.png",
    content_length: 3,
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  }
  const service = (body: string) =>
    routes({ "GET /v1/assets/image_1": succeeds({ asset }), "GET /a/image_1.png": { status: 200, body } })
  const get = (output: string, overwrite = false) =>
    Effect.flatMap(ImageSkill, (client) => client.getAsset({ reference: "image_1", output, overwrite }))

  it.live("are verified, and put in place whole", () =>
    Effect.gen(function* () {
      const { data } = yield* get("/home/agent/x.png")
      expect(data.download).toMatchObject({
        bytes: 3,
        verified: ["length", "sha256"],
        output: "/home/agent/x.png"
      })
      const requests = yield* (yield* FakeRequests).all
      expect(requests.map(({ headers, url }) => `${url} ${headers["authorization"] ?? "-"}`)).toEqual([
        "https://service.test/v1/assets/image_1 Bearer fake-token",
        "https://service.test/a/image_1.png -"
      ])
      expect((yield* MemoryFiles).text("/home/agent/x.png")).toBe("abc")
    }).pipe(Effect.provide(layerTest(service("abc"))))
  )

  for (const [why, body, cause] of [
    ["shorter", "ab", "length"],
    ["longer", "abcd", "length"],
    ["altered", "abd", "sha256"],
    ["empty", "", "length"]
  ] as const) {
    it.live(`that are ${why} are ASSET_INTEGRITY_FAILED; the old file stays`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(get("/home/agent/old.png", true))
        expect([error._tag, error.code, error.details?.["cause"]]).toEqual([
          "ArtifactStorage",
          "ASSET_INTEGRITY_FAILED",
          cause
        ])
        const files = yield* MemoryFiles
        expect([files.changed, files.text("/home/agent/old.png")]).toEqual([[], "old"])
      }).pipe(Effect.provide(layerTest(service(body), { files: { "/home/agent/old.png": "old" } })))
    )
  }

  it.live("that the service knows to be wrong fail as it says, and are not tried again", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(get("/home/agent/x.png"))
      expect([error._tag, error.code, error.retryable, error.details]).toMatchObject([
        "ArtifactStorage",
        "ASSET_INTEGRITY_FAILED",
        false,
        { asset_id: "image_1", status: 507 }
      ])
    }).pipe(
      Effect.provide(
        layerTest(
          routes({
            "GET /v1/assets/image_1": succeeds({ asset }),
            "GET /a/image_1.png": failsWith("ASSET_INTEGRITY_FAILED")
          })
        )
      )
    )
  )

  it.scopedLive("to a folder that is not there name the place that was asked for", () =>
    Effect.gen(function* () {
      const output = path.join(yield* temporaryFolder, "nodir", "x.png")
      const error = yield* Effect.flip(get(output)).pipe(
        Effect.provide(
          layerHosted({
            baseUrl: "https://service.test",
            token: "x",
            env: env(),
            files: Files.layer,
            transport: layerFake(service("abc"))
          })
        )
      )
      expect([error.code, error.details]).toEqual(["OUTPUT_WRITE_FAILED", { path: output, cause: "enoent" }])
    })
  )

  it.live("to a place that is taken are refused before anything is asked", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(get("/home/agent/old.png"))
      expect(error.code).toBe("OUTPUT_EXISTS")
      expect(yield* (yield* FakeRequests).all).toEqual([])
    }).pipe(Effect.provide(layerTest(service("abc"), { files: { "/home/agent/old.png": "old" } })))
  )

  it.scopedLive("through a link to a folder go into the folder", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      fs.mkdirSync(path.join(folder, "pictures"))
      fs.symlinkSync("pictures", path.join(folder, "link"))
      const { data } = yield* get(path.join(folder, "link")).pipe(
        Effect.provide(
          layerHosted({
            baseUrl: "https://service.test",
            token: "x",
            env: env(),
            files: Files.layer,
            transport: layerFake(service("abc"))
          })
        )
      )
      expect(fs.readdirSync(path.join(folder, "pictures"))).toEqual(["image_1.bin"])
      expect(data.download.bytes).toBe(3)
    })
  )
})
