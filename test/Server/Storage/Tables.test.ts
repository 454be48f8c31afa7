import { readdirSync } from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Assets } from "../../../src/Server/Storage/Assets.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { DataFolder } from "../../../src/Server/Storage/DataFolder.js"
import { migrate } from "../../../src/Server/Storage/Migrator.js"
import { isConstraint, layer } from "../../../src/Server/Storage/Sqlite.js"
import { migrations } from "../../../src/Server/Storage/Tables.js"
import { folder } from "./support.js"

/** A fresh connection for each use, as each process has. */
const connected = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(DataFolder, ({ database }) => Effect.provide(effect, layer({ filename: database })))

const rows = (query: string) =>
  connected(Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(query)))

it.live(
  "7: a folder of before has its assets, counts uploads from its upgrade on, and knows what it shows",
  () =>
    Effect.gen(function* () {
      const { backups } = yield* DataFolder
      const before = migrations.filter(({ id }) => id < 7)
      expect(yield* connected(migrate(before))).toEqual({ from: 0, to: 6 })
      yield* rows("INSERT INTO organizations (id, claim_state, created_at) VALUES ('org_a', 'unclaimed', 0)")
      for (const [id, deletedAt] of [
        ["image_kept", "NULL"],
        ["image_gone", "5"]
      ]) {
        yield* rows(`INSERT INTO assets (id, organization_id, job_id, position, kind, sha256, extension, mime_type, bytes,
          created_at, deleted_at)
        VALUES ('${id}', 'org_a', 'job_${id}', 0, 'uploaded', 'of ${id}', 'png', 'image/png', 7, 0, ${deletedAt})`)
      }
      const old = yield* rows("SELECT * FROM assets ORDER BY id")
      expect(yield* connected(migrate(migrations.filter(({ id }) => id <= 7)))).toEqual({ from: 6, to: 7 })
      expect(readdirSync(backups)).toEqual(["pre-7.db"])
      expect(yield* rows("SELECT * FROM assets ORDER BY id")).toEqual(old)
      expect(yield* rows("SELECT * FROM daily_uploads")).toEqual([])
      yield* connected(migrate(migrations))
      yield* Effect.gen(function* () {
        const assets = yield* Assets
        expect(yield* assets.shows("org_a", "of image_kept")).toBe(true)
        expect(yield* assets.shows("org_a", "of image_gone")).toBe(false)
        expect(yield* assets.shows("org_b", "of image_kept")).toBe(false)
        yield* assets.countUploaded("org_a", "2026-11-21", 7)
        yield* assets.countUploaded("org_a", "2026-11-21", 5)
        yield* assets.countUploaded("org_a", "2026-11-22", 1)
        expect(yield* assets.uploadedOn("org_a", "2026-11-21")).toBe(12)
        expect(yield* assets.uploadedOn("org_b", "2026-11-21")).toBe(0)
      }).pipe(Effect.provide(Layer.provide(Assets.layer, Database.layer)), connected)
      const refused = yield* Effect.flip(rows("UPDATE daily_uploads SET bytes = -1"))
      expect("_tag" in refused && refused._tag === "SqlError" && isConstraint(refused)).toBe(true)
      // Neither question may walk over all that an organization, or everybody with the same picture, has.
      const plan = yield* rows(`EXPLAIN QUERY PLAN SELECT 1 FROM assets
      WHERE organization_id = 'org_a' AND sha256 = 'x' AND deleted_at IS NULL LIMIT 1`)
      expect(JSON.stringify(plan)).toContain("assets_by_owned_content (organization_id=? AND sha256=?)")
    }).pipe((effect) =>
      Effect.scoped(
        Effect.flatMap(folder, (at) => Effect.provide(effect, DataFolder.layer(path.join(at, "data"))))
      )
    )
)
