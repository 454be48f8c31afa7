import * as Effect from "effect/Effect"
import { failure } from "../Errors.js"
import { guide, type GuideInput } from "../Services/Guide.js"
import { toggle } from "./Flags.js"
import { defined } from "./ServiceCommand.js"

/** The flag that turns a create or edit into a look at what it needs. */
export const guideFlag = toggle(
  "guide",
  "Look at everything this needs and name the next command; changes nothing"
)

// Plain values of a command's flags that are of no use to a guide, or contradict it.
const excluded: ReadonlyArray<string> = ["dry_run", "element_frontal", "element_reference", "reference_image"]

/** Runs the guide of a command with the values that it was given (contract §5). */
export const runGuide = (
  given: { readonly [Key in keyof GuideInput]: GuideInput[Key] | undefined },
  all: object
) =>
  Effect.gen(function* () {
    const clash = Object.entries(all).find(
      ([name, value]) =>
        excluded.includes(name) && value !== undefined && !(Array.isArray(value) && value.length === 0)
    )
    if (clash !== undefined) {
      const flag = `--${clash[0].replaceAll("_", "-")}`
      return yield* Effect.fail(
        failure("INVALID_ARGUMENTS", `--guide and ${flag} exclude each other`, {
          recovery: { required_flag: "--guide" }
        })
      )
    }
    return yield* guide(defined(given) as GuideInput)
  })
