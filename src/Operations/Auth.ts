import * as Schema from "effect/Schema"
import { readOnly } from "../Schema/Effects.js"
import { open } from "../Schema/Open.js"
import { local } from "./Operation.js"

const Nothing = Schema.Struct({})

/** Tells whether a token is known here, where it came from, and what the service says of it (contract §4). */
export const authStatus = local({
  id: "auth.status",
  command: ["auth", "status"],
  summary: "Show whether you are signed in, and where the token comes from",
  input: Nothing,
  output: open({ authenticated: Schema.Boolean, auth_source: Schema.String }),
  codes: ["TOKEN_INVALID", "TOKEN_REVOKED", "CONFIG_READ_FAILED"],
  auth: "optional",
  effects: () => readOnly,
  touches: () => ["files"],
  argv: () => ["auth", "status"]
})

/** Saves a token that was handed over for the service's origin (contract §3, §4). */
export const authSave = local({
  id: "auth.save",
  command: ["auth", "save"],
  summary: "Save a token from standard input or the environment for this service",
  input: Nothing,
  output: open({ saved: Schema.Boolean, config_path: Schema.String, origin: Schema.String }),
  codes: ["AUTH_REQUIRED", "TOKEN_INVALID", "CONFIG_READ_FAILED", "PUBLIC_CLI_CONFIG_WRITE_FAILED"],
  auth: "none",
  effects: () => readOnly,
  touches: () => ["files"],
  argv: () => ["auth", "save", "--token-stdin"]
})

/** Forgets the token of the service's origin; the service still honours it (contract §4). */
export const authLogout = local({
  id: "auth.logout",
  command: ["auth", "logout"],
  summary: "Forget the saved token of this service; the service itself still honours it",
  input: Nothing,
  output: open({ removed: Schema.Boolean, config_path: Schema.String, origin: Schema.String }),
  codes: ["CONFIG_READ_FAILED", "PUBLIC_CLI_CONFIG_WRITE_FAILED"],
  auth: "none",
  effects: () => readOnly,
  touches: () => ["files"],
  argv: () => ["auth", "logout"]
})
