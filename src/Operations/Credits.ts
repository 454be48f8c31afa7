import * as Schema from "effect/Schema"
import { CreditPacksAnswer, PaymentMethodsAnswer } from "../Schema/Credits.js"
import { readOnly } from "../Schema/Effects.js"
import { service } from "./Operation.js"

const Nothing = Schema.Struct({})

/** Lists the ways to pay for credits, and why those that cannot be used now cannot (contract §6). */
export const creditsMethods = service({
  id: "credits.methods",
  command: ["credits", "methods"],
  summary: "List the payment methods: which can be used, by whom, and whether a browser is needed",
  input: Nothing,
  output: PaymentMethodsAnswer,
  codes: [],
  auth: () => "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["credits", "methods"],
  wire: { method: "GET", path: "/v1/payment-methods", request: Nothing }
})

/** Lists the packs of credits and the bounds of exact quotes (contract §6). */
export const creditsPacks = service({
  id: "credits.packs",
  command: ["credits", "packs", "list"],
  summary: "List the credit packs with their prices",
  input: Nothing,
  output: CreditPacksAnswer,
  codes: [],
  auth: () => "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["credits", "packs", "list"],
  wire: { method: "GET", path: "/v1/credit-packs", request: Nothing }
})
