import * as Schema from "effect/Schema"
import { readOnly } from "../Schema/Effects.js"
import { open } from "../Schema/Open.js"
import { local } from "./Operation.js"

/** Chooses the service of later commands (contract §3, §4). */
export const configUse = local({
  id: "config.use",
  command: ["config", "use"],
  summary: "Choose the service of later commands: local, or an address",
  input: Schema.Struct({ service: Schema.NonEmptyString }),
  output: open({ api_base_url: Schema.String, config_path: Schema.String }),
  codes: ["CONFIG_READ_FAILED", "PUBLIC_CLI_CONFIG_WRITE_FAILED"],
  auth: "none",
  effects: () => readOnly,
  touches: () => ["files"],
  argv: ({ service }) => ["config", "use", service]
})

/** Shows the configuration without its secrets (contract §4). */
export const configShow = local({
  id: "config.show",
  command: ["config", "show"],
  summary: "Show the configuration: the chosen service and the origins with a token, secrets left out",
  input: Schema.Struct({}),
  output: open({ config_path: Schema.String, exists: Schema.Boolean }),
  codes: ["CONFIG_READ_FAILED"],
  auth: "none",
  effects: () => readOnly,
  touches: () => ["files"],
  argv: () => ["config", "show"]
})
