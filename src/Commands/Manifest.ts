import * as JSONSchema from "effect/JSONSchema"
import type * as Schema from "effect/Schema"
import type { Command } from "./Command.js"
import { type Code, codes, exitCodes } from "../Errors.js"
import { authOf } from "../Operations/Operation.js"
import { helpData, ownFlags, sharedFlags, usageOf } from "./Help.js"

type Shown = Pick<
  Command<never>,
  "operation" | "path" | "aliases" | "summary" | "flags" | "arguments" | "examples" | "usesService"
>

/** The codes that any command may end in, beside its own. */
export const everyCommand: ReadonlyArray<Code> = [
  "INVALID_ARGUMENTS",
  "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
  "PUBLIC_CLI_FAILED",
  "INTERRUPTED"
]
/** The codes that any command that talks to a service may end in as well. */
export const everyRequest: ReadonlyArray<Code> = [
  "AUTH_REQUIRED",
  "TOKEN_INVALID",
  "TOKEN_REVOKED",
  "CAPABILITY_DENIED",
  "RATE_LIMITED",
  "HOSTED_API_REQUEST_FAILED",
  "HOSTED_API_NON_JSON_RESPONSE",
  "HOSTED_API_INVALID_RESPONSE",
  "TIMEOUT",
  "INTERNAL_ERROR",
  "CONFIG_READ_FAILED",
  "ENGINE_NOT_INSTALLED",
  "DATA_FOLDER_NEWER"
]

/** The codes that a command may end in. */
export const codesOf = ({ operation, usesService }: Pick<Shown, "operation" | "usesService">) => [
  ...new Set([...operation.codes, ...everyCommand, ...(usesService ? everyRequest : [])])
]

/** The exit codes that a command may end with, success among them; interruptions are beside these. */
export const exitsOf = (command: Pick<Shown, "operation" | "usesService">): ReadonlyArray<number> =>
  [...new Set([0, ...codesOf(command).map((code) => exitCodes[codes[code].tag])])].sort((a, b) => a - b)

const schemaOf = (schema: Schema.Schema.All): object => {
  const { $schema: _, ...rest } = JSONSchema.make(schema as Schema.Schema<unknown>)
  return rest
}

/** Data of `commands`: everything that a program needs to use the CLI (contract §4). */
export const manifest = (commands: ReadonlyArray<Shown>): object => ({
  schema: "image-skill.commands.v1",
  commands: commands.map((command) => {
    const { operation } = command
    return {
      command: command.path.join(" "),
      aliases: command.aliases.map((words) => words.join(" ")),
      operation: operation.id,
      summary: command.summary,
      usage: usageOf(command),
      arguments: Object.values(command.arguments).map(({ name, required, summary }) => ({
        name,
        required,
        summary
      })),
      flags: [...ownFlags(command), ...sharedFlags(command)],
      auth: authOf(operation, {}),
      effects: operation.effects({}),
      exit_codes: exitsOf(command),
      error_codes: codesOf(command),
      examples: (helpData([command], command.path) as { examples?: unknown })?.examples ?? [],
      input_schema: schemaOf(operation.input),
      output_schema: schemaOf(operation.output)
    }
  })
})
