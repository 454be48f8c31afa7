import * as Effect from "effect/Effect"
import type { creditsMethods, creditsPacks } from "../../Operations/Credits.js"
import { creditPacks, paymentFrame, paymentMethods } from "../Domain/Payments.js"
import type { Handler } from "./Handler.js"

export const listMethods: Handler<typeof creditsMethods> = () =>
  Effect.sync(() => ({ data: { ...paymentFrame, methods: paymentMethods } }))

export const listPacks: Handler<typeof creditsPacks> = () => Effect.sync(() => ({ data: creditPacks }))
