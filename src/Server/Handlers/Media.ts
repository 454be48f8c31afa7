import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import type { assetsShow } from "../../Operations/Assets.js"
import type { create, edit } from "../../Operations/Create.js"
import type { jobsShow } from "../../Operations/Jobs.js"
import type { upload } from "../../Operations/Upload.js"
import { terminalStatuses } from "../../Schema/Job.js"
import { AssetUrls } from "../Domain/AssetUrls.js"
import { type Created, perform, plan } from "../Domain/Creation.js"
import { Driver } from "../Domain/Driver.js"
import type { Identity } from "../Domain/Identity.js"
import type { Request } from "../Domain/Planning.js"
import { presentAsset, presentJob } from "../Domain/Present.js"
import { upload as storeUpload } from "../Domain/Uploading.js"
import { Assets } from "../Storage/Assets.js"
import { Jobs } from "../Storage/Jobs.js"
import { type Handler, identityOf, type Reply } from "./Handler.js"

const reply = ({ data, running, warnings }: Created): Reply<Created["data"]> => ({
  data,
  warnings,
  status: running ? 202 : 200
})

// A dry run of a create needs no identity; everything else does.
const make = (identity: Identity | null, request: Request, traceId: string) =>
  Effect.gen(function* () {
    if (request.dry_run === true) return reply(yield* plan(identity, request, traceId))
    return reply(yield* perform(yield* identityOf({ identity }), request, traceId))
  })

export const handleCreate: Handler<typeof create> = (request, caller) =>
  make(caller.identity, { kind: "create", ...request }, caller.traceId)

export const handleEdit: Handler<typeof edit> = (request, caller) =>
  Effect.flatMap(identityOf(caller), (identity) =>
    make(identity, { kind: "edit", ...request }, caller.traceId)
  )

export const handleUpload: Handler<typeof upload> = (request, caller) =>
  Effect.flatMap(identityOf(caller), (identity) => storeUpload(identity, request, caller.traceId))

export const showAsset: Handler<typeof assetsShow> = ({ id }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const asset = yield* (yield* Assets).find(identity.organizationId, id)
    if (asset === null) return yield* Effect.fail(failure("NOT_FOUND", "there is no such asset"))
    return {
      data: {
        request: { reference: id, reference_type: "asset_id" },
        asset: { ...presentAsset(yield* AssetUrls, asset), source: "hosted_metadata" }
      }
    }
  })

// Long enough for a local engine to finish what it has begun, short enough for a mere look.
const glance = "250 millis"

export const showJob: Handler<typeof jobsShow> = ({ job_id }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const jobs = yield* Jobs
    const mine = Effect.flatMap(jobs.find(job_id), (job) =>
      job === null || job.organizationId !== identity.organizationId
        ? Effect.fail(failure("NOT_FOUND", "there is no such job"))
        : Effect.succeed(job)
    )
    const seen = yield* mine
    if (!terminalStatuses.has(seen.status) && seen.outcome === null) {
      // Embedded work advances only while a process drives it, and this one is looking (contract §9).
      const driver = yield* Driver
      yield* driver.drive(job_id).pipe(Effect.timeoutOption(glance), Effect.ignore)
    }
    const job = yield* mine
    const assets = yield* (yield* Assets).ofJob(job.id)
    // Whoever sees how it ended need not be told again by an attempt at the same (contract §11).
    if (terminalStatuses.has(job.status)) yield* Effect.ignore(jobs.told(job.id))
    return { data: { job: presentJob(yield* AssetUrls, job, assets) } }
  })
