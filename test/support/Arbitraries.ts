import * as fc from "fast-check"
import type { Command } from "../../src/Commands/Command.js"
import { flagsOf } from "../../src/Commands/Argv.js"
import { codes, type Code } from "../../src/Errors.js"

/** Text that shells, terminals, parsers and people misread. */
export const nastyPieces = [
  "'",
  '"',
  "`",
  "$HOME",
  "$(id)",
  "${IFS}",
  "\\",
  "\n",
  "\r\n",
  "\t",
  "--",
  "-",
  "--prompt",
  "--local",
  "--help",
  "--dry-run",
  "-h",
  "=",
  ";",
  "|",
  "&",
  ">",
  "<",
  "*",
  "?",
  "#",
  "~",
  "!",
  "!!",
  "(",
  ")",
  "{a,b}",
  "[x]",
  "%s",
  "%0A",
  " ",
  "  ",
  "true",
  "no",
  "0",
  "1",
  "é",
  "日本",
  "😀",
  "\u202e",
  "\u200b",
  "\u2028",
  "\ufeff",
  "\u009b",
  "\u007f",
  "a red fox"
] as const

/** Text with such pieces in it; no NUL, which no argument can hold. */
export const nastyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...nastyPieces) },
      { weight: 1, arbitrary: fc.fullUnicodeString({ maxLength: 6 }) },
      { weight: 1, arbitrary: fc.string({ maxLength: 6 }) }
    ),
    { minLength: 1, maxLength: 6 }
  )
  .map((pieces) => pieces.join("").replaceAll("\u0000", ""))

/** A prompt that the contract takes: not blank. */
export const prompt: fc.Arbitrary<string> = nastyText.filter((text) => text.trim() !== "")

/** A token of the usual shape. */
export const token: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("r", "a", "t"),
    fc.stringOf(fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"), {
      minLength: 12,
      maxLength: 40
    })
  )
  .map(([kind, secret]) => `isk_${kind}_${secret}`)

/** Any error code of ours. */
export const code: fc.Arbitrary<Code> = fc.constantFrom(...(Object.keys(codes) as ReadonlyArray<Code>))

/** Any JSON value, with hostile texts in it. */
export const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e300, "", "isk_r_CANARYCANARY"),
    nastyText,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string({ maxLength: 8 }), nastyText), tie("value"), { maxKeys: 4 })
  )
})).value

/** A JSON object, with hostile texts in it. */
export const jsonObject: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.string({ maxLength: 8 }).filter((key) => key !== "__proto__"),
  json,
  { maxKeys: 5 }
)

/** One spelling of a command line of this command: its words, its flags in any form and place, arguments, `--`. */
export const commandLine = <R>(command: Command<R>): fc.Arbitrary<ReadonlyArray<string>> => {
  const flags = flagsOf(command).filter(({ name }) => name !== "help")
  const flag = (name: string, takesValue: boolean): fc.Arbitrary<ReadonlyArray<string>> =>
    takesValue
      ? nastyText.chain((value) =>
          fc.constantFrom<ReadonlyArray<string>>([`--${name}=${value}`], [`--${name}`, value])
        )
      : fc.constant([`--${name}`])
  return fc
    .record({
      path: fc.constantFrom(command.path, ...command.aliases),
      given: fc
        .subarray([...flags], { maxLength: Math.min(4, flags.length) })
        .chain((chosen) => fc.tuple(...chosen.map((each) => flag(each.name, each.kind !== "toggle")))),
      operands: fc.array(nastyText, { maxLength: Object.keys(command.arguments).length }),
      before: fc.boolean(),
      dashes: fc.boolean()
    })
    .map(({ before, dashes, given, operands, path }) => {
      const flat = given.flat()
      const tail = dashes ? ["--", ...operands] : operands
      return before ? [...flat, ...path, ...tail] : [...path, ...flat, ...tail]
    })
}
