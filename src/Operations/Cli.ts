import * as Schema from "effect/Schema"
import { readOnly } from "../Schema/Effects.js"
import { JsonObject } from "../Schema/Open.js"
import { service } from "./Operation.js"

const Request = Schema.Struct({
  argv: Schema.Array(Schema.String.pipe(Schema.maxLength(40_000))).pipe(Schema.maxItems(200))
})

/** Runs one command on the service, for callers with HTTP but without the program; it has no command of its own (contract §6). */
export const cli = service({
  id: "cli",
  command: [],
  summary: "Run one command on the service; only those that touch nothing but the service",
  input: Request,
  output: JsonObject,
  codes: ["PUBLIC_CLI_COMMAND_NOT_AVAILABLE", "PUBLIC_CLI_FLAG_NOT_AVAILABLE"],
  auth: "required",
  // What the command does is told by the command's own operation.
  effects: () => readOnly,
  touches: () => [],
  argv: ({ argv }) => argv,
  wire: { method: "POST", path: "/v1/cli", request: Request }
})
