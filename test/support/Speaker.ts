import * as Either from "effect/Either"
import { normalise } from "../../src/Commands/Argv.js"
import { allCommands } from "../../src/Commands/index.js"

/** The real answer to whether words are a command of ours. */
export const Argv = {
  isOurs: (words: ReadonlyArray<string>): boolean => Either.isRight(normalise(allCommands, words))
}
