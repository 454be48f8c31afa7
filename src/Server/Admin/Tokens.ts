import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import { grantsOf, type IssuedClass } from "../Domain/Identity.js"
import { Database } from "../Storage/Database.js"
import { Organizations } from "../Storage/Organizations.js"
import { Tokens } from "../Storage/Tokens.js"
import { inFolder } from "./Folder.js"
import { organizationOf, presentedToken } from "./Organizations.js"

const listDefault = 100

/** Tokens of one organization or of all. */
export const listTokens = (
  root: string,
  options: { readonly organization?: string; readonly limit?: number; readonly revoked?: boolean }
) =>
  inFolder(
    root,
    Effect.gen(function* () {
      if (options.organization !== undefined) yield* organizationOf(options.organization)
      const rows = yield* (yield* Tokens).list({
        organization: options.organization ?? null,
        limit: options.limit ?? listDefault,
        revokedToo: options.revoked === true
      })
      return { tokens: rows.map(presentedToken) }
    })
  )

/** Whom a new token is for: an agent by its id, or by its name, which makes it where there is none. */
export interface NewToken {
  readonly organization: string
  readonly agent?: string
  readonly agentName?: string
  readonly tokenClass: IssuedClass
  readonly grants?: ReadonlyArray<string>
}

/** A new token; its text is in this answer and nowhere else. */
export const createToken = (root: string, wanted: NewToken) =>
  inFolder(
    root,
    Effect.gen(function* () {
      const { transaction } = yield* Database
      const tokens = yield* Tokens
      const allowed: ReadonlyArray<string> = grantsOf[wanted.tokenClass]
      const grants = wanted.grants ?? allowed
      const beyond = grants.find((grant) => !allowed.includes(grant))
      if (beyond !== undefined) {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", `a ${wanted.tokenClass} token cannot allow ${beyond}`, {
            details: { token_class: wanted.tokenClass, allowed },
            recovery: { required_flag: "--grants" }
          })
        )
      }
      return yield* transaction(
        Effect.gen(function* () {
          const { id, isNew } = yield* agentFor(wanted)
          const issued = yield* tokens.issueOf(id, wanted.tokenClass, grants)
          return {
            token: issued.token,
            token_id: issued.id,
            agent_id: id,
            agent_is_new: isNew,
            organization_id: wanted.organization,
            token_class: wanted.tokenClass,
            grants
          }
        })
      )
    })
  )

const agentFor = ({ agent, agentName, organization }: NewToken) =>
  Effect.gen(function* () {
    const { claimState } = yield* organizationOf(organization)
    if (claimState === "revoked") {
      return yield* Effect.fail(
        failure("INVALID_ARGUMENTS", "the organization is shut out; its tokens would not hold", {
          recovery: { required_flag: "--organization" }
        })
      )
    }
    const organizations = yield* Organizations
    const name = agentName?.trim()
    const found = (yield* organizations.agents(organization)).find((one) =>
      agent === undefined ? one.name === name : one.id === agent
    )
    if (found !== undefined) return { id: found.id, isNew: false }
    return name === undefined
      ? yield* Effect.fail(
          failure("NOT_FOUND", "the organization has no such agent", { details: { agent_id: agent } })
        )
      : { id: yield* organizations.addAgent(organization, name), isNew: true }
  })

const tokenOf = (id: string) =>
  Effect.gen(function* () {
    const found = yield* (yield* Tokens).findById(id)
    return found === null
      ? yield* Effect.fail(failure("NOT_FOUND", "there is no such token", { details: { token_id: id } }))
      : found
  })

/** Ends a token; doing so again changes nothing. */
export const revokeToken = (root: string, id: string) =>
  inFolder(
    root,
    Effect.gen(function* () {
      yield* tokenOf(id)
      const ended = yield* (yield* Tokens).revoke(id)
      return { token: presentedToken(yield* tokenOf(id)), already_revoked: !ended }
    })
  )

/** What one token allows, within its class; or the bound over everything that an agent does, `null` for none. */
export const setGrants = (
  root: string,
  whose: { readonly agent: string } | { readonly tokenId: string },
  grants: ReadonlyArray<string> | null
) =>
  inFolder(
    root,
    Effect.gen(function* () {
      if ("agent" in whose) {
        const organizations = yield* Organizations
        if ((yield* organizations.findAgent(whose.agent)) === null) {
          return yield* Effect.fail(
            failure("NOT_FOUND", "there is no such agent", { details: { agent_id: whose.agent } })
          )
        }
        yield* organizations.boundAgent(whose.agent, grants)
        return { agent_id: whose.agent, token_id: null, grants }
      }
      const token = yield* tokenOf(whose.tokenId)
      const allowed: ReadonlyArray<string> = Object.hasOwn(grantsOf, token.tokenClass)
        ? grantsOf[token.tokenClass as keyof typeof grantsOf]
        : []
      const wanted = grants ?? allowed
      const beyond = wanted.find((grant) => !allowed.includes(grant))
      if (beyond !== undefined) {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", `a ${token.tokenClass} token cannot allow ${beyond}`, {
            details: { token_class: token.tokenClass, allowed },
            recovery: { required_flag: "--grants" }
          })
        )
      }
      yield* (yield* Tokens).setGrants(token.id, wanted)
      return { agent_id: token.agentId, token_id: token.id, grants: wanted }
    })
  )
