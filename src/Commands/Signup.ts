import * as Effect from "effect/Effect"
import { failure, type InvalidArguments } from "../Errors.js"
import { usageQuota, whoami } from "../Operations/Account.js"
import { signup as operation } from "../Operations/Signup.js"
import { suggest } from "../Operations/Suggest.js"
import { AgentName, Contact, Runtime } from "../Schema/Signup.js"
import { signUp } from "../Services/SigningUp.js"
import { command } from "./Command.js"
import { schema, toggle } from "./Flags.js"
import { successOf } from "./ServiceCommand.js"

const refuse = (
  reason: string,
  recovery:
    | { readonly required_flag: string; readonly accepted_aliases?: ReadonlyArray<string> }
    | { readonly next_step: string }
): Effect.Effect<never, InvalidArguments> => Effect.fail(failure("INVALID_ARGUMENTS", reason, { recovery }))

/** Signs an agent up and saves its token, unless told otherwise (contract §4). */
export const signup = command({
  operation,
  flags: {
    agent: toggle("agent", "Sign up as an agent: the only kind there is"),
    contact: schema(
      "agent-contact",
      "INBOX",
      "An inbox that lasts: the agent's own, or its operator's; never invented",
      Contact
    ),
    human_email: { ...schema("human-email", "INBOX", "Same as --agent-contact", Contact), hidden: true },
    name: schema("agent-name", "NAME", "What the agent calls itself", AgentName),
    runtime: schema("runtime", "RUNTIME", "What it runs in: codex, claude-code, a script", Runtime),
    save: toggle("save", "Save the token in the config file: the default"),
    no_save: toggle("no-save", "Do not save the token"),
    show_token: toggle("show-token", "Show the token once, for a secret store of the caller")
  },
  arguments: {},
  examples: [
    {
      why: "an identity whose token later commands find by themselves",
      argv: [
        "signup",
        "--agent",
        "--agent-contact",
        "agent-inbox@example.com",
        "--agent-name",
        "creative-agent",
        "--runtime",
        "codex"
      ]
    }
  ],
  usesService: true,
  run: (values) =>
    Effect.gen(function* () {
      const { agent, contact, human_email, name, no_save, runtime, save, show_token } = values
      if (agent !== true)
        return yield* refuse("say --agent: only agents sign up here", { required_flag: "--agent" })
      if (save === true && no_save === true) {
        return yield* refuse("--save and --no-save exclude each other: saving is the default", {
          next_step: "leave one of them out"
        })
      }
      const aliases = { required_flag: "--agent-contact", accepted_aliases: ["--human-email"] }
      const inboxes = [contact, human_email].flatMap((inbox) =>
        inbox === undefined ? [] : [inbox.trim().toLowerCase()]
      )
      const [inbox, other] = inboxes
      if (inbox === undefined) return yield* refuse("signup needs a contact inbox", aliases)
      if (other !== undefined && other !== inbox) {
        return yield* refuse("--agent-contact and --human-email are the same thing and differ here", aliases)
      }
      if (name === undefined) return yield* refuse("signup needs a name", { required_flag: "--agent-name" })
      if (runtime === undefined)
        return yield* refuse("signup needs a runtime", { required_flag: "--runtime" })
      const answer = yield* signUp({
        agent_contact: inbox,
        agent_name: name,
        runtime,
        save: no_save !== true,
        show_token: show_token === true
      })
      const saved = answer.data.storage.saved
      return successOf(
        answer,
        saved
          ? [
              suggest("whoami", "see the identity as the service does", whoami, {}),
              suggest("quota", "see what may be spent", usageQuota, {})
            ]
          : []
      )
    })
})
