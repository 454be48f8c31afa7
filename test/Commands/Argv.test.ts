import * as fc from "fast-check"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { flagsOf, normalise, type Normalised, wordsOf } from "../../src/Commands/Argv.js"
import { allCommands } from "../../src/Commands/index.js"
import { parse } from "../../src/Commands/Parse.js"
import { commandLine, nastyText } from "../support/Arbitraries.js"

type Understood = Normalised<unknown>

const understand = (argv: ReadonlyArray<string>) => normalise(allCommands, argv)
const shape = ({ command, given, help, operands }: Understood) => ({
  path: command.path,
  given,
  operands,
  help
})

const operandsOf = (command: (typeof allCommands)[number]): ReadonlyArray<string> =>
  Object.values(command.arguments).flatMap(({ required }) => (required ? ["operand"] : []))

describe("declarations", () => {
  it("decide what a flag's name means, also where another command means something else by it", () => {
    for (const command of allCommands) {
      for (const { kind, name } of flagsOf(command).filter((flag) => flag.name !== "help")) {
        const flag = kind === "toggle" ? [`--${name}`] : [`--${name}`, "x"]
        for (const words of [
          [...command.path, ...flag],
          [...flag, ...command.path]
        ]) {
          const given = Either.map(
            normalise(allCommands, [...words, "--", ...operandsOf(command)]),
            (line) => [line.command.path, line.given]
          )
          // Behind its flag a toggle's command is told by the words, a value's by all flags of that name alike.
          const isAlike = allCommands.every((other) =>
            flagsOf(other).every(
              (same) => same.name !== name || (same.kind === "toggle") === (kind === "toggle")
            )
          )
          if (words[0] === flag[0] && !isAlike) continue
          expect(given, words.join(" ")).toEqual(
            Either.right([command.path, [{ name, value: kind === "toggle" ? undefined : "x" }]])
          )
        }
      }
    }
  })

  it("spell no two commands alike", () => {
    const spelled = allCommands.flatMap(({ aliases, path }) =>
      [path, ...aliases].map((words) => words.join(" "))
    )
    expect(spelled.filter((words, index) => spelled.indexOf(words) !== index)).toEqual([])
  })

  it("have flags that a shell and the splitter read as one word", () => {
    const names = allCommands.flatMap((command) => flagsOf(command).map(({ name }) => name))
    expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))).toEqual([])
  })

  for (const command of allCommands) {
    const name = command.path.join(" ")
    it(`of ${name}: every example is understood, and says what it shows`, () => {
      expect(command.examples.length).toBeGreaterThan(0)
      for (const { argv } of command.examples) {
        const understood = understand(argv)
        expect(Either.isRight(understood), argv.join(" ")).toBe(true)
        if (Either.isRight(understood)) {
          expect(understood.right.command.path).toEqual(command.path)
          expect(Effect.runSync(Effect.either(parse(understood.right)))._tag).toBe("Right")
        }
      }
    })
  }
})

describe("every flag of every command", () => {
  for (const command of allCommands) {
    const operands = Object.values(command.arguments).map(() => "job_1")
    for (const flag of flagsOf(command).filter(({ name }) => name !== "help")) {
      it(`${command.path.join(" ")} --${flag.name}`, () => {
        const same = (argv: ReadonlyArray<string>) => Either.map(understand(argv), shape)
        if (flag.kind === "toggle") {
          const expected = Either.right({
            path: command.path,
            given: [{ name: flag.name, value: undefined }],
            operands,
            help: false
          })
          expect(same([...command.path, `--${flag.name}`, ...operands])).toEqual(expected)
          expect(same([`--${flag.name}`, ...command.path, ...operands])).toEqual(expected)
          expect(same([...command.path, ...operands, `--${flag.name}`])).toEqual(expected)
          for (const value of ["true", "false", "no", "0"]) {
            for (const argv of [[`--${flag.name}=${value}`], [`--${flag.name}`, value]]) {
              expect(Either.flip(understand([...command.path, ...operands, ...argv]))).toMatchObject({
                right: { code: "INVALID_ARGUMENTS", recovery: { required_flag: `--${flag.name}` } }
              })
            }
          }
        } else {
          const expected = Either.right({
            path: command.path,
            given: [{ name: flag.name, value: "some value" }],
            operands,
            help: false
          })
          expect(same([...command.path, `--${flag.name}`, "some value", ...operands])).toEqual(expected)
          expect(same([...command.path, `--${flag.name}=some value`, ...operands])).toEqual(expected)
          expect(same([`--${flag.name}=some value`, ...command.path, ...operands])).toEqual(expected)
          expect(Either.flip(understand([...command.path, ...operands, `--${flag.name}`]))).toMatchObject({
            right: { code: "INVALID_ARGUMENTS", recovery: { required_flag: `--${flag.name}` } }
          })
          const twice = understand([...command.path, ...operands, `--${flag.name}=a`, `--${flag.name}=b`])
          expect(Either.isRight(twice)).toBe(flag.kind === "repeated")
        }
      })
    }
  }
})

describe("the normaliser", () => {
  it("is idempotent on its own words, for every command and form", () => {
    let understoodOnes = 0
    for (const command of allCommands) {
      fc.assert(
        fc.property(commandLine(command), (argv) => {
          const once = understand(argv)
          if (Either.isLeft(once)) return
          understoodOnes += 1
          expect(Either.map(understand(wordsOf(once.right)), shape)).toEqual(Either.right(shape(once.right)))
        }),
        { numRuns: 250, seed: 7 }
      )
    }
    expect(understoodOnes).toBeGreaterThan(allCommands.length * 100)
  })

  it("hands @effect/cli nothing that it would read otherwise", () => {
    for (const command of allCommands) {
      fc.assert(
        fc.property(commandLine(command), (argv) => {
          const once = understand(argv)
          if (Either.isLeft(once) || once.right.help) return
          // The values may be refused by their own readers, never the line as a whole.
          const parsed = Effect.runSync(Effect.either(parse(once.right)))
          if (parsed._tag === "Left") expect(parsed.left.reason).not.toContain("could not be understood")
        }),
        { numRuns: 60, seed: 8 }
      )
    }
  })

  it("is total: any words are understood or refused with a code of the arguments", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            nastyText,
            fc.constantFrom(...allCommands.flatMap(({ path }) => [...path])),
            fc.constantFrom(
              ...allCommands.flatMap((command) => flagsOf(command).map(({ name }) => `--${name}`))
            )
          ),
          { maxLength: 7 }
        ),
        (argv) => {
          const answer = understand(argv)
          if (Either.isLeft(answer)) expect(answer.left._tag).toBe("InvalidArguments")
        }
      ),
      { numRuns: 5_000, seed: 9 }
    )
  })
})
