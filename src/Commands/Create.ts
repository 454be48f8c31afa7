import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../Errors.js"
import { assetsGet } from "../Operations/Assets.js"
import { create as createOperation, edit as editOperation } from "../Operations/Create.js"
import { jobsShow, jobsWait } from "../Operations/Jobs.js"
import type { InputOf } from "../Operations/Operation.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import { AspectRatio, type CreateResult, Intent, Prompt, promptLimit } from "../Schema/Create.js"
import { AssetId, CatalogId, IdempotencyKey } from "../Schema/Ids.js"
import { Files } from "../Services/Files.js"
import { ImageSkill } from "../Services/ImageSkill.js"
import { Invocation } from "../Services/Invocation.js"
import { Stdin } from "../Services/Stdin.js"
import { command } from "./Command.js"
import { guideFlag, runGuide } from "./Guide.js"
import { integer, jsonObject, schema, text, toggle, usd } from "./Flags.js"
import { modalities, modalityFlag, modelWithin } from "./Modality.js"
import { readReferences, referenceFlags } from "./References.js"
import { defined, successOf } from "./ServiceCommand.js"

const shared = {
  model: schema("model", "MODEL_ID", "The model; without one the service's policy chooses", CatalogId),
  provider: schema("provider", "PROVIDER", "Choose among this provider's models", CatalogId),
  intent: schema(
    "intent",
    "WORD",
    "What it is for: draft, explore, final …; steers the choice of a model",
    Intent
  ),
  output_count: integer("output-count", 1, 100, "How many outputs; the model has its own limit"),
  max_estimated_usd_per_image: usd(
    "max-estimated-usd-per-image",
    "Refuse when one output would be debited more"
  ),
  max_usd: usd("max-usd", "Refuse when the whole operation would be debited more"),
  model_parameters: jsonObject(
    "model-parameters-json",
    "The model's own parameters; models show prints their schema"
  ),
  accept_unknown_cost: toggle(
    "accept-unknown-cost",
    "Accept a price that is only known afterwards, within the guard"
  ),
  guide: guideFlag,
  dry_run: toggle("dry-run", "Validate, choose and price without spending"),
  idempotency_key: schema(
    "idempotency-key",
    "KEY",
    "Repeating a request under its key never pays twice",
    IdempotencyKey
  ),
  again: toggle("again", "Make another one, although an earlier attempt at the same is unresolved"),
  reuse: toggle("reuse", "Hand out the result of an earlier attempt at the same, if there is one"),
  download: text("download", "PATH", "Save the outputs to this file or folder once they exist"),
  prompt_file: text("prompt-file", "PATH", "Read the prompt from a file; - is standard input"),
  ...referenceFlags,
  output_dir: { ...text("output-dir", "PATH", "Not taken; use --download"), hidden: true }
}

const prompt = schema("prompt", "TEXT", "What to make", Prompt)
const aspectRatio = (unlessGiven: string) =>
  schema("aspect-ratio", "W:H", `Width to height; ${unlessGiven} unless given`, AspectRatio)

