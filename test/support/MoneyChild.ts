import { createHash } from "node:crypto"
import * as net from "node:net"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { perform } from "../../src/Server/Domain/Creation.js"
import { Crash } from "../../src/Server/Domain/Crash.js"
import { expire } from "../../src/Server/Domain/Ending.js"
import type { Identity } from "../../src/Server/Domain/Identity.js"
import { upload } from "../../src/Server/Domain/Uploading.js"
import { Credits } from "../../src/Schema/Money.js"
import { Database } from "../../src/Server/Storage/Database.js"
import { Ledger } from "../../src/Server/Storage/Ledger.js"
import { type Call, pixel, type Reply } from "./MoneyEngine.js"
import { layerMoney, layerStorageFolder, Time } from "./MoneyService.js"

/** What a supervisor tells a child to do. */
export interface Orders {
  readonly root: string
  /** The port of the engine, outside of this process. */
  readonly port: number
  /** Where to die, and at which passing of it; absent: nowhere. */
  readonly dieAt?: string
  readonly dieAfter?: number
  readonly dieMs?: number
  readonly work: ReadonlyArray<Work>
  readonly credits: number
  /** How far the clock is ahead, in milliseconds. */
  readonly shift?: number
  /** How many of the works at once. */
  readonly parallel?: number
}

/** One thing to do; `edit` uploads its picture first, under a key derived from its own. */
export interface Work {
  readonly kind: "create" | "edit" | "expire"
  readonly key: string
  readonly model: string
  readonly prompt: string
  readonly count: number
}

/** What a child says of one work, one line each. */
export interface Said {
  readonly key: string
  readonly ok: boolean
  readonly code: string
  readonly job: string | null
  readonly status: string | null
  readonly assets: ReadonlyArray<string>
  readonly replayed: boolean
}

const orders = JSON.parse(process.argv[2] ?? "{}") as Orders

// One connection for each call, so that a death is a broken connection and nothing else.
const wire = (call: Call): Effect.Effect<Reply> =>
  Effect.async((resume) => {
    const socket = net.connect(orders.port, "127.0.0.1", () => socket.write(`${JSON.stringify(call)}\n`))
    let text = ""
    const lost = () => resume(Effect.succeed({ is: "lost" }))
    socket.on("error", lost)
    socket.on("data", (data: Buffer) => {
      text += data.toString()
      if (!text.endsWith("\n")) return
      socket.destroy()
      resume(Effect.succeed(JSON.parse(text) as Reply))
    })
    socket.on("close", lost)
    return Effect.sync(() => socket.destroy())
  })

const identity: Identity = {
  actorType: "agent",
  agentId: "agt_crash",
  organizationId: "org_crash",
  claimState: "unclaimed",
  tokenClass: "test",
  grants: ["create", "edit", "upload"]
}

const arrive = Effect.gen(function* () {
  const { run, sql, transaction } = yield* Database
  const ledger = yield* Ledger
  yield* transaction(
    Effect.gen(function* () {
      const added = yield* run(sql`INSERT INTO organizations (id, claim_state, created_at)
        VALUES (${identity.organizationId}, 'unclaimed', 0) ON CONFLICT DO NOTHING RETURNING id`)
      if (added.length === 0) return
      yield* ledger.open(identity.organizationId)
      yield* ledger.grant(identity.organizationId, Credits.make(orders.credits), "promo", "preview")
    })
  )
})

const die = (): Effect.Effect<never> => {
  process.kill(process.pid, "SIGKILL")
  return Effect.never
}

let passed = 0
const layerCrash = Layer.succeed(Crash, {
  at: (point) =>
    Effect.suspend(() => {
      if (point !== orders.dieAt) return Effect.void
      passed += 1
      return passed < (orders.dieAfter ?? 1) ? Effect.void : die()
    })
})

const trace = "trace_0123456789abcdef"
const picture = pixel("the input")

const uploadInput = (key: string) => {
  const sha256 = createHash("sha256").update(picture).digest("hex")
  return Effect.map(
    upload(
      identity,
      {
        source_kind: "local_path",
        filename: "photo.png",
        remote_origin: null,
        mime_type: "image/png",
        content_length: picture.length,
        sha256,
        bytes_base64: Buffer.from(picture).toString("base64"),
        idempotency_key: `${key}/upload/${sha256}`
      } as never,
      trace
    ),
    ({ data }) => String((data["asset"] as { readonly asset_id: string }).asset_id)
  )
}

const attempt = (work: Work) =>
  Effect.gen(function* () {
    if (work.kind === "expire") {
      yield* expire(null)
      return { data: {} as never }
    }
    const shared = {
      model: work.model,
      output_count: work.count,
      idempotency_key: work.key,
      prompt: work.prompt,
      ...(work.model === "metered" ? { accept_unknown_cost: true } : {})
    }
    return work.kind === "create"
      ? yield* perform(identity, { kind: "create", ...shared }, trace)
      : yield* perform(
          identity,
          { kind: "edit", input_asset_id: yield* uploadInput(work.key), ...shared },
          trace
        )
  })

const say = (work: Work) =>
  Effect.either(attempt(work)).pipe(
    Effect.map((result): Said => {
      if (Either.isLeft(result)) {
        const details = (result.left.details ?? {}) as {
          readonly job?: { readonly job_id: string; readonly status: string }
          readonly job_id?: string
        }
        return {
          key: work.key,
          ok: false,
          code: result.left.code,
          job: details.job?.job_id ?? details.job_id ?? null,
          status: details.job?.status ?? null,
          assets: [],
          replayed: false
        }
      }
      const { data } = result.right
      return {
        key: work.key,
        ok: true,
        code: "",
        job: data.job_id ?? null,
        status: data.status ?? null,
        assets: (data.assets ?? []).map((asset) => String(asset["asset_id"])),
        replayed: data.idempotent_replayed ?? false
      }
    }),
    // One write a line: what the supervisor has read was acknowledged.
    Effect.tap((said) => Effect.sync(() => process.stdout.write(`${JSON.stringify(said)}\n`)))
  )

const time = new Time()
time.shift = orders.shift ?? 0
if (orders.dieMs !== undefined) setTimeout(() => process.kill(process.pid, "SIGKILL"), orders.dieMs)

await Effect.runPromise(
  Effect.zipRight(
    arrive,
    Effect.forEach(orders.work, say, { concurrency: orders.parallel ?? 1, discard: true })
  ).pipe(
    Effect.provide(Layer.merge(layerMoney(layerStorageFolder(orders.root), wire), layerCrash)),
    Effect.provide(time.layer),
    Effect.provide(layerCrash)
  )
)
