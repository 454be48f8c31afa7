import { it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as fc from "fast-check"
import { describe, expect } from "vitest"
import {
  bodyText,
  failsWith,
  home,
  type Machine,
  makeMachine,
  routes,
  succeeds
} from "../../src/Testing/index.js"
import type { CommandResult, FakeAnswer, FakeHandler, RecordedRequest } from "../../src/Testing/index.js"

const address = "https://service.test"
const token = "isk_r_abcdefgh12345678"
const env = { IMAGE_SKILL_API_BASE_URL: address, IMAGE_SKILL_TOKEN: token }
const folder = `${home}/.local/state/image-skill/attempts`
const create = ["create", "--prompt", "a very secret fox"]

/** How a create ends for its caller: answered, cut after or before it arrived, or refused. */
type Fate = "answered" | "cut" | "never_sent" | "refused"

/** A service that makes one job of each key, and answers as it is told. */
const makeService = () => {
  const jobs = new Map<string, string>()
  let fate: Fate = "answered"
  const keyOf = (request: RecordedRequest) =>
    (JSON.parse(bodyText(request)) as { readonly idempotency_key: string }).idempotency_key
  const made = (request: RecordedRequest): FakeAnswer => {
    if (fate === "never_sent") return { fault: "econnrefused", phase: "connect" }
    if (fate === "refused") return failsWith("QUOTA_EXCEEDED")
    const key = keyOf(request)
    const known = jobs.get(key)
    if (known === undefined) jobs.set(key, `job_${jobs.size + 1}`)
    return fate === "cut"
      ? { fault: "truncated_body", phase: "body" }
      : succeeds({
          job_id: jobs.get(key),
          status: "completed",
          idempotency_key: key,
          idempotent_replayed: known !== undefined,
          assets: []
        })
  }
  const shown = (request: RecordedRequest) => {
    const id = new URL(request.url).pathname.split("/").at(-1) ?? ""
    return succeeds({ job: { job_id: id, status: "completed", assets: [] } })
  }
  const handler: FakeHandler = routes({
    "POST /v1/create": made,
    "GET /v1/operations/*": (request) => {
      const key = decodeURIComponent(new URL(request.url).pathname.split("/").at(-1) ?? "")
      const job = jobs.get(key)
      return succeeds({ key, state: job === undefined ? "unseen" : "completed", job_id: job ?? null })
    },
    "GET /v1/jobs/*": shown
  })
  return { handler, jobs, ends: (next: Fate) => void (fate = next) }
}

const keySent = (result: { readonly requests: ReadonlyArray<RecordedRequest> }) => {
  const sent = result.requests.find(({ url }) => url.endsWith("/v1/create"))
  return sent === undefined
    ? null
    : (JSON.parse(bodyText(sent)) as { readonly idempotency_key: string }).idempotency_key
}

const nextOf = ({ envelope }: CommandResult) =>
  (envelope.data?.["next"] ?? []) as ReadonlyArray<{
    readonly id: string
    readonly argv: ReadonlyArray<string>
  }>

const noted = (machine: Machine) =>
  [...machine.files.all.entries()].flatMap(([path, bytes]) =>
    path.startsWith(`${folder}/`)
      ? [{ path, record: JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> }]
      : []
  )

describe("a create at a hosted service, typed again without a key", () => {
  it.scoped("goes on with the attempt whose end is unknown, and says so", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      const first = yield* machine.run(create)
      expect(first.exitCode).toBe(7)
      service.ends("answered")
      const second = yield* machine.run(create)
      expect(keySent(second)).toBe(keySent(first))
      expect(service.jobs.size).toBe(1)
      expect(second.envelope.data).toMatchObject({
        idempotent_replayed: true,
        attached_to: { key: keySent(first), started_at: expect.stringMatching(/^\d{4}-/) }
      })
      expect(second.envelope.warnings.join(" ")).toContain("--again")
      const again = nextOf(second).find(({ id }) => id === "again")
      expect(again?.argv).toContain("--again")

      const third = yield* machine.run(create)
      expect(keySent(third), "once settled, a repeat is a new one").not.toBe(keySent(first))
      expect(third.envelope.data?.["attached_to"]).toBeUndefined()
    })
  )

  it.scoped("makes another one with --again, and the settled one again with --reuse", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      const first = yield* machine.run(create)
      service.ends("answered")
      const another = yield* machine.run([...create, "--again"])
      expect(keySent(another)).not.toBe(keySent(first))
      const reused = yield* machine.run([...create, "--reuse"])
      expect([keySent(first), keySent(another)]).toContain(keySent(reused))
      expect(reused.envelope.data).toMatchObject({ idempotent_replayed: true })
      expect(service.jobs.size).toBe(2)
      const clash = yield* machine.run([...create, "--reuse", "--again"])
      expect(clash).toMatchObject({ exitCode: 2, requests: [] })
    })
  )

  it.scoped.each([
    ["another prompt", ["create", "--prompt", "a very secret cat"], {}],
    ["another budget", [...create, "--max-usd", "1"], {}],
    ["an explicit key", [...create, "--idempotency-key", "mine"], {}],
    ["another token", create, { IMAGE_SKILL_TOKEN: "isk_r_zzzzzzzz12345678" }],
    ["another service", create, { IMAGE_SKILL_API_BASE_URL: "https://other.test" }]
  ] as const)("does not attach to it with %s", ([, argv, change]) =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      const first = yield* machine.run(create)
      service.ends("answered")
      const second = yield* machine.run(argv, { env: change })
      expect(second.exitCode).toBe(0)
      expect(keySent(second)).not.toBe(keySent(first))
      expect(second.envelope.data?.["attached_to"]).toBeUndefined()
    })
  )

  it.scopedLive("does not attach to a live sibling", () =>
    Effect.gen(function* () {
      const keys: Array<string> = []
      const machine = yield* makeMachine({
        env,
        service: (request) => {
          keys.push((JSON.parse(bodyText(request)) as { idempotency_key: string }).idempotency_key)
          return keys.length === 1
            ? Effect.never
            : succeeds({ job_id: "job_2", status: "completed", assets: [] })
        }
      })
      const sibling = yield* Effect.fork(machine.run(create))
      yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => keys.length === 1 })
      const own = yield* machine.run(create)
      expect(own.envelope.data?.["attached_to"]).toBeUndefined()
      expect(new Set(keys).size).toBe(2)
      yield* Fiber.interrupt(sibling)
    })
  )

  it.scoped("attaches to one whose process died", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      const first = yield* machine.run(create)
      const [file] = noted(machine)
      // As the dead process left it: sent, and nobody there to say more.
      machine.files.put(
        file?.path ?? "",
        JSON.stringify({ ...file?.record, phase: "sent", owner: { pid: 2 ** 22 + 1, started: "never" } })
      )
      service.ends("answered")
      const second = yield* machine.run(create)
      expect(keySent(second)).toBe(keySent(first))
    })
  )

  it.scoped("pays for each picture once, whatever happens on the way", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              subject: fc.constantFrom("fox", "cat"),
              fate: fc.constantFrom<Fate>("answered", "cut", "never_sent", "refused")
            }),
            { maxLength: 12 }
          ),
          (steps) =>
            Effect.runPromise(
              Effect.scoped(
                Effect.gen(function* () {
                  const service = makeService()
                  const machine = yield* makeMachine({ env, service: service.handler })
                  let wanted = 0
                  const open = new Set<string>()
                  for (const { fate, subject } of steps) {
                    service.ends(fate)
                    yield* machine.run(["create", "--prompt", subject])
                    const begins = (fate === "answered" || fate === "cut") && !open.has(subject)
                    if (begins) wanted += 1
                    if (fate === "cut") open.add(subject)
                    if (fate === "answered") open.delete(subject)
                  }
                  expect(service.jobs.size).toBe(wanted)
                })
              )
            )
        ),
        { numRuns: 60 }
      )
    )
  )
})

