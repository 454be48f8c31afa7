import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import { MicroUsd } from "../../../Schema/Money.js"
import type { JsonObject } from "../../../Schema/Open.js"
import type { Delivery, Plan, ProviderFault } from "../Provider.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import type { Speaker } from "../Wire/Faults.js"
import { jsonOf, list, record, text } from "../Wire/Json.js"
import { mismatches } from "../Wire/Mismatch.js"
import type { Vendor } from "../Wire/Vendor.js"
import { executionFault, later, nothing } from "./Errors.js"

/** How a run is watched: the pause between two looks in milliseconds, and how many in a row may fail or find nothing. */
export interface Watch {
  readonly pollMillis: number
  readonly patience: number
}

const answerLimit = 64 * 1024 * 1024
const fileLimit = 256 * 1024 * 1024

const get = (vendor: Vendor, path: string, maxBytes = answerLimit) =>
  vendor.ask({ method: "GET", path, within: vendor.deadlines.readTotal, maxBytes })

const isGood = ({ status }: Reply): boolean => status >= 200 && status < 300

/** Where a run is: in the queue, over with what the history tells, nowhere, or not to be told now. */
export type Whereabouts =
  | { readonly _tag: "Queued"; readonly id: string; readonly isRunning: boolean }
  | { readonly _tag: "Over"; readonly entry: JsonObject }
  | { readonly _tag: "Nowhere" }
  | { readonly _tag: "Untold"; readonly cause: string }

const historyOf = (vendor: Vendor, id: string): Effect.Effect<Whereabouts> =>
  get(vendor, `/history/${id}`).pipe(
    Effect.map((reply): Whereabouts => {
      const told = jsonOf(bodyText(reply))
      if (!isGood(reply)) return { _tag: "Untold", cause: `http_${reply.status}` }
      if (typeof told !== "object" || told === null) return { _tag: "Untold", cause: "invalid_history" }
      const entry = record(told)[id]
      return entry === undefined ? { _tag: "Nowhere" } : { _tag: "Over", entry: record(entry) }
    }),
    Effect.catchAll(({ network }) => Effect.succeed<Whereabouts>({ _tag: "Untold", cause: network.cause }))
  )

const queueOf = (vendor: Vendor, isOurs: (item: ReadonlyArray<unknown>) => boolean) =>
  get(vendor, "/queue").pipe(
    Effect.map((reply): Whereabouts => {
      const told = record(jsonOf(bodyText(reply)))
      const { queue_pending: pending, queue_running: running } = told
      if (!isGood(reply)) return { _tag: "Untold", cause: `http_${reply.status}` }
      if (!Array.isArray(running) || !Array.isArray(pending)) {
        return { _tag: "Untold", cause: "invalid_queue" }
      }
      const found = (items: ReadonlyArray<unknown>) => items.map(list).find(isOurs)
      const item = found(running) ?? found(pending)
      const id = text(item?.[1])
      return id === undefined
        ? { _tag: "Nowhere" }
        : { _tag: "Queued", id, isRunning: found(running) !== undefined }
    }),
    Effect.catchAll(({ network }) => Effect.succeed<Whereabouts>({ _tag: "Untold", cause: network.cause }))
  )

/** Looks a run up by its id; also by the mark that we gave it, for a server that makes ids of its own. */
export const whereIs = (vendor: Vendor, id: string, mark: string | null): Effect.Effect<Whereabouts> =>
  Effect.gen(function* () {
    const before = yield* historyOf(vendor, id)
    if (before._tag !== "Nowhere") return before
    const queued = yield* queueOf(
      vendor,
      (item) => item[1] === id || (mark !== null && record(item[3])["image_skill"] === mark)
    )
    // Between the two questions it may have left the queue.
    return queued._tag === "Nowhere" ? yield* historyOf(vendor, id) : queued
  })

