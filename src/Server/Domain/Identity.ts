import type { Actor } from "../../Schema/Envelope.js"

/** Who asks: an agent of an organization, with what its token allows. */
export interface Identity {
  readonly actorType: "agent" | "human" | "session" | "system"
  readonly agentId: string
  readonly organizationId: string
  readonly claimState: "unclaimed" | "payment_backed_unclaimed" | "claimed" | "revoked"
  readonly tokenClass: string
  readonly grants: ReadonlyArray<string>
}

/** An identity as envelopes show it (contract §1). */
export const actorOf = (identity: Identity): Actor => ({
  actor_type: identity.actorType,
  actor_id: identity.agentId,
  organization_id: identity.organizationId,
  claim_state: identity.claimState
})
