import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as fc from "fast-check"
import type { ImageSkillError } from "../../src/Errors.js"
import { plan, perform } from "../../src/Server/Domain/Creation.js"
import { Driver } from "../../src/Server/Domain/Driver.js"
import { Crash, type CrashPoint } from "../../src/Server/Domain/Crash.js"
import { cancel, decide, expire, unknownLimitMs } from "../../src/Server/Domain/Ending.js"
import type { Identity } from "../../src/Server/Domain/Identity.js"
import type { Request } from "../../src/Server/Domain/Planning.js"
import { Database } from "../../src/Server/Storage/Database.js"
import { Jobs } from "../../src/Server/Storage/Jobs.js"
import { Ledger } from "../../src/Server/Storage/Ledger.js"
import type { Collect, Engine, Script } from "./MoneyEngine.js"
import { outputCost } from "./MoneyEngine.js"
import { judge, losses, oracleTables } from "./MoneyOracle.js"
import { creditsPerOutput, meteredCeiling } from "./MoneyProviders.js"
import { type MoneyRooms, readRows, type StorageRooms, type Time } from "./MoneyService.js"

/** What a create of the model asks for. */
export interface Ask {
  readonly key: number
  readonly model: "safe" | "lookup" | "unsafe" | "metered"
  readonly count: number
  readonly script: Script
  /** Another word in the prompt: other terms under the same key. */
  readonly salt: number
  readonly maxUsd: number | null
}

type State = "open" | "unknown" | "completed" | "released" | "final"

interface ModelJob {
  readonly id: string
  readonly ask: Ask
  readonly hold: number
  readonly day: string
  readonly createdAt: number
  state: State
  debit: number
  lost: number
  collected: number
  pending: boolean
}

/** What should be: plain numbers and nothing of the product. */
export interface Model {
  available: number
  spent: number
  readonly daily: Map<string, number>
  readonly jobs: Array<ModelJob>
  readonly keys: Map<number, ModelJob>
  /** The sides that were asked for a create since they opened. */
  readonly opened: Set<number>
  readonly limit: number
}

/** What is: the service under test, perhaps open several times over one database, as several processes have it. */
export interface Real {
  readonly engine: Engine
  readonly time: Time
  readonly identity: Identity
  /** How many services are open, and which of them is asked now. */
  readonly sides: number
  side: number
  /** Runs on a side; without one, on the side that is asked now. */
  readonly run: <A, E>(effect: Effect.Effect<A, E, MoneyRooms>, side?: number) => Promise<Exit.Exit<A, E>>
  readonly restart: () => Promise<void>
  /** What another process does at a point that this one passes; once. */
  readonly meanwhile: { at: CrashPoint | null; act: (jobId: string) => Promise<unknown> }
}

const day = (real: Real): string => new Date(Date.now() + real.time.shift).toISOString().slice(0, 10)

/** A request of the wire as an ask means it. */
export const requestOf = (ask: Ask, key: string): Request => ({
  kind: "create",
  prompt: JSON.stringify({ ...ask.script, salt: ask.salt }),
  model: ask.model,
  output_count: ask.count,
  idempotency_key: key,
  ...(ask.model === "metered" ? { accept_unknown_cost: true } : {}),
  ...(ask.maxUsd === null ? {} : { max_usd: ask.maxUsd })
})

const termsOf = (ask: Ask): string => JSON.stringify({ ...requestOf(ask, ""), idempotency_key: null })

const price = (ask: Ask): number =>
  ask.model === "metered"
    ? ask.maxUsd === null
      ? meteredCeiling * ask.count
      : Math.floor(ask.maxUsd * 100 + 1e-9)
    : creditsPerOutput * ask.count

const ceilCredits = (micro: number): number => Math.max(1, Math.ceil((micro * 100) / (60 * 10_000)))

const complete = (model: Model, job: ModelJob, outputs: number, cost: number | null): void => {
  job.state = "completed"
  job.debit =
    job.ask.model === "metered" && cost !== null
      ? Math.min(ceilCredits(cost), job.hold)
      : Math.min(
          (job.ask.model === "metered" ? Math.ceil(job.hold / job.ask.count) : creditsPerOutput) * outputs,
          job.hold
        )
  model.available += job.hold - job.debit
  model.spent += job.debit
}

