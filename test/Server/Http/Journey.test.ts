import { mkdirSync, statSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { bundled, has, serveProcess, shell } from "./Bundle.js"
import { send, temporaryFolder } from "./Served.js"

const photo = path.resolve(import.meta.dirname, "../../fixtures/photos")

/** Fills the placeholders of a suggested sign-up, as its reader would. */
const filled = (command: string, name: string) =>
  command
    .replace("--agent-contact INBOX", `--agent-contact ${name}@example.com`)
    .replace("--agent-name NAME", `--agent-name ${name}`)
    .replace("--runtime RUNTIME", "--runtime test")

describe("the first run, as suggested, in a shell", () => {
  it.scopedLive(
    "guide, sign up, guide, create, show, get, activity; then upload, edit, get; for two organizations at once",
    () =>
      Effect.gen(function* () {
        const { bin } = yield* bundled
        const home = yield* temporaryFolder
        const data = path.join(home, "data")
        const service = yield* serveProcess(bin, home, ["--port", "0", "--data", data, "--log-level", "info"])
        expect(service.stdout().trim().split("\n")).toHaveLength(1)
        const { address } = service.ready.data
        expect(service.ready).toMatchObject({
          ok: true,
          data: { host: "127.0.0.1", public_url: address, data_folder: data, pid: service.child.pid }
        })

        const journey = (name: string) =>
          Effect.gen(function* () {
            const own = path.join(home, name)
            mkdirSync(own)
            const run = (line: string) =>
              Effect.tap(shell(line, own), ({ exit, json, stderr }) =>
                Effect.sync(() =>
                  expect([line, exit, json?.error ?? null, stderr]).toEqual([line, 0, null, ""])
                )
              )
            const next = (of: Effect.Effect.Success<ReturnType<typeof shell>>, id: string): string =>
              of.json.data.next.find((action: { id: string }) => action.id === id).command
            const ask = `node ${bin} create --guide --prompt 'a red fox; $HOME "quoted" it'"'"'s' --api-base-url ${address}`

            const first = yield* run(ask)
            expect(first.json.data).toMatchObject({
              stage: "auth_required",
              ready: false,
              checks: { auth: { source: "none", authenticated: false }, quota: { checked: false } },
              auth_handoff: { required: true, secret_value_included: false }
            })
            const joined = yield* run(filled(first.json.data.next_command, name))
            expect(joined.json.data.storage.saved).toBe(true)
            expect(joined.stdout).not.toMatch(/isk_r_/)
            const second = yield* run(first.json.data.after_next)
            expect(second.json.data).toMatchObject({
              stage: "ready_to_create",
              ready: true,
              blocker: null,
              selection: { model_id: "local.canvas" },
              cost: { estimated_credits: 1 },
              checks: { quota: { checked: true, remaining_credits: 50, daily_jobs_remaining: 4 } }
            })
            expect(Object.values(second.json.data.mutation)).not.toContain(true)
            const made = yield* run(second.json.data.next_command)
            expect(made.json.data.status).toBe("completed")
            yield* run(next(made, "inspect_job"))
            const got = yield* run(next(made, "download"))
            expect(statSync(path.resolve(own, got.json.data.download.output)).size).toBe(
              got.json.data.download.bytes
            )
            const activity = yield* run(second.json.data.after_next)
            expect(activity.json.data.events.map(({ type }: { type: string }) => type)).toContain(
              "job.completed"
            )

            const uploaded = yield* run(`node ${bin} upload ${photo}/$(ls ${photo} | grep -m1 'jpg$')`)
            const id = uploaded.json.data.asset.asset_id
            const guided = yield* run(
              `node ${bin} edit --guide --input ${id} --prompt 'make it black and white'`
            )
            expect(guided.json.data.stage).toBe("ready_to_create")
            const edited = yield* run(guided.json.data.next_command)
            yield* run(next(edited, "download"))
            const listed = yield* run(`node ${bin} assets list`)
            return listed.json.data.assets.map(
              ({ asset_id }: { asset_id: string }) => asset_id
            ) as ReadonlyArray<string>
          })
        const [one, two] = yield* Effect.all([journey("ada"), journey("grace")], { concurrency: "unbounded" })
        expect(one).toHaveLength(3)
        expect(one.filter((id) => two.includes(id))).toEqual([])

        if (has("curl")) {
          const curl = (target: string, more = "") =>
            shell(`curl -sS -D headers ${more} ${address}${target}`, home)
          const json = "-H 'content-type: application/json'"
          const joined = yield* curl(
            "/v1/agent-signups",
            `${json} -d '{"agent_contact":"curl@example.com","agent_name":"curl","runtime":"sh","return_token":true}'`
          )
          const bearer = `-H 'authorization: Bearer ${joined.json.data.token}'`
          const made = yield* curl("/v1/create", `${json} ${bearer} -d '{"prompt":"a boat"}'`)
          const [asset] = made.json.data.assets
          const bytes = yield* shell(`curl -sS -o boat.png ${asset.url} && sha256sum boat.png`, home)
          expect(bytes.stdout).toContain(asset.sha256)
          expect((yield* curl("/v1/activity?limit=3", bearer)).json.data.events).toHaveLength(3)
        }

        service.child.kill("SIGTERM")
        expect(yield* Effect.promise(() => service.ended)).toBe(0)
        const logged = service.stderr().trim().split("\n")
        for (const line of logged) expect(Object.keys(JSON.parse(line) as object)).toContain("event")
        for (const secret of ["red fox", "isk_", "@example.com"])
          expect(service.stderr()).not.toContain(secret)
      }),
    120_000
  )

  it.scopedLive(
    "serve refuses what it should, drains on a signal, and ends with 0",
    () =>
      Effect.gen(function* () {
        const { bin } = yield* bundled
        const home = yield* temporaryFolder
        const data = path.join(home, "data")
        const open = yield* shell(`node ${bin} serve --host 0.0.0.0 --data ${data}`, home)
        expect([open.exit, open.json.error.recovery.required_flag]).toEqual([2, "--allow-remote"])
        const policy = path.join(home, "policy.json")
        const one = { burst: 1, per_minute: 0.01 }
        writeFileSync(
          policy,
          JSON.stringify({ signups: { per_address: one, per_contact: { burst: 9, per_minute: 9 } } })
        )
        const proxies = ["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "127.0.0.1"]
        const words = ["--port", "0", "--data", data, "--policy", policy, ...proxies]
        const service = yield* serveProcess(bin, home, words)
        const { address, port } = service.ready.data
        const seenFrom = ["198.51.100.1", "8.8.8.8, 198.51.100.1", "198.51.100.2, 10.0.0.9"]
        const through = yield* Effect.forEach(seenFrom, (forwarded) =>
          send(address, "POST", "/v1/agent-signups", {
            body: { agent_contact: "p@example.com", agent_name: "p" },
            headers: { "x-forwarded-for": forwarded }
          })
        )
        expect(through.map(({ status }) => status)).toEqual([200, 429, 200])
        const twice = yield* shell(`node ${bin} serve --port ${port} --data ${data}-other`, home)
        expect([twice.exit, twice.json.error.details.cause]).toEqual([2, "eaddrinuse"])
        const joined = yield* send(address, "POST", "/v1/agent-signups", {
          body: { agent_contact: "d@example.com", agent_name: "d", return_token: true }
        })
        const making = yield* Effect.fork(
          send(address, "POST", "/v1/create", {
            token: joined.json.data.token,
            body: { prompt: "a lighthouse" }
          })
        )
        yield* Effect.sleep("150 millis")
        service.child.kill("SIGTERM")
        const made = yield* Fiber.join(making)
        expect([made.status, made.json.data.status]).toEqual([200, "completed"])
        expect(yield* Effect.promise(() => service.ended)).toBe(0)
        expect(service.stderr()).toBe("")
        expect(
          yield* Effect.exit(Effect.timeout(send(address, "GET", "/healthz"), "1 second"))
        ).toMatchObject({
          _tag: "Failure"
        })
      }),
    60_000
  )
})
