import * as Effect from "effect/Effect"
import { perform } from "../../src/Server/Domain/Creation.js"
import { Activity } from "../../src/Server/Storage/Activity.js"
import { Database } from "../../src/Server/Storage/Database.js"
import { Jobs } from "../../src/Server/Storage/Jobs.js"
import { Ledger } from "../../src/Server/Storage/Ledger.js"
import { Engine } from "../../test/support/MoneyEngine.js"
import {
  dataFolder,
  layerMoney,
  layerStorageFolder,
  newcomer,
  Time,
  hurried
} from "../../test/support/MoneyService.js"

const sizes = process.argv.slice(2).map(Number)
const rounds = 40

/** The median of some durations, in milliseconds to two places. */
const median = (durations: ReadonlyArray<number>): number =>
  Math.round(
    ([...durations].sort((left, right) => left - right)[Math.floor(durations.length / 2)] ?? 0) * 100
  ) / 100

const timed = <A, E, R>(effect: (round: number) => Effect.Effect<A, E, R>) =>
  Effect.forEach(
    Array.from({ length: rounds }, (_, round) => round),
    (round) =>
      Effect.suspend(() => {
        const start = performance.now()
        return Effect.map(effect(round), () => performance.now() - start)
      })
  ).pipe(Effect.map(median))

const figures = Effect.scoped(
  Effect.gen(function* () {
    const engine = new Engine()
    const root = yield* dataFolder
    return yield* Effect.gen(function* () {
      const identity = yield* newcomer(1_000_000)
      const { run, sql } = yield* Database
      const ledger = yield* Ledger
      const jobs = yield* Jobs
      const activity = yield* Activity
      const org = identity.organizationId
      let filled = 0
      const rows: Array<Record<string, number>> = []
      for (const size of sizes) {
        // Rows as a life of that many events leaves them, for this organization and its neighbours.
        yield* run(
          sql.unsafe(`WITH RECURSIVE n(i) AS (SELECT ${filled} UNION ALL SELECT i + 1 FROM n WHERE i < ${size - 1})
          INSERT INTO events (id, organization_id, type, occurred_at, body)
          SELECT 'evt_' || i, CASE i % 2 WHEN 0 THEN '${org}' ELSE 'org_other' END, 'job.planned', i, '{}' FROM n`)
        )
        yield* run(
          sql.unsafe(`WITH RECURSIVE n(i) AS (SELECT ${filled} UNION ALL SELECT i + 1 FROM n WHERE i < ${size - 1})
          INSERT INTO event_references (organization_id, reference, seq) SELECT e.organization_id, 'job_' || i, e.seq
          FROM n JOIN events e ON e.id = 'evt_' || i`)
        )
        for (const [from, to, account, amount] of [
          ["promo", `${org}:free`, `${org}:free`, 1],
          [`${org}:free`, "promo", "promo", -1]
        ] as const) {
          yield* run(
            sql.unsafe(`WITH RECURSIVE n(i) AS (SELECT ${filled} UNION ALL SELECT i + 1 FROM n WHERE i < ${size - 1})
            INSERT INTO transfers (id, kind, debit_account, credit_account, amount, reference, created_at)
            SELECT 'fill' || ${amount} || '_' || i, 'fill', '${from}', '${to}', 1, NULL, 0 FROM n`)
          )
          yield* run(
            sql.unsafe(`WITH RECURSIVE n(i) AS (SELECT ${filled} UNION ALL SELECT i + 1 FROM n WHERE i < ${size - 1})
            INSERT INTO entries (transfer_id, account_id, amount, balance, may_go_below_zero)
            SELECT 'fill' || ${amount} || '_' || i, '${account}', 1, 1000000, 0 FROM n`)
          )
        }
        filled = size
        rows.push({
          events: size,
          create_ms: yield* timed((round) =>
            perform(
              identity,
              {
                kind: "create",
                prompt: "x",
                model: "unsafe",
                idempotency_key: `${size}-${round}`
              },
              "trace_0123456789abcdef"
            )
          ),
          quota_ms: yield* timed(() => Effect.zip(ledger.balances(org), jobs.dailyUsed(org, "2026-01-01"))),
          activity_ms: yield* timed(() => activity.list(org, { limit: 20 })),
          activity_of_one_ms: yield* timed(() => activity.list(org, { limit: 20, reference: "job_10" }))
        })
      }
      return rows
    }).pipe(
      Effect.provide(layerMoney(layerStorageFolder(root), (call) => Effect.sync(() => engine.handle(call)))),
      Effect.provide(new Time(hurried).layer)
    )
  })
)

process.stdout.write(`${JSON.stringify(await Effect.runPromise(figures))}\n`)
