import * as Schema from "effect/Schema"
import { open, optional } from "./Open.js"

const line = (what: string, most: number) =>
  Schema.String.pipe(
    Schema.pattern(new RegExp(`^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{1,${most}}$`, "u"), {
      message: () => `expected ${what} of 1 to ${most} characters on one line`
    })
  )

/** What an agent calls itself. */
export const AgentName = line("a name", 80)
/** What an agent runs in: codex, claude-code, a script. */
export const Runtime = line("a runtime's name", 80)
/** An inbox, email-shaped; the service compares it in lower case (contract §4). */
export const Contact = Schema.String.pipe(
  Schema.pattern(/^\s*[^\s@]{1,64}@[^\s@]{1,189}\.[^\s@]{2,63}\s*$/, {
    message: () => "expected an inbox like name@example.com"
  })
)

/** Request of `POST /v1/agent-signups`; `authorization` travels as the header (contract §6). */
export const SignupRequest = Schema.Struct({
  agent_contact: optional(Contact),
  human_email: optional(Contact),
  agent_name: AgentName,
  runtime: optional(Runtime),
  return_token: optional(Schema.Boolean),
  authorization: optional(Schema.String.pipe(Schema.maxLength(4_200)))
})
/** Request of `POST /v1/agent-signups` (contract §6). */
export type SignupRequest = typeof SignupRequest.Type

/**
 * Answer of `POST /v1/agent-signups` (contract §6): `token` at most once, and only when it was asked for. No oddity of another
 * field may lose it.
 */
export const SignupAnswer = open({
  agent_contact: optional(Schema.Unknown),
  agent_id: optional(Schema.Unknown),
  organization_id: optional(Schema.Unknown),
  claim_state: optional(Schema.Unknown),
  grants: optional(Schema.Unknown),
  token: optional(Schema.NullOr(Schema.String)),
  storage: optional(Schema.Unknown)
})
/** Answer of `POST /v1/agent-signups` (contract §6). */
export type SignupAnswer = typeof SignupAnswer.Type

/** What the command `signup` hands over. */
export const SignupInput = Schema.Struct({
  agent_contact: Contact,
  agent_name: AgentName,
  runtime: Runtime,
  save: Schema.Boolean,
  show_token: Schema.Boolean
})
/** What the command `signup` hands over. */
export type SignupInput = typeof SignupInput.Type
