import type { ModelRow } from "../Schema/Model.js"

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
}

interface Asked {
  readonly operation: "create" | "edit"
  readonly model?: string
  readonly provider?: string
  readonly max_estimated_usd_per_image?: number
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
  { operation, provider }: Asked
): ReadonlyArray<Candidate> =>
  rows
    .filter((row) => at(row.supports, operation) === true)
    .filter((row) => provider === undefined || row.provider_id === provider)
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

/** The requested model if it can run; else the first that fits the cap, else the first (contract §5). */
export const chooseModel = (
  candidates: ReadonlyArray<Candidate>,
  { max_estimated_usd_per_image: cap, model }: Asked
): Choice | null => {
  const runnable = candidates.filter((candidate) => candidate.runnable)
  const named =
    model === undefined
      ? undefined
      : runnable.find(
          ({ row }) => row.id === model || (Array.isArray(row["aliases"]) && row["aliases"].includes(model))
        )
  if (named !== undefined) return { ...named, reason: "the requested model" }
  const fitting = runnable.find(({ debitUsd }) => cap === undefined || debitUsd === null || debitUsd <= cap)
  const chosen = fitting ?? runnable[0]
  if (chosen === undefined) return null
  const instead = model === undefined ? "" : "the requested model cannot do this here now; instead "
  return {
    ...chosen,
    reason: `${instead}${
      fitting === undefined
        ? "the first model that can run, which is above the cap"
        : cap === undefined
          ? "the first model that can run, in the service's order"
          : "the first model that can run within the cap"
    }`
  }
}

/** The guard for the next command: the given one, else the debit, else what its credits are worth, else 0.07 (contract §5). */
export const guardOf = (given: number | undefined, choice: Candidate | null): number =>
  given ?? choice?.debitUsd ?? (choice === null || choice.credits === null ? 0.07 : choice.credits / 100)
