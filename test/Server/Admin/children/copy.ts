import * as Effect from "effect/Effect"
import { backUp, restore } from "../../../../src/Server/Admin/index.js"

// `backup ROOT TARGET` or `restore FROM TARGET [replace]`, until it is done or killed.
const [, , what = "", from = "", target = "", replace = ""] = process.argv

Effect.runPromise(
  what === "backup"
    ? Effect.asVoid(backUp(from, target))
    : Effect.asVoid(restore({ from, target, replace: replace === "replace" }))
).then(
  () => process.stdout.write("done\n"),
  (error) => {
    process.stderr.write(`${JSON.stringify(error)}\n`)
    process.exitCode = 1
  }
)
