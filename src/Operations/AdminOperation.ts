import * as Schema from "effect/Schema"
import type { Code } from "../Errors.js"
import { readOnly } from "../Schema/Effects.js"
import { optional } from "../Schema/Open.js"
import { flag, local, type Operation } from "./Operation.js"

/** The data folder that an operator's command is about. */
export const folderField = { data: optional(Schema.String) }

/** What every operator's command may end in. */
const common = [
  "INPUT_READ_FAILED",
  "CONFIG_READ_FAILED",
  "ARTIFACT_STORAGE_WRITE_FAILED",
  "ASSET_INTEGRITY_FAILED",
  "DATA_FOLDER_NEWER",
  "ENGINE_NOT_INSTALLED"
] as const satisfies ReadonlyArray<Code>

/**
 * Declares an operation on a data folder of this machine, for whoever may read it: no service is asked, no token needed, and none is
 * ever run for others (contract §9).
 */
export const admin = <Id extends string, I extends { readonly data?: string }, IE, O, OE>(
  declaration: Pick<
    Operation<Id, I, IE, O, OE>,
    "id" | "command" | "summary" | "input" | "output" | "argv"
  > & {
    readonly codes?: ReadonlyArray<Code>
  }
): Operation<Id, I, IE, O, OE> =>
  local({
    ...declaration,
    codes: [
      ...common,
      ...(declaration.codes ?? []).filter((code) => !(common as ReadonlyArray<Code>).includes(code))
    ],
    auth: "none",
    effects: () => readOnly,
    touches: () => ["files"],
    argv: (input) => [...declaration.argv(input), ...flag("data", input.data)]
  })
