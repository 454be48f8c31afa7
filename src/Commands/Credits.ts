import * as Effect from "effect/Effect"
import { creditsMethods, creditsPacks } from "../Operations/Credits.js"
import { Invocation } from "../Services/Invocation.js"
import { Target } from "../Services/Target.js"
import { TokenSource } from "../Services/TokenSource.js"
import { command } from "./Command.js"
import { request } from "./ServiceCommand.js"

// Nobody needs to be known here: a token that is handed over is checked for form, and not sent (contract §4).
const handedToken = Effect.gen(function* () {
  const { flags } = yield* Invocation
  if (flags.token === undefined && !flags.tokenStdin) return
  const service = yield* (yield* Target).resolve
  yield* (yield* TokenSource).find(service.origin)
})

export const methods = command({
  operation: creditsMethods,
  flags: {},
  arguments: {},
  examples: [{ why: "how credits can be paid for", argv: ["credits", "methods"] }],
  usesService: true,
  run: () => Effect.zipRight(handedToken, request(creditsMethods, {}))
})

export const packs = command({
  operation: creditsPacks,
  flags: {},
  arguments: {},
  examples: [{ why: "what credits cost", argv: ["credits", "packs", "list"] }],
  usesService: true,
  run: () => Effect.zipRight(handedToken, request(creditsPacks, {}))
})
