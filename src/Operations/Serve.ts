import * as Schema from "effect/Schema"
import { readOnly } from "../Schema/Effects.js"
import { open, optional } from "../Schema/Open.js"
import { flag, local, toggle } from "./Operation.js"

/** Runs the service for many agents until a signal ends it (contract §6, §9). */
export const serve = local({
  id: "serve",
  command: ["serve"],
  summary: "Run the service for many agents: prints one line when it is ready, and ends drained on SIGTERM",
  input: Schema.Struct({
    host: optional(Schema.String),
    port: optional(Schema.Int.pipe(Schema.between(0, 65_535))),
    data: optional(Schema.String),
    public_url: optional(Schema.String),
    policy: optional(Schema.String),
    allow_remote: optional(Schema.Boolean),
    trusted_proxy: optional(Schema.Array(Schema.String)),
    log_level: optional(Schema.String)
  }),
  output: open({
    address: Schema.String,
    host: Schema.String,
    port: Schema.Int,
    public_url: Schema.String,
    data_folder: Schema.String,
    pid: Schema.Int
  }),
  codes: [
    "INVALID_ARGUMENTS",
    "INPUT_READ_FAILED",
    "ARTIFACT_STORAGE_WRITE_FAILED",
    "DATA_FOLDER_NEWER",
    "ENGINE_NOT_INSTALLED"
  ],
  auth: "none",
  effects: () => readOnly,
  touches: () => ["files", "network"],
  argv: (input) => [
    "serve",
    ...flag("host", input.host),
    ...flag("port", input.port),
    ...flag("data", input.data),
    ...flag("public-url", input.public_url),
    ...flag("policy", input.policy),
    ...toggle("allow-remote", input.allow_remote),
    ...(input.trusted_proxy ?? []).flatMap((proxy) => flag("trusted-proxy", proxy)),
    ...flag("log-level", input.log_level)
  ]
})
