import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Env } from "../../Services/Env.js"
import { reconcile } from "../Domain/Payments/Reconcile.js"
import { layerStripe } from "../Domain/Payments/StripeClient.js"
import { inFolder } from "./Folder.js"

/** Asks Stripe again, with the keys of this process, about the payments of a data folder (contract §7). */
export const reconcilePayments = (root: string, traceId: string) =>
  Effect.flatMap(Env, (env) =>
    inFolder(
      root,
      // Nothing is sold here, so no link is ever made.
      Effect.provide(
        reconcile(traceId),
        Layer.provide(
          layerStripe(() => ""),
          Layer.succeed(Env, env)
        )
      )
    )
  )
