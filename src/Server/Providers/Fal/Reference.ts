import type { JsonObject } from "../../../Schema/Open.js"
import type { ModelSpec } from "../../Domain/Catalog/ModelSpec.js"
import type { Endpoint } from "../Wire/Endpoint.js"
import { record, text } from "../Wire/Json.js"

/** A queued request, and where it is asked for. */
export interface Queued {
  readonly requestId: string
  readonly statusUrl: string
  readonly responseUrl: string
  readonly cancelUrl: string
}

const idPattern = /^[A-Za-z0-9_-]{1,128}$/

/**
 * Where a request is asked for: the addresses that the queue returned when they are its own, else those below the app, which
 * leaves out the rest of the endpoint's path (providers.md §3.2). `null` without a usable id.
 */
export const queuedOf = (body: unknown, endpoint: Endpoint, model: ModelSpec): Queued | null => {
  const answer = record(body)
  const requestId = text(answer["request_id"])
  if (requestId === undefined || !idPattern.test(requestId)) return null
  const own = `${endpoint.base}/${model.wire?.["app"] ?? ""}/requests/${requestId}`
  const follow = (given: unknown, otherwise: string): string => {
    const address = text(given)
    if (address === undefined || !URL.canParse(address)) return otherwise
    const url = new URL(address)
    // The key travels along: only to the queue itself, and only about this request.
    return url.origin === endpoint.origin && url.pathname.includes(requestId) && url.username === ""
      ? url.href
      : otherwise
  }
  return {
    requestId,
    statusUrl: follow(answer["status_url"], `${own}/status`),
    responseUrl: follow(answer["response_url"], own),
    cancelUrl: follow(answer["cancel_url"], `${own}/cancel`)
  }
}

/** A queued request as a checkpoint keeps it, in the queue's own words, so that reading it back checks it again. */
export const toReference = (queued: Queued): JsonObject => ({
  request_id: queued.requestId,
  status_url: queued.statusUrl,
  response_url: queued.responseUrl,
  cancel_url: queued.cancelUrl
})
