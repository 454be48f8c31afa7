import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { failure, type InvalidArguments } from "../Errors.js"
import { type Network, readNetwork } from "../Schema/Address.js"
import { parseUsd } from "../Schema/Money.js"
import { AspectRatio, Intent, Prompt } from "../Schema/Create.js"
import { CatalogId, IdempotencyKey } from "../Schema/Ids.js"
import { ModelOperation, Modality } from "../Schema/Model.js"
import * as Option from "effect/Option"

/** How a flag's text becomes a value: the value, or what was expected. */
export type Reader<A> = (text: string) => Either.Either<A, string>

/** A flag of a command, declared once: the normaliser, @effect/cli, the help and the manifest all read this. */
export interface Flag<A> {
  readonly name: string
  /** `toggle` takes no value, `value` takes one, `repeated` may stand several times. */
  readonly kind: "toggle" | "value" | "repeated"
  readonly summary: string
  /** What the value is called in help. */
  readonly placeholder: string
  readonly read: Reader<A>
  /** Whether the flag appears in help; a hidden one is only there to be understood or refused. */
  readonly hidden: boolean
}

/** A positional argument of a command. */
export interface Argument<A> {
  readonly name: string
  readonly summary: string
  readonly required: boolean
  readonly read: Reader<A>
}

const value = <A>(name: string, placeholder: string, summary: string, read: Reader<A>): Flag<A> => ({
  name,
  kind: "value",
  summary,
  placeholder,
  read,
  hidden: false
})

/** A flag without a value. */
export const toggle = (name: string, summary: string): Flag<boolean> => ({
  name,
  kind: "toggle",
  summary,
  placeholder: "",
  read: () => Either.right(true),
  hidden: false
})

/** A flag with any text that is not empty. */
export const text = (name: string, placeholder: string, summary: string): Flag<string> =>
  value(name, placeholder, summary, nonEmpty)

/** A flag with text that a schema accepts. */
export const schema = <A>(
  name: string,
  placeholder: string,
  summary: string,
  accepted: Schema.Schema<A, string>
): Flag<A> => value(name, placeholder, summary, bySchema(accepted))

/** A flag with one of a few words. */
export const choice = <const Words extends ReadonlyArray<string>>(
  name: string,
  words: Words,
  summary: string
): Flag<Words[number]> =>
  value(name, words.join("|"), summary, (given) =>
    words.includes(given) ? Either.right(given as Words[number]) : Either.left(`one of ${words.join(", ")}`)
  )

/** A flag with a whole number in a range. */
export const integer = (name: string, least: number, most: number, summary: string): Flag<number> =>
  value(name, "N", summary, (given) =>
    /^(?:0|[1-9][0-9]{0,14})$/.test(given) && Number(given) >= least && Number(given) <= most
      ? Either.right(Number(given))
      : Either.left(`a whole number from ${least} to ${most}`)
  )

/** A flag with US dollars in plain decimals; what cannot be read is refused, so that a guard never vanishes. */
export const usd = (name: string, summary: string): Flag<number> =>
  value(name, "USD", summary, (given) =>
    Option.match(parseUsd(given), {
      onNone: () => Either.left("US dollars as a plain decimal with at most six places, like 0.07"),
      onSome: (micro) => Either.right(micro / 1_000_000)
    })
  )

/** A flag with an IP address or a network of them; one that holds everybody is refused, because it tells nobody apart. */
export const network = (name: string, summary: string): Flag<Network> =>
  value(name, "ADDRESS[/BITS]", summary, (given) => {
    const found = readNetwork(given)
    return found === undefined || found.bits === 0
      ? Either.left("an IP address or a part of the network, like 10.0.0.7, 10.1.0.0/16 or fd00::/64")
      : Either.right(found)
  })

/** A flag with a JSON object. */
export const jsonObject = (name: string, summary: string): Flag<Readonly<Record<string, unknown>>> =>
  value(name, "JSON", summary, readJsonObject)

/** A flag that may stand several times. */
export const repeated = <A>(flag: Flag<A>): Flag<A> => ({ ...flag, kind: "repeated" })

/** A positional argument with text that a schema accepts. */
export const argument = <A>(
  name: string,
  summary: string,
  accepted: Schema.Schema<A, string>,
  required = true
): Argument<A> => ({ name, summary, required, read: bySchema(accepted, summary) })