describe("what an attack found", () => {
  it.scoped("another agent's, and another operation's, same key does not hide an attempt", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      const first = yield* machine.run([...create, "--idempotency-key", "k1"])
      expect(first.exitCode).toBe(7)
      service.ends("answered")
      yield* machine.run(["create", "--prompt", "a cat", "--idempotency-key", "k1"], {
        env: { IMAGE_SKILL_TOKEN: "isk_r_zzzzzzzz12345678" }
      })
      yield* machine.run(["edit", "--input", "image_1", "--prompt", "grey", "--idempotency-key", "k1"])
      expect(keySent(yield* machine.run(create))).toBe("k1")
    })
  )

  it.scoped("the same key with other terms leaves what it was first used for as it is", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      yield* machine.run([...create, "--idempotency-key", "k1"])
      service.ends("refused")
      yield* machine.run(["create", "--prompt", "a cat", "--idempotency-key", "k1"])
      service.ends("answered")
      expect(keySent(yield* machine.run(create))).toBe("k1")
      expect(keySent(yield* machine.run(["create", "--prompt", "a cat"]))).not.toBe("k1")
    })
  )

  it.scoped.each([
    ["that nothing was sent", failsWith("TIMEOUT", { details: { sent: "no" } })],
    ["that its storage failed", { ...failsWith("ARTIFACT_STORAGE_WRITE_FAILED") }],
    [
      "unknown, and to use another key",
      failsWith("PROVIDER_OUTCOME_UNKNOWN", {
        details: { outcome: "unknown" },
        recovery: { retry: { policy: "new_key" } }
      })
    ]
  ] as const)("a service that says %s is not believed to have spent nothing", ([, answer]) =>
    Effect.gen(function* () {
      let fails = true
      const service = makeService()
      const machine = yield* makeMachine({
        env,
        service: (request) =>
          fails && request.url.endsWith("/v1/create") ? answer : service.handler(request)
      })
      const first = yield* machine.run(create)
      expect(first.envelope.error?.recovery?.retry?.policy).toMatch(/^(?:same_key|never)$/)
      expect(first.envelope.error?.recovery?.suggested_command).toContain(keySent(first))
      fails = false
      expect(keySent(yield* machine.run(create))).toBe(keySent(first))
    })
  )

  it.scoped("an attempt that could not be noted is told of in a failure too", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({
        env,
        service: service.handler,
        fault: (call, path) => (call === "write" && path.startsWith(folder) ? "erofs" : undefined)
      })
      service.ends("cut")
      const { envelope } = yield* machine.run(create)
      expect(envelope.warnings.join(" ")).toMatch(/could not be noted.*erofs/)
    })
  )

  it.scoped("notes that cannot be read are told of", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({
        env,
        service: service.handler,
        fault: (call, path) => (call === "list" && path === folder ? "eacces" : undefined)
      })
      const { envelope } = yield* machine.run(create)
      expect(envelope.warnings.join(" ")).toMatch(/cannot be read \(eacces\)/)
    })
  )

  it.scoped("an attempt under way is not forgotten by jobs recover with its key", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      const first = yield* machine.run(create)
      // As if the service had not seen it yet: it may still be on its way.
      service.jobs.clear()
      const { envelope } = yield* machine.run(["jobs", "recover", keySent(first) ?? ""])
      expect(envelope.data).toMatchObject({ attempts: [{ state: "unseen", resolved: false }] })
      service.ends("answered")
      expect(keySent(yield* machine.run(create))).toBe(keySent(first))
    })
  )

  it.scoped(
    "an asset's URL is the same edit whether or not the service can be asked for its media host",
    () =>
      Effect.gen(function* () {
        const url = "https://media.example/a/image_1.png"
        let healthy = true
        const keys: Array<string> = []
        const machine = yield* makeMachine({
          env,
          images: { [url]: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]) },
          service: (request) => {
            const { pathname } = new URL(request.url)
            if (pathname === "/healthz") {
              return healthy
                ? succeeds({ status: "ok", media_origin: "https://media.example" })
                : failsWith("INTERNAL_ERROR")
            }
            if (pathname === "/v1/upload") return succeeds({ asset: { asset_id: "image_2" } })
            if (pathname.startsWith("/v1/operations/")) return failsWith("NOT_FOUND")
            keys.push((JSON.parse(bodyText(request)) as { idempotency_key: string }).idempotency_key)
            return { fault: "truncated_body", phase: "body" }
          }
        })
        const edit = ["edit", "--input", url, "--prompt", "grey"]
        yield* machine.run(edit)
        healthy = false
        yield* machine.run(edit)
        expect(keys[1]).toBe(keys[0])
      })
  )

  it.scopedLive(
    "a download that a signal ends is gone on with by the same command, not by waiting for the job",
    () =>
      Effect.gen(function* () {
        const downloading = yield* Deferred.make<void>()
        const machine = yield* makeMachine({
          env,
          service: (request) => {
            if (request.url.endsWith("/v1/create")) {
              return succeeds({
                job_id: "job_1",
                status: "completed",
                assets: [{ asset_id: "image_1", url: `${address}/a/image_1.png` }]
              })
            }
            return Effect.zipRight(Deferred.succeed(downloading, undefined), Effect.never)
          }
        })
        const { envelope, exitCode } = yield* machine.run([...create, "--download", `${home}/fox.png`], {
          signal: Effect.as(Deferred.await(downloading), "SIGINT" as const)
        })
        expect(exitCode).toBe(130)
        const command = envelope.error?.recovery?.suggested_command
        expect(command).toContain("--download")
        expect(command).toContain("--idempotency-key")
      })
  )
})

