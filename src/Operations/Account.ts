import * as Schema from "effect/Schema"
import { HealthAnswer, QuotaAnswer, WhoamiAnswer } from "../Schema/Account.js"
import { readOnly } from "../Schema/Effects.js"
import { service, tellsAny } from "./Operation.js"

const Nothing = Schema.Struct({})

/** Tells who the caller is to the service (contract §4). */
export const whoami = service({
  id: "whoami",
  command: ["whoami"],
  summary: "Show the current actor, organization, claim state, token class and grants",
  input: Nothing,
  output: WhoamiAnswer,
  codes: [],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["whoami"],
  wire: { method: "GET", path: "/v1/whoami", request: Nothing },
  tells: ({ actor, data }) =>
    actor !== null ||
    tellsAny(data, ["actor", "actor_id", "agent_id", "organization", "organization_id", "claim_state"])
})

/** Tells what the caller may still spend today (contract §4). */
export const usageQuota = service({
  id: "usage.quota",
  command: ["usage", "quota"],
  summary: "Show remaining credits, daily jobs and limits: the check before spending",
  input: Nothing,
  output: QuotaAnswer,
  codes: [],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["usage", "quota"],
  wire: { method: "GET", path: "/v1/quota", request: Nothing },
  tells: ({ data }) =>
    tellsAny(data, ["limits", "daily_jobs", "authenticated", "claim_state", "token_status"])
})

/** Tells whether the service is up; it has no command of its own (contract §6). */
export const health = service({
  id: "health",
  command: [],
  summary: "Whether the service is up",
  input: Nothing,
  output: HealthAnswer,
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["doctor"],
  wire: { method: "GET", path: "/healthz", request: Nothing }
})
