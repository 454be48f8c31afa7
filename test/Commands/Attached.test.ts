import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describe } from "vitest"
import { inFolder } from "../../src/Server/Admin/Folder.js"
import { Database } from "../../src/Server/Storage/Database.js"
import {
  bodyText,
  type CommandResult,
  type FakeAnswer,
  type FakeHandler,
  failsWith,
  home,
  makeMachine,
  routes,
  succeeds
} from "../../src/Testing/index.js"
import { startOpenai } from "../support/Emulators/index.js"

const env = { IMAGE_SKILL_API_BASE_URL: "https://service.test", IMAGE_SKILL_TOKEN: "isk_r_abcdefgh12345678" }
const create = ["create", "--prompt", "a fox"]
const file = `${home}/fox.png`

const jobId = (n: number) => `job_${String(n).padStart(32, "0")}`

/** A service that makes a new job of each new key, and knows how each of them ended. */
const makeService = () => {
  const jobs = new Map<string, { readonly job_id: string; status: string }>()
  const answers = { create: "unknown" as "unknown" | "completed" }
  const keys: Array<string> = []
  const handler: FakeHandler = routes({
    "POST /v1/create": (request): FakeAnswer => {
      const { idempotency_key: key } = JSON.parse(bodyText(request)) as { readonly idempotency_key: string }
      keys.push(key)
      const job = jobs.get(key) ?? { job_id: jobId(jobs.size + 1), status: "running" }
      jobs.set(key, job)
      if (answers.create === "unknown") {
        return failsWith("PROVIDER_OUTCOME_UNKNOWN", {
          details: { outcome: "unknown", job },
          recovery: { retry: { policy: "after_reconcile", key } }
        })
      }
      job.status = "completed"
      const url = "https://service.test/a/image_1.png"
      return succeeds({ ...job, idempotency_key: key, assets: [{ asset_id: "image_1", url }] })
    },
    "GET /v1/operations/*": (request) => {
      const key = new URL(request.url).pathname.split("/").at(-1) ?? ""
      const job = jobs.get(key)
      return succeeds({ key, state: job?.status ?? "unseen", job_id: job?.job_id ?? null })
    },
    "POST /v1/jobs/*": (request) => {
      const id = new URL(request.url).pathname.split("/").at(-2)
      const job = [...jobs.values()].find(({ job_id }) => job_id === id)
      if (job !== undefined) job.status = "canceled"
      return succeeds({ job, canceled: true, provider_cancel: "agreed" })
    },
    "GET /a/image_1.png": () => ({
      status: 200,
      headers: { "content-type": "image/png" },
      body: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])
    })
  })
  /** How the operator, or the agent, ended what was in doubt. */
  const ends = (status: string) => {
    for (const job of jobs.values()) job.status = status
  }
  return { handler, answers, ends, jobs, keys }
}

/** A machine whose embedded service pays a vendor that breaks its connections as told. */
const paying = Effect.gen(function* () {
  const openai = yield* Effect.acquireRelease(
    Effect.promise(() => startOpenai()),
    ({ close }) => Effect.promise(() => close())
  )
  const machine = yield* makeMachine({
    env: { OPENAI_API_KEY: openai.key, IMAGE_SKILL_OPENAI_BASE_URL: openai.baseUrl }
  })
  return { machine, openai }
})

const againOf = ({ envelope }: CommandResult) =>
  [
    ...((envelope.data?.["next"] ?? []) as ReadonlyArray<{ id: string; argv: ReadonlyArray<string> }>),
    ...(envelope.error?.recovery?.next ?? [])
  ].find(({ id }) => id === "again")

