import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../Errors.js"
import { once } from "../Once.js"
import { layerEffect } from "../Stack.js"
import type { Identity } from "./Domain/Identity.js"
import { Policy } from "./Domain/Policy.js"
import { RateLimits } from "./Domain/RateLimits.js"
import { Database } from "./Storage/Database.js"
import { Identities } from "./Storage/Identities.js"
import { Ledger } from "./Storage/Ledger.js"
import { Tokens } from "./Storage/Tokens.js"

/** Tells who a request comes from. */
export class Authenticator extends Context.Tag("image-skill/Server/Authenticator")<
  Authenticator,
  {
    /** The identity behind a bearer token from a network address, or behind none; `null` when nobody is signed in. */
    readonly authenticate: (
      bearer: string | null,
      remote: string | null
    ) => Effect.Effect<Identity | null, ImageSkillError>
  }
>() {
  /** The machine's user, whoever asks: only this process can (contract §9). */
  static readonly layerLocalUser = layerEffect(
    Authenticator,
    Effect.gen(function* () {
      const { transaction } = yield* Database
      const identities = yield* Identities
      const ledger = yield* Ledger
      const { previewCredits } = yield* Policy
      const user = transaction(
        Effect.gen(function* () {
          const { identity, isNew } = yield* identities.localUser
          if (isNew) {
            yield* ledger.open(identity.organizationId)
            yield* ledger.grant(identity.organizationId, previewCredits, "promo", "preview")
          }
          return identity
        })
      )
      // Most runs only read: the transaction is for the first.
      const known = yield* once(
        Effect.flatMap(identities.known, (identity) => (identity === null ? user : Effect.succeed(identity)))
      )
      return { authenticate: () => known }
    })
  )

  /** The agent whose token came along: unknown ones, rotated ones and hasty ones are refused (contract §2, §6). */
  static readonly layerTokens = layerEffect(
    Authenticator,
    Effect.gen(function* () {
      const tokens = yield* Tokens
      const limits = yield* RateLimits
      const { requests, wrongTokens } = yield* Policy
      return {
        authenticate: (bearer, remote) =>
          Effect.gen(function* () {
            if (bearer === null) return null
            const known = bearer.startsWith("isk_") ? yield* tokens.find(bearer) : null
            if (known === null) {
              // Whoever guesses is slowed down; whoever shares an address with one that guesses is not.
              if (wrongTokens !== null) {
                yield* limits.take(`wrong-tokens-from:${remote ?? "unknown"}`, wrongTokens)
              }
              return yield* Effect.fail(failure("TOKEN_INVALID", "this service does not know the token"))
            }
            if (known.revoked) {
              return yield* Effect.fail(
                failure("TOKEN_REVOKED", "the token was rotated or revoked; sign up again for a new one")
              )
            }
            if (requests !== null) yield* limits.take(`requests-of:${known.identity.agentId}`, requests)
            return known.identity
          })
      }
    })
  )
}
