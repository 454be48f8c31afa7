import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import {
  commands as commandsOperation,
  help as helpOperation,
  version as versionOperation
} from "../Operations/Client.js"
import { normalise } from "./Argv.js"
import { helpData } from "./Help.js"
import { manifest } from "./Manifest.js"
import { version as number } from "../Version.js"
import { type Command, command } from "./Command.js"
import { failure } from "../Errors.js"
import { argument } from "./Flags.js"
import type { CommandServices } from "./Services.js"

/** The commands that describe the program itself; `all` is asked when they run, because it holds them too. */
export const clientCommands = (all: () => ReadonlyArray<Command<CommandServices>>) => {
  const help = command({
    operation: helpOperation,
    aliases: [],
    flags: {},
    arguments: {
      first: argument("COMMAND", "the command to explain", Schema.NonEmptyString, false),
      second: argument("SUBCOMMAND", "and its second word", Schema.NonEmptyString, false),
      third: argument("SUBCOMMAND", "and its third, where it has one", Schema.NonEmptyString, false)
    },
    examples: [{ why: "how to create", argv: ["help", "create"] }],
    usesService: false,
    run: ({ first, second, third }) => {
      const topic = [first, second, third].filter((word) => word !== undefined)
      const data = helpData(all(), topic)
      if (data !== null) return Effect.succeed({ data })
      // Told as it would be to whoever ran it: with the command that was probably meant.
      const unknown = Either.flip(normalise(all(), topic))
      return Effect.fail(
        Either.isRight(unknown) && unknown.right.code === "PUBLIC_CLI_COMMAND_NOT_AVAILABLE"
          ? unknown.right
          : failure("PUBLIC_CLI_COMMAND_NOT_AVAILABLE", "there is no such command")
      )
    }
  })
  const commands = command({
    operation: commandsOperation,
    flags: {},
    arguments: {},
    examples: [{ why: "everything, for a program to read", argv: ["commands"] }],
    usesService: false,
    run: () => Effect.sync(() => ({ data: manifest(all()) }))
  })
  const version = command({
    operation: versionOperation,
    flags: {},
    arguments: {},
    examples: [{ why: "which version this is", argv: ["version"] }],
    usesService: false,
    run: () => Effect.succeed({ data: versionData })
  })
  return [help, commands, version] as const
}

/** Answer of `version` (contract §4). */
export const versionData = { version: number, package: "image-skill", mode: "cli" }
