import type { Code } from "../Errors.js"
import { CreateInput, CreateRequest, CreateResult, EditInput, EditRequest } from "../Schema/Create.js"
import type { Effects } from "../Schema/Effects.js"
import { liveCreate, readOnly } from "../Schema/Effects.js"
import { flag, service, tellsAny, toggle, type Touch } from "./Operation.js"

const codes: ReadonlyArray<Code> = [
  "NOT_FOUND",
  "MODEL_PARAMETERS_INVALID",
  "REFERENCES_INVALID",
  "CAPABILITY_DENIED",
  "QUOTA_EXCEEDED",
  "BUDGET_EXCEEDED",
  "BUDGET_REQUIRES_CONFIRMATION",
  "DAILY_JOB_LIMIT_REACHED",
  "CONTENT_POLICY_DENIED",
  "INPUT_POLICY_DENIED",
  "PROVIDER_FAILURE",
  "PROVIDER_OUTCOME_UNKNOWN",
  "IDEMPOTENCY_CONFLICT",
  "JOB_CANCELED",
  "ARTIFACT_STORAGE_WRITE_FAILED",
  "ENGINE_NOT_INSTALLED",
  "OUTPUT_EXISTS",
  "OUTPUT_WRITE_FAILED",
  "INPUT_READ_FAILED",
  "REMOTE_UPLOAD_FETCH_FAILED",
  "ASSET_DOWNLOAD_FAILED",
  "ASSET_INTEGRITY_FAILED",
  "UPLOAD_ASSET_ID_MISSING"
]

type Shared = Omit<CreateInput, "prompt">

const effects = (input: { readonly dry_run?: boolean }): Effects =>
  input.dry_run === true ? readOnly : liveCreate

const assetReference = /^(?:image|video|audio|file)_[A-Za-z0-9_-]+$/

/** Whether an image argument names something on the caller's machine or another host, rather than an owned asset's id. */
export const isOwnedId = (image: string): boolean => assetReference.test(image)

const touches = (input: Shared, images: ReadonlyArray<string>): ReadonlyArray<Touch> => [
  ...(input.download !== undefined || images.some((image) => !isOwnedId(image)) ? (["files"] as const) : []),
  ...(images.some((image) => /^https?:/.test(image)) ? (["network"] as const) : [])
]

// Paid work that can neither be looked up nor fetched is not done, whatever its answer says; a plan is its price or its choice.
const tells = ({ data }: { readonly data: CreateResult }, request: { readonly dry_run?: boolean }): boolean =>
  tellsAny(data, ["job_id"]) ||
  (data.assets ?? []).length > 0 ||
  (request.dry_run === true && tellsAny(data, ["cost", "request", "capability", "status"]))

const referenceFlag = (reference: NonNullable<Shared["references"]>[number]): ReadonlyArray<string> => {
  const name = {
    element_frontal: "element-frontal",
    element_reference: "element-reference",
    reference_image: "reference-image"
  }
  const detail =
    reference.role === "element_reference"
      ? reference.reference_index
      : reference.role === "reference_image"
        ? reference.reference_task
        : undefined
  return flag(
    name[reference.role],
    `${reference.image}@${reference.index}${detail === undefined ? "" : `:${detail}`}`
  )
}

const sharedFlags = (input: Shared): ReadonlyArray<string> => [
  ...flag("intent", input.intent),
  ...flag("model", input.model),
  ...flag("provider", input.provider),
  ...flag("aspect-ratio", input.aspect_ratio),
  ...flag("output-count", input.output_count),
  ...flag("max-estimated-usd-per-image", input.max_estimated_usd_per_image),
  ...flag("max-usd", input.max_usd),
  ...flag(
    "model-parameters-json",
    input.model_parameters === undefined ? undefined : JSON.stringify(input.model_parameters)
  ),
  ...(input.references ?? []).flatMap(referenceFlag),
  ...toggle("accept-unknown-cost", input.accept_unknown_cost),
  ...toggle("dry-run", input.dry_run),
  ...flag("idempotency-key", input.idempotency_key),
  ...toggle("again", input.again),
  ...toggle("reuse", input.reuse),
  ...flag("download", input.download)
]

// Only the embedded service is told: a hosted one need not know, the client keeps its own journal (contract §11).
const headers = { intent_digest: "x-image-skill-intent" }

// Uploads take it so, and who sends it here too must not pay twice for our not looking (contract §11).
const alsoHeaders = { idempotency_key: "idempotency-key" }

/** Makes pictures (or video, audio, 3D) from a prompt, or plans one with `dry_run` (contract §4, §7, §11). */
export const create = service({
  id: "create",
  command: ["create"],
  summary: "Create images (or video, audio, 3D) from a prompt; --dry-run plans and prices without spending",
  input: CreateInput,
  output: CreateResult,
  codes,
  // What it would cost is told to anyone; references are somebody's.
  auth: (input) =>
    input.dry_run === true && (input.references ?? []).length === 0 ? "optional" : "required",
  effects,
  touches: (input) =>
    touches(
      input,
      (input.references ?? []).map(({ image }) => image)
    ),
  argv: (input) => ["create", ...flag("prompt", input.prompt), ...sharedFlags(input)],
  wire: { method: "POST", path: "/v1/create", request: CreateRequest, headers, alsoHeaders },
  tells,
  grant: "create"
})

/** Edits an owned image, a local file or an image at a URL (contract §4, §7, §11). */
export const edit = service({
  id: "edit",
  command: ["edit"],
  summary: "Edit an image: an owned asset, a local file or a URL, through a mask where the model takes one",
  input: EditInput,
  output: CreateResult,
  codes,
  auth: "required",
  effects,
  touches: (input) =>
    touches(input, [
      input.input,
      ...(input.mask === undefined ? [] : [input.mask]),
      ...(input.references ?? []).map(({ image }) => image)
    ]),
  argv: (input) => [
    "edit",
    ...flag("input", input.input),
    ...flag("mask", input.mask),
    ...flag("prompt", input.prompt),
    ...sharedFlags(input)
  ],
  wire: { method: "POST", path: "/v1/edit", request: EditRequest, headers, alsoHeaders },
  tells,
  grant: "edit"
})
