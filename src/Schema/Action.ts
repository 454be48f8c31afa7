import * as Schema from "effect/Schema"
import { Effects } from "./Effects.js"

/** A command that we tell a caller to run, with what it would do (contract §12). */
export const Action = Schema.Struct({
  id: Schema.String,
  why: Schema.String,
  command: Schema.String,
  argv: Schema.Array(Schema.String),
  copy_runnable: Schema.Boolean,
  missing_inputs: Schema.Array(Schema.String),
  requires_auth: Schema.Boolean,
  effect: Effects
})
/** A command that we tell a caller to run, with what it would do (contract §12). */
export type Action = typeof Action.Type