const end = (model: Model, job: ModelJob, state: "released" | "final"): void => {
  job.state = state
  model.available += job.hold
  if (state === "released") model.daily.set(job.day, (model.daily.get(job.day) ?? 0) - 1)
}

const collect = (model: Model, job: ModelJob): void => {
  const { script } = job.ask
  if (script.does !== "pend") return
  const step = script.collects[Math.min(job.collected, script.collects.length - 1)] ?? "deliver"
  job.collected += 1
  if (step === "deliver") {
    complete(model, job, job.ask.count, script.cost === undefined ? outputCost * job.ask.count : script.cost)
  } else if (step === "fail" || step === "garble") end(model, job, "final")
  else job.state = "open"
}

/** What one drive does to a job: the contract's rules, told once more in other words. */
const drive = (model: Model, job: ModelJob, fresh: boolean): void => {
  const { ask } = job
  const { script } = ask
  const unsafe = ask.model === "unsafe" || ask.model === "metered"
  if (job.pending) return collect(model, job)
  if (!fresh && unsafe) {
    job.state = "unknown"
    return
  }
  const cost = script.does === "deliver" && script.cost !== undefined ? script.cost : outputCost * ask.count
  switch (script.does) {
    case "deliver": {
      const outputs = script.outputs ?? ask.count
      return outputs === 0 ? end(model, job, "final") : complete(model, job, outputs, cost)
    }
    case "refuse":
      return end(model, job, "released")
    case "deny":
    case "fail":
    case "garble":
    case "empty":
      return end(model, job, "final")
    case "defect":
      if (ask.model === "safe") return end(model, job, "final")
      job.state = "unknown"
      return
    case "pend":
      job.pending = true
      return collect(model, job)
    case "lose": {
      const tries = unsafe ? 1 : 3
      for (let attempt = 0; attempt < tries; attempt++) {
        // Whoever can be asked is asked before another submission.
        if (
          ask.model === "lookup" &&
          (attempt > 0 || !fresh) &&
          script.times <= 1_000 &&
          script.charged &&
          job.lost > 0
        ) {
          return complete(model, job, ask.count, cost)
        }
        if (ask.model === "lookup" && (attempt > 0 || !fresh) && script.times > 1_000) break
        if (job.lost >= script.times) return complete(model, job, ask.count, cost)
        job.lost += 1
      }
      if (ask.model === "lookup" && script.charged && script.times <= 1_000) {
        return complete(model, job, ask.count, cost)
      }
      job.state = "unknown"
    }
  }
}

const expireAll = (model: Model, now: number): void => {
  for (const job of model.jobs) {
    if ((job.state !== "open" && job.state !== "unknown") || job.createdAt >= now - unknownLimitMs) continue
    drive(model, job, false)
    const after: State = job.state
    if (after === "open" || after === "unknown") end(model, job, "final")
  }
}

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}

const same = (found: unknown, wanted: unknown, what: string): void =>
  must(
    JSON.stringify(found) === JSON.stringify(wanted),
    `${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`
  )

const codeOf = (exit: Exit.Exit<unknown, ImageSkillError>): string =>
  Exit.match(exit, {
    onSuccess: () => "ok",
    onFailure: (cause) => (cause._tag === "Fail" ? cause.error.code : `defect ${String(cause)}`)
  })

const statuses: Readonly<Record<State, ReadonlyArray<string>>> = {
  open: ["running"],
  unknown: ["running"],
  completed: ["completed"],
  released: ["failed", "canceled"],
  final: ["failed", "canceled"]
}

interface JobState {
  readonly id: string
  readonly status: string
  readonly outcome: string | null
}

/** Compares every number and state of the service with the model's. */
export const compare = async (model: Model, real: Real): Promise<void> => {
  const exit = await real.run(
    Effect.gen(function* () {
      const ledger = yield* Ledger
      const jobs = yield* Jobs
      const { run, sql } = yield* Database
      const balances = yield* ledger.balances(real.identity.organizationId)
      const used = yield* jobs.dailyUsed(real.identity.organizationId, day(real))
      // One query for all of them, and not the product's own: it runs after every command.
      const rows = yield* run(sql<JobState>`SELECT id, status, outcome FROM jobs
        WHERE organization_id = ${real.identity.organizationId}`)
      return { balances, used, rows: new Map(rows.map((row) => [row.id, row])) }
    })
  )
  if (!Exit.isSuccess(exit)) throw new Error(`cannot be read: ${String(exit.cause)}`)
  const { balances, rows, used } = exit.value
  const held = model.jobs
    .filter(({ state }) => state === "open" || state === "unknown")
    .reduce((sum, { hold }) => sum + hold, 0)
  same(balances.free, model.available, "available")
  same(balances.held, held, "held")
  same(balances.spent, model.spent, "spent")
  same(used, model.daily.get(day(real)) ?? 0, "daily jobs")
  for (const [index, job] of model.jobs.entries()) {
    const row = rows.get(job.id)
    must(
      row !== undefined &&
        statuses[job.state].includes(row.status) &&
        (row.outcome === "unknown") === (job.state === "unknown"),
      `job ${index} is ${JSON.stringify(row)} instead of ${job.state} (${JSON.stringify(job.ask)})`
    )
  }
}

