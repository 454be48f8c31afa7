import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { bundlePixelChild } from "../../scripts/build/bundle.mjs"

/** Bundles the child that decodes pictures, from the sources as they are, to where the tests' service looks for it. */
export const setup = async () => {
  const folder = path.resolve(import.meta.dirname, "../../node_modules/.cache/pixels")
  mkdirSync(folder, { recursive: true })
  const mine = path.join(folder, `${process.pid}.cjs`)
  writeFileSync(mine, await bundlePixelChild())
  // Another run of the tests may be reading it.
  renameSync(mine, path.join(folder, "PixelChild.cjs"))
}
