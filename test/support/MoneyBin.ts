import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import type { CrashPoint } from "../../src/Server/Domain/Crash.js"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** What a cut process is told by its environment: where it is hit, by what, and at which passing. */
export interface Cut {
  readonly MONEY_CUT_AT: CrashPoint
  readonly MONEY_CUT_BY: "SIGKILL" | "SIGINT"
}

// Only this bundle has it: the product's own points do nothing unless a test provides a layer.
const cuts = `
Crash.point = (point) => {
  if (point !== process.env.MONEY_CUT_AT) return Effect.void
  return Effect.suspend(() => {
    process.kill(process.pid, process.env.MONEY_CUT_BY)
    // What cannot be interrupted goes on after the signal was heard, as it would anywhere else.
    return Effect.sleep("150 millis")
  })
}
`

/** Bundles the product's own Main into a bin that a signal hits at a crash point. */
export const buildCuttable = async (name: string): Promise<string> => {
  const folder = path.join(root, "node_modules/.cache/money", name)
  mkdirSync(folder, { recursive: true })
  const outfile = path.join(folder, "image-skill.mjs")
  await build({
    stdin: {
      contents: `import { main } from "./src/Main.js"
process.exitCode = await main(process.argv.slice(2), process.argv[1])`,
      resolveDir: root
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["libsql", "sharp"],
    // The built bin's own; a path that is absolute stands for itself.
    define: { __PIXEL_CHILD__: JSON.stringify(path.join(root, "dist/bin/PixelChild.cjs")) },
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
    },
    plugins: [
      {
        name: "cuts",
        setup: ({ onLoad }) => {
          onLoad({ filter: /Server\/Domain\/Crash\.ts$/ }, ({ path: file }) => ({
            contents: readFileSync(file, "utf8") + cuts,
            loader: "ts"
          }))
        }
      }
    ],
    logLevel: "silent"
  })
  return outfile
}

interface Reader {
  readonly prepare: (sql: string) => { readonly get: () => Record<string, unknown> | undefined }
  readonly close: () => void
}

/** Waits until an engine is at work for a job in a data folder, as the database tells from outside. */
export const atWork = async (folder: string): Promise<void> => {
  const Libsql = createRequire(import.meta.url)("libsql") as new (file: string) => Reader
  const file = path.join(folder, "image-skill.db")
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (!existsSync(file)) continue
    const database = new Libsql(file)
    try {
      if (database.prepare("SELECT 1 FROM checkpoints WHERE step = 'submit'").get() !== undefined) return
    } catch {
      // Not migrated yet, or being migrated now.
    } finally {
      database.close()
    }
  }
}