/** Audits the whole database: the product's own laws, and the oracle's. */
export const audit = async (real: Real, model?: Model): Promise<void> => {
  for (const job of model?.jobs ?? []) visit(`job ${job.state}`)
  const exit = await real.run(
    Effect.all([Effect.flatMap(Ledger, (ledger) => ledger.audit), readRows(oracleTables)])
  )
  if (!Exit.isSuccess(exit)) throw new Error(`cannot be audited: ${String(exit.cause)}`)
  const [breaches, rows] = exit.value
  same(breaches, [], "broken laws")
  same(losses(judge(rows, real.engine.jobs)), [], "losses")
}

type Command = fc.AsyncCommand<Model, Real>

/** How many commands ran, by name, and how the jobs ended: what a run of the property really visited. */
export const visited = new Map<string, number>()

const visit = (name: string): void => {
  visited.set(name, (visited.get(name) ?? 0) + 1)
}

const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run: async (model, real) => {
    visit(name.replace(/\(.*$/s, ""))
    real.side = (real.side + 1) % real.sides
    try {
      await run(model, real)
      await compare(model, real)
    } catch (error) {
      throw new Error(`${name}: ${String(error)}`)
    }
  },
  toString: () => name
})

const openFirst = (model: Model, real: Real): void => {
  if (model.opened.has(real.side)) return
  model.opened.add(real.side)
  expireAll(model, Date.now() + real.time.shift)
}

/** What a create should answer, done to the model. */
const expectCreate = (
  model: Model,
  real: Real,
  ask: Ask
): { readonly code: string; readonly job: ModelJob | null } => {
  openFirst(model, real)
  const bound = model.keys.get(ask.key)
  if (bound !== undefined && termsOf(bound.ask) !== termsOf(ask))
    return { code: "IDEMPOTENCY_CONFLICT", job: null }
  if (bound !== undefined && bound.state !== "released") {
    if (bound.state === "open") drive(model, bound, false)
    return { code: codeFor(bound), job: bound }
  }
  const credits = price(ask)
  if (
    credits < 1 ||
    (ask.model !== "metered" && ask.maxUsd !== null && credits > Math.floor(ask.maxUsd * 100 + 1e-9))
  ) {
    return { code: "BUDGET_EXCEEDED", job: null }
  }
  const today = day(real)
  if ((model.daily.get(today) ?? 0) >= model.limit) return { code: "DAILY_JOB_LIMIT_REACHED", job: null }
  if (credits > model.available) return { code: "QUOTA_EXCEEDED", job: null }
  const job: ModelJob = {
    id: "",
    ask,
    hold: credits,
    day: today,
    createdAt: Date.now() + real.time.shift,
    state: "open",
    debit: 0,
    lost: 0,
    collected: 0,
    pending: false
  }
  model.available -= credits
  model.daily.set(today, (model.daily.get(today) ?? 0) + 1)
  model.jobs.push(job)
  model.keys.set(ask.key, job)
  drive(model, job, true)
  return { code: codeFor(job), job }
}

const codeFor = (job: ModelJob): string => {
  if (job.state === "completed") return "ok"
  if (job.state === "unknown") return "PROVIDER_OUTCOME_UNKNOWN"
  return job.ask.script.does === "deny" ? "CONTENT_POLICY_DENIED" : "failed"
}

const create = (
  real: Real,
  ask: Ask,
  side = real.side
): Promise<Exit.Exit<{ readonly data: { readonly job_id?: string | null } }, ImageSkillError>> =>
  real.run(perform(real.identity, requestOf(ask, `key-${ask.key}`), "trace_0123456789abcdef"), side)

