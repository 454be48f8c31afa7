import * as OtlpMetrics from "@effect/opentelemetry/OtlpMetrics"
import * as OtlpSerialization from "@effect/opentelemetry/OtlpSerialization"
import * as OtlpTracer from "@effect/opentelemetry/OtlpTracer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { version } from "../Version.js"
import { Env } from "./Env.js"
import { layerNode, proxyFor } from "./HttpClient.js"
import { Observed, Observer } from "./Observer.js"

const exportEvery = "5 seconds"
// A collector that is down must not hold up whoever stops.
const shutdownTimeout = "1 second"

const count = Metric.counter("image_skill.operations", {
  description: "Operations that ended, by id and status",
  incremental: true
})
const duration = Metric.histogram(
  "image_skill.operation.duration",
  MetricBoundaries.fromIterable([5, 20, 100, 500, 2_000, 10_000, 60_000, 300_000]),
  "Milliseconds from an operation's begin to its end"
)

/**
 * An observer that exports to an OTLP collector over HTTP, as JSON. It makes its own spans, one for each operation, of the closed
 * schema alone: the spans that run inside an operation may hold anything and never get here.
 */
export const layerOtlp = (endpoint: string) =>
  Layer.scoped(
    Observer,
    Effect.gen(function* () {
      const env = yield* Env
      const base = endpoint.replace(/\/+$/, "")
      const options = {
        resource: { serviceName: env.get("OTEL_SERVICE_NAME") ?? "image-skill", serviceVersion: version },
        headers: headersOf(env.get("OTEL_EXPORTER_OTLP_HEADERS")),
        exportInterval: exportEvery,
        shutdownTimeout
      } as const
      const tracer = yield* OtlpTracer.make({ ...options, url: `${base}/v1/traces` })
      yield* OtlpMetrics.make({ ...options, url: `${base}/v1/metrics` })
      const encode = Schema.encode(Observed, { onExcessProperty: "error" })

      const span = (observed: Observed) => {
        const started = BigInt(observed.started_at) * 1_000_000n
        const made = Object.assign(
          tracer.span(observed.operation, Option.none(), Context.empty(), [], started, "server"),
          // The trace is found under the id that the envelope names.
          { traceId: observed.trace_id.slice("trace_".length).padStart(32, "0").slice(-32) }
        )
        for (const [key, value] of Object.entries(observed)) {
          if (value !== null && key !== "started_at") made.attribute(`image_skill.${key}`, value)
        }
        // Only that it failed: an exit would carry the error's own words.
        made.end(
          started + BigInt(observed.duration_ms) * 1_000_000n,
          observed.status === "ok" ? Exit.void : Exit.fail(observed.code ?? observed.status)
        )
      }
      return {
        record: (observed) =>
          encode(observed).pipe(
            Effect.tap((checked) => Effect.sync(() => span(checked))),
            Effect.tap(({ operation, status }) =>
              Effect.all([
                Metric.update(
                  count.pipe(Metric.tagged("operation", operation), Metric.tagged("status", status)),
                  1
                ),
                Metric.update(
                  duration.pipe(Metric.tagged("operation", operation), Metric.tagged("unit", "ms")),
                  observed.duration_ms
                )
              ])
            ),
            Effect.ignore
          )
      }
    })
  ).pipe(
    Layer.provide(OtlpSerialization.layerJson),
    Layer.provide(
      Layer.unwrapEffect(
        Effect.map(Env, (env) => {
          const get = (name: string) => env.get(name as Parameters<typeof env.get>[0])
          return layerNode({ proxy: proxyFor(get), env: get })
        })
      )
    )
  )

// `name=value,name=value`, as OpenTelemetry's own variable has it.
const headersOf = (text: string | undefined): Record<string, string> =>
  Object.fromEntries(
    (text ?? "").split(",").flatMap((pair) => {
      const [name = "", ...rest] = pair.split("=")
      return name.trim() === "" || rest.length === 0
        ? []
        : [[name.trim().toLowerCase(), rest.join("=").trim()]]
    })
  )
