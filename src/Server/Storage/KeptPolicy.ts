import { randomBytes } from "node:crypto"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { open } from "./DataFolder.js"
import { syncFolder, writeNew } from "./Durable.js"
import { causeOf, codeOf } from "./Engine.js"

const fileIn = (root: string) => path.join(root, "policy.json")

/** The policy that a data folder keeps, as its file has it; `null` without one. */
export const readKeptPolicy = (
  root: string
): Effect.Effect<{ readonly file: string; readonly text: string } | null, ArtifactStorage> =>
  Effect.tryPromise({
    try: async () => {
      const file = fileIn(root)
      try {
        return { file, text: await fs.readFile(file, "utf8") }
      } catch (error) {
        if (codeOf(error) === "ENOENT") return null
        throw error
      }
    },
    catch: (error) =>
      failure("INPUT_READ_FAILED", `the policy of the data folder cannot be read (${causeOf(error)})`, {
        details: { path: fileIn(root), cause: causeOf(error) }
      })
  })

/** Makes a text the policy of a data folder, whole or not at all; its path. */
export const keepPolicy = (root: string, text: string): Effect.Effect<string, ArtifactStorage> =>
  Effect.flatMap(open(root), ({ tmp }) =>
    Effect.tryPromise({
      try: async () => {
        const temporary = path.join(tmp, `${randomBytes(12).toString("hex")}.policy`)
        try {
          await writeNew(temporary, new TextEncoder().encode(text), 0o600)
          await fs.rename(temporary, fileIn(root))
        } catch (error) {
          await fs.rm(temporary, { force: true })
          throw error
        }
        await syncFolder(root)
        return fileIn(root)
      },
      catch: (error) =>
        failure(
          "OUTPUT_WRITE_FAILED",
          `the policy cannot be kept (${causeOf(error)}); the one before still holds`,
          {
            details: { path: fileIn(root), cause: causeOf(error) }
          }
        )
    })
  )
