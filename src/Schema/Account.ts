import * as Schema from "effect/Schema"
import { JsonObject, open, optional } from "./Open.js"

/** Answer of `whoami` (contract §4). */
export const WhoamiAnswer = open({
  actor: optional(Schema.NullOr(JsonObject)),
  organization: optional(Schema.NullOr(JsonObject)),
  claim_state: optional(Schema.NullOr(Schema.String)),
  token_class: optional(Schema.NullOr(Schema.String)),
  grants: optional(Schema.Array(Schema.String))
})

/** Answer of `usage quota` (contract §4): credits are whole, `resets_at` is ISO 8601. */
export const QuotaAnswer = open({
  authenticated: optional(Schema.Boolean),
  claim_state: optional(Schema.NullOr(Schema.String)),
  token_status: optional(Schema.NullOr(Schema.String)),
  limits: optional(Schema.NullOr(JsonObject)),
  daily_jobs: optional(Schema.NullOr(JsonObject)),
  /** Of each model that can run now: outputs of one request at most, and the debit of one in credits, `null` where only the run tells it. */
  model_limits: optional(
    Schema.NullOr(
      Schema.Array(
        open({
          model_id: Schema.String,
          max_outputs_per_request: optional(Schema.NullOr(Schema.Number)),
          credits_required: optional(Schema.NullOr(Schema.Number))
        })
      )
    )
  )
})

/** Answer of `GET /healthz` (contract §6). */
export const HealthAnswer = open({
  status: optional(Schema.String),
  api_version: optional(Schema.Unknown),
  media_origin: optional(Schema.NullOr(Schema.String))
})