const newest = (real: Real, key: number): Promise<string> =>
  real
    .run(Effect.flatMap(Jobs, (jobs) => jobs.findKey(real.identity.agentId, "create", `key-${key}`)))
    .then((exit) => (Exit.isSuccess(exit) ? (exit.value?.jobId ?? "") : ""))

const agree = (code: string, wanted: string, what: string): void =>
  must(
    wanted === "failed"
      ? code === "PROVIDER_FAILURE" || code === "JOB_CANCELED" || code === "PROVIDER_OUTCOME_UNKNOWN"
      : code === wanted,
    `${what}: ${code} instead of ${wanted}`
  )

const createCommand = (ask: Ask): Command =>
  command(`create(${JSON.stringify(ask)})`, async (model, real) => {
    const wanted = expectCreate(model, real, ask)
    agree(codeOf(await create(real, ask)), wanted.code, "create")
    if (wanted.job !== null && wanted.job.id === "")
      Object.assign(wanted.job, { id: await newest(real, ask.key) })
  })

// A side's first create also sweeps, which must not fall into the middle of what several do at once.
const openSide = async (model: Model, real: Real): Promise<void> => {
  if (model.opened.has(real.side)) return
  openFirst(model, real)
  const { organizationId } = real.identity
  await real.run(
    Effect.flatMap(Driver, (driver) =>
      Effect.zipRight(driver.isFirst(organizationId), expire(organizationId))
    )
  )
}

const sidesOf = (model: Model, real: Real): ReadonlyArray<number> => [
  real.side,
  ...[...model.opened].filter((side) => side !== real.side)
]

/** The same create by several callers at once: one job, and equal answers. */
const togetherCommand = (ask: Ask, times: number): Command =>
  command(`together(${times}, ${JSON.stringify(ask)})`, async (model, real) => {
    await openSide(model, real)
    const before = model.keys.get(ask.key)
    const paused = before?.state === "open"
    const wanted = expectCreate(model, real, ask)
    // Of two processes the second may come when the first has paused or released the job, and then rightly goes on with it.
    const apart = !paused && wanted.job?.state !== "open" && wanted.job?.state !== "released"
    const sides = apart ? sidesOf(model, real) : [real.side]
    const exits = await Promise.all(
      Array.from({ length: times }, (_, index) => create(real, ask, sides[index % sides.length]))
    )
    if (wanted.job !== null && wanted.job.id === "")
      Object.assign(wanted.job, { id: await newest(real, ask.key) })
    for (const exit of exits) agree(codeOf(exit), wanted.code, "together")
    must(before === wanted.job || model.jobs.at(-1) === wanted.job || wanted.job === null, "one job")
  })

/** Several creates at once, each under a key of its own: the wallet never goes past its end. */
const crowdCommand = (model_: Ask["model"], keys: ReadonlyArray<number>): Command =>
  command(`crowd(${model_}, ${keys.join()})`, async (model, real) => {
    const asks = keys.map(
      (key): Ask => ({ key, model: model_, count: 1, script: { does: "deliver" }, salt: 9, maxUsd: null })
    )
    // All of them cost the same and end at once, so whichever come first, the same number fits.
    const free = asks.filter(({ key }) => {
      const bound = model.keys.get(key)
      return bound === undefined
    })
    await openSide(model, real)
    const sides = sidesOf(model, real)
    const exits = await Promise.all(free.map((ask, index) => create(real, ask, sides[index % sides.length])))
    for (const [index, exit] of exits.entries()) {
      const ask = free[index]
      if (ask === undefined || codeOf(exit) !== "ok") continue
      const wanted = expectCreate(model, real, ask)
      same(codeOf(exit), wanted.code, "crowd")
      if (wanted.job !== null) Object.assign(wanted.job, { id: await newest(real, ask.key) })
    }
    for (const [index, exit] of exits.entries()) {
      const ask = free[index]
      if (ask === undefined || codeOf(exit) === "ok") continue
      same(codeOf(exit), expectCreate(model, real, ask).code, "crowd, refused")
    }
  })

const onJob = (
  name: string,
  pick: number,
  act: (model: Model, real: Real, job: ModelJob) => Promise<void>
): Command => ({
  ...command(`${name}(${pick})`, (model, real) => {
    const job = model.jobs[pick % model.jobs.length]
    return job === undefined ? Promise.resolve() : act(model, real, job)
  }),
  check: (model) => model.jobs.length > 0
})

