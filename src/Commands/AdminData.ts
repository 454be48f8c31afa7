import * as path from "node:path"
import * as Effect from "effect/Effect"
import { adminBackup, adminRestore, adminVerify } from "../Operations/AdminData.js"
import { suggest } from "../Operations/Suggest.js"
import { folderFlag, lacks, onFolder, sameFolder } from "./AdminCommand.js"
import { command } from "./Command.js"
import { text, toggle } from "./Flags.js"

export const adminBackedUp = command({
  operation: adminBackup,
  flags: {
    output: text("output", "FOLDER", "A folder that does not exist yet; one in backups/ unless given"),
    ...folderFlag
  },
  arguments: {},
  examples: [{ why: "every night, onto another disk", argv: ["admin", "backup", "--output", "./backup-1"] }],
  usesService: false,
  run: ({ data, output }) =>
    onFolder(data, ({ backUp }, root) =>
      backUp(root, output === undefined ? null : path.resolve(output))
    ).pipe(
      Effect.map((made) => ({
        ...made,
        next: [
          suggest(
            "try_restore",
            "see that it comes back; put a folder of your own",
            adminRestore,
            { from: made.data.path, data: "FOLDER" },
            ["data"]
          )
        ]
      }))
    )
})

export const adminRestored = command({
  operation: adminRestore,
  flags: {
    from: text("from", "FOLDER", "A folder that admin backup made"),
    replace: toggle("replace", "Set aside what is in the data folder; it is renamed, not removed"),
    ...folderFlag
  },
  arguments: {},
  examples: [
    {
      why: "into a new folder, to look at it",
      argv: ["admin", "restore", "--from", "./backup-1", "--data", "./restored"]
    }
  ],
  usesService: false,
  run: ({ data, from, replace }) =>
    Effect.gen(function* () {
      if (from === undefined) return yield* lacks("say which backup", "--from")
      const restored = yield* onFolder(data, (admin, target) =>
        admin.restore({ from: path.resolve(from), target, replace: replace === true })
      )
      return {
        ...restored,
        next: [suggest("verify", "read everything of it once more", adminVerify, sameFolder(data))]
      }
    })
})

export const adminVerified = command({
  operation: adminVerify,
  flags: folderFlag,
  arguments: {},
  examples: [{ why: "is everything still as it was stored", argv: ["admin", "verify"] }],
  usesService: false,
  run: ({ data }) =>
    onFolder(data, ({ verify }, root) => verify(root)).pipe(
      Effect.map((found) => ({
        data: found,
        next: [suggest("back_up", "copy it while it is sound", adminBackup, sameFolder(data))]
      }))
    )
})