describe("the journal", () => {
  it.scoped("holds neither prompt nor token, for its user's eyes only", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      yield* machine.run(create)
      const [file, ...more] = noted(machine)
      expect(more).toEqual([])
      expect(machine.files.modes.get(file?.path ?? "")).toBe(0o600)
      const text = machine.files.text(file?.path ?? "") ?? ""
      expect(text).not.toContain("secret")
      expect(text).not.toContain(token)
      expect(file?.record).toMatchObject({ operation: "create", phase: "open", service: address })
    })
  )

  it.scoped("forgets what came to nothing", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("refused")
      yield* machine.run(create)
      service.ends("never_sent")
      yield* machine.run(create)
      expect(noted(machine)).toEqual([])
    })
  )

  it.scoped("is missed with a warning, but stops nobody", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({
        env,
        service: service.handler,
        fault: (call, path) => (call === "write" && path.startsWith(folder) ? "erofs" : undefined)
      })
      const { envelope, exitCode } = yield* machine.run(create)
      expect(exitCode).toBe(0)
      expect(envelope.warnings.join(" ")).toMatch(/could not be noted.*erofs.*is-[0-9a-f]{32}/)
    })
  )

  it.scoped("is not kept for the embedded service, nor for a dry run", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      yield* machine.run([...create, "--dry-run"])
      yield* machine.run([...create, "--local"])
      expect(noted(machine)).toEqual([])
    })
  )
})

