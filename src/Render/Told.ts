import { quoteWords, splitWords } from "../Schema/Shell.js"
import { withoutProgram } from "./Recover.js"
import { contextual, type Speaker } from "./Speaker.js"

/** The fields in which a service names a command to go on with, and the words with which that command begins (contract §6). */
const named: Readonly<Record<string, ReadonlyArray<string>>> = {
  show_command: ["models show", "capabilities show"],
  recommended_commands: ["models", "models list", "models show", "capabilities", "capabilities list"],
  quote_command: ["credits quote"],
  purchase_command: ["credits buy"],
  status_command: ["credits status"]
}

type Words = Pick<Speaker, "prefix" | "context" | "isOurs">

/**
 * A service's data with the commands that it names written for this caller: the program as it is called here, the same service
 * again. One that is not what its field promises is left out, because it might be run (contract §1).
 */
export const told = (data: unknown, speaker: Words): unknown => {
  if (Array.isArray(data)) return data.map((inner) => told(inner, speaker))
  if (typeof data !== "object" || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const begins = Object.hasOwn(named, key) ? named[key] : undefined
      if (begins === undefined) return [key, told(value, speaker)]
      if (typeof value === "string") return [key, written(value, begins, speaker)]
      return [
        key,
        Array.isArray(value)
          ? value.flatMap((each) => {
              const command = typeof each === "string" ? written(each, begins, speaker) : null
              return command === null ? [] : [command]
            })
          : value
      ]
    })
  )
}

const written = (command: string, begins: ReadonlyArray<string>, speaker: Words): string | null => {
  const words = splitWords(command)
  const own = words === null ? null : withoutProgram(words)
  if (own === null || !speaker.isOurs(own)) return null
  const flags = own.findIndex((word) => word.startsWith("-"))
  const spoken = flags < 0 ? own : own.slice(0, flags)
  return begins.some((begin) => spoken.slice(0, begin.split(" ").length).join(" ") === begin)
    ? quoteWords([...speaker.prefix, ...contextual(own, speaker)])
    : null
}
