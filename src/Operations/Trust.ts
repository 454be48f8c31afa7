import * as Schema from "effect/Schema"
import { readOnly } from "../Schema/Effects.js"
import { open } from "../Schema/Open.js"
import { local } from "./Operation.js"

/** Looks a service over from outside: no config, no token, nothing changed (contract §4). */
export const trust = local({
  id: "trust",
  command: ["trust"],
  summary: "Look a service over before using it: is it up, what can it run, which contract does it publish",
  input: Schema.Struct({}),
  output: open({ schema: Schema.String, summary: Schema.Unknown }),
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => ["network"],
  argv: () => ["trust"]
})
