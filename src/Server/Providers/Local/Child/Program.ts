import { realpathSync } from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

/** Put in place by a bundler that moves the child's program: its path, or its place beside the file that was started. */
declare const __PIXEL_CHILD__: string | undefined

/** The file of the child's program: beside this module, unless it was bundled. */
export const childProgram = (): string =>
  typeof __PIXEL_CHILD__ === "string"
    ? path.resolve(path.dirname(realpathSync(process.argv[1] ?? ".")), __PIXEL_CHILD__)
    : fileURLToPath(new URL("./PixelChild.js", import.meta.url))
