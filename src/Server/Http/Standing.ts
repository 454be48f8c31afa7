import { createHash } from "node:crypto"
import type { ServiceOperationId } from "../../Operations/index.js"
import type { ServiceResponse } from "../Reply.js"
import { matchesTag } from "./Range.js"

/** An answer as bytes around the trace id, which alone is each request's own. */
export interface Standing {
  readonly operation: ServiceOperationId
  readonly before: string
  readonly after: Uint8Array
  /** Of all but the trace id, so it is a weak one. */
  readonly tag: string
}

// Whoever asks, these answer the same until an engine comes or goes.
const operations: ReadonlySet<ServiceOperationId> = new Set<ServiceOperationId>([
  "health",
  "models.list",
  "models.show",
  "capabilities.list",
  "capabilities.show"
])

const freshMs = 1_000
const mostKept = 16 * 1024 * 1024
const longestTarget = 1_024

/**
 * The answers of the catalog, kept for a second: they cost a millisecond to compute and a few microseconds to send again. So short a
 * time needs nobody to tell when an engine has come or gone.
 */
export const makeStanding = () => {
  const kept = new Map<string, { readonly answer: Standing; readonly until: number }>()
  let bytes = 0
  return {
    /** The answer to a request target, if there is a fresh one. */
    find: (target: string, now: number): Standing | null => {
      const found = kept.get(target)
      return found !== undefined && now < found.until ? found.answer : null
    },
    /** Keeps an answer; `null` when it is not of a kind that stands. */
    keep: (
      target: string,
      operation: ServiceOperationId | undefined,
      reply: ServiceResponse,
      traceId: string,
      now: number
    ): Standing | null => {
      if (operation === undefined || !operations.has(operation) || reply.status !== 200) return null
      const at = reply.body.indexOf(traceId)
      if (at < 0) return null
      const before = reply.body.slice(0, at)
      const after = Buffer.from(reply.body.slice(at + traceId.length))
      const tag = `"${createHash("sha256").update(before).update(after).digest("base64url").slice(0, 27)}"`
      const answer: Standing = { operation, before, after, tag }
      bytes += after.length
      // Fresh targets without end must not fill the memory; what is dropped is computed again.
      if (bytes > mostKept) {
        kept.clear()
        bytes = after.length
      }
      if (target.length <= longestTarget) {
        bytes -= kept.get(target)?.answer.after.length ?? 0
        kept.set(target, { answer, until: now + freshMs })
      }
      return answer
    }
  }
}

/** What of a standing answer a request gets: all, or that it has it already. */
export const replyOf = (
  { after, before, tag }: Standing,
  traceId: string,
  ifNoneMatch: string | undefined
): { readonly status: 200 | 304; readonly headers: Readonly<Record<string, string | number>> } => {
  const has = matchesTag(ifNoneMatch, tag)
  return {
    status: has ? 304 : 200,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
      "x-image-skill-exit-code": "0",
      "x-request-id": traceId,
      etag: `W/${tag}`,
      ...(has ? {} : { "content-length": before.length + traceId.length + after.length })
    }
  }
}