describe("an attempt that is gone on with and fails", () => {
  it.scoped("says whose it is, warns, and names the way out", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      const argv = [...create, "--download", file]
      const first = yield* machine.run(argv)
      expect(first.envelope.error?.details?.["attached_to"]).toBeUndefined()
      expect(againOf(first)).toBeUndefined()
      const second = yield* machine.run(argv)
      expect(service.keys[1]).toBe(service.keys[0])
      expect(second.envelope.error).toMatchObject({
        code: "PROVIDER_OUTCOME_UNKNOWN",
        details: { attached_to: { key: service.keys[0], started_at: expect.stringMatching(/^\d{4}-/) } }
      })
      expect(second.envelope.warnings.join(" ")).toContain("--again")
      const again = againOf(second)?.argv ?? []
      expect(again).toContain("--again")
      service.answers.create = "completed"
      const another = yield* machine.run(again)
      expect(another.exitCode).toBe(0)
      expect(service.keys[2]).not.toBe(service.keys[0])
    })
  )

  it.scopedLive("says so at the embedded service too; once it is decided, a repeat is a new job", () =>
    Effect.gen(function* () {
      const { machine, openai } = yield* paying
      const argv = [...create, "--local", "--model", "openai.gpt-image-2"]
      for (const decide of ["cancel", "resolve"]) {
        openai.script("reset-before-body")
        const first = yield* machine.run(argv)
        expect(first.envelope.error?.code).toBe("PROVIDER_OUTCOME_UNKNOWN")
        const second = yield* machine.run(argv)
        expect(second.envelope.error).toMatchObject({
          code: "PROVIDER_OUTCOME_UNKNOWN",
          details: { attached_to: {}, job: first.envelope.error?.details?.["job"] }
        })
        expect(againOf(second)?.argv).toContain("--again")
        const [job = ""] = /job_[0-9a-f]{32}/.exec(JSON.stringify(first.envelope.error?.details)) ?? []
        const ended = yield* machine.run(
          decide === "cancel"
            ? ["jobs", "cancel", job, "--local"]
            : ["admin", "jobs", "resolve", job, "--not-paid"]
        )
        expect(ended.exitCode).toBe(0)
        const doctor = yield* machine.run(["doctor", "--local"])
        expect(doctor.envelope.data?.["in_flight"]).toEqual([])
        const third = yield* machine.run(argv)
        expect(third.envelope.error).toBeNull()
        expect(third.envelope.data?.["attached_to"]).toBeUndefined()
      }
    })
  )
})

describe("an attempt whose end this machine did not see", () => {
  it.scopedLive(
    "is another one once the embedded service has it as failed, but is told of by jobs recover",
    () =>
      Effect.gen(function* () {
        const { machine, openai } = yield* paying
        const argv = [...create, "--local", "--model", "openai.gpt-image-2"]
        openai.script("reset-before-body")
        yield* machine.run(argv)
        // As a process leaves it that dies between a job's end and its answer.
        yield* inFolder(
          machine.dataFolder,
          Effect.flatMap(Database, ({ run, sql }) =>
            run(sql`UPDATE jobs SET status = 'failed', outcome = NULL, replayable = 1`)
          )
        )
        const second = yield* machine.run(argv)
        expect(second.envelope.error).toBeNull()
        expect(second.envelope.data?.["attached_to"]).toBeUndefined()
        const recovered = yield* machine.run(["jobs", "recover", "--local"])
        expect(recovered.envelope.data).toMatchObject({ unresolved: 0, attempts: [{ state: "failed" }] })
      })
  )

  it.scoped.each(["failed", "canceled", "released"])(
    "is another one once the service has it as %s",
    (state) =>
      Effect.gen(function* () {
        const service = makeService()
        const machine = yield* makeMachine({ env, service: service.handler })
        yield* machine.run(create)
        service.ends(state)
        // A guide sees as much, and changes nothing.
        const guided = yield* machine.run([...create, "--guide"])
        expect(JSON.stringify(guided.envelope)).not.toContain(String(service.keys[0]))
        const noted = yield* machine.run(["doctor"])
        expect(noted.envelope.data?.["in_flight"]).toHaveLength(1)
        service.answers.create = "completed"
        const second = yield* machine.run(create)
        expect(second.envelope.data?.["attached_to"]).toBeUndefined()
        expect(service.keys[1]).not.toBe(service.keys[0])
        const doctor = yield* machine.run(["doctor"])
        expect(doctor.envelope.data?.["in_flight"]).toEqual([])
      })
  )

  it.scoped.each(["completed", "running", "unseen"])(
    "is gone on with while the service has it as %s",
    (state) =>
      Effect.gen(function* () {
        const service = makeService()
        const machine = yield* makeMachine({ env, service: service.handler })
        yield* machine.run(create)
        service.ends(state)
        const swept = yield* machine.run(["doctor", "--sweep-in-flight"])
        expect(swept.envelope.data).toMatchObject({ in_flight_swept: 0, in_flight: [{ phase: "open" }] })
        service.answers.create = "completed"
        const second = yield* machine.run(create)
        expect(second.envelope.data).toMatchObject({ attached_to: { key: service.keys[0] } })
      })
  )

  it.scoped("is swept once the service has it as failed, and gone once it was canceled from here", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      yield* machine.run(create)
      service.ends("failed")
      const swept = yield* machine.run(["doctor", "--sweep-in-flight"])
      expect(swept.envelope.data).toMatchObject({ in_flight_swept: 1, in_flight: [] })
      yield* machine.run(create)
      expect((yield* machine.run(["jobs", "cancel", jobId(2)])).exitCode).toBe(0)
      const doctor = yield* machine.run(["doctor"])
      expect(doctor.envelope.data?.["in_flight"]).toEqual([])
    })
  )
})

