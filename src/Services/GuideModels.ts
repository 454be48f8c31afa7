import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Choice as ServiceChoice, type Considered } from "../Schema/Considered.js"
import type { Modality, ModelRow } from "../Schema/Model.js"
import type { JsonObject } from "../Schema/Open.js"
import { untrusted } from "../Schema/Text.js"

/** A model as a guide weighs it; money is US dollars and whole credits, `null` where the service does not say. */
export interface Candidate {
  readonly row: ModelRow
  readonly wired: boolean
  /** Whether it can do the operation here and now. */
  readonly runnable: boolean
  /** The debit for one output. */
  readonly debitUsd: number | null
  readonly credits: number | null
  readonly providerUsd: number | null
  readonly creditUnitUsd: number
  readonly confidence: string
  readonly prompt: string | null
}

/** The candidate that a guide settles on, and why. */
export interface Choice extends Candidate {
  readonly reason: string
  /** Parameters that the service's policy adds, so that the command which names the model makes the same. */
  readonly added: JsonObject
}

/** Why a create or edit would be refused as it stands. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly [detail: string]: unknown
}

type Terms = Omit<Considered, "kind" | "mask" | "parameters_left_out" | "prompt">

type Asked = { readonly [Name in keyof Terms]?: Terms[Name] | undefined } & {
  readonly operation: "create" | "edit"
  readonly mask?: string
  readonly prompt?: string
}

/** Whether a model of a list makes a medium. */
export const makes = ({ modality, operations }: ModelRow, kind: typeof Modality.Type): boolean =>
  operations === undefined
    ? modality === undefined || modality === kind
    : operations.includes(`${kind}.generate`) || operations.includes(`${kind}.edit`)

/** Whether a service may take a model that nobody named; one that does not tell leaves it open (contract §7). */
export const isUnasked = (row: ModelRow): boolean => row["selected_by_default"] !== false

// A query travels in an address, which proxies take up to some 8 KiB: at worst each byte of it is written as three.
const longestQuery = 2_000

// An address is written into the logs of whatever it passes: of parameters only numbers and words travel in it, on which prices depend,
// no texts, no addresses and no pictures.
const isTerm = (value: unknown): boolean =>
  typeof value === "string"
    ? /^[\w.:+-]{1,64}$/.test(value)
    : typeof value !== "object" || value === null || Object.entries(value).flat().every(isTerm)

/** What a service is asked about a create or edit: its terms, and no more of its prompt than the size. */
export const consideredOf = (asked: Asked): Considered => {
  const { intent, max_estimated_usd_per_image, max_usd, modality, model, model_parameters, provider } = asked
  const { accept_unknown_cost, aspect_ratio, mask, operation, output_count, prompt } = asked
  const terms = {
    intent,
    max_estimated_usd_per_image,
    max_usd,
    modality,
    model,
    model_parameters,
    provider,
    accept_unknown_cost,
    aspect_ratio,
    output_count,
    mask: mask === undefined ? undefined : true,
    prompt: prompt === undefined ? undefined : { characters: prompt.length, bytes: Buffer.byteLength(prompt) }
  }
  const given = Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined))
  const whole: Considered = { kind: operation, ...given }
  if (isTerm(model_parameters ?? {}) && isShort(whole)) return whole
  const { model_parameters: _, ...rest } = whole
  const short = Object.fromEntries(Object.entries(model_parameters ?? {}).filter(isTerm))
  const kept: Considered = { ...rest, model_parameters: short, parameters_left_out: true }
  return isShort(kept) ? kept : { ...rest, parameters_left_out: true }
}

const isShort = (considered: Considered): boolean =>
  Buffer.byteLength(JSON.stringify(considered)) <= longestQuery

const decodeChoice = Schema.decodeUnknownOption(ServiceChoice)

/**
 * The model that a create or edit would run, and why it would be refused: by the service's own choice, which planned this very
 * request, and where it tells none by its list (contract §5).
 */
export const settle = (
  told: unknown,
  candidates: ReadonlyArray<Candidate>,
  asked: Asked
): { readonly selected: Choice | null; readonly refusal: Refusal | null } => {
  const choice = Option.getOrNull(decodeChoice(told))
  const found = candidates.find(({ row, runnable }) => runnable && row.id === choice?.model_id)
  if (choice === null || (choice.model_id !== null && found === undefined)) {
    const selected = chooseModel(candidates, asked)
    return { selected, refusal: selected === null ? null : refusalOf(selected, asked) }
  }
  const { refusal } = choice
  return {
    selected:
      found === undefined
        ? null
        : {
            ...found,
            debitUsd: choice.usd_per_output,
            credits: choice.credits_per_output,
            providerUsd: choice.provider_usd_per_output,
            confidence: choice.pricing_confidence,
            added: choice.parameters_added,
            reason: `${choice.instead ? insteadOf : ""}${untrusted(choice.reason)}`
          },
    refusal:
      refusal === null
        ? null
        : {
            ...refusal.details,
            ...(refusal.required_flag === undefined ? {} : { required_flag: refusal.required_flag }),
            code: untrusted(refusal.code),
            message: untrusted(refusal.message)
          }
  }
}

