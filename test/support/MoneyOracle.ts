import type { Known } from "./MoneyEngine.js"

type Row = Readonly<Record<string, unknown>>

/** The tables that the oracle reads: plain rows, added up here and nowhere else. */
export const oracleTables = [
  "accounts",
  "transfers",
  "entries",
  "holds",
  "hold_resolutions",
  "usages",
  "write_offs",
  "jobs",
  "checkpoints",
  "idempotency_keys",
  "assets",
  "events",
  "daily_jobs"
] as const

/** Rows by table. */
export type Rows = Readonly<Record<string, ReadonlyArray<Row>>>

/** What must never happen; every number must be 0. */
export interface NothingLost {
  double_submissions: number
  double_charges: number
  double_debits: number
  unpaid_assets: number
  paid_without_asset: number
  lost_deliveries: number
  negative_balances: number
  unbalanced_transfers: number
  wrong_balances: number
  open_holds_of_ended_jobs: number
  keys_with_two_jobs: number
  missing_events: number
  duplicate_events: number
  debits_above_hold: number
}

const text = (row: Row, name: string): string => String(row[name])
const number = (row: Row, name: string): number => Number(row[name])

const group = (rows: ReadonlyArray<Row>, by: string): Map<string, Array<Row>> => {
  const groups = new Map<string, Array<Row>>()
  for (const row of rows) {
    const key = text(row, by)
    const found = groups.get(key)
    if (found === undefined) groups.set(key, [row])
    else found.push(row)
  }
  return groups
}

/** Recomputes the money of a database from its rows, without any code of the product, against what the engine really saw. */
export const judge = (rows: Rows, engine: ReadonlyMap<string, Known>): NothingLost => {
  const of = (table: string): ReadonlyArray<Row> => rows[table] ?? []
  const lost: NothingLost = {
    double_submissions: 0,
    double_charges: 0,
    double_debits: 0,
    unpaid_assets: 0,
    paid_without_asset: 0,
    lost_deliveries: 0,
    negative_balances: 0,
    unbalanced_transfers: 0,
    wrong_balances: 0,
    open_holds_of_ended_jobs: 0,
    keys_with_two_jobs: 0,
    missing_events: 0,
    duplicate_events: 0,
    debits_above_hold: 0
  }

  const entriesOf = group(of("entries"), "transfer_id")
  for (const transfer of of("transfers")) {
    const entries = entriesOf.get(text(transfer, "id")) ?? []
    const sum = entries.reduce((total, entry) => total + number(entry, "amount"), 0)
    if (entries.length !== 2 || sum !== 0) lost.unbalanced_transfers += 1
  }
  const systemAccount = new Set(
    of("accounts").flatMap((row) => (row["organization_id"] === null ? [text(row, "id")] : []))
  )
  for (const [account, entries] of group(of("entries"), "account_id")) {
    let balance = 0
    for (const entry of [...entries].sort((left, right) => number(left, "seq") - number(right, "seq"))) {
      balance += number(entry, "amount")
      if (balance !== number(entry, "balance")) lost.wrong_balances += 1
      if (balance < 0 && !systemAccount.has(account)) lost.negative_balances += 1
    }
  }

  const byJob = (table: string) => group(of(table), "job_id")
  const [holds, resolutions, usages, assets] = ["holds", "hold_resolutions", "usages", "assets"].map(byJob)
  const captures = group(
    of("transfers").filter((row) => row["kind"] === "capture"),
    "reference"
  )
  const bodies = of("events").map((row) => ({
    type: text(row, "type"),
    body: JSON.parse(text(row, "body")) as { readonly links: { readonly job_id?: string } }
  }))
  const events = new Map<string, number>()
  for (const { body, type } of bodies) {
    const key = `${type} ${body.links.job_id ?? ""}`
    events.set(key, (events.get(key) ?? 0) + 1)
  }
  const expectEvents = (type: string, job: string, wanted: number) => {
    const found = events.get(`${type} ${job}`) ?? 0
    if (found < wanted) lost.missing_events += 1
    if (found > wanted) lost.duplicate_events += 1
  }

  const liveKeys = new Map<string, number>()
  for (const job of of("jobs")) {
    const id = text(job, "id")
    const status = text(job, "status")
    const made = assets?.get(id)?.length ?? 0
    if (text(job, "operation") === "upload") {
      expectEvents("asset.uploaded", id, made)
      continue
    }
    if (status === "planned") continue
    const [hold] = holds?.get(id) ?? []
    const reserved = hold === undefined ? 0 : number(hold, "free_amount") + number(hold, "paid_amount")
    const taken = (captures.get(id) ?? []).reduce((sum, row) => sum + number(row, "amount"), 0)
    const debits = captures.get(id)?.length ?? 0
    if (debits > 1 || (usages?.get(id)?.length ?? 0) > 1) lost.double_debits += 1
    if (taken > reserved) lost.debits_above_hold += 1
    const over = status === "completed" || status === "failed" || status === "canceled"
    if (hold === undefined || over !== (resolutions?.get(id)?.length === 1))
      lost.open_holds_of_ended_jobs += 1
    if (status === "completed") {
      if (made === 0 || taken === 0) lost.paid_without_asset += 1
    } else if (taken !== 0) lost.double_debits += 1
    const writtenOff = of("write_offs").some((row) => text(row, "job_id") === id)
    if (made > 0 && status !== "completed" && !writtenOff) lost.unpaid_assets += 1
    expectEvents("job.completed", id, over ? 1 : 0)
    expectEvents("usage.credit_consumed", id, status === "completed" ? 1 : 0)
    expectEvents("asset.created", id, made)
    const replayable = number(job, "replayable") === 1
    if (!((status === "failed" || status === "canceled") && !replayable)) {
      const key = `${text(job, "agent_id")} ${text(job, "operation")} ${text(job, "idempotency_key")}`
      liveKeys.set(key, (liveKeys.get(key) ?? 0) + 1)
    }
    const known = engine.get(id)
    if (known === undefined) {
      if (status === "completed") lost.paid_without_asset += 1
      continue
    }
    if (known.charges > 1) lost.double_charges += 1
    const unsafe = text(job, "model_id") === "unsafe" || text(job, "model_id") === "metered"
    if (unsafe && known.submissions > 1) lost.double_submissions += 1
    // A failure that lets the key pay anew must be one that cost nothing.
    if (known.charges > 0 && over && !replayable) lost.lost_deliveries += 1
  }
  for (const jobs of liveKeys.values()) if (jobs > 1) lost.keys_with_two_jobs += 1
  return lost
}

/** The counters that are not 0. */
export const losses = (lost: NothingLost): ReadonlyArray<string> =>
  Object.entries(lost).flatMap(([name, value]) => (value === 0 ? [] : [`${name}=${value}`]))
