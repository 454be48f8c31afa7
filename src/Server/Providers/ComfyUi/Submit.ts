import { createHash } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import { pixelsOf } from "../../Domain/Catalog/Sizes.js"
import { type MediaInput, type Plan, ProviderFault, type Submitted } from "../Provider.js"
import { readWithin } from "../Wire/CheckPlan.js"
import { bodyText, jsonBody } from "../Wire/Exchange.js"
import { brokenSubmission, type Speaker } from "../Wire/Faults.js"
import { jsonOf, list, record, text } from "../Wire/Json.js"
import { multipart } from "../Wire/Multipart.js"
import type { Vendor } from "../Wire/Vendor.js"
import { comfySubmissionFault, inDoubt, nothing } from "./Errors.js"
import type { LoadWorkflow } from "./Operator.js"
import { fill, slotsOf, type Values } from "./Workflow.js"

const mebibyte = 1024 * 1024
const answerLimit = 8 * mebibyte

/** A run that can be asked for by its id. */
export const pending = (id: string): Submitted => ({ _tag: "Pending", reference: { prompt_id: id } })

/** Our id of a job's run, in the form that ComfyUI makes its own: the same whenever it is asked for. */
export const promptIdOf = ({ jobId }: Plan): string =>
  createHash("sha256")
    .update(jobId)
    .digest("hex")
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")

/** The checkpoints that the server has; a text says why it cannot tell. */
export const checkpointsOf = (vendor: Vendor): Effect.Effect<ReadonlyArray<string> | string> =>
  vendor
    .ask({
      method: "GET",
      path: "/object_info/CheckpointLoaderSimple",
      // Every listing and plan wants to know.
      within: "2 seconds",
      maxBytes: answerLimit
    })
    .pipe(
      Effect.map((reply) => {
        if (reply.status < 200 || reply.status > 299) return `http_${reply.status}`
        const node = record(record(jsonOf(bodyText(reply)))["CheckpointLoaderSimple"])
        const [names] = list(record(record(node["input"])["required"])["ckpt_name"])
        return list(names).filter((name) => typeof name === "string")
      }),
      Effect.catchAll(({ network }) => Effect.succeed<string>(network.cause))
    )

/** Hands the pictures over and puts the filled workflow into the queue, under an id of ours. */
export const submitComfy = (
  vendor: Vendor,
  plan: Plan,
  load: LoadWorkflow,
  checkpoints: ReturnType<typeof checkpointsOf>
): Effect.Effect<Submitted, ProviderFault> =>
  Effect.gen(function* () {
    const speaker = vendor.speaker(plan.prompt)
    const refuse = (error: ImageSkillError) => new ProviderFault({ acceptance: "refused", error })
    const graph = yield* load(plan)
    if (typeof graph === "string") {
      return yield* Effect.fail(refuse(failure("CAPABILITY_DENIED", graph)))
    }
    const name = yield* checkpointFor(vendor, speaker, plan, slotsOf(graph).has("checkpoint"), checkpoints)
    const values: Values = {
      ...valuesOf(plan),
      ...(name === undefined ? {} : { checkpoint: name }),
      ...(plan.input === null ? {} : { image: yield* upload(vendor, speaker, plan, "image", plan.input) }),
      ...(plan.mask === null ? {} : { mask: yield* upload(vendor, speaker, plan, "mask", plan.mask) })
    }
    const reply = yield* vendor
      .ask({
        method: "POST",
        path: "/prompt",
        body: jsonBody({
          prompt: fill(graph, values),
          prompt_id: promptIdOf(plan),
          client_id: "image-skill",
          extra_data: { image_skill: plan.jobId }
        }),
        within: vendor.deadlines.readTotal,
        maxBytes: answerLimit
      })
      .pipe(
        Effect.mapError((broken) =>
          broken.network.sent === "no"
            ? brokenSubmission(speaker, broken, true)
            : inDoubt(speaker, broken.network.cause, `gave no whole answer (${broken.network.cause})`)
        )
      )
    if (reply.status < 200 || reply.status > 299) {
      return yield* Effect.fail(comfySubmissionFault(speaker, reply, yield* Clock.currentTimeMillis))
    }
    const id = text(record(jsonOf(bodyText(reply)))["prompt_id"])
    return id !== undefined && /^[A-Za-z0-9-]{1,64}$/.test(id)
      ? pending(id)
      : yield* Effect.fail(inDoubt(speaker, "no_prompt_id", "did not tell its id"))
  })