/** The prompt: from its flag, or from a file or standard input. */
const promptOf = (values: {
  readonly prompt: string | undefined
  readonly prompt_file: string | undefined
}): Effect.Effect<string | undefined, ImageSkillError, Files | Invocation | Stdin> =>
  Effect.gen(function* () {
    const at = values.prompt_file
    if (at === undefined) return values.prompt
    const invalid = (reason: string) =>
      Effect.fail(failure("INVALID_ARGUMENTS", reason, { recovery: { required_flag: "--prompt-file" } }))
    if (values.prompt !== undefined) return yield* invalid("--prompt and --prompt-file exclude each other")
    const { flags } = yield* Invocation
    if (at === "-" && flags.tokenStdin) {
      return yield* invalid("standard input can hold the token or the prompt, not both")
    }
    // Four bytes for each character at most, and a byte order mark.
    const limit = promptLimit * 4 + 3
    const bytes =
      at === "-"
        ? yield* Effect.flatMap(Stdin, (stdin) => stdin.read({ limit, firstLineOnly: false })).pipe(
            Effect.catchAll(({ cause }) =>
              invalid(`the prompt cannot be read from standard input (${cause})`)
            )
          )
        : yield* Effect.flatMap(Files, (files) => files.read(at, limit)).pipe(
            Effect.mapError(({ cause, path }) =>
              failure("INPUT_READ_FAILED", `the prompt file cannot be read (${cause})`, {
                details: { path, cause }
              })
            )
          )
    const decoded = yield* Effect.try({
      try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
      catch: () => "invalid"
    }).pipe(Effect.catchAll(() => invalid("the prompt is not UTF-8 text")))
    const tidy = decoded.replaceAll("\r\n", "\n").replace(/\n$/, "")
    if (tidy.trim() === "" || tidy.length > promptLimit || tidy.includes("\u0000")) {
      return yield* invalid(`the prompt must be 1 to ${promptLimit} characters that are not blank`)
    }
    return tidy
  })

const anotherOne = "make another one, instead of going on with the attempt that was left unresolved"

// Where this run has just written, another output cannot go; its own follow-ups tell how to fetch it.
const afresh = <I extends InputOf<typeof createOperation>>({
  download: _download,
  reuse: _reuse,
  ...asked
}: I) => ({
  ...asked,
  again: true
})

const againAndReuse = () =>
  failure(
    "INVALID_ARGUMENTS",
    "--again asks for another one and --reuse for an earlier one: they exclude each other"
  )

const outputDirRefused = () =>
  failure("INVALID_ARGUMENTS", "--output-dir is not taken; use --download PATH", {
    recovery: { required_flag: "--download", did_you_mean: "--download" }
  })

/** The same command later, which saves the outputs of a job that still runs; `null` when none were to be saved. */
const laterWith = <O extends typeof createOperation | typeof editOperation>(
  operation: O,
  asked: InputOf<O>,
  { idempotency_key }: CreateResult
): Suggestion | null =>
  asked.download === undefined || typeof idempotency_key !== "string"
    ? null
    : suggest(
        "save_later",
        "the job goes on; the same command under its key saves what it makes",
        operation,
        {
          ...asked,
          idempotency_key
        }
      )

/** What to do with a fresh result: look at the job, fetch the file, edit on, or make another one (contract §11, §12). */
const followUps = (
  data: CreateResult,
  another: () => Suggestion,
  later: Suggestion | null
): ReadonlyArray<Suggestion> => {
  const jobId = data.job_id
  const [asset] = data.assets ?? []
  const again = data.attached_to === undefined ? [] : [another()]
  if (jobId === undefined || jobId === null) return again
  if (data.status === "running" || data.status === "queued") {
    return [
      ...(later === null ? [] : [later]),
      suggest("wait_for_job", "the job goes on; this waits for it", jobsWait, { job_id: jobId }),
      ...again
    ]
  }
  return [
    ...again,
    suggest("inspect_job", "see the job's cost, safety and assets again", jobsShow, { job_id: jobId }),
    ...(asset === undefined
      ? []
      : [
          suggest("download", "save the output to a file, verified", assetsGet, {
            reference: asset.asset_id,
            output: `./${asset.asset_id}.${(asset.url ?? ".png").split(".").at(-1) ?? "png"}`
          }),
          suggest(
            "edit_again",
            "edit this output further",
            editOperation,
            { input: asset.asset_id, prompt: "PROMPT" },
            ["prompt"]
          )
        ])
  ]
}