it.scoped("another one after an attempt that was gone on with does not go to the same file", () =>
  Effect.gen(function* () {
    const service = makeService()
    const machine = yield* makeMachine({ env, service: service.handler })
    const argv = [...create, "--download", file, "--reuse"]
    yield* machine.run(argv)
    service.answers.create = "completed"
    const second = yield* machine.run(argv)
    expect(second.envelope.data).toMatchObject({ attached_to: {}, downloads: [{}] })
    const again = againOf(second)?.argv ?? []
    expect(again).toContain("--again")
    const another = yield* machine.run(again)
    expect(another.envelope.error).toBeNull()
    expect(service.jobs.size).toBe(2)
  })
)

it.scoped.each([
  [
    "a proxy's 502",
    { status: 502, headers: { "content-type": "text/html" }, body: "<html>bad gateway</html>" }
  ],
  ["a broken connection", { fault: "truncated_body", phase: "body" }]
] as const)("an upload of an edit that ends in %s leaves the key to go on with", ([, answer]) =>
  Effect.gen(function* () {
    const picture = `${home}/pic.png`
    let isDown = true
    const keys: Array<string> = []
    const machine = yield* makeMachine({
      env,
      files: { [picture]: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]) },
      service: routes({
        "POST /v1/upload": () => (isDown ? answer : succeeds({ asset: { asset_id: "image_2" } })),
        "POST /v1/edit": (request) => {
          const { idempotency_key: key } = JSON.parse(bodyText(request)) as {
            readonly idempotency_key: string
          }
          keys.push(key)
          return succeeds({ job_id: jobId(1), status: "completed", idempotency_key: key, assets: [] })
        },
        "GET /v1/operations/*": () => succeeds({ key: "k", state: "unseen", job_id: null })
      })
    })
    const edit = ["edit", "--input", picture, "--prompt", "sepia"]
    for (const [argv, key] of [
      [edit, /^is-[0-9a-f]{32}$/],
      [[...edit, "--idempotency-key", "ek"], /^ek$/]
    ] as const) {
      isDown = true
      const { envelope, exitCode } = yield* machine.run(argv)
      expect(exitCode).toBe(7)
      const recovery = envelope.error?.recovery
      expect(recovery?.idempotency_key).toMatch(key)
      expect(recovery?.retry).toMatchObject({ policy: "same_key", key: recovery?.idempotency_key })
      expect(envelope.error?.details).toMatchObject({ outcome: "unknown" })
      expect(recovery?.suggested_command).toContain(`--idempotency-key ${recovery?.idempotency_key}`)
      isDown = false
      const retried = yield* machine.run(recovery?.next?.[0]?.argv ?? [])
      expect(retried.exitCode).toBe(0)
      expect(keys.at(-1)).toBe(recovery?.idempotency_key)
    }
  })
)
