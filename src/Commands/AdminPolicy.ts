import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { failure } from "../Errors.js"
import { adminPolicyCheck, adminPolicySet, adminPolicyShow } from "../Operations/AdminPolicy.js"
import { suggest } from "../Operations/Suggest.js"
import { Files } from "../Services/Files.js"
import { folderFlag, onFolder, sameFolder, warnOfNew } from "./AdminCommand.js"
import { command } from "./Command.js"
import { argument } from "./Flags.js"

const policyLimit = 64 * 1024

/** Reads a policy file; `INPUT_READ_FAILED` when it cannot be read. */
export const readPolicyText = (file: string) =>
  Effect.flatMap(Files, (files) => files.read(file, policyLimit)).pipe(
    Effect.mapError(({ cause, path: at }) =>
      failure("INPUT_READ_FAILED", `the policy file cannot be read (${cause})`, {
        details: { path: at, cause }
      })
    ),
    Effect.map((bytes) => new TextDecoder().decode(bytes))
  )

const file = argument("FILE", "a JSON file of limits", Schema.NonEmptyString)

export const adminPolicy = command({
  operation: adminPolicyShow,
  aliases: [["admin", "policy"]],
  flags: folderFlag,
  arguments: {},
  examples: [{ why: "which limits hold here", argv: ["admin", "policy", "show"] }],
  usesService: false,
  run: ({ data }) =>
    onFolder(data, ({ showPolicy }, root) => showPolicy(root)).pipe(Effect.map((shown) => ({ data: shown })))
})

export const adminCheckedPolicy = command({
  operation: adminPolicyCheck,
  flags: folderFlag,
  arguments: { file },
  examples: [{ why: "before it is used", argv: ["admin", "policy", "check", "./policy.json"] }],
  usesService: false,
  run: ({ data, file: given = "" }) =>
    Effect.gen(function* () {
      const at = path.resolve(given)
      const text = yield* readPolicyText(at)
      return {
        data: yield* onFolder(data, ({ checkPolicy }) => checkPolicy(at, text)),
        next: [
          suggest("set_policy", "make it the policy of the data folder", adminPolicySet, {
            file: given,
            ...sameFolder(data)
          })
        ]
      }
    })
})

export const adminNewPolicy = command({
  operation: adminPolicySet,
  flags: folderFlag,
  arguments: { file },
  examples: [
    { why: "serve goes by it from its next start", argv: ["admin", "policy", "set", "./policy.json"] }
  ],
  usesService: false,
  run: ({ data, file: given = "" }) =>
    Effect.gen(function* () {
      const text = yield* readPolicyText(path.resolve(given))
      const made = yield* warnOfNew(data)
      return {
        data: yield* onFolder(data, ({ setPolicy }, root) => setPolicy(root, text)),
        warnings: [...made, "a service that runs goes on with its policy until it is started again"]
      }
    })
})
