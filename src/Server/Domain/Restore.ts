import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { failure } from "../../Errors.js"
import { ReferenceRole } from "../../Schema/Create.js"
import { JsonObject, optional } from "../../Schema/Open.js"
import {
  type MediaInput,
  type Plan,
  type PlannedReference,
  type Provider,
  Providers
} from "../Providers/Provider.js"
import { type JobRow, Jobs } from "../Storage/Jobs.js"
import { Vault } from "../Storage/Vault.js"
import { Catalog } from "./Catalog/Catalog.js"
import { owned } from "./Planning.js"

/** What a job still needs to run: sealed while it runs, gone afterwards. */
export const SealedInput = Schema.parseJson(
  Schema.Struct({
    model_id: Schema.String,
    prompt: Schema.NullOr(Schema.String),
    parameters: JsonObject,
    aspect_ratio: Schema.NullOr(Schema.String),
    output_count: Schema.Int,
    input_asset_id: Schema.NullOr(Schema.String),
    mask_asset_id: Schema.NullOr(Schema.String),
    references: optional(
      Schema.Array(
        Schema.Struct({
          asset_id: Schema.String,
          role: ReferenceRole,
          index: Schema.Int,
          reference_index: Schema.NullOr(Schema.Int),
          task: Schema.NullOr(Schema.Literal("ip", "id", "style"))
        })
      )
    )
  })
)

/** A job's plan and who runs it. */
export interface Work {
  readonly plan: Plan
  readonly provider: Provider
}

/**
 * The plan of a job that may have begun in another process. Once it was submitted (`begun`), an input that is gone meanwhile
 * does not keep its result from being asked for.
 */
export const restore = (job: JobRow, begun: boolean) =>
  Effect.gen(function* () {
    const jobs = yield* Jobs
    const vault = yield* Vault
    const catalog = yield* Catalog
    const { providers } = yield* Providers
    const sealed = yield* jobs.sealedInput(job.id)
    if (sealed === null) {
      return yield* Effect.fail(failure("ASSET_INTEGRITY_FAILED", `the input of ${job.id} is missing`))
    }
    const input = yield* vault
      .unseal(sealed)
      .pipe(
        Effect.flatMap((text) =>
          Effect.mapError(Schema.decode(SealedInput)(text), () =>
            failure("ASSET_INTEGRITY_FAILED", `the input of ${job.id} cannot be read`)
          )
        )
      )
    const { model } = yield* catalog.find(input.model_id)
    const provider = providers.find(({ id }) => id === model.providerId)
    if (provider === undefined) {
      return yield* Effect.fail(
        failure("CAPABILITY_DENIED", `${model.id} cannot run here, where its provider is not configured`, {
          details: { model_id: model.id, job_id: job.id }
        })
      )
    }
    const identity = { organizationId: job.organizationId }
    const present = (id: string, role: "input" | "mask" | "reference") =>
      owned(identity, id, role).pipe(
        Effect.map((found) => found.media),
        Effect.catchTag("GenericFailure", (error) => (begun ? Effect.succeed(gone(id)) : Effect.fail(error)))
      )
    const media = (id: string | null, role: "input" | "mask") =>
      id === null ? Effect.succeed(null) : present(id, role)
    const references = yield* Effect.forEach(input.references ?? [], (reference) =>
      Effect.map(
        present(reference.asset_id, "reference"),
        (found): PlannedReference => ({
          media: found,
          role: reference.role,
          index: reference.index,
          referenceIndex: reference.reference_index,
          task: reference.task
        })
      )
    )
    const plan: Plan = {
      jobId: job.id,
      model,
      prompt: input.prompt,
      parameters: input.parameters,
      aspectRatio: input.aspect_ratio,
      outputCount: input.output_count,
      input: yield* media(input.input_asset_id, "input"),
      mask: yield* media(input.mask_asset_id, "mask"),
      ...(references.length === 0 ? {} : { references })
    }
    return { plan, provider } satisfies Work
  })

const gone = (assetId: string): MediaInput => ({
  assetId,
  mimeType: "application/octet-stream",
  width: null,
  height: null,
  read: Effect.fail(failure("ASSET_INTEGRITY_FAILED", "the input was deleted after the job had begun"))
})