/** Waits for a run and fetches what it saved. */
export const collectComfy = (
  vendor: Vendor,
  plan: Plan,
  id: string,
  watch: Watch
): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const speaker = vendor.speaker(plan.prompt)
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(vendor.deadlines.createTotal) * 10
    let failed = 0
    let looks = 0
    while (true) {
      const seen = yield* whereIs(vendor, id, null)
      if (seen._tag === "Over") return yield* deliver(vendor, speaker, plan, seen.entry, watch)
      failed = seen._tag === "Queued" ? 0 : failed + 1
      if (failed > watch.patience) {
        // A restart forgets queue and history.
        return yield* Effect.fail(
          seen._tag === "Untold"
            ? later(speaker, seen.cause)
            : nothing(speaker, "forgotten", "ComfyUI does not know the run any more")
        )
      }
      const pause = watch.pollMillis * Math.min(4, 1 + looks / 4)
      if ((yield* Clock.currentTimeMillis) + pause > end) {
        return yield* Effect.fail(later(speaker, "queue_timeout"))
      }
      yield* Effect.sleep(`${pause} millis`)
      looks += 1
    }
  })

interface Saved {
  readonly filename: string
  readonly subfolder: string
  readonly type: string
}

/** The files of a run: what it saved, or what it only previewed when it saved nothing. */
const savedBy = (entry: JsonObject): ReadonlyArray<Saved> => {
  const files = Object.values(record(entry["outputs"])).flatMap((node) =>
    list(record(node)["images"]).flatMap((each): ReadonlyArray<Saved> => {
      const file = record(each)
      const filename = text(file["filename"])
      return filename === undefined
        ? []
        : [{ filename, subfolder: text(file["subfolder"]) ?? "", type: text(file["type"]) ?? "output" }]
    })
  )
  const kept = files.filter(({ type }) => type === "output")
  return kept.length === 0 ? files : kept
}

const deliver = (
  vendor: Vendor,
  speaker: Speaker,
  plan: Plan,
  entry: JsonObject,
  watch: Watch
): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const status = record(entry["status"])
    if (status["status_str"] === "error" || status["completed"] === false) {
      return yield* Effect.fail(executionFault(speaker, list(status["messages"])))
    }
    const files = savedBy(entry)
    if (files.length === 0) {
      return yield* Effect.fail(nothing(speaker, "no_image", "the workflow saved no picture"))
    }
    const [lost, outputs] = yield* Effect.partition(files, (file) => fetchFile(vendor, file, watch))
    const [problem] = lost
    if (outputs.length === 0 && problem !== undefined) {
      return yield* Effect.fail(
        problem.isPassing
          ? later(speaker, problem.cause)
          : nothing(speaker, problem.cause, `ComfyUI's picture cannot be fetched (${problem.cause})`)
      )
    }
    const fields = fieldsOf(plan.model, plan.parameters, plan.aspectRatio)
    return {
      outputs: outputs.map((bytes) => ({ bytes })),
      actualCost: MicroUsd.make(0),
      report: null,
      warnings: [
        ...lost.map(({ cause }) => `an output cannot be fetched (${cause})`),
        ...mismatches(outputs, { size: fields["size"], format: null })
      ]
    }
  })

interface Lost {
  readonly cause: string
  readonly isPassing: boolean
}

const fetchFile = (vendor: Vendor, file: Saved, watch: Watch): Effect.Effect<Uint8Array, Lost> => {
  const query = new URLSearchParams({ ...file }).toString()
  const once = get(vendor, `/view?${query}`, fileLimit).pipe(
    Effect.mapError(({ network }): Lost => ({ cause: network.cause, isPassing: network.retryable })),
    Effect.filterOrFail(
      (reply) => isGood(reply) && reply.bytes.length > 0,
      ({ bytes, status }): Lost => ({
        cause: bytes.length === 0 && status < 300 ? "empty_result" : `http_${status}`,
        isPassing: status >= 500
      })
    ),
    Effect.map(({ bytes }) => bytes)
  )
  const again = (left: number): Effect.Effect<Uint8Array, Lost> =>
    Effect.catchIf(
      once,
      ({ isPassing }) => isPassing && left > 0,
      () => Effect.zipRight(Effect.sleep(`${watch.pollMillis} millis`), again(left - 1))
    )
  return again(watch.patience)
}
