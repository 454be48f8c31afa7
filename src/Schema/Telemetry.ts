import * as Schema from "effect/Schema"

/** One operation as telemetry sees it: a closed schema in which no prompt, token, path or contact can be written (contract §10). */
export const TelemetryEvent = Schema.Struct({
  schema: Schema.Literal("image-skill.telemetry.v1"),
  occurred_at: Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  operation: Schema.String.pipe(Schema.pattern(/^[a-z0-9]+(?:[.-][a-z0-9]+){0,3}$/)),
  client_version: Schema.String.pipe(Schema.pattern(/^\d+\.\d+\.\d+$/)),
  service: Schema.Literal("embedded", "remote", "none"),
  actor_class: Schema.Literal("agent", "human", "session", "system", "unknown"),
  capability_id: Schema.NullOr(Schema.String.pipe(Schema.pattern(/^is\.[a-z0-9.-]{1,120}$/))),
  status: Schema.Literal("ok", "failed", "interrupted"),
  exit_code: Schema.Int.pipe(Schema.between(0, 255)),
  error_class: Schema.NullOr(Schema.String.pipe(Schema.pattern(/^[A-Z][A-Za-z]{0,30}$/))),
  duration_ms: Schema.Int.pipe(Schema.between(0, 86_400_000)),
  credits_required: Schema.NullOr(Schema.Int.pipe(Schema.between(0, 1_000_000_000))),
  output_count: Schema.NullOr(Schema.Int.pipe(Schema.between(0, 1000))),
  retry_state: Schema.Literal("first", "replayed"),
  job_id: Schema.NullOr(Schema.String.pipe(Schema.pattern(/^job_[0-9a-f]{16,64}$/))),
  trace_id: Schema.String.pipe(Schema.pattern(/^trace_[0-9a-f]{16,64}$/))
})
/** One operation as telemetry sees it (contract §10). */
export type TelemetryEvent = typeof TelemetryEvent.Type
