import * as Schema from "effect/Schema"
import { open } from "../Schema/Open.js"
import { admin, folderField } from "./AdminOperation.js"

/** What a reconciliation looked at, mended, and leaves to a person; credits are whole. */
const Reconciled = open({
  checked: open({ attempts: Schema.Number, receipts: Schema.Number }),
  granted: Schema.Number,
  reversed: Schema.Number,
  collected: Schema.Number,
  owed: Schema.Number,
  problems: Schema.Array(open({ reference: Schema.String, problem: Schema.String }))
})

/** Asks Stripe again about every payment that may still change, and applies what no event has told (contract §7). */
export const adminPaymentsReconcile = admin({
  id: "admin.payments.reconcile",
  command: ["admin", "payments", "reconcile"],
  summary: "Ask Stripe again about every payment, and apply what no webhook has told; twice changes nothing",
  input: Schema.Struct(folderField),
  output: Reconciled,
  codes: ["PAYMENT_METHOD_UNAVAILABLE"],
  argv: () => ["admin", "payments", "reconcile"]
})
