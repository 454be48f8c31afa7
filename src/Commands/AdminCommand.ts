import * as path from "node:path"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError, type InvalidArguments } from "../Errors.js"
import { Env } from "../Services/Env.js"
import { Files } from "../Services/Files.js"
import { foldersOf } from "../Services/Folders.js"
import { text } from "./Flags.js"

/** The service's code for operators, loaded only by whoever runs one of these commands. */
type Admin = typeof import("../Server/Admin/index.js")

/** The flag of every command on a data folder. */
export const folderFlag = {
  data: text("data", "FOLDER", "The data folder; that of the embedded service unless given")
}

/** The data folder that a command is about, as an absolute path. */
export const folderOf = (data: string | undefined) =>
  Effect.map(Env, (env) => path.resolve(data ?? foldersOf(env).data))

/** Works on the data folder of a command; `data` is what `--data` said. */
export const onFolder = <A, E extends ImageSkillError, R>(
  data: string | undefined,
  work: (admin: Admin, root: string) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const root = yield* folderOf(data)
    const admin = yield* Effect.promise(() => import("../Server/Admin/index.js"))
    return yield* work(admin, root)
  })

/** What a command that may make a data folder says when it is about to: a slip in a path must not go unseen. */
export const warnOfNew = (data: string | undefined) =>
  Effect.gen(function* () {
    const root = yield* folderOf(data)
    const files = yield* Files
    const found = yield* Effect.orElseSucceed(files.entry(path.join(root, "format")), () => "other" as const)
    return found === "missing"
      ? [
          `there was no data folder at ${root}, so a new one was made; --data or IMAGE_SKILL_DATA_DIR names another`
        ]
      : []
  })

/** The data folder for a suggestion: the words of the command that ran, none where it said none. */
export const sameFolder = (data: string | undefined): { readonly data?: string } =>
  data === undefined ? {} : { data }

/** Refuses a command line that lacks something. */
export const lacks = (
  reason: string,
  ...flags: ReadonlyArray<string>
): Effect.Effect<never, InvalidArguments> =>
  Effect.fail(
    failure("INVALID_ARGUMENTS", reason, {
      recovery: { required_flag: flags[0] ?? "", ...(flags.length > 1 ? { required_flags: flags } : {}) }
    })
  )
