import * as os from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { Env, type Variable } from "./Env.js"

// An XDG value that is empty or relative counts as unset: a token must never land in the working directory (contract §3).
const base = (env: typeof Env.Service, variable: Variable, fallback: string): string => {
  const value = env.get(variable)
  return value !== undefined && path.isAbsolute(value) ? value : path.join(homeOf(env), fallback)
}

// Without a usable HOME the account's own folder stands in, never the root or the working directory.
const homeOf = (env: typeof Env.Service): string => {
  const home = env.get("HOME")
  return home !== undefined && path.isAbsolute(home) ? home : os.userInfo().homedir
}

/** Where config, data, state and cache live for an environment (contract §3); absolute paths. */
export const foldersOf = (env: typeof Env.Service) => ({
  config: path.resolve(
    env.get("IMAGE_SKILL_CONFIG_PATH") ??
      path.join(base(env, "XDG_CONFIG_HOME", ".config"), "image-skill", "config.json")
  ),
  data: path.resolve(
    env.get("IMAGE_SKILL_DATA_DIR") ?? path.join(base(env, "XDG_DATA_HOME", ".local/share"), "image-skill")
  ),
  state: path.resolve(
    env.get("IMAGE_SKILL_STATE_DIR") ?? path.join(base(env, "XDG_STATE_HOME", ".local/state"), "image-skill")
  ),
  cache: path.join(base(env, "XDG_CACHE_HOME", ".cache"), "image-skill")
})

/** Where config, data, state and cache live (contract §3); absolute paths. */
export const folders = Effect.map(Env, foldersOf)
