import type * as Effect from "effect/Effect"
import { failure, type AuthRequired, type ImageSkillError } from "../../Errors.js"
import type { AnyServiceOperation, OutputOf, RequestOf } from "../../Operations/Operation.js"
import * as E from "effect/Effect"
import type { Envelope } from "../../Schema/Envelope.js"
import type { Entropy } from "../../Services/Entropy.js"
import type { AssetUrls } from "../Domain/AssetUrls.js"
import type { Catalog } from "../Domain/Catalog/Catalog.js"
import type { Driver } from "../Domain/Driver.js"
import type { Identity } from "../Domain/Identity.js"
import type { Stripe } from "../Domain/Payments/Stripe.js"
import type { Policy } from "../Domain/Policy.js"
import type { RateLimits } from "../Domain/RateLimits.js"
import type { Providers } from "../Providers/Provider.js"
import type { ServiceResponse } from "../Reply.js"
import type { Activity } from "../Storage/Activity.js"
import type { Assets } from "../Storage/Assets.js"
import type { Blobs } from "../Storage/Blobs.js"
import type { Database } from "../Storage/Database.js"
import type { Identities } from "../Storage/Identities.js"
import type { Jobs } from "../Storage/Jobs.js"
import type { Ledger } from "../Storage/Ledger.js"
import type { Removals } from "../Storage/Removals.js"
import type { Payments } from "../Storage/Payments.js"
import type { Reversals } from "../Storage/Reversals.js"
import type { Tokens } from "../Storage/Tokens.js"
import type { Vault } from "../Storage/Vault.js"

/** Everything of the service that a handler may use. */
export type ServiceRooms =
  | Activity
  | AssetUrls
  | Assets
  | Blobs
  | Catalog
  | Database
  | Driver
  | Entropy
  | Identities
  | Jobs
  | Ledger
  | Payments
  | Policy
  | Providers
  | RateLimits
  | Removals
  | Reversals
  | Stripe
  | Tokens
  | Vault

/** Who calls, and under which trace id. */
export interface Caller {
  readonly identity: Identity | null
  readonly traceId: string
  /** The network address behind the request; `null` for the embedded way in. */
  readonly remote: string | null
  /** Another request of the same caller; it cannot lead to a third. */
  readonly again: (request: Again) => Effect.Effect<ServiceResponse>
}

/** A request that a handler makes in its caller's name. */
export interface Again {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** A handler's answer; `status` is 200 unless the work goes on behind it. */
export interface Reply<A> {
  readonly data: A
  readonly warnings?: ReadonlyArray<string>
  readonly status?: 200 | 202
  /** An envelope that is the answer as it stands, with its exit code. */
  readonly envelope?: Envelope
  readonly exitCode?: number
}

/** What a service does for one operation, free of HTTP. */
export type Handler<O extends AnyServiceOperation> = (
  request: RequestOf<O>,
  caller: Caller
) => Effect.Effect<Reply<OutputOf<O>>, ImageSkillError, ServiceRooms>

/** The caller's identity, for operations that need one. */
export const identityOf = (caller: Pick<Caller, "identity">): Effect.Effect<Identity, AuthRequired> =>
  caller.identity === null
    ? E.fail(failure("AUTH_REQUIRED", "this operation needs a token"))
    : E.succeed(caller.identity)
