import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import sharp from "sharp"
import { child } from "../../../src/Server/Providers/Local/Pixels.js"
import { send, served, signUp, uploadOf } from "../Http/Served.js"

const photo = Effect.promise(() =>
  sharp({ create: { width: 1600, height: 1200, channels: 3, background: "#3060c0" } })
    .png()
    .toBuffer()
)

/** Kills every child that is seen until told to stop; answers how many there were. */
const killing = () => {
  const killed = new Set<number>()
  const timer = setInterval(() => {
    const pid = child.pid()
    if (pid === undefined || killed.has(pid)) return
    killed.add(pid)
    process.kill(pid, "SIGKILL")
  }, 1)
  return () => {
    clearInterval(timer)
    return killed.size
  }
}

describe("an edit whose pictures' process is killed under it, twice", () => {
  it.scopedLive("fails, costs nothing, and can be asked for again", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      const bytes = yield* photo
      const uploaded = yield* send(address, "POST", "/v1/upload", {
        token,
        body: uploadOf(bytes)
      })
      const edit = (key: string) =>
        send(address, "POST", "/v1/edit", {
          token,
          body: {
            input_asset_id: String(uploaded.json.data.asset.asset_id),
            model: "local.transform",
            model_parameters: { blur: 3 },
            idempotency_key: key
          }
        })
      const money = Effect.map(send(address, "GET", "/v1/quota", { token }), ({ json }) => json.data.limits)
      const job = (answer: Effect.Effect.Success<ReturnType<typeof edit>>) =>
        String(answer.json.data?.job_id ?? answer.json.error?.details?.job?.job_id)
      const before = yield* money
      expect(before).toMatchObject({ reserved_credits: 0 })

      const stop = killing()
      const failed = yield* Effect.ensuring(
        edit("killed"),
        Effect.sync(() => stop())
      )
      // The first end is nobody's fault that is known: the work is given to a second process, and no third.
      expect(stop()).toBe(2)
      expect([failed.status, failed.json.error?.code]).toEqual([502, "PROVIDER_FAILURE"])
      expect(failed.json.error.details).toMatchObject({ cause: "engine_ended" })
      expect(yield* money).toEqual(before)

      const shown = yield* send(address, "GET", `/v1/jobs/${job(failed)}`, { token })
      expect(shown.json.data.job.status).toBe("failed")
      // Nothing was paid, so its own key makes the picture.
      expect(failed.json.error.recovery.retry.policy).toBe("same_key")
      const made = yield* edit("killed")
      expect([made.json.error, made.json.data?.status]).toEqual([null, "completed"])
      expect((yield* money).remaining_credits).toBeLessThan(before.remaining_credits)
    })
  )
})
