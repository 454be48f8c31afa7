import { type ChildProcess, spawn } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { mkdirSync, readdirSync } from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { buildSync } from "esbuild"
import sharp from "sharp"
import { send } from "../Http/Served.js"

const root = path.resolve(import.meta.dirname, "../../..")

/** Bundles the child of this folder once; its path. */
export const buildChild = (): string => {
  const cache = path.join(root, "node_modules/.cache/admin-test")
  mkdirSync(cache, { recursive: true })
  const outfile = path.join(cache, `copy-${process.pid}.mjs`)
  buildSync({
    entryPoints: [path.join(import.meta.dirname, "children/copy.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["libsql", "sharp", "stripe"],
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
    },
    logLevel: "silent"
  })
  return outfile
}

/** How a child ended. */
export interface Ended {
  readonly signal: string | null
  readonly code: number | null
  readonly errors: string
}

/** Starts the child. */
export const startChild = (
  script: string,
  args: ReadonlyArray<string>
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } => {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "ignore", "pipe"] })
  let errors = ""
  child.stderr.on("data", (data: Buffer) => {
    errors += data.toString()
  })
  return {
    child,
    ended: new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, errors })))
  }
}

/** Starts the child and kills it as soon as `when` says so. */
export const killWhen = async (
  script: string,
  args: ReadonlyArray<string>,
  when: () => boolean
): Promise<Ended> => {
  const { child, ended } = startChild(script, args)
  const watch = setInterval(() => {
    if (when()) child.kill("SIGKILL")
  }, 1)
  const end = await ended
  clearInterval(watch)
  return end
}

/** The entries of a folder, none when it is not there. */
export const entries = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** A picture of noise, which nothing compresses. */
export const noise = (side: number): Promise<Buffer> =>
  sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer()

/** Uploads a picture to a service; the asset's id. */
export const upload = (address: string, token: string, bytes: Buffer): Effect.Effect<string> =>
  send(address, "POST", "/v1/upload", {
    token,
    body: {
      source_kind: "local_path",
      filename: "noise.png",
      remote_origin: null,
      mime_type: "image/png",
      content_length: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes_base64: bytes.toString("base64")
    }
  }).pipe(
    Effect.map(({ json }) => String(json.data?.asset?.asset_id ?? json.data?.asset_id ?? json.error?.code))
  )

/** Uploads pictures of noise, one after the other; the assets' ids. */
export const fill = (address: string, token: string, count: number, side: number) =>
  Effect.forEach(Array.from({ length: count }), () =>
    Effect.flatMap(
      Effect.promise(() => noise(side)),
      (bytes) => upload(address, token, bytes)
    )
  )
