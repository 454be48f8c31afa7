import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { failure } from "../Errors.js"
import { Config } from "../Schema/Config.js"
import { ConfigStore } from "./ConfigStore.js"
import { bound, withToken } from "./Credentials.js"
import { Files } from "./Files.js"

/** What a sign-up saves: the token, and whose it is. */
export type Saved = Parameters<typeof withToken>[1]

const ConfigJson = Schema.parseJson(Config, { space: 2 })

/** Writes a config file of its own, mode 0600, that holds one token; `FileProblem` when something stands there already. */
export const writeAlone = (at: string, saved: Saved) =>
  Effect.gen(function* () {
    const text = yield* Schema.encode(ConfigJson)(withToken({ version: 1 }, saved)).pipe(Effect.orDie)
    yield* (yield* Files).write(at, Stream.make(new TextEncoder().encode(`${text}\n`)), {
      replace: false,
      mode: 0o600
    })
  })

const agentOf = (actor: unknown): unknown =>
  typeof actor === "object" && actor !== null && "actor_id" in actor ? actor.actor_id : undefined

/**
 * The token that another would take the place of, unless it is known to be the same agent's: that one no longer counts, while
 * another agent's may be the only way to its credits.
 */
const earlier = (old: Config, { actor, origin, token }: Saved) => {
  const held = bound(old).credentials?.[origin]
  if (held === undefined || held.token.trim() === "" || held.token === token) return null
  const agent = agentOf(actor)
  const isSame = old.token === held.token && agent !== undefined && agent === agentOf(old.actor)
  return isSame ? null : held
}

/** The files of earlier tokens beside a config file are named like this. */
const asideName = (config: string, rest: string) => `${path.parse(config).name}.replaced-${rest}`

/**
 * Saves a sign-up's token. One of another agent that it replaces is first put into a config file of its own, beside the config; answers
 * where, or `null` when there was none.
 */
export const saveOver = (saved: Saved) =>
  Effect.gen(function* () {
    const config = yield* ConfigStore
    const digits = saved.at.replaceAll(/[^0-9]/g, "")
    const at = (count: number) =>
      path.join(path.dirname(config.path), asideName(config.path, `${digits}-${count}.json`))
    const aside: Array<{ readonly token: string; readonly at: string }> = []
    for (;;) {
      const found: Array<NonNullable<ReturnType<typeof earlier>>> = []
      // Decided on what is replaced indeed: another process may have saved a token since the last look.
      yield* config.update((old) => {
        const held = earlier(old, saved)
        const isKept = held === null || aside.some(({ token }) => token === held.token)
        if (!isKept) found.push(held)
        return isKept ? withToken(old, saved) : old
      })
      const [held] = found
      if (held === undefined) return aside.at(-1)?.at ?? null
      const place = at(aside.length + 1)
      const { actor: _, ...rest } = saved
      yield* writeAlone(place, { ...rest, token: held.token, at: held.saved_at ?? saved.at }).pipe(
        Effect.mapError(({ cause }) =>
          failure(
            "PUBLIC_CLI_CONFIG_WRITE_FAILED",
            `the token that is saved now, of another identity, cannot be kept beside the config file (${cause})`,
            { details: { path: place, cause } }
          )
        )
      )
      aside.push({ token: held.token, at: place })
    }
  })

/** The files beside the config in which earlier tokens are kept; none when the folder cannot be read. */
export const earlierTokens = Effect.gen(function* () {
  const config = yield* ConfigStore
  const folder = path.dirname(config.path)
  const names = yield* Effect.orElseSucceed((yield* Files).list(folder), (): ReadonlyArray<string> => [])
  return names
    .filter((name) => name.startsWith(asideName(config.path, "")) && name.endsWith(".json"))
    .sort()
    .map((name) => path.join(folder, name))
})
