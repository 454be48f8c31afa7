import type * as Schema from "effect/Schema"
import type { Code } from "../Errors.js"
import type { Effects } from "../Schema/Effects.js"
import type { Actor } from "../Schema/Envelope.js"

/** A part of the caller's machine that an operation reaches beside the service. */
export type Touch = "files" | "stdin" | "network"

/** Whether an operation sends a token: never, when one resolves, or always. */
export type Auth = "none" | "optional" | "required"

/** How an operation travels: request fields named in the path go there, the rest is query (GET, DELETE) or JSON body (POST). */
export interface Wire<Request, RequestEncoded> {
  readonly method: "GET" | "POST" | "DELETE"
  readonly path: `/${string}`
  readonly request: Schema.Schema<Request, RequestEncoded>
  /** Request fields that travel as headers instead. */
  readonly headers?: Readonly<Record<string, string>>
  /** Headers that a service takes for request fields which a body may hold as well; the two must not differ. */
  readonly alsoHeaders?: Readonly<Record<string, string>>
}

/**
 * One thing that a caller can ask for, whatever face it comes through: the command, the library method, the handler, the
 * documents and the suggestions are all derived from this declaration.
 */
export interface Operation<Id extends string, Input, InputEncoded, Output, OutputEncoded> {
  /** Dotted name, as in telemetry: `jobs.show`. */
  readonly id: Id
  /** The words of its command: `["jobs", "show"]`. */
  readonly command: ReadonlyArray<string>
  readonly summary: string
  /** What a caller hands over. */
  readonly input: Schema.Schema<Input, InputEncoded>
  /** What `data` holds on success. */
  readonly output: Schema.Schema<Output, OutputEncoded>
  /** The codes it may end in beside those of transport, arguments and authentication. */
  readonly codes: ReadonlyArray<Code>
  /** Whether it sends a token: always alike, or as its input has it. */
  readonly auth: Auth | ((input: Input) => Auth)
  /** What running it with this input does. */
  readonly effects: (input: Input) => Effects
  /** What it reaches on the caller's machine with this input. */
  readonly touches: (input: Input) => ReadonlyArray<Touch>
  /** The words that make the CLI run it with this input, after the program's name. */
  readonly argv: (input: Input) => ReadonlyArray<string>
}

/** An operation of any input and output. */
// The parameters are only ever read through the operation's own schemas, so the erased form is safe to list.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyOperation = Operation<string, any, any, any, any>

/** An operation that is one request to a service. */
export interface ServiceOperation<
  Id extends string,
  Input,
  InputEncoded,
  Output,
  OutputEncoded,
  Request,
  RequestEncoded
> extends Operation<Id, Input, InputEncoded, Output, OutputEncoded> {
  readonly wire: Wire<Request, RequestEncoded>
  /** Whether a success tells what was asked for: an answer whose fields are all optional may hold none of them (contract §2). */
  readonly tells?: (
    answer: { readonly data: Output; readonly actor: Actor | null },
    request: Request
  ) => boolean
  /** The grant that the caller's token must hold, if any. */
  readonly grant?: string
}

/** A service operation of any type. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyServiceOperation = ServiceOperation<string, any, any, any, any, any, any>

/** The request type of a service operation. */
export type RequestOf<O extends AnyServiceOperation> = Schema.Schema.Type<O["wire"]["request"]>
/** The input type of an operation. */
export type InputOf<O extends AnyOperation> = Schema.Schema.Type<O["input"]>
/** The output type of an operation. */
export type OutputOf<O extends AnyOperation> = Schema.Schema.Type<O["output"]>

/** Whether an operation sends a token with this input. */
export const authOf = <Input>(
  { auth }: { readonly auth: Auth | ((input: Input) => Auth) },
  input: Input
): Auth => (typeof auth === "string" ? auth : auth(input))

/** Declares an operation that needs no service. */
export const local = <Id extends string, I, IE, O, OE>(
  declaration: Operation<Id, I, IE, O, OE>
): Operation<Id, I, IE, O, OE> => declaration

/** Declares an operation that is one request to a service. */
export const service = <Id extends string, I, IE, O, OE, R, RE>(
  declaration: ServiceOperation<Id, I, IE, O, OE, R, RE>
): ServiceOperation<Id, I, IE, O, OE, R, RE> => declaration

/** Whether one of these fields is there and says something. */
export const tellsAny = (data: object, names: ReadonlyArray<string>): boolean =>
  Object.entries(data).some(([name, value]) => names.includes(name) && value !== null && value !== "")

/** Words for a flag with a value, none when the value is absent. */
export const flag = (name: string, value: string | number | undefined): ReadonlyArray<string> =>
  value === undefined
    ? []
    : typeof value === "string" && value.startsWith("-")
      ? [`--${name}=${value}`]
      : [`--${name}`, String(value)]

/** A word that reads as the value of the boolean flag before it. */
export const booleanWord = /^(?:true|false|yes|no|on|off|0|1)$/i

/** The word of a positional argument, behind `--` where it would read as a flag, or as the value of the one before it. */
export const operand = (value: string): ReadonlyArray<string> =>
  value.startsWith("-") || booleanWord.test(value) ? ["--", value] : [value]

/** The word of a boolean flag, none when it is off. */
export const toggle = (name: string, value: boolean | undefined): ReadonlyArray<string> =>
  value === true ? [`--${name}`] : []
