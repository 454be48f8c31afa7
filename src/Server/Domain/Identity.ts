import type { Actor } from "../../Schema/Envelope.js"

/** How far an identity has come: signed up, paid for, taken over by its people, or shut out (contract §1). */
export type ClaimState = "unclaimed" | "payment_backed_unclaimed" | "claimed" | "revoked"

/** Who asks: an agent of an organization, with what its token allows. */
export interface Identity {
  readonly actorType: "agent" | "human" | "session" | "system"
  readonly agentId: string
  readonly organizationId: string
  readonly claimState: ClaimState
  readonly tokenClass: string
  readonly grants: ReadonlyArray<string>
}

/** What each class of token allows unless its row says less. */
export const grantsOf = {
  /** The machine's user, whom the embedded service acts as. */
  local: ["read", "create", "edit", "upload", "delete", "feedback", "credits"],
  /** What sign-up hands out, `isk_r_…`. */
  restricted: ["read", "create", "edit", "upload", "delete", "feedback", "credits"]
} as const

/** A class of token. */
export type TokenClass = keyof typeof grantsOf

/** An identity as envelopes show it (contract §1). */
export const actorOf = (identity: Identity): Actor => ({
  actor_type: identity.actorType,
  actor_id: identity.agentId,
  organization_id: identity.organizationId,
  claim_state: identity.claimState
})
