import * as Effect from "effect/Effect"
import * as Clock from "effect/Clock"
import { failure, type ImageSkillError } from "../../Errors.js"
import { jsonBodyLimit } from "../Decode.js"
import { stateOf } from "../Domain/Payments/Presenting.js"
import { receiveEvent } from "../Domain/Payments/Webhook.js"
import { renderFailure, renderSuccess, type ServiceResponse } from "../Reply.js"
import { Payments } from "../Storage/Payments.js"
import type { Log } from "./Log.js"

/** Where Stripe sends its events. */
export const webhookPath = "/v1/webhooks/stripe"
/** Largest event that is read, in bytes. */
export const webhookBodyLimit = jsonBodyLimit
/** Below it the short links to Checkout pages lie. */
export const handoffPath = "/pay/"

/** Takes an event: who signs is known by the signature and by nothing else. */
export const answerWebhook = (
  body: Uint8Array,
  headers: Readonly<Record<string, string | undefined>>,
  traceId: string,
  log: Log
) =>
  Effect.suspend(() =>
    headers["authorization"] === undefined
      ? receiveEvent(body, headers["stripe-signature"], traceId)
      : Effect.fail(failure("AUTH_REQUIRED", "events are signed by Stripe; no token opens this"))
  ).pipe(
    Effect.match({
      onSuccess: (received) => {
        // Money came that belongs to nothing here: somebody has to look.
        const odd = /^(?:rejected|unknown)/.test(received.outcome)
        log(odd ? "warn" : "info", "payment_event", { event: received.event_id, outcome: received.outcome })
        return renderSuccess(speaking(traceId), { ...received })
      },
      onFailure: (error) => renderFailure(speaking(traceId), error)
    })
  )

/** Sends whoever holds a short link on to the full one; whoever comes back from it reads that it is done. */
export const answerHandoff = (
  attemptId: string,
  returned: boolean,
  traceId: string
): Effect.Effect<ServiceResponse, never, Payments> =>
  Effect.gen(function* () {
    const payments = yield* Payments
    const attempt = yield* payments.findAttempt(attemptId)
    const quote = attempt === null ? null : yield* payments.findQuote(attempt.quoteId)
    if (attempt === null || quote === null || attempt.checkoutUrl === null) {
      return yield* Effect.fail(failure("NOT_FOUND", "there is no such payment"))
    }
    const state = stateOf(quote, attempt, yield* Clock.currentTimeMillis)
    if (state === "succeeded" || state === "processing" || returned) {
      return page(200, traceId, "Thank you. The payment is with Stripe; this page can be closed.")
    }
    if (state !== "action_required") return page(410, traceId, "This payment link is no longer valid.")
    return {
      status: 302,
      headers: {
        ...common(traceId),
        location: attempt.checkoutUrl,
        "content-type": "text/plain; charset=utf-8"
      },
      body: ""
    }
  }).pipe(
    Effect.catchAll((error: ImageSkillError) => Effect.succeed(renderFailure(speaking(traceId), error)))
  )

const speaking = (traceId: string) => ({ command: "image-skill", traceId, actor: null })

const common = (traceId: string) => ({
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-request-id": traceId,
  "x-image-skill-exit-code": "0"
})

// Of whoever follows the link nothing is known: it tells no amount, and no balance.
const page = (status: number, traceId: string, text: string): ServiceResponse => ({
  status,
  headers: { ...common(traceId), "content-type": "text/plain; charset=utf-8" },
  body: `${text}\n`
})