describe("jobs recover", () => {
  it.scoped("resolves every attempt that was left, and doctor names them until then", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      yield* machine.run(create)
      yield* machine.run(["create", "--prompt", "a cat"])
      const before = yield* machine.run(["doctor"])
      expect(before.envelope.data?.["in_flight"]).toMatchObject([
        { service: address, phase: "open" },
        { service: address, phase: "open" }
      ])
      const recovered = yield* machine.run(["jobs", "recover", "--all"])
      expect(recovered.exitCode).toBe(0)
      expect(recovered.envelope.data).toMatchObject({
        unresolved: 0,
        attempts: [
          { state: "completed", resolved: true },
          { state: "completed", resolved: true }
        ]
      })
      const after = yield* machine.run(["doctor", "--sweep-in-flight"])
      expect(after.envelope.data).toMatchObject({ in_flight: [], in_flight_swept: 2 })
      expect(noted(machine)).toEqual([])
    })
  )

  it.scopedLive("forgets an attempt of which the service never heard", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({ env, service: service.handler })
      service.ends("cut")
      yield* machine.run(create)
      service.jobs.clear()
      const [file] = noted(machine)
      machine.files.put(
        file?.path ?? "",
        JSON.stringify({ ...file?.record, started_at: "2020-01-01T00:00:00.000Z" })
      )
      const { envelope } = yield* machine.run(["jobs", "recover"])
      expect(envelope.data).toMatchObject({ attempts: [{ state: "unseen", resolved: true }] })
      expect(noted(machine)).toEqual([])
    })
  )

  it.scoped("says how to go on at a service that does not know of keys", () =>
    Effect.gen(function* () {
      const service = makeService()
      const machine = yield* makeMachine({
        env,
        service: (request) =>
          request.url.includes("/v1/operations") ? failsWith("NOT_FOUND") : service.handler(request)
      })
      service.ends("cut")
      const first = yield* machine.run(create)
      const { envelope } = yield* machine.run(["jobs", "recover"])
      expect(envelope.data).toMatchObject({
        unresolved: 1,
        attempts: [{ resolved: false, next_step: expect.stringContaining(keySent(first) ?? "?") }]
      })
    })
  )
})

