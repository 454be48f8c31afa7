import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type { ImageSkillError } from "../../../src/Errors.js"
import { Crash } from "../../../src/Server/Domain/Crash.js"
import type { Identity } from "../../../src/Server/Domain/Identity.js"
import { buy } from "../../../src/Server/Domain/Payments/Buying.js"
import { quote } from "../../../src/Server/Domain/Payments/Quoting.js"
import { layerStripe } from "../../../src/Server/Domain/Payments/StripeClient.js"
import { receiveEvent } from "../../../src/Server/Domain/Payments/Webhook.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { layerStorage } from "../../../src/Server/App.js"
import { DataFolder } from "../../../src/Server/Storage/DataFolder.js"
import { Env } from "../../../src/Services/Env.js"

/** What a supervisor tells a child to do. */
export interface Orders {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  /** Where to die; absent: nowhere. */
  readonly dieAt?: string
  readonly work: ReadonlyArray<Work>
}

/** One thing to do. */
export type Work =
  | { readonly do: "buy" }
  | { readonly do: "deliver"; readonly body: string; readonly signature: string }
  | { readonly do: "audit" }

/** What a child says of one work, one line each. */
export interface Said {
  readonly do: string
  readonly ok: boolean
  readonly said: unknown
}

const orders = JSON.parse(process.argv[2] ?? "{}") as Orders
const trace = "trace_0123456789abcdef"

const identity: Identity = {
  actorType: "agent",
  agentId: "agt_crash",
  organizationId: "org_crash",
  claimState: "unclaimed",
  tokenClass: "test",
  grants: ["credits"]
}

const arrive = Effect.gen(function* () {
  const { run, sql, transaction } = yield* Database
  const ledger = yield* Ledger
  yield* transaction(
    Effect.zipRight(
      run(sql`INSERT INTO organizations (id, claim_state, created_at)
        VALUES (${identity.organizationId}, 'unclaimed', 0) ON CONFLICT DO NOTHING`),
      ledger.open(identity.organizationId)
    )
  )
})

const perform = (work: Work) =>
  Effect.gen(function* () {
    if (work.do === "audit") return yield* (yield* Ledger).audit
    if (work.do === "deliver") {
      return yield* receiveEvent(new TextEncoder().encode(work.body), work.signature, trace)
    }
    const { data } = yield* quote(identity, { credits: 500, idempotency_key: "q" })
    const bought = yield* buy(
      identity,
      "stripe_checkout",
      { quote_id: String(data.quote_id), idempotency_key: "b" },
      trace
    )
    return { quote: data.quote_id, attempt: bought.payment_attempt_id }
  })

const say = (work: Work) =>
  Effect.either(perform(work)).pipe(
    Effect.map(
      (result): Said => ({
        do: work.do,
        ok: Either.isRight(result),
        said: Either.match(result, {
          onLeft: (error: ImageSkillError) => error.code,
          onRight: (value: unknown) => value
        })
      })
    ),
    // One write a line: what the supervisor has read was acknowledged.
    Effect.tap((said) => Effect.sync(() => process.stdout.write(`${JSON.stringify(said)}\n`)))
  )

const layerCrash = Layer.succeed(Crash, {
  at: (point) =>
    Effect.suspend(() => {
      if (point !== orders.dieAt) return Effect.void
      process.kill(process.pid, "SIGKILL")
      return Effect.never
    })
})

await Effect.runPromise(
  Effect.zipRight(arrive, Effect.forEach(orders.work, say, { discard: true })).pipe(
    Effect.provide(
      Layer.mergeAll(
        Layer.provide(layerStorage, DataFolder.layer(orders.root)),
        Layer.provide(
          layerStripe(() => "https://images.example.com"),
          Env.layerOf(orders.env)
        ),
        layerCrash
      )
    )
  )
)
