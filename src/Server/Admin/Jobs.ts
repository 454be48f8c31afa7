import * as Effect from "effect/Effect"
import { AssetUrls } from "../Domain/AssetUrls.js"
import { decide } from "../Domain/Ending.js"
import { presentJob } from "../Domain/Present.js"
import { inFolder } from "./Folder.js"

/** Ends a job whose outcome is unknown, as the operator found it (contract §8). */
export const resolveJob = (root: string, jobId: string, verdict: "paid" | "not_paid") =>
  inFolder(
    root,
    Effect.gen(function* () {
      const job = yield* decide(jobId, verdict)
      return { job: presentJob(yield* AssetUrls, job, []), written_off: verdict === "paid" }
    })
  )
