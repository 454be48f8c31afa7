import * as Effect from "effect/Effect"
import { adminPaymentsReconcile } from "../Operations/AdminPayments.js"
import { Invocation } from "../Services/Invocation.js"
import { folderFlag, onFolder } from "./AdminCommand.js"
import { command } from "./Command.js"

export const adminReconciled = command({
  operation: adminPaymentsReconcile,
  flags: folderFlag,
  arguments: {},
  examples: [
    { why: "webhooks were lost while the service was down", argv: ["admin", "payments", "reconcile"] }
  ],
  usesService: false,
  run: ({ data }) =>
    Effect.gen(function* () {
      const { traceId } = yield* Invocation
      const found = yield* onFolder(data, (admin, root) => admin.reconcilePayments(root, traceId))
      return {
        data: found,
        warnings: found.problems.length === 0 ? [] : ["some payments need a person; problems names them"]
      }
    })
})