const nonEmpty: Reader<string> = (given) =>
  given.trim() === "" ? Either.left("a value that is not empty") : Either.right(given)

const bySchema =
  <A>(accepted: Schema.Schema<A, string>, otherwise = "another value"): Reader<A> =>
  (given) => {
    const decode = Schema.decodeEither(accepted)
    return Either.mapLeft(decode(given), () => expectation(accepted) ?? otherwise)
  }

// A parse error prints the value; the schema's own message only says what fits.
const expectation = (accepted: Schema.Schema.All): string | undefined => {
  const message = accepted.ast.annotations[Symbol.for("effect/annotation/Message")]
  const words = typeof message === "function" ? (message as () => unknown)() : undefined
  return typeof words === "string" ? words.replace(/^expected /, "") : undefined
}

const deepest = 16

const readJsonObject: Reader<Readonly<Record<string, unknown>>> = (given) => {
  const expected = "a JSON object with finite numbers, at most 16 levels deep"
  const parsed = Either.try((): unknown => JSON.parse(given))
  if (Either.isLeft(parsed)) return Either.left(expected)
  const object = parsed.right
  return typeof object === "object" && object !== null && !Array.isArray(object) && sound(object, 0)
    ? Either.right(object as Readonly<Record<string, unknown>>)
    : Either.left(expected)
}

const sound = (value: unknown, depth: number): boolean =>
  typeof value === "number"
    ? Number.isFinite(value)
    : typeof value !== "object" || value === null
      ? true
      : depth < deepest &&
        Object.entries(value).every(([name, inner]) => name !== "__proto__" && sound(inner, depth + 1))

/** Reads one flag's text, or says what was wrong with it. */
export const readFlag = <A>(flag: Flag<A>, given: string): Effect.Effect<A, InvalidArguments> =>
  Either.match(flag.read(given), {
    onLeft: (expected) =>
      Effect.fail(
        failure("INVALID_ARGUMENTS", `--${flag.name}: expected ${expected}`, {
          details: { flag: `--${flag.name}`, expected },
          recovery: { required_flag: `--${flag.name}` }
        })
      ),
    onRight: Effect.succeed
  })

/** Reads one positional argument's text, or says what was wrong with it. */
export const readArgument = <A>(declared: Argument<A>, given: string): Effect.Effect<A, InvalidArguments> =>
  Either.match(declared.read(given), {
    onLeft: (expected) =>
      Effect.fail(
        failure("INVALID_ARGUMENTS", `${declared.name}: expected ${expected}`, {
          details: { argument: declared.name, expected }
        })
      ),
    onRight: Effect.succeed
  })

/** The flags that stand on every command. */
export const everywhere = {
  json: toggle("json", "Accepted for explicitness; the answer is always JSON"),
  help: toggle("help", "Show help for this command; nothing is run")
}

/** The flags of every command that talks to a service (contract §3, §4). */
export const serviceFlags = {
  local: toggle("local", "Use the embedded service in this process: no network, key or sign-up"),
  apiBaseUrl: text("api-base-url", "URL", "Address of the service"),
  token: text("token", "TOKEN", "Token for the service; shows in process lists, prefer --token-stdin"),
  tokenStdin: toggle("token-stdin", "Read the token from standard input"),
  timeoutMs: integer("timeout-ms", 1, 86_400_000, "Deadline for the whole command, in milliseconds")
}

/** Flags that carry payment or provider credentials: refused by every command, their values never read (contract §4). */
export const credentialFlags: ReadonlySet<string> = new Set([
  "card",
  "card-number",
  "card-token",
  "payment-token",
  "payment-secret",
  "payment-required",
  "payment-signature",
  "payment-response",
  "authorization",
  "bearer-token",
  "wallet-private-key",
  "private-key",
  "mnemonic",
  "seed-phrase",
  "stripe-secret-key",
  "stripe-webhook-secret",
  "provider-key",
  "provider-receipt"
])

/** Text that a schema of the contract accepts, by the flag's name. */
export const accepted = { AspectRatio, CatalogId, IdempotencyKey, Intent, Modality, ModelOperation, Prompt }