/** The caller's checkpoint, the operator's, or the server's first; none where the workflow names its own. */
const checkpointFor = (
  vendor: Vendor,
  speaker: Speaker,
  plan: Plan,
  isNeeded: boolean,
  checkpoints: ReturnType<typeof checkpointsOf>
): Effect.Effect<string | undefined, ProviderFault> =>
  Effect.gen(function* () {
    const named = text(plan.parameters["checkpoint"]) ?? vendor.env.get("IMAGE_SKILL_COMFYUI_CHECKPOINT")
    if (named !== undefined || !isNeeded) return named
    const found = yield* checkpoints
    if (typeof found === "string") {
      return yield* Effect.fail(nothing(speaker, found, `ComfyUI does not answer (${found})`))
    }
    return (
      found[0] ??
      (yield* Effect.fail(
        nothing(speaker, "no_checkpoint", "ComfyUI has no checkpoint: put one into its models/checkpoints")
      ))
    )
  })

const mostSeed = 2 ** 32

/** A request in the words of the slots; without a seed each job has one of its own, the same whenever it is sent. */
const valuesOf = (plan: Plan): Values => {
  const fields = fieldsOf(plan.model, plan.parameters, plan.aspectRatio)
  const size = pixelsOf(fields["size"])
  const number = (name: string) => (typeof fields[name] === "number" ? { [name]: fields[name] } : {})
  return {
    prompt: plan.prompt ?? "",
    negative_prompt: text(fields["negative_prompt"]) ?? "",
    count: plan.outputCount,
    prefix: "image-skill",
    seed: Number(`0x${promptIdOf(plan).slice(0, 8)}`) % mostSeed,
    ...(size === null ? {} : size),
    ...number("seed"),
    ...number("steps"),
    ...number("cfg"),
    ...number("denoise")
  }
}

/** Hands a picture over, under a name that a repetition overwrites; answers how the workflow calls it. */
const upload = (
  vendor: Vendor,
  speaker: Speaker,
  plan: Plan,
  role: "image" | "mask",
  media: MediaInput
): Effect.Effect<string, ProviderFault> =>
  Effect.gen(function* () {
    const bytes = yield* readWithin(media, 50 * mebibyte).pipe(
      Effect.mapError((error) => new ProviderFault({ acceptance: "refused", error }))
    )
    const extension = media.mimeType === "image/jpeg" ? "jpg" : media.mimeType.slice("image/".length)
    const form = multipart(
      [
        {
          name: "image",
          filename: `${promptIdOf(plan)}-${role}.${extension}`,
          mimeType: media.mimeType,
          bytes
        },
        { name: "type", value: "input" },
        { name: "subfolder", value: "image-skill" },
        { name: "overwrite", value: "true" }
      ],
      plan.jobId
    )
    const reply = yield* vendor
      .ask({
        method: "POST",
        path: "/upload/image",
        body: form,
        within: vendor.deadlines.createTotal,
        maxBytes: answerLimit
      })
      .pipe(Effect.mapError((broken) => brokenSubmission(speaker, broken, true)))
    if (reply.status < 200 || reply.status > 299) {
      const fault = comfySubmissionFault(speaker, reply, yield* Clock.currentTimeMillis)
      // Nothing was queued yet, whatever the answer.
      return yield* Effect.fail(new ProviderFault({ acceptance: "refused", error: fault.error }))
    }
    const { name, subfolder } = record(jsonOf(bodyText(reply)))
    const given = text(name)
    const folder = text(subfolder)
    return given === undefined
      ? yield* Effect.fail(
          new ProviderFault({
            acceptance: "refused",
            error: failure("PROVIDER_FAILURE", "ComfyUI did not tell the name of an uploaded picture", {
              details: { provider_id: vendor.id, cause: "invalid_upload" }
            })
          })
        )
      : folder === undefined
        ? given
        : `${folder}/${given}`
  })
