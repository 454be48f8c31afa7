import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  type Emulator,
  maskPng,
  startAutomatic1111,
  startComfyui,
  startCompatible,
  startFal,
  startOpenai,
  startXai
} from "../../support/Emulators/index.js"
import { png } from "../../support/Emulators/Media/Pictures.js"
import { bin } from "../../blackbox/Bin.js"
import { serveProcess, shell } from "../Http/Bundle.js"
import { temporaryFolder } from "../Http/Served.js"

const emulator = (start: () => Promise<Emulator>) =>
  Effect.acquireRelease(Effect.promise(start), ({ close }) => Effect.promise(close))

const kill = (pid: number | undefined) => Effect.sync(() => process.kill(pid ?? 0, "SIGKILL"))

describe("vendors, by real processes over real sockets", () => {
  it.scopedLive(
    "every kind of paid work through command line, service and ledger; the service killed in between",
    () =>
      Effect.gen(function* () {
        const [home, openai, fal, xai, compatible, comfyui, automatic] = yield* Effect.all(
          [
            temporaryFolder,
            emulator(startOpenai),
            emulator(startFal),
            emulator(startXai),
            emulator(() => startCompatible({ profile: "sd-server" })),
            emulator(startComfyui),
            emulator(startAutomatic1111)
          ],
          { concurrency: "unbounded" }
        )
        const data = path.join(home, "data")
        const policy = path.join(home, "policy.json")
        writeFileSync(policy, JSON.stringify({ preview_credits: 1_000, daily_jobs: 1_000 }))
        writeFileSync(path.join(home, "photo.png"), png(512, 512, 3))
        writeFileSync(path.join(home, "face.png"), png(400, 400, 5))
        writeFileSync(path.join(home, "mask.png"), maskPng(512, 512))
        const start = serveProcess(bin, home, ["--port", "0", "--data", data, "--policy", policy], {
          OPENAI_API_KEY: openai.key,
          IMAGE_SKILL_OPENAI_BASE_URL: openai.baseUrl,
          FAL_KEY: fal.key,
          IMAGE_SKILL_FAL_QUEUE_URL: fal.baseUrl,
          XAI_API_KEY: xai.key,
          IMAGE_SKILL_XAI_BASE_URL: xai.baseUrl,
          IMAGE_SKILL_OPENAI_COMPATIBLE_URL: compatible.baseUrl,
          IMAGE_SKILL_COMFYUI_URL: comfyui.baseUrl,
          IMAGE_SKILL_AUTOMATIC1111_URL: automatic.baseUrl,
          IMAGE_SKILL_AUTOMATIC1111_KEY: automatic.key
        })
        const first = yield* start
        const secrets = [openai.key, fal.key, xai.key, automatic.key, "a heron"]
        const runAt = (address: string) => (line: string) =>
          Effect.map(
            shell(`IMAGE_SKILL_API_BASE_URL=${address} node ${bin} ${line}`, home),
            ({ exit, json, stdout }) => {
              for (const secret of secrets.filter((each) => each !== "a heron" || !json.data?.next))
                expect(stdout).not.toContain(secret)
              return { exit, code: json.error?.code ?? null, data: json.data, error: json.error }
            }
          )
        const run = runAt(first.ready.data.address)
        const well = (line: string) =>
          Effect.tap(run(line), ({ code, exit }) =>
            Effect.sync(() => expect([line, exit, code]).toEqual([line, 0, null]))
          )
        const credits = (of: typeof run) =>
          Effect.map(of("usage quota"), (quota) => Number(quota.data.limits.remaining_credits))
        const create = (model: string, rest = "") => `create --model ${model} --prompt 'a heron' ${rest}`

        yield* well("signup --agent --agent-contact ada@example.com --agent-name ada --runtime test")
        let left = yield* credits(run)
        const spent = Effect.map(credits(run), (now) => {
          const debit = left - now
          left = now
          return debit
        })

        // A create, a create of two, an edit with a mask.
        yield* well(create("openai.gpt-image-2", "--download one.png"))
        expect(readFileSync(path.join(home, "one.png")).subarray(1, 4).toString()).toBe("PNG")
        expect(yield* spent).toBe(9)
        const two = yield* well(create("fal.kling-image-o3-text-to-image", "--output-count 2"))
        expect(two.data.assets).toHaveLength(2)
        expect(yield* spent).toBe(10)
        const edited = yield* well(
          "edit --model openai.gpt-image-2-edit --input photo.png --mask mask.png --prompt 'a heron' --accept-unknown-cost --max-usd 0.50"
        )
        expect(edited.data.assets).toHaveLength(1)
        expect(yield* spent).toBe(Math.ceil((openai.submissions[1]?.paidMicros ?? 0) / 6_000))

        // What fails costs nothing, but for what cannot be known.
        openai.script("moderation-input")
        const denied = yield* run(create("openai.gpt-image-2"))
        expect([denied.exit, denied.code]).toEqual([6, "CONTENT_POLICY_DENIED"])
        openai.script("connection-refused")
        const out = yield* run(create("openai.gpt-image-2"))
        expect([out.exit, out.code, out.error.retryable]).toEqual([7, "PROVIDER_FAILURE", true])
        yield* Effect.promise(() => openai.listen())
        expect(yield* spent).toBe(0)
        openai.script("reset-after-accept")
        const unknown = yield* run(create("openai.gpt-image-2", "--idempotency-key late"))
        expect([unknown.exit, unknown.code]).toEqual([7, "PROVIDER_OUTCOME_UNKNOWN"])
        expect(unknown.error.recovery.retry.policy).toBe("after_reconcile")
        const waited = yield* run(`jobs wait ${unknown.error.details.job.job_id} --timeout-ms 300`)
        expect([waited.exit, waited.error.recovery.retry.policy]).toEqual([8, "after_reconcile"])
        const submissions = openai.submissions.length
        expect((yield* run(create("openai.gpt-image-2", "--idempotency-key late"))).code).toBe(
          "PROVIDER_OUTCOME_UNKNOWN"
        )
        expect(openai.submissions).toHaveLength(submissions)
        // Held, and neither debited nor given back.
        expect(yield* spent).toBe(9)

        // References of the caller's files, a model that needs no prompt, and a server of one's own.
        yield* Effect.forEach(
          [
            "edit --model xai.grok-imagine-image-quality-edit --input photo.png --reference-image face.png --reference-image photo.png@1 --prompt 'a heron'",
            create("fal.dreamo", "--reference-image face.png@0:id --reference-image photo.png@1:style"),
            create(
              "fal.kling-image-o3-text-to-image",
              "--element-frontal face.png@0 --element-reference photo.png@0:0"
            ),
            "edit --model fal.flux-dev-redux --input photo.png",
            create("openai-compatible.image"),
            "edit --model openai-compatible.image-edit --input photo.png --mask mask.png --prompt 'a heron'",
            create("comfyui.image", "--output-count 2 --aspect-ratio 16:9"),
            "edit --model comfyui.image-edit --input photo.png --mask mask.png --prompt 'a heron'",
            create("automatic1111.image", "--output-count 2 --aspect-ratio 16:9"),
            "edit --model automatic1111.image-edit --input photo.png --mask mask.png --prompt 'a heron'"
          ],
          well,
          { concurrency: 3 }
        )
        expect(xai.submissions[0]?.body.images).toHaveLength(3)
        const bodyOf = (endpoint: string) =>
          fal.submissions.findLast(({ path: at }) => at.endsWith(endpoint))?.body
        expect(bodyOf("/dreamo")).toMatchObject({
          first_reference_task: "id",
          second_reference_task: "style"
        })
        expect(bodyOf("/o3/text-to-image").elements).toHaveLength(1)
        expect(bodyOf("/redux")).not.toHaveProperty("prompt")
        expect(compatible.submissions.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"])
        expect(comfyui.submissions.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"])
        expect(automatic.submissions.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"])
        expect(automatic.submissions.filter(({ body }) => body.mask !== undefined)).toHaveLength(1)
        const made = fal.submissions.length
        const refused = yield* run("edit --model fal.flux-dev-redux --input photo.png --prompt 'a heron'")
        expect([refused.exit, refused.code, refused.error.recovery.required_flag]).toEqual([
          2,
          "INVALID_ARGUMENTS",
          "--prompt"
        ])
        expect(refused.error.message).toContain("fal.flux-dev-redux")
        expect(fal.submissions).toHaveLength(made)
        yield* spent

        // A video outlasts its caller and the service, which is killed, and is paid for once.
        fal.script("queue-long")
        const slow = yield* run(
          create("fal.ltx-video-13b-distilled", "--timeout-ms 1000 --idempotency-key v")
        )
        expect([slow.exit, slow.data.status]).toEqual([0, "running"])
        const videos = fal.submissions.length
        yield* kill(first.child.pid)
        yield* Effect.promise(() => first.ended)
        const second = yield* start
        const again = runAt(second.ready.data.address)
        const login = JSON.parse(readFileSync(path.join(home, ".config/image-skill/config.json"), "utf8"))
        const token = login.credentials[first.ready.data.address].token as string
        const done = yield* again(`jobs wait ${slow.data.job_id} --timeout-ms 30000 --token ${token}`)
        expect([done.exit, done.data.job.status, done.data.job.assets[0].mime_type]).toEqual([
          0,
          "completed",
          "video/mp4"
        ])
        const { asset_id, sha256 } = done.data.job.assets[0]
        yield* again(`assets get ${asset_id} --output heron.mp4 --token ${token}`)
        expect(
          createHash("sha256")
            .update(readFileSync(path.join(home, "heron.mp4")))
            .digest("hex")
        ).toBe(sha256)
        expect(fal.submissions).toHaveLength(videos)
        expect(left - (yield* credits((line) => again(`${line} --token ${token}`)))).toBe(7)
      }),
    120_000
  )

  it.scopedLive(
    "embedded: a video's caller is killed, and so is who waits for it; a stalled picture's caller is killed",
    () =>
      Effect.gen(function* () {
        const [home, openai, fal] = yield* Effect.all(
          [temporaryFolder, emulator(startOpenai), emulator(startFal)],
          { concurrency: "unbounded" }
        )
        const keys = `OPENAI_API_KEY=${openai.key} IMAGE_SKILL_OPENAI_BASE_URL=${openai.baseUrl} FAL_KEY=${fal.key} IMAGE_SKILL_FAL_QUEUE_URL=${fal.baseUrl}`
        const run = (line: string) => shell(`${keys} node ${bin} ${line} --local`, home)
        /** The same, killed once something has happened outside. */
        const killed = (line: string, once: () => boolean) =>
          Effect.gen(function* () {
            const running = yield* Effect.fork(
              shell(`${keys} exec node ${bin} ${line} --local & echo $! > pid; wait $!`, home)
            )
            while (!once()) yield* Effect.sleep("20 millis")
            yield* kill(Number(readFileSync(path.join(home, "pid"), "utf8")))
            expect((yield* running.await)._tag).toBe("Success")
          })
        const polls = () => fal.jobs[0]?.polls ?? 0

        fal.script("queue-long")
        const video = "create --model fal.ltx-video-13b-distilled --prompt 'a heron' --idempotency-key v"
        yield* killed(video, () => polls() > 1)
        const listed = yield* run("jobs list")
        const { job_id, status } = listed.json.data.jobs[0]
        expect(status).toBe("running")
        const seen = polls()
        yield* killed(`jobs wait ${job_id}`, () => polls() > seen + 2)
        const done = yield* run(`jobs wait ${job_id} --timeout-ms 30000`)
        expect([done.exit, done.json.data.job.status]).toEqual([0, "completed"])
        const replayed = yield* run(video)
        expect([replayed.exit, replayed.json.data.idempotent_replayed, replayed.json.data.job_id]).toEqual([
          0,
          true,
          job_id
        ])
        expect(fal.submissions).toHaveLength(1)

        // Canceled by another process while this one hands it over: whoever gets the request's id has fal stop.
        fal.script({ fault: "slow", ms: 4_000 })
        const handing = yield* Effect.fork(run(video.replace("--idempotency-key v", "--idempotency-key w")))
        while (fal.submissions.length < 2) yield* Effect.sleep("20 millis")
        const open = yield* run("jobs list --status running")
        const canceled = yield* run(`jobs cancel ${open.json.data.jobs[0].job_id}`)
        expect([canceled.exit, canceled.json.data.provider_cancel]).toEqual([0, "not_identified"])
        const handed = yield* handing
        expect([handed.exit, handed.json.error.code]).toEqual([1, "JOB_CANCELED"])
        expect(fal.jobs.map(({ cancelled }) => cancelled)).toEqual([false, true])

        openai.script("stall")
        const picture = "create --model openai.gpt-image-2 --prompt 'a heron' --idempotency-key p"
        yield* killed(picture, () => openai.submissions.length === 1)
        const again = yield* run(picture)
        expect([again.exit, again.json.error.code]).toEqual([7, "PROVIDER_OUTCOME_UNKNOWN"])
        expect(again.json.error.recovery.retry.policy).toBe("after_reconcile")
        expect(openai.submissions).toHaveLength(1)
      }),
    120_000
  )
})
