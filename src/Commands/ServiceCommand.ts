import * as Effect from "effect/Effect"
import type { AnyServiceOperation, OutputOf, RequestOf } from "../Operations/Operation.js"
import type { Answer } from "../Services/Answer.js"
import { ImageSkill } from "../Services/ImageSkill.js"
import type { Suggestion } from "../Operations/Suggest.js"
import type { Success } from "./Command.js"

/** A service's answer as a command's success. */
export const successOf = (answer: Answer<object>, next: ReadonlyArray<Suggestion> = []): Success => ({
  data: answer.data,
  warnings: answer.warnings,
  actor: answer.actor,
  traceId: answer.traceId,
  next
})

/** Runs an operation that is one request, and hands its answer on. */
export const request = <O extends AnyServiceOperation>(
  operation: O,
  value: RequestOf<O>,
  next: (data: OutputOf<O>) => ReadonlyArray<Suggestion> = () => []
) =>
  Effect.flatMap(ImageSkill, (client) => client.call(operation, value)).pipe(
    Effect.map((answer) => successOf(answer as Answer<object>, next(answer.data)))
  )

/** An object without its keys that are undefined. */
export const defined = <A extends object>(values: A): { [Key in keyof A]: Exclude<A[Key], undefined> } =>
  // Keys that are absent and keys that are undefined are not told apart by flags, but are by schemas.
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof A]: Exclude<A[Key], undefined>
  }
