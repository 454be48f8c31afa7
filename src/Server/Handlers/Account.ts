import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { health, usageQuota, whoami } from "../../Operations/Account.js"
import { version } from "../../Version.js"
import { AssetUrls } from "../Domain/AssetUrls.js"
import { Catalog, isRunnable } from "../Domain/Catalog/Catalog.js"
import { nextDay } from "../Domain/Creation.js"
import { actorOf } from "../Domain/Identity.js"
import { Policy } from "../Domain/Policy.js"
import { priceOutput } from "../Domain/Pricing.js"
import { Jobs } from "../Storage/Jobs.js"
import { Ledger } from "../Storage/Ledger.js"
import { type Handler, identityOf } from "./Handler.js"

export const showHealth: Handler<typeof health> = () =>
  Effect.map(AssetUrls, ({ mediaOrigin }) => ({
    data: { status: "ok", api_version: version, media_origin: mediaOrigin }
  }))

export const showWhoami: Handler<typeof whoami> = (_, caller) =>
  Effect.map(identityOf(caller), (identity) => ({
    data: {
      actor: actorOf(identity),
      organization: { organization_id: identity.organizationId, claim_state: identity.claimState },
      claim_state: identity.claimState,
      token_class: identity.tokenClass,
      grants: identity.grants
    }
  }))

export const showQuota: Handler<typeof usageQuota> = (_, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const { free, held, paid } = yield* (yield* Ledger).balances(identity.organizationId)
    const { dailyJobs, marginPercent } = yield* Policy
    const day = new Date(yield* Clock.currentTimeMillis).toISOString().slice(0, 10)
    const used = yield* (yield* Jobs).dailyUsed(identity.organizationId, day)
    const runnable = (yield* (yield* Catalog).entries).filter(isRunnable)
    return {
      data: {
        authenticated: true,
        claim_state: identity.claimState,
        token_status: "active",
        limits: {
          remaining_credits: free,
          payment_backed_remaining_credits: paid,
          reserved_credits: held,
          credit_unit_usd: 0.01
        },
        daily_jobs: {
          limit: dailyJobs,
          used,
          remaining: Math.max(0, dailyJobs - used),
          resets_at: nextDay(day)
        },
        model_limits: runnable.map(({ model }) => {
          const price = priceOutput(model, marginPercent)
          return {
            model_id: model.id,
            max_outputs_per_request: model.maxOutputs,
            credits_required: price.providerCost === null ? null : price.creditsPerOutput
          }
        })
      }
    }
  })