describe("a create at the embedded service, typed again without a key", () => {
  const small = ["create", "--local", "--prompt", "a fox", "--output-count", "4"]
  const credits = (machine: Machine) =>
    Effect.map(machine.run(["quota", "--local"]), ({ envelope }) => {
      const limits = envelope.data?.["limits"] as { readonly remaining_credits: number }
      return limits.remaining_credits
    })

  it.scopedLive("goes on with the job that was left running", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      const before = yield* credits(machine)
      const first = yield* machine.run([...small, "--timeout-ms", "100"])
      expect(first.exitCode).toBe(8)
      const doctor = yield* machine.run(["doctor", "--local"])
      expect(doctor.envelope.data?.["in_flight"]).toMatchObject([{ service: "local" }])
      const second = yield* machine.run(small)
      expect(second.envelope.data).toMatchObject({ status: "completed", attached_to: {} })
      const one = before - (yield* credits(machine))
      expect(one).toBeGreaterThan(0)
      const third = yield* machine.run(small)
      expect(third.envelope.data?.["attached_to"]).toBeUndefined()
      expect(third.envelope.data?.["job_id"]).not.toBe(second.envelope.data?.["job_id"])
      const reused = yield* machine.run([...small, "--reuse"])
      expect(reused.envelope.data).toMatchObject({
        job_id: third.envelope.data?.["job_id"],
        idempotent_replayed: true
      })
      expect(before - (yield* credits(machine))).toBe(2 * one)
    })
  )

  it.scopedLive("is recovered without being typed again", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      yield* machine.run([...small, "--timeout-ms", "100"])
      const recovered = yield* machine.run(["jobs", "recover", "--local"])
      expect(recovered.envelope.data).toMatchObject({
        unresolved: 0,
        attempts: [{ operation: "create", state: "completed", resolved: true, job: { status: "completed" } }]
      })
      const next = yield* machine.run(small)
      expect(next.envelope.data?.["attached_to"]).toBeUndefined()
    })
  )

  it.scopedLive("is what the guide goes on with", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      const guide = ["create", "--guide", "--local", "--prompt", "a fox", "--output-count", "4"]
      const first = yield* machine.run(guide)
      const words = nextOf(first)[0]?.argv ?? []
      const key = words[words.indexOf("--idempotency-key") + 1]
      const cut = yield* machine.run([...words, "--timeout-ms", "100"])
      expect(cut.exitCode).toBe(8)
      const second = yield* machine.run(guide)
      expect(second.envelope.data?.["next_command"]).toContain(key)
      const made = yield* machine.run(nextOf(second)[0]?.argv ?? [])
      expect(made.envelope.data).toMatchObject({ status: "completed" })
      const third = yield* machine.run(guide)
      expect(third.envelope.data?.["next_command"]).not.toContain(key)
    })
  )
})

describe("a repeated key and a download", () => {
  const small = ["create", "--local", "--prompt", "a fox", "--idempotency-key", "k"]
  it.scopedLive("finds its own file there, and refuses any other", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      const argv = [...small, "--download", `${home}/fox.png`]
      expect((yield* machine.run(argv)).exitCode).toBe(0)
      const again = yield* machine.run(argv)
      expect(again.envelope.error).toBeNull()
      expect(again.envelope.data).toMatchObject({
        idempotent_replayed: true,
        downloads: [{ unchanged: true }]
      })
      machine.files.put(`${home}/fox.png`, "something else")
      const other = yield* machine.run(argv)
      expect(other).toMatchObject({ exitCode: 9, envelope: { error: { code: "OUTPUT_EXISTS" } } })
      expect(machine.files.text(`${home}/fox.png`)).toBe("something else")
    })
  )

  it.scopedLive("does not pay when the key is new and the place is taken", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ files: { [`${home}/fox.png`]: "mine" } })
      const { envelope } = yield* machine.run([...small, "--download", `${home}/fox.png`])
      expect(envelope.error?.code).toBe("OUTPUT_EXISTS")
      const jobs = yield* machine.run(["jobs", "list", "--local"])
      expect(jobs.envelope.data?.["jobs"]).toEqual([])
    })
  )
})
