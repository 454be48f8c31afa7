import type { Command, Declared } from "./Command.js"
import { type Argument, everywhere, type Flag, serviceFlags } from "./Flags.js"
import { quoteWords } from "../Schema/Shell.js"

// The parts of a command that help shows, whatever it needs to run.
type Shown = Pick<
  Command<never>,
  "operation" | "path" | "aliases" | "summary" | "flags" | "arguments" | "examples" | "usesService"
>

const flagOf = (declared: Declared): Flag<unknown> =>
  "name" in declared ? declared : { ...declared[0], kind: "repeated" }

const describeFlag = (flag: Flag<unknown>) => ({
  flag: `--${flag.name}`,
  value: flag.kind === "toggle" ? null : flag.placeholder,
  repeatable: flag.kind === "repeated",
  summary: flag.summary
})

/** A command's own visible flags, as help and manifest show them. */
export const ownFlags = (command: Pick<Shown, "flags">) =>
  Object.values(command.flags)
    .map(flagOf)
    .filter(({ hidden }) => !hidden)
    .map(describeFlag)

/** The flags that a command shares with others. */
export const sharedFlags = (command: Pick<Shown, "usesService">) =>
  [...(command.usesService ? Object.values(serviceFlags) : []), ...Object.values(everywhere)].map(
    describeFlag
  )

/** How a command is written. */
export const usageOf = (command: Pick<Shown, "path" | "arguments" | "flags" | "usesService">): string =>
  [
    "image-skill",
    ...command.path,
    ...Object.values(command.arguments).map(({ name, required }: Argument<unknown>) =>
      required ? name : `[${name}]`
    ),
    ...(ownFlags(command).length > 0 || command.usesService ? ["[flags]"] : [])
  ].join(" ")

/** Where all commands are described, in the package. */
export const commandDocs = "docs/cli.md"

/** Data of `help`, and of `help COMMAND`; `null` when there is no such command (contract §4). */
export const helpData = (commands: ReadonlyArray<Shown>, topic: ReadonlyArray<string>): object | null => {
  if (topic.length === 0) {
    return {
      usage: "image-skill COMMAND [flags]",
      summary:
        "Create and edit images, for agents: every answer is one JSON document with an exit code and a way to go on",
      commands: commands.map((command) => ({ command: command.path.join(" "), summary: command.summary })),
      start_here:
        'image-skill create --local --prompt "a red fox beside a lighthouse at sunset" --download ./fox.png',
      flags: sharedFlags({ usesService: true }),
      details: "image-skill help COMMAND",
      docs_url: commandDocs
    }
  }
  const named = commands.filter(({ aliases, path }) =>
    [path, ...aliases].some((words) => topic.every((word, index) => words[index] === word))
  )
  const exact = named.find(({ aliases, path }) =>
    [path, ...aliases].some((words) => words.length === topic.length)
  )
  if (exact === undefined) {
    return named.length === 0
      ? null
      : {
          usage: `image-skill ${topic.join(" ")} SUBCOMMAND [flags]`,
          commands: named.map((command) => ({ command: command.path.join(" "), summary: command.summary }))
        }
  }
  return {
    usage: usageOf(exact),
    summary: exact.summary,
    command: exact.path.join(" "),
    aliases: exact.aliases.map((words) => words.join(" ")),
    arguments: Object.values(exact.arguments).map(({ name, required, summary }: Argument<unknown>) => ({
      name,
      required,
      summary
    })),
    flags: ownFlags(exact),
    common_flags: sharedFlags(exact),
    effects: exact.operation.effects({}),
    examples: exact.examples.map(({ argv, why }) => ({ why, command: quoteWords(["image-skill", ...argv]) }))
  }
}
