import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ImageSkillError } from "../Errors.js"
import { Deadlines } from "./Deadlines.js"
import { Env } from "./Env.js"

/** One operation as a collector is told of it; nothing else can be told: no prompt, token, key, path, URL or contact (contract §10). */
export const Observed = Schema.Struct({
  operation: Schema.String.pipe(Schema.pattern(/^[a-z0-9]+(?:[.-][a-z0-9]+){0,3}$/)),
  status: Schema.Literal("ok", "failed", "interrupted"),
  /** The error's code; one that we do not know is `OTHER`. */
  code: Schema.NullOr(Schema.String.pipe(Schema.pattern(/^[A-Z][A-Z0-9_]{0,60}$/))),
  started_at: Schema.Int,
  duration_ms: Schema.Int.pipe(Schema.between(0, 86_400_000)),
  capability_id: Schema.NullOr(Schema.String.pipe(Schema.pattern(/^is\.[a-z0-9.-]{1,120}$/))),
  model_id: Schema.NullOr(Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/))),
  trace_id: Schema.String.pipe(Schema.pattern(/^trace_[0-9a-f]{16,64}$/))
})
/** One operation as a collector is told of it (contract §10). */
export type Observed = typeof Observed.Type

/** Whoever watches operations from outside; off unless the environment names a collector (contract §10). */
export class Observer extends Context.Tag("image-skill/Observer")<
  Observer,
  {
    /** Hands an operation on, some time later; never fails and never waits. */
    readonly record: (observed: Observed) => Effect.Effect<void>
  }
>() {
  /** To the collector of `OTEL_EXPORTER_OTLP_ENDPOINT` as OpenTelemetry spans and metrics; without it, to nobody. */
  static readonly layer: Layer.Layer<Observer, never, Env | Deadlines> = Layer.unwrapEffect(
    Effect.flatMap(Env, (env) => {
      const endpoint = env.get("OTEL_EXPORTER_OTLP_ENDPOINT")
      return endpoint === undefined
        ? Effect.succeed(Layer.succeed(Observer, unwatched))
        : // The exporter is loaded only by whoever has a collector.
          Effect.map(
            Effect.promise(() => import("./ObserverOtlp.js")),
            ({ layerOtlp }) => layerOtlp(endpoint)
          )
    })
  )
}

/** The observer where nobody watches, by which it can be told that nothing has to be. */
export const unwatched: typeof Observer.Service = { record: () => Effect.void }

/** What of an answer may be told; what does not fit is left out. */
export interface About {
  readonly traceId: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** Tells the observer, if there is one, how an operation ends; the effect itself is unchanged. */
export const watched = <A, R>(
  observer: Option.Option<typeof Observer.Service>,
  operation: string,
  effect: Effect.Effect<A, ImageSkillError, R>,
  about: { readonly traceId: string; readonly of: (answer: A) => About }
): Effect.Effect<A, ImageSkillError, R> =>
  Option.match(observer, {
    onNone: () => effect,
    onSome: ({ record }) =>
      Effect.flatMap(Clock.currentTimeMillis, (started) => {
        const tell = (status: Observed["status"], code: string | null, answer: About) =>
          Effect.flatMap(Clock.currentTimeMillis, (ended) =>
            record(observedOf(operation, status, code, { started, ended }, answer))
          )
        return effect.pipe(
          Effect.tap((answer) => tell("ok", null, about.of(answer))),
          Effect.tapError((error) => tell("failed", error.code, { traceId: about.traceId })),
          Effect.onInterrupt(() => tell("interrupted", null, { traceId: about.traceId }))
        )
      })
  })

/** One operation from its parts; `data` is an answer's, of which only ids are looked at. */
export const observedOf = (
  operation: string,
  status: Observed["status"],
  code: string | null,
  time: { readonly started: number; readonly ended: number },
  { data = {}, traceId }: About
): Observed => {
  const job = at(data, "job") ?? data
  return {
    operation,
    status,
    code: code === null ? null : (fitting("code", code) ?? "OTHER"),
    started_at: Math.round(time.started),
    duration_ms: Math.min(86_400_000, Math.max(0, Math.round(time.ended - time.started))),
    capability_id: fitting("capability_id", at(at(job, "capability"), "id")),
    model_id: fitting("model_id", at(at(data, "model"), "id") ?? chosen(data)),
    trace_id: traceId
  }
}

/** The model that a create or edit was given by the policy or by its caller. */
const chosen = (data: Readonly<Record<string, unknown>>): unknown =>
  at(at(at(data, "request"), "selection"), "model_id")

const at = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined

const fitting = (key: "code" | "capability_id" | "model_id", value: unknown): string | null =>
  typeof value === "string" && Schema.is(Observed.fields[key])(value) ? value : null
