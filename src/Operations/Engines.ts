import * as Schema from "effect/Schema"
import { readOnly } from "../Schema/Effects.js"
import { CatalogId } from "../Schema/Ids.js"
import { open, optional } from "../Schema/Open.js"
import { flag, service } from "./Operation.js"

const Nothing = Schema.Struct({})
const Which = Schema.Struct({ provider: optional(CatalogId) })

/** An engine as the service has it. */
const Engine = open({
  id: Schema.String,
  status: Schema.String,
  reason: optional(Schema.NullOr(Schema.String)),
  what_to_do: optional(Schema.NullOr(Schema.String))
})

/** Lists the engines: what is wired here, what is missing and how to add it (contract §9). */
export const enginesList = service({
  id: "engines.list",
  command: ["engines", "list"],
  summary: "List the engines: what runs here, what is missing, and how to add it",
  input: Nothing,
  output: open({ engines: Schema.Array(Engine) }),
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["engines", "list"],
  wire: { method: "GET", path: "/v1/engines", request: Nothing }
})

/** Asks the engines whether they answer and take their key; spends nothing (contract §9). */
export const enginesTest = service({
  id: "engines.test",
  command: ["engines", "test"],
  summary: "Ask the engines whether they answer and take their key; spends nothing",
  input: Which,
  output: open({ engines: Schema.Array(Engine) }),
  codes: ["NOT_FOUND"],
  auth: "required",
  effects: () => ({ ...readOnly, provider_call: true }),
  touches: () => [],
  argv: ({ provider }) => ["engines", "test", ...flag("provider", provider)],
  wire: { method: "POST", path: "/v1/engines/test", request: Which }
})
