import * as Effect from "effect/Effect"
import type { Plan } from "../Provider.js"
import { bodyText, jsonBody } from "../Wire/Exchange.js"
import { jsonOf, record } from "../Wire/Json.js"
import type { Vendor } from "../Wire/Vendor.js"

const answerLimit = 1024 * 1024

const post = (vendor: Vendor, path: string, body: object) =>
  vendor.ask({ method: "POST", path, body: jsonBody(body), within: "2 seconds", maxBytes: answerLimit })

/**
 * Interrupts a job's run; `true` when it runs no more. The server interrupts whatever runs, so it is asked first whether that is
 * ours: it cannot take a waiting run out of its queue, and SD.Next does not know whose a run is.
 */
export const stopRun = (vendor: Vendor, { jobId }: Plan): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const asked = yield* post(vendor, "/internal/progress", { id_task: jobId, live_preview: false })
    const { active, completed } = record(jsonOf(bodyText(asked)))
    if (active !== true) return completed === true
    const { status } = yield* post(vendor, "/sdapi/v1/interrupt", {})
    return status >= 200 && status < 300
  }).pipe(Effect.orElseSucceed(() => false))
