import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import { Database } from "./Database.js"

/** The ids of jobs that somebody still has to drive, oldest first, at most `limit`. */
export const openWork = (limit: number): Effect.Effect<ReadonlyArray<string>, ArtifactStorage, Database> =>
  Effect.flatMap(Database, ({ run, sql }) =>
    run(sql<{ id: string }>`SELECT id FROM jobs WHERE status IN ('queued', 'running') AND outcome IS NULL
      ORDER BY updated_at LIMIT ${limit}`)
  ).pipe(Effect.map((rows) => rows.map(({ id }) => id)))
