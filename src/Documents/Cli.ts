import type { Command } from "../Commands/Command.js"
import { ownFlags, sharedFlags, usageOf } from "../Commands/Help.js"
import { allCommands } from "../Commands/index.js"
import { everyCommand, everyRequest, exitsOf } from "../Commands/Manifest.js"
import { type Code, codes, exitCodes } from "../Errors.js"
import { authOf } from "../Operations/Operation.js"
import type { Effects } from "../Schema/Effects.js"
import { variables } from "../Services/Env.js"
import { anchor, code, commandLine, generated, page, table } from "./Markdown.js"

type Shown = Omit<Command<never>, "run">
type FlagRow = ReturnType<typeof ownFlags>[number]

const effectsOf = (effects: Effects): string =>
  Object.entries(effects)
    .filter(([, on]) => on)
    .map(([name]) => name)
    .join(", ")

const flagsTable = (flags: ReadonlyArray<FlagRow>): string | null =>
  flags.length === 0
    ? null
    : table(
        ["flag", ""],
        flags.map(({ flag, repeatable, summary, value }) => [
          code(value === null ? flag : `${flag} ${value}`),
          repeatable ? `${summary} (may stand several times)` : summary
        ])
      )

const byExit = (those: ReadonlyArray<Code>): string => {
  const exits = [...new Set(those.map((name) => exitCodes[codes[name].tag]))].sort((a, b) => a - b)
  return exits
    .map((exit) => {
      const names = those.filter((name) => exitCodes[codes[name].tag] === exit)
      return `${exit} ${names.map(code).join(", ")}`
    })
    .join("; ")
}

const section = (command: Shown): ReadonlyArray<string | null> => {
  const { aliases, examples, operation, path, summary } = command
  const declared = Object.values(command.arguments)
  return [
    `## ${path.join(" ")}`,
    `${summary}.`,
    `    ${usageOf(command)}`,
    aliases.length === 0 ? null : `Also: ${aliases.map((words) => code(words.join(" "))).join(", ")}.`,
    declared.length === 0
      ? null
      : table(
          ["argument", ""],
          declared.map(({ name, required, summary: what }) => [
            code(name),
            required ? what : `${what} (optional)`
          ])
        ),
    flagsTable(ownFlags(command)),
    operation.codes.length === 0 ? null : `Of its own it may end in ${byExit(operation.codes)}.`,
    ...examples.map(({ argv, why }) => `${why}:\n\n    ${commandLine(argv)}`)
  ]
}

/** Every command with its flags, exit codes, effects and examples; `exitCodesAt` is where the page of the codes lies (contract §4). */
export const cliPage = (exitCodesAt: string): string => {
  const commands: ReadonlyArray<Shown> = allCommands
  const modal = commands.flatMap(({ aliases, path }) =>
    aliases
      .filter(([first]) => /^(?:image|video|audio|3d)$/.test(first ?? ""))
      .map((words) => [code(words.join(" ")), `[${code(path.join(" "))}](#${anchor(path.join(" "))})`])
  )
  const [anyService] = commands.filter(({ usesService }) => usesService)
  return page([
    "# Commands",
    generated,
    `Every command writes one JSON envelope. \`image-skill commands\` prints all of this, with the JSON Schemas of input and output, for
programs. Effects are those of the command without flags: a dry run and a guide change nothing.`,
    table(
      ["command", "what it does", "effects", "token", "exits"],
      commands.map((command) => [
        `[${code(command.path.join(" "))}](#${anchor(command.path.join(" "))})`,
        command.summary,
        effectsOf(command.operation.effects({})),
        authOf(command.operation, {}),
        exitsOf(command).join(", ")
      ])
    ),
    "The same with the medium first:",
    table(["written", "is"], modal),
    "Flags of every command that talks to a service:",
    anyService === undefined ? null : flagsTable(sharedFlags(anyService)),
    `Every command may end in ${byExit(everyCommand)}. One that talks to a service also in ${byExit(everyRequest)}.
A command's own are listed with it. [What each code means](${exitCodesAt}).`,
    "Environment variables:",
    table(
      ["variable", ""],
      Object.entries(variables).map(([name, what]) => [code(name), what])
    ),
    ...commands.flatMap((command) => section(command))
  ])
}
