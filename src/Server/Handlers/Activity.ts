import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import type { activityList, activityShow } from "../../Operations/Activity.js"
import { Activity } from "../Storage/Activity.js"
import { type Handler, identityOf } from "./Handler.js"

const source = "hosted_activity_ledger"

export const listActivity: Handler<typeof activityList> = ({ limit = 20, subject }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const events = yield* (yield* Activity).list(identity.organizationId, { limit, reference: subject })
    return { data: { events, source } }
  })

export const showActivity: Handler<typeof activityShow> = ({ reference }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const events = yield* (yield* Activity).list(identity.organizationId, { limit: 100, reference })
    const [newest] = events
    if (newest === undefined) {
      return yield* Effect.fail(
        failure("NOT_FOUND", "no activity has this reference", {
          recovery: { suggested_command: "image-skill activity list" }
        })
      )
    }
    return {
      data: {
        request: { reference, reference_type: reference.startsWith("evt_") ? "event" : "subject" },
        event: newest,
        events,
        source
      }
    }
  })
