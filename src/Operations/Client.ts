import * as Schema from "effect/Schema"
import { readOnly } from "../Schema/Effects.js"
import { open, optional } from "../Schema/Open.js"
import { local, toggle } from "./Operation.js"

const Nothing = Schema.Struct({})

/** Shows usage; never a side effect (contract §4). */
export const help = local({
  id: "help",
  command: ["help"],
  summary: "Show how to use image-skill, or one command",
  input: Schema.Struct({ topic: Schema.Array(Schema.String) }),
  output: open({ usage: Schema.String }),
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ topic }) => ["help", ...topic]
})

/** The manifest of all commands (contract §4). */
export const commands = local({
  id: "commands",
  command: ["commands"],
  summary: "Print the manifest: every command with flags, effects, exit codes and schemas",
  input: Nothing,
  output: open({ commands: Schema.Array(Schema.Unknown) }),
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["commands"]
})

/** The client's version (contract §4). */
export const version = local({
  id: "version",
  command: ["version"],
  summary: "Print the version",
  input: Nothing,
  output: open({ version: Schema.String, package: Schema.String, mode: Schema.String }),
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["version"]
})

/** Reports the health of client and service without failing for an unreachable one (contract §4). */
export const doctor = local({
  id: "doctor",
  command: ["doctor"],
  summary: "Check client, service, sign-in, folders and telemetry; reports problems instead of failing",
  input: Schema.Struct({ sweep_in_flight: optional(Schema.Boolean) }),
  output: open({ client: Schema.Unknown, service: Schema.Unknown, in_flight: Schema.Array(Schema.Unknown) }),
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => ["files"],
  argv: ({ sweep_in_flight }) => ["doctor", ...toggle("sweep-in-flight", sweep_in_flight)]
})
