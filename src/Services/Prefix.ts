import { accessSync, constants, realpathSync } from "node:fs"
import * as path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { splitWords } from "../Schema/Shell.js"
import { layerEffect } from "../Stack.js"
import { Env } from "./Env.js"

/** How suggested commands name this program, as words (contract §1). */
export class Prefix extends Context.Tag("image-skill/Prefix")<
  Prefix,
  { readonly words: Effect.Effect<ReadonlyArray<string>> }
>() {
  /** `IMAGE_SKILL_COMMAND`, else `image-skill` when PATH leads to `bin`, else `node <bin>`. */
  static readonly layer = (bin: string) =>
    layerEffect(
      Prefix,
      Effect.map(Env, (env) => ({
        words: Effect.sync(() => {
          const chosen = env.get("IMAGE_SKILL_COMMAND")
          const words = chosen === undefined ? null : splitWords(chosen)
          if (words !== null && words.length > 0) return words
          const found = onPath(env.get("PATH") ?? "")
          return found !== null && found === realPath(bin) ? ["image-skill"] : ["node", bin]
        })
      }))
    )
  /** Always these words. */
  static readonly layerOf = (...words: ReadonlyArray<string>) =>
    Layer.succeed(Prefix, { words: Effect.succeed(words) })
}

const realPath = (at: string): string | null => {
  try {
    return realpathSync(at)
  } catch {
    return null
  }
}

const onPath = (search: string): string | null => {
  for (const folder of search.split(path.delimiter)) {
    const candidate = path.join(folder, "image-skill")
    try {
      accessSync(candidate, constants.X_OK)
      return realPath(candidate)
    } catch {
      // Not here: the next folder may have it.
    }
  }
  return null
}
