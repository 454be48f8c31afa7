import * as Effect from "effect/Effect"
import { preview } from "../Domain/Policy.js"
import { policyFileOf, readPolicy } from "../Http/PolicyFile.js"
import { keepPolicy, readKeptPolicy } from "../Storage/KeptPolicy.js"

/** The policy that a file's text makes, by the names of the file. */
const effective = (text: string) =>
  Effect.map(readPolicy(text), (named) => ({
    policy: policyFileOf({ ...preview, ...named }),
    named: Object.keys(policyFileOf(named))
  }))

/** What `serve` goes by on a data folder: what its file names, else the defaults. */
export const showPolicy = (root: string) =>
  Effect.gen(function* () {
    const kept = yield* readKeptPolicy(root)
    return { path: kept?.file ?? null, ...(yield* effective(kept?.text ?? "{}")) }
  })

/** What a policy file would come to. */
export const checkPolicy = (file: string, text: string) =>
  Effect.map(effective(text), (found) => ({ path: file, ...found }))

/** Makes a text the policy of a data folder, once it has been found to fit. */
export const setPolicy = (root: string, text: string) =>
  Effect.gen(function* () {
    const found = yield* effective(text)
    return { path: yield* keepPolicy(root, text), ...found }
  })
