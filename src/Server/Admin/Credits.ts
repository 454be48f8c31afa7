import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import { Credits } from "../../Schema/Money.js"
import { makeId } from "../../Services/Entropy.js"
import { Database } from "../Storage/Database.js"
import { Ledger } from "../Storage/Ledger.js"
import { OperatorCredits, type OperatorMovement } from "../Storage/OperatorCredits.js"
import { inFolder } from "./Folder.js"
import { organizationOf } from "./Organizations.js"

/** What an operator wants moved, and under which key. */
export type WantedMovement = Omit<OperatorMovement, "reference">

/**
 * Gives free credits or takes them back: the transfer and its reason in one transaction, once for each key. The same key with other
 * terms is `IDEMPOTENCY_CONFLICT`; what is not there cannot be taken (`QUOTA_EXCEEDED`).
 */
export const moveCredits = (wanted: WantedMovement) =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const ledger = yield* Ledger
    const movements = yield* OperatorCredits
    return yield* transaction(
      Effect.gen(function* () {
        yield* organizationOf(wanted.organizationId)
        const before = yield* movements.find(wanted.key)
        if (before !== null) {
          if (!isSame(before, wanted)) {
            return yield* Effect.fail(
              failure("IDEMPOTENCY_CONFLICT", "this key has moved other credits before", {
                details: {
                  organization_id: before.organizationId,
                  kind: before.kind,
                  credits: before.credits,
                  reason: before.reason
                },
                recovery: { required_flag: "--idempotency-key" }
              })
            )
          }
          return { ...answerOf(before), idempotent_replayed: true, balance: yield* balanceOf(wanted) }
        }
        const movement: OperatorMovement = { ...wanted, reference: yield* makeId("creditEvent") }
        const amount = Credits.make(movement.credits)
        yield* movement.kind === "grant"
          ? ledger.grant(movement.organizationId, amount, "promo", movement.reference)
          : ledger.takeBack(movement.organizationId, amount, movement.reference)
        yield* movements.insert(movement)
        return { ...answerOf(movement), idempotent_replayed: false, balance: yield* balanceOf(wanted) }
      })
    )
  })

/** As `moveCredits`, on a data folder. */
export const moveCreditsIn = (root: string, wanted: WantedMovement) => inFolder(root, moveCredits(wanted))

const isSame = (before: OperatorMovement, wanted: WantedMovement): boolean =>
  before.organizationId === wanted.organizationId &&
  before.kind === wanted.kind &&
  before.credits === wanted.credits &&
  before.reason === wanted.reason

const balanceOf = ({ organizationId }: WantedMovement) =>
  Effect.flatMap(Ledger, (ledger) => ledger.balances(organizationId)).pipe(
    Effect.map((balances) => ({ ...balances }))
  )

const answerOf = ({ credits, key, kind, organizationId, reason, reference }: OperatorMovement) => ({
  organization_id: organizationId,
  kind,
  credits,
  reason,
  reference,
  idempotency_key: key
})
