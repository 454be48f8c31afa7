import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { open, DataFolder } from "../../../src/Server/Storage/DataFolder.js"
import { refuseLostDatabase } from "../../../src/Server/Storage/LostDatabase.js"

it("a folder with assets and no database is refused, a fresh or a whole one is not", () => {
  const root = mkdtempSync(path.join(tmpdir(), "image-skill-lost-"))
  try {
    const folder = Effect.runSync(open(root))
    const look = () =>
      Effect.runSync(Effect.either(Effect.provideService(refuseLostDatabase, DataFolder, folder)))
    expect(look()._tag).toBe("Right")
    writeFileSync(path.join(folder.assets, "image_1.png"), "x")
    expect(look()).toMatchObject({
      left: { code: "ASSET_INTEGRITY_FAILED", details: { cause: "database_missing" } }
    })
    writeFileSync(folder.database, "whole")
    expect(look()._tag).toBe("Right")
    truncateSync(folder.database)
    expect(look()._tag).toBe("Left")
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
