import type { Effects } from "../Schema/Effects.js"
import { readOnly } from "../Schema/Effects.js"
import { SignupAnswer, SignupInput, SignupRequest } from "../Schema/Signup.js"
import { flag, service, toggle } from "./Operation.js"

const signsUp: Effects = { ...readOnly, hosted_signup: true }

/** Makes an agent's identity, or gives a known one a new token (contract §4, §6). */
export const signup = service({
  id: "signup",
  command: ["signup"],
  summary: "Sign an agent up: get an identity and a token, which is saved for later commands",
  input: SignupInput,
  output: SignupAnswer,
  codes: [
    "AUTH_REQUIRED",
    "TOKEN_REVOKED",
    "RATE_LIMITED",
    "CONFIG_READ_FAILED",
    "PUBLIC_CLI_CONFIG_WRITE_FAILED"
  ],
  auth: "none",
  effects: () => signsUp,
  // The config file.
  touches: () => ["files"],
  argv: (input) => [
    "signup",
    "--agent",
    ...flag("agent-contact", input.agent_contact),
    ...flag("agent-name", input.agent_name),
    ...flag("runtime", input.runtime),
    ...toggle("show-token", input.show_token),
    ...(input.save ? [] : ["--no-save"])
  ],
  wire: {
    method: "POST",
    path: "/v1/agent-signups",
    request: SignupRequest,
    // The current token, which some rotations need; every other operation sends it by itself.
    headers: { authorization: "authorization" }
  }
})
