import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type ArtifactStorage, type AuthRequired, failure, type InvalidArguments } from "../Errors.js"
import { layerEffect } from "../Stack.js"
import { ConfigStore } from "./ConfigStore.js"
import { bound } from "./Credentials.js"
import { Env } from "./Env.js"
import { Invocation } from "./Invocation.js"
import { Stdin } from "./Stdin.js"

/** A token and where it came from. */
export interface FoundToken {
  readonly token: Redacted.Redacted
  readonly source: "stdin" | "flag" | "env" | "config"
}

/** Why a token cannot travel in a header; `null` when it can. The value itself is not quoted: the place of a bad character is enough. */
export const tokenProblem = (token: string): string | null => {
  const illegal = [...token].findIndex((character) => !/^[\x21-\x7e]$/.test(character))
  if (illegal >= 0) return `the token holds an illegal character at position ${illegal + 1}`
  return token.length > 4096 ? "the token is too long" : null
}

/** The token for an origin; each origin has its own, so that none is sent where it was not issued (contract §3). */
export class TokenSource extends Context.Tag("image-skill/TokenSource")<
  TokenSource,
  {
    /** The token for this origin, `null` when there is none. */
    readonly find: (
      origin: string
    ) => Effect.Effect<FoundToken | null, InvalidArguments | AuthRequired | ArtifactStorage>
  }
>() {
  /** First found wins: standard input, flag, environment, the config's for that origin. */
  static readonly layer = layerEffect(
    TokenSource,
    Effect.gen(function* () {
      const env = yield* Env
      const config = yield* ConfigStore
      const stdin = yield* Stdin
      const invocation = yield* Invocation
      const { flags } = invocation

      const found = (text: string, source: FoundToken["source"]): Effect.Effect<FoundToken, AuthRequired> => {
        const token = text.trim()
        const unusable = tokenProblem(token)
        if (unusable !== null) {
          return Effect.fail(failure("TOKEN_INVALID", unusable, { details: { source } }))
        }
        invocation.secrets.add(token)
        return Effect.succeed({ token: Redacted.make(token), source })
      }

      const fromStdin = Effect.gen(function* () {
        if (yield* stdin.isTerminal) {
          return yield* Effect.fail(
            failure(
              "INVALID_ARGUMENTS",
              "--token-stdin needs a token on standard input, which is a terminal",
              {
                recovery: { required_flag: "--token-stdin" }
              }
            )
          )
        }
        const bytes = yield* stdin.read({ limit: 4096, firstLineOnly: true }).pipe(
          Effect.mapError(({ cause }) =>
            failure("INVALID_ARGUMENTS", `no token could be read from standard input (${cause})`, {
              details: { cause }
            })
          )
        )
        const lines = new TextDecoder().decode(bytes).trim().split(/\r?\n/)
        if (lines.length > 1) {
          return yield* Effect.fail(
            failure("INVALID_ARGUMENTS", "standard input must hold one token and nothing else")
          )
        }
        const [line = ""] = lines
        return line === ""
          ? yield* Effect.fail(
              failure("AUTH_REQUIRED", "standard input was empty instead of holding a token")
            )
          : yield* found(line, "stdin")
      })
      // Standard input can be read only once, whoever asks and for whichever origin.
      const onceFromStdin = yield* Effect.cached(fromStdin)

      return {
        find: (origin) =>
          Effect.gen(function* () {
            if (flags.tokenStdin) return yield* onceFromStdin
            if (flags.token !== undefined) return yield* found(flags.token, "flag")
            const fromEnv = env.get("IMAGE_SKILL_TOKEN") ?? env.get("IMAGE_SKILL_HOSTED_TOKEN")
            if (fromEnv !== undefined) return yield* found(fromEnv, "env")
            const saved = yield* config.load
            if (saved === null) return null
            const own = bound(saved).credentials?.[origin]?.token
            return own === undefined || own.trim() === "" ? null : yield* found(own, "config")
          })
      }
    })
  )
  /** Always this token, `null` for none. */
  static readonly layerOf = (token: string | null) =>
    Layer.succeed(TokenSource, {
      find: () =>
        Effect.succeed(token === null ? null : { token: Redacted.make(token), source: "env" as const })
    })
}