const isOpen = (job: ModelJob): boolean => job.state === "open" || job.state === "unknown"

const cancelCommand = (pick: number): Command =>
  onJob("cancel", pick, async (model, real, job) => {
    const open = isOpen(job)
    const exit = await real.run(cancel(job.id))
    same(Exit.isSuccess(exit) && exit.value.canceled, open, "canceled")
    if (open) end(model, job, "final")
  })

const beforeSubmission = ["claimed", "restored"] as const
const afterSubmission = [
  "submit_noted",
  "submitted",
  "outputs_stored",
  "submit_stored",
  "outputs_checkpointed",
  "outputs_linked",
  "settle_begun",
  "settled"
] as const
type RacePoint = (typeof beforeSubmission)[number] | (typeof afterSubmission)[number]

/** A create during which another process cancels the job, at a point between two of its transactions. */
const raceCommand = (at: RacePoint, ask: Ask): Command =>
  command(`race(${at}, ${JSON.stringify(ask)})`, async (model, real) => {
    await openSide(model, real)
    const before = model.jobs.length
    const wanted = expectCreate(model, real, ask)
    const { job } = wanted
    // Only what was delivered in this very create is raced for.
    const raced = job !== null && model.jobs.length > before
    if (raced) {
      real.meanwhile.at = at
      real.meanwhile.act = (id) =>
        real.sides === 1
          ? real.run(Effect.provide(cancel(id), layerElsewhere))
          : real.run(cancel(id), (real.side + 1) % real.sides)
      if (at !== "settled") {
        model.available += job.debit - job.hold
        model.spent -= job.debit
        job.debit = 0
        end(model, job, beforeSubmission.some((point) => point === at) ? "released" : "final")
      }
    }
    const code = codeOf(await create(real, ask))
    real.meanwhile.at = null
    agree(code, raced && at !== "settled" ? "failed" : wanted.code, "race")
    if (job !== null && job.id === "") Object.assign(job, { id: await newest(real, ask.key) })
  })

// Another process's driver does not know what this one's is doing.
const layerElsewhere = Layer.effect(
  Driver,
  Effect.map(Driver, (driver) => ({ ...driver, halt: () => Effect.void }))
)

const resumeCommand = (pick: number): Command =>
  onJob("resume", pick, async (model, real, job) => {
    await real.run(Effect.flatMap(Driver, (driver) => Effect.either(driver.resume(job.id))))
    if (isOpen(job)) drive(model, job, false)
  })

const decideCommand = (pick: number, verdict: "paid" | "not_paid"): Command =>
  onJob(`decide ${verdict}`, pick, async (model, real, job) => {
    const exit = await real.run(decide(job.id, verdict))
    same(Exit.isSuccess(exit), job.state === "unknown", "decided")
    if (job.state === "unknown") end(model, job, "final")
  })

const expireCommand = command("expire", async (model, real) => {
  await real.run(expire(real.identity.organizationId))
  expireAll(model, Date.now() + real.time.shift)
})

const jumpCommand = (hours: number): Command =>
  command(`jump(${hours} h)`, (_, real) => {
    real.time.shift += hours * 3_600_000
    return Promise.resolve()
  })

const restartCommand = command("restart", async (model, real) => {
  await real.restart()
  model.opened.clear()
})

const dryCommand = (ask: Ask): Command =>
  command("dry run", async (_, real) => {
    await real.run(plan(real.identity, { ...requestOf(ask, "dry"), dry_run: true }, "trace_0123456789abcdef"))
  })

const collects = fc.array(
  fc.constantFrom<Collect>("deliver", "interrupt", "lose", "defect", "fail", "garble"),
  { minLength: 1, maxLength: 3 }
)
const cost = fc.constantFrom(null, 0, 40_000, 55_555, 900_000, 900_000)

const scripts: fc.Arbitrary<Script> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Script>({ does: "deliver" }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("deliver" as const),
      outputs: fc.integer({ min: 0, max: 4 }),
      cost
    })
  },
  fc.record({
    does: fc.constantFrom("refuse", "deny", "fail", "garble", "empty", "defect")
  }) as fc.Arbitrary<Script>,
  fc.record({
    does: fc.constant("lose" as const),
    charged: fc.boolean(),
    times: fc.constantFrom(1, 2, 5, 5_000)
  }),
  fc.record({ does: fc.constant("pend" as const), collects, cost })
)

