import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../Errors.js"
import type { SignupAnswer, SignupRequest } from "../../Schema/Signup.js"
import { Database } from "../Storage/Database.js"
import { Identities, type SignedUp } from "../Storage/Identities.js"
import { Ledger } from "../Storage/Ledger.js"
import { Payments } from "../Storage/Payments.js"
import { Tokens } from "../Storage/Tokens.js"
import { Vault } from "../Storage/Vault.js"
import { normaliseContact, redactContact } from "./Contact.js"
import { boundedBy, grantsOf } from "./Identity.js"
import { Policy } from "./Policy.js"
import { RateLimits } from "./RateLimits.js"

/**
 * Signs an agent up, or hands a known one a new token. An agent without money needs only its contact and name for that; one with
 * money, or with people behind it, needs its current token too (contract §6). Without `return_token` nothing is issued, and so
 * nothing is taken back.
 */
export const signUp = Effect.fn("Signup.signUp")(function* (request: SignupRequest, remote: string | null) {
  const contact = yield* contactOf(request)
  const vault = yield* Vault
  const policy = yield* Policy
  const limits = yield* RateLimits
  const contactDigest = vault.digest(`contact:${contact}`)
  if (policy.signups !== null) {
    yield* limits.take(`signup-from:${remote ?? "unknown"}`, policy.signups.perAddress)
    yield* limits.take(`signup-for:${contactDigest}`, policy.signups.perContact)
  }
  const { transaction } = yield* Database
  const identities = yield* Identities
  const tokens = yield* Tokens
  const ledger = yield* Ledger
  const name = request.agent_name.trim()
  const current = yield* holderOf(request.authorization)
  const contactShown = redactContact(contact)

  const { agent, token } = yield* transaction(
    Effect.gen(function* () {
      const known = yield* identities.findSignedUp(contactDigest, name)
      if (known !== null) {
        if (request.return_token !== true) return { agent: known, token: null }
        yield* mayRotate(known, current)
        yield* tokens.revokeAll(known.agentId, "rotated")
        return { agent: known, token: yield* tokens.issue(known.agentId) }
      }
      const added = yield* identities.addSignedUp({
        contactDigest,
        contactShown,
        name,
        runtime: request.runtime ?? "unknown"
      })
      yield* ledger.open(added.organizationId)
      if (policy.previewCredits > 0) {
        yield* ledger.grant(added.organizationId, policy.previewCredits, "promo", "preview")
      }
      return {
        agent: added,
        token: request.return_token === true ? yield* tokens.issue(added.agentId) : null
      }
    })
  )
  return {
    agent_contact: contactShown,
    agent_id: agent.agentId,
    organization_id: agent.organizationId,
    claim_state: agent.claimState,
    grants: boundedBy(grantsOf.restricted, agent.bound),
    token,
    storage: {
      saved: false,
      config_path: null,
      reason: token === null ? "no token was asked for" : "the caller keeps the token; it is not told again"
    }
  } satisfies SignupAnswer
})

const contactOf = ({ agent_contact, human_email }: SignupRequest): Effect.Effect<string, ImageSkillError> => {
  const refuse = (reason: string) =>
    Effect.fail(
      failure("INVALID_ARGUMENTS", reason, {
        details: { path: "agent_contact" },
        recovery: { required_flag: "--agent-contact", accepted_aliases: ["--human-email"] }
      })
    )
  const given = [agent_contact, human_email].flatMap((text) => (text === undefined ? [] : [text]))
  const [contact, other] = given.map(normaliseContact)
  if (contact === undefined) return refuse("sign-up needs a contact inbox")
  if (contact === null || other === null) return refuse("the contact is not shaped like an inbox")
  return other !== undefined && other !== contact
    ? refuse("agent_contact and human_email are the same thing and differ here")
    : Effect.succeed(contact)
}

/** The agent whose token came along, if it is anyone's and still holds. */
const holderOf = (authorization: string | undefined) =>
  Effect.gen(function* () {
    const token = /^Bearer +(\S{1,4096})$/i.exec(authorization ?? "")?.[1]
    if (token === undefined) return null
    const known = yield* (yield* Tokens).find(token)
    return known === null || known.revoked ? null : known.identity.agentId
  })

const mayRotate = (known: SignedUp, current: string | null) =>
  Effect.gen(function* () {
    if (known.claimState === "revoked") {
      return yield* Effect.fail(failure("TOKEN_REVOKED", "this identity was revoked by the operator"))
    }
    if (current === known.agentId) return
    const { paid } = yield* (yield* Ledger).balances(known.organizationId)
    // What may still arrive counts as paid: else whoever knows contact and name would get it.
    const awaited = yield* (yield* Payments).isAwaited(known.organizationId)
    if (known.claimState === "unclaimed" && paid === 0 && !awaited) return
    return yield* Effect.fail(
      failure(
        "AUTH_REQUIRED",
        "this identity has people or money behind it: a new token needs the current one",
        {
          details: { cause: "current_token_required" }
        }
      )
    )
  })
