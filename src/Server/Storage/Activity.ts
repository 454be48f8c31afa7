import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import type { ActivityEvent, EventType } from "../../Schema/Activity.js"
import { formatId } from "../../Schema/Ids.js"
import type { JsonObject } from "../../Schema/Open.js"
import { Entropy } from "../../Services/Entropy.js"
import { layerEffect } from "../../Stack.js"
import { Database } from "./Database.js"

/** An event before it is written; `links` are also the references under which it is found again. */
export interface NewEvent {
  readonly type: EventType
  readonly summary: string
  readonly operation: string
  readonly subject: { readonly type: string; readonly id: string }
  readonly links: {
    readonly job_id?: string | null
    readonly asset_ids?: ReadonlyArray<string>
    readonly usage_event_id?: string | null
    readonly feedback_id?: string | null
    readonly quote_id?: string | null
    readonly payment_attempt_id?: string | null
    readonly checkout_session_id?: string | null
    readonly receipt_id?: string | null
    readonly payment_reversal_id?: string | null
    readonly credit_event_id?: string | null
  }
  readonly status: string
  readonly cost?: JsonObject | null
  readonly details?: JsonObject | null
  readonly traceId: string
}

/** The activity ledger of each organization: insert-only, closed by type (contract §8). */
export class Activity extends Context.Tag("image-skill/Server/Activity")<
  Activity,
  {
    readonly record: (organization: string, event: NewEvent) => Effect.Effect<string, ArtifactStorage>
    /** The newest events, at most `limit`, of one reference when given. */
    readonly list: (
      organization: string,
      options: { readonly limit: number; readonly reference?: string | undefined }
    ) => Effect.Effect<ReadonlyArray<ActivityEvent>, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = layerEffect(
    Activity,
    Effect.gen(function* () {
      const { run, sql, transaction } = yield* Database
      const entropy = yield* Entropy

      return {
        record: (organization, event) =>
          transaction(
            Effect.gen(function* () {
              const now = yield* Clock.currentTimeMillis
              const id = formatId("event", entropy.bytes(16))
              const body = {
                summary: event.summary,
                operation: event.operation,
                subject: event.subject,
                // Every event names feedback, most of them none.
                links: { feedback_id: null, ...event.links },
                status: event.status,
                cost: event.cost ?? null,
                details: { ...event.details, trace_id: event.traceId }
              }
              const [row] = yield* run(sql<{
                seq: number
              }>`INSERT INTO events (id, organization_id, type, occurred_at, body)
                VALUES (${id}, ${organization}, ${event.type}, ${now}, ${JSON.stringify(body)}) RETURNING seq`)
              const { asset_ids = [], ...single } = event.links
              const references = new Set(
                [id, event.subject.id, event.traceId, ...asset_ids, ...Object.values(single)].filter(
                  (reference) => typeof reference === "string"
                )
              )
              const rows = [...references].map((reference) => ({
                organization_id: organization,
                reference,
                seq: row?.seq ?? 0
              }))
              yield* run(sql`INSERT INTO event_references ${sql.insert(rows)}`)
              return id
            })
          ),
        list: (organization, { limit, reference }) =>
          run(
            reference === undefined
              ? sql<Row>`SELECT id, type, occurred_at, body FROM events
                  WHERE organization_id = ${organization} ORDER BY seq DESC LIMIT ${limit}`
              : sql<Row>`SELECT e.id, e.type, e.occurred_at, e.body FROM event_references r JOIN events e ON e.seq = r.seq
                  WHERE r.organization_id = ${organization} AND r.reference = ${reference}
                  ORDER BY r.seq DESC LIMIT ${limit}`
          ).pipe(Effect.map((rows) => rows.map(present)))
      }
    })
  )
}

interface Row {
  readonly id: string
  readonly type: string
  readonly occurred_at: number
  readonly body: string
}

const present = (row: Row): ActivityEvent => ({
  event_id: row.id,
  type: row.type,
  occurred_at: new Date(row.occurred_at).toISOString(),
  ...(JSON.parse(row.body) as Omit<ActivityEvent, "event_id" | "type">)
})
