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
  restricted: ["read", "create", "edit", "upload", "delete", "feedback", "credits"],
  /** For who may look and not touch, `isk_v_…`; only the operator hands it out. */
  viewer: ["read"]
} as const

/** A class of token. */
export type TokenClass = keyof typeof grantsOf

/** The classes of token that are handed out, with the letter by which their text begins. */
export const tokenLetters = { restricted: "r", viewer: "v" } as const satisfies Partial<
  Record<TokenClass, string>
>

/** A class of token that is handed out. */
export type IssuedClass = keyof typeof tokenLetters

/** What a token allows once its agent's own bound, if there is one, is laid over it. */
export const boundedBy = (
  grants: ReadonlyArray<string>,
  bound: ReadonlyArray<string> | null
): ReadonlyArray<string> => (bound === null ? grants : grants.filter((grant) => bound.includes(grant)))

/** An identity as envelopes show it (contract §1). */
export const actorOf = (identity: Identity): Actor => ({
  actor_type: identity.actorType,
  actor_id: identity.agentId,
  organization_id: identity.organizationId,
  claim_state: identity.claimState
})
