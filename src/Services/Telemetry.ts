import * as path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { TelemetryEvent } from "../Schema/Telemetry.js"
import { layerEffect } from "../Stack.js"
import { Env } from "./Env.js"
import { Files } from "./Files.js"
import { foldersOf } from "./Folders.js"

/** Whether events are kept on this machine, and why not (contract §10). */
export interface TelemetryState {
  readonly client: "on" | "off"
  readonly reason: string | null
  readonly spool: string | null
  readonly service_records: "on"
}

/** One event for every operation, kept on this machine only; recording never fails and is never waited for long (contract §10). */
export class Telemetry extends Context.Tag("image-skill/Telemetry")<
  Telemetry,
  {
    readonly record: (event: TelemetryEvent) => Effect.Effect<void>
    readonly state: TelemetryState
  }
>() {
  /** A spool of JSON lines in the state folder, unless the environment says off. */
  static readonly layer = layerEffect(
    Telemetry,
    Effect.gen(function* () {
      const env = yield* Env
      const files = yield* Files
      const reason = offBecause(env)
      if (reason !== null) return { record: () => Effect.void, state: stateOf(reason, null) }
      const folder = path.join(foldersOf(env).state, "telemetry")
      const spool = path.join(folder, "events.jsonl")
      const setAside = files.rename(spool, `${spool}.1`)
      return {
        record: (event) =>
          Effect.flatMap(encode(event), (line) => {
            const append = files.append(spool, `${line}\n`)
            return append.pipe(
              Effect.catchAll(() => Effect.zipRight(files.makeFolder(folder), append)),
              Effect.flatMap((size) => (size > spoolLimit ? setAside : Effect.void))
            )
          }).pipe(Effect.ignore),
        state: stateOf(null, spool)
      }
    })
  )
  /** Kept in memory, for tests: `events` grows. */
  static readonly layerMemory = (events: Array<TelemetryEvent>) =>
    Layer.succeed(Telemetry, {
      // Encoded as the spool would be, so that a test sees what would be refused.
      record: (event) => Effect.ignore(Effect.map(encode(event), () => events.push(event))),
      state: stateOf(null, null)
    })
}

/** Largest spool before it is set aside as `.1`, in bytes. */
const spoolLimit = 1_000_000

const encode = Schema.encode(Schema.parseJson(TelemetryEvent), { onExcessProperty: "error" })

const offBecause = (env: typeof Env.Service): string | null => {
  if (env.get("IMAGE_SKILL_TELEMETRY")?.toLowerCase() === "off") return "IMAGE_SKILL_TELEMETRY"
  const doNotTrack = env.get("DO_NOT_TRACK")
  return doNotTrack !== undefined && doNotTrack !== "0" ? "DO_NOT_TRACK" : null
}

const stateOf = (reason: string | null, spool: string | null): TelemetryState => ({
  client: reason === null ? "on" : "off",
  reason,
  spool,
  service_records: "on"
})