/** What a list alone tells of a refusal: more outputs than the model makes, or a debit above the whole cap. */
const refusalOf = (choice: Choice, { max_usd, output_count: outputs = 1 }: Asked): Refusal | null => {
  const most = number(at(at(choice.row.media, "output"), "max_outputs_per_request"))
  if (most !== null && outputs > most) {
    return {
      code: "CAPABILITY_DENIED",
      message: `${choice.row.id} makes at most ${most} outputs for one request`,
      max_outputs_per_request: most,
      output_count: outputs
    }
  }
  const needed = choice.credits === null ? null : (choice.credits * outputs) / 100
  return max_usd === undefined || needed === null || needed <= max_usd
    ? null
    : {
        code: "BUDGET_EXCEEDED",
        message: `this costs $${needed}, above --max-usd`,
        required_usd: needed,
        max_usd,
        required_flag: "--max-usd"
      }
}

const number = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null

const at = (object: unknown, key: string): unknown =>
  typeof object === "object" && object !== null
    ? (object as Readonly<Record<string, unknown>>)[key]
    : undefined

/** The models of a list that could do an operation, in the service's order. */
export const candidatesOf = (
  rows: ReadonlyArray<ModelRow>,
  { modality, model, operation, provider }: Asked
): ReadonlyArray<Candidate> =>
  rows
    .filter((row) => at(row.supports, operation) === true)
    .filter((row) => provider === undefined || row.provider_id === provider)
    .filter((row) => modality === undefined || makes(row, modality))
    // Nobody's money is spent on what the policy would not take by itself.
    .filter(
      (row) =>
        modality === undefined ||
        modality === "image" ||
        provider !== undefined ||
        isNamed(row, model) ||
        isUnasked(row)
    )
    .map((row) => {
      const pricing = at(row.economics, "credit_pricing")
      const wired = row.execution?.model_execution_status === "executable"
      const prompt = at(row, "prompt")
      return {
        row,
        wired,
        runnable: wired && row.status === "available",
        debitUsd: number(at(row.economics, "estimated_usd_per_image")),
        credits: number(at(pricing, "credits_required")),
        providerUsd: number(at(pricing, "estimated_provider_cost_usd")),
        creditUnitUsd: number(at(pricing, "credit_unit_usd")) ?? 0.01,
        confidence: String(at(pricing, "pricing_confidence") ?? "unknown"),
        prompt: typeof prompt === "string" ? prompt : null
      }
    })

const insteadOf = "the requested model cannot do this here now; instead "

const isNamed = (row: ModelRow, model: string | undefined): boolean =>
  model !== undefined &&
  (row.id === model || (Array.isArray(row["aliases"]) && row["aliases"].includes(model)))

/** The requested model if it can run; else the first that fits the cap, else the first (contract §5). */
export const chooseModel = (
  candidates: ReadonlyArray<Candidate>,
  { max_estimated_usd_per_image: cap, model }: Asked
): Choice | null => {
  const runnable = candidates.filter((candidate) => candidate.runnable)
  const named = model === undefined ? undefined : runnable.find(({ row }) => isNamed(row, model))
  if (named !== undefined) return { ...named, added: {}, reason: "the requested model" }
  const fitting = runnable.find(({ debitUsd }) => cap === undefined || debitUsd === null || debitUsd <= cap)
  const chosen = fitting ?? runnable[0]
  if (chosen === undefined) return null
  const instead = model === undefined ? "" : insteadOf
  return {
    ...chosen,
    added: {},
    reason: `${instead}${
      fitting === undefined
        ? "the first model that can run, which is above the cap"
        : cap === undefined
          ? "the first model that can run, in the service's order"
          : "the first model that can run within the cap"
    }`
  }
}

/**
 * The credits that the next command reserves: the debit, or where only the run tells it what its guard and the caller's whole cap
 * let through; `null` when the price was not told at all (contract §7).
 */
export const reservedBy = (
  choice: Candidate | null,
  guard: number,
  { accept_unknown_cost, max_usd, output_count: outputs = 1 }: Asked
): number | null => {
  if (choice === null) return null
  if (choice.credits !== null) return choice.credits * outputs
  const credits = (usd: number) => Math.floor(Math.round(usd * 1_000_000) / 10_000)
  return accept_unknown_cost === true
    ? Math.min(credits(guard) * outputs, max_usd === undefined ? Infinity : credits(max_usd))
    : null
}

/** The guard for the next command: the given one, else the debit, else what its credits are worth, else 0.07 (contract §5). */
export const guardOf = (given: number | undefined, choice: Candidate | null): number =>
  given ?? choice?.debitUsd ?? (choice === null || choice.credits === null ? 0.07 : choice.credits / 100)
