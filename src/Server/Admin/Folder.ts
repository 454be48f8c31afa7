import { existsSync } from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ArtifactStorage, failure, type ImageSkillError } from "../../Errors.js"
import { layerStorage } from "../App.js"
import { AssetUrls } from "../Domain/AssetUrls.js"
import { DataFolder, open, type Paths } from "../Storage/DataFolder.js"
import { OperatorCredits } from "../Storage/OperatorCredits.js"
import { Organizations } from "../Storage/Organizations.js"

/** The storage of a data folder as an operator reaches it: no engine, no catalog, no policy. */
const layerAdmin = Layer.mergeAll(Organizations.layer, OperatorCredits.layer, AssetUrls.layerFiles).pipe(
  Layer.provideMerge(layerStorage)
)

/** The rooms of an operator's work. */
export type AdminRooms = Layer.Layer.Success<typeof layerAdmin> | DataFolder

/** Refuses a place where no data folder is: a slip in a path must not become a new, empty one. */
const existing = (root: string): Effect.Effect<void, ArtifactStorage> =>
  Effect.suspend(() =>
    existsSync(path.join(root, "format"))
      ? Effect.void
      : Effect.fail(
          failure("INPUT_READ_FAILED", "there is no data folder here", {
            details: { path: root, cause: "enoent" },
            recovery: { required_flag: "--data", next_step: "name the folder that serve is started with" }
          })
        )
  )

/** Works on a data folder, beside whoever else does. */
export const inFolder = <A>(
  root: string,
  work: Effect.Effect<A, ImageSkillError, AdminRooms>,
  options: { readonly mayMake: boolean } = { mayMake: false }
): Effect.Effect<A, ImageSkillError> =>
  Effect.zipRight(
    options.mayMake ? Effect.void : existing(root),
    Effect.provide(work, Layer.provideMerge(layerAdmin, DataFolder.layer(root)))
  )

/** The paths of a data folder that is there, without opening its database. */
export const pathsOf = (root: string): Effect.Effect<Paths, ArtifactStorage> =>
  Effect.zipRight(existing(root), open(root))