/** Any create. */
export const asks: fc.Arbitrary<Ask> = fc.record({
  key: fc.integer({ min: 0, max: 7 }),
  model: fc.constantFrom("safe", "lookup", "unsafe", "metered"),
  count: fc.integer({ min: 1, max: 3 }),
  script: scripts,
  salt: fc.constantFrom(0, 0, 0, 1),
  maxUsd: fc.constantFrom(null, null, null, 0, 0.004, 0.07, 0.21, 0.5)
})

const pick = fc.integer({ min: 0, max: 30 })

const anyCommand: ReadonlyArray<fc.Arbitrary<Command>> = [
  asks.map(createCommand),
  asks.map(createCommand),
  asks.map(createCommand),
  fc.tuple(asks, fc.integer({ min: 2, max: 4 })).map(([ask, times]) => togetherCommand(ask, times)),
  fc
    .tuple(
      fc.constantFrom<Ask["model"]>("safe", "unsafe"),
      fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 6 })
    )
    .map(([model, keys]) => crowdCommand(model, keys)),
  pick.map(cancelCommand),
  fc
    .tuple(fc.constantFrom<RacePoint>(...beforeSubmission, ...afterSubmission), asks)
    .map(([at, ask]) => raceCommand(at, { ...ask, script: { does: "deliver" } })),
  pick.map(resumeCommand),
  fc
    .tuple(pick, fc.constantFrom<"paid" | "not_paid">("paid", "not_paid"))
    .map(([index, verdict]) => decideCommand(index, verdict)),
  fc.constant(expireCommand),
  fc.constantFrom(-1, 1, 13, 25).map(jumpCommand),
  fc.constant(restartCommand),
  asks.map(dryCommand)
]

/** Exactly so many commands in any order. */
export const commands = (length: number): fc.Arbitrary<ReadonlyArray<Command>> =>
  fc.array(fc.oneof(...anyCommand), { minLength: length, maxLength: length, size: "max" })

/** At most so many commands, which shrink to the few that matter. */
export const shrinkingCommands = (length: number): fc.Arbitrary<Iterable<Command>> =>
  fc.commands([...anyCommand], { maxCommands: length, size: "max" })

/** A model of a new organization. */
export const freshModel = (credits: number, limit: number): Model => ({
  available: credits,
  spent: 0,
  daily: new Map(),
  jobs: [],
  keys: new Map(),
  opened: new Set(),
  limit
})

/** A service that can be restarted over storage that stays, once for each storage. */
export const realOf = async (options: {
  readonly storages: ReadonlyArray<Context.Context<StorageRooms>>
  readonly service: Layer.Layer<Exclude<MoneyRooms, StorageRooms>, unknown, StorageRooms>
  readonly engine: Engine
  readonly time: Time
  readonly identity: Identity
}): Promise<Real & { readonly close: () => Promise<void> }> => {
  const meanwhile: Real["meanwhile"] = { at: null, act: () => Promise.resolve() }
  const crash = Context.make(Crash, {
    at: (point, jobId) =>
      Effect.suspend(() => {
        if (point !== meanwhile.at) return Effect.void
        meanwhile.at = null
        return Effect.promise(() => meanwhile.act(jobId))
      })
  })
  const open = () =>
    Promise.all(
      options.storages.map(async (storage) => {
        const scope = Effect.runSync(Scope.make())
        const context = await Effect.runPromise(
          Layer.buildWithScope(options.service, scope).pipe(Effect.provide(Context.merge(storage, crash)))
        )
        return { scope, context: Context.merge(Context.merge(storage, context), crash) }
      })
    )
  let opened = await open()
  const close = async () => {
    for (const { scope } of opened) await Effect.runPromise(Scope.close(scope, Exit.void))
  }
  const real: Real & { readonly close: () => Promise<void> } = {
    engine: options.engine,
    time: options.time,
    identity: options.identity,
    sides: options.storages.length,
    side: 0,
    meanwhile,
    run: (effect, side = real.side) => {
      const at = opened[side]
      if (at === undefined) throw new Error(`there is no side ${side}`)
      return Effect.runPromiseExit(
        Effect.provide(effect, at.context).pipe(
          Effect.provide(options.time.layer),
          Effect.withTracerEnabled(false)
        )
      )
    },
    restart: async () => {
      await close()
      opened = await open()
    },
    close
  }
  return real
}