export const create = command({
  operation: createOperation,
  aliases: modalities.map((kind) => [kind, "create"]),
  flags: { prompt, aspect_ratio: aspectRatio("1:1"), modality: modalityFlag, ...shared },
  arguments: {},
  examples: [
    {
      why: "a first picture without network, key or sign-up",
      argv: [
        "create",
        "--local",
        "--prompt",
        "a red fox beside a lighthouse at sunset",
        "--download",
        "./fox.png"
      ]
    },
    { why: "the price, without spending", argv: ["create", "--dry-run", "--local", "--prompt", "a red fox"] }
  ],
  usesService: true,
  ownsDeadline: true,
  run: (values) =>
    Effect.gen(function* () {
      const { element_frontal, element_reference, reference_image, ...plain } = values
      const { again, guide, modality, output_dir, prompt: _, prompt_file: __, reuse, ...rest } = plain
      if (output_dir !== undefined) return yield* Effect.fail(outputDirRefused())
      if (again === true && reuse === true) return yield* Effect.fail(againAndReuse())
      const words = yield* promptOf(values)
      if (guide === true) {
        return yield* runGuide({ ...rest, modality, operation: "create", prompt: words }, values)
      }
      if (words === undefined) {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", "create needs a prompt", {
            recovery: { required_flag: "--prompt", required_flags: ["--prompt"] }
          })
        )
      }
      const client = yield* ImageSkill
      const references = yield* readReferences({ element_frontal, element_reference, reference_image })
      const model = yield* modelWithin(modality, rest)
      const asked = defined({ ...rest, model, prompt: words, references, again, reuse })
      const answer = yield* client.create(asked)
      const another = () => suggest("again", anotherOne, createOperation, afresh(asked))
      return successOf(
        answer,
        followUps(answer.data, another, laterWith(createOperation, asked, answer.data))
      )
    })
})

export const edit = command({
  operation: editOperation,
  aliases: [["image", "edit"]],
  flags: {
    input: text("input", "IMAGE", "The image: an owned id or URL, a local path, or an http(s) URL"),
    input_asset_id: {
      ...schema("input-asset-id", "ASSET_ID", "Same as --input, for an owned id and nothing else", AssetId),
      hidden: true
    },
    mask: text("mask", "IMAGE", "Where to edit, for models that take a mask"),
    prompt,
    aspect_ratio: aspectRatio("the model's own choice"),
    ...shared
  },
  arguments: {},
  examples: [
    {
      why: "half the size, in grey",
      argv: [
        "edit",
        "--local",
        "--input",
        "./photo.jpg",
        "--model-parameters-json",
        '{"grayscale":true,"resize":{"width":800},"format":"png"}',
        "--download",
        "./small.png"
      ]
    }
  ],
  usesService: true,
  ownsDeadline: true,
  run: (values) =>
    Effect.gen(function* () {
      const { element_frontal, element_reference, reference_image, ...plain } = values
      const {
        again,
        guide,
        input,
        input_asset_id,
        output_dir,
        prompt: _,
        prompt_file: __,
        reuse,
        ...rest
      } = plain
      if (output_dir !== undefined) return yield* Effect.fail(outputDirRefused())
      if (again === true && reuse === true) return yield* Effect.fail(againAndReuse())
      const source = input ?? input_asset_id
      if (guide === true) {
        const words = yield* promptOf(values)
        return yield* runGuide({ ...rest, operation: "edit", input: source, prompt: words }, values)
      }
      if (source === undefined || (input !== undefined && input_asset_id !== undefined)) {
        return yield* Effect.fail(
          failure(
            "INVALID_ARGUMENTS",
            source === undefined
              ? "edit needs an image"
              : "--input and --input-asset-id name the same thing: give one of them",
            {
              recovery: { required_flag: "--input", accepted_aliases: ["--input-asset-id"] }
            }
          )
        )
      }
      const words = yield* promptOf(values)
      const client = yield* ImageSkill
      const references = yield* readReferences({ element_frontal, element_reference, reference_image })
      const asked = defined({ ...rest, input: source, prompt: words, references, again, reuse })
      const answer = yield* client.edit(asked)
      const another = () => suggest("again", anotherOne, editOperation, afresh(asked))
      return successOf(answer, followUps(answer.data, another, laterWith(editOperation, asked, answer.data)))
    })
})
