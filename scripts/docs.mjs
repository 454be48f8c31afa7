// Generates the documents from the declarations; `--check` fails when a committed one differs.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"
import { apiPages } from "./docs/api.mjs"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const bundle = path.join(root, `.cache/documents-${process.pid}.mjs`)
mkdirSync(path.dirname(bundle), { recursive: true })
await build({
  entryPoints: [path.join(root, "src/Documents/index.ts")],
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  outfile: bundle,
  logLevel: "error"
})
const { committed } = await import(pathToFileURL(bundle).href)
rmSync(bundle)

// A page may show an example: the block behind its name holds the file, which `npm run examples` runs.
const withExamples = (text) =>
  text.replace(
    /(<!-- (examples\/[\w.-]+) -->\n```\w+\n)[\s\S]*?```/g,
    (_, head, file) => `${head}${readFileSync(path.join(root, file), "utf8")}\`\`\``
  )

const library = "docs/library.md"
const pages = {
  ...committed(),
  ...apiPages(root, {
    "image-skill": "src/index.ts",
    "image-skill/server": "src/Server/index.ts",
    "image-skill/testing": "src/Testing/index.ts",
    "image-skill/schema": "src/Schema/index.ts"
  }),
  [library]: withExamples(readFileSync(path.join(root, library), "utf8"))
}
const check = process.argv.includes("--check")
const readOrEmpty = (at) => {
  try {
    return readFileSync(at, "utf8")
  } catch {
    return ""
  }
}
for (const [file, text] of Object.entries(pages)) {
  const at = path.join(root, file)
  if (check) {
    if (readOrEmpty(at) === text) continue
    console.error(`${file} is not what the declarations say: run npm run docs`)
    process.exitCode = 1
  } else {
    mkdirSync(path.dirname(at), { recursive: true })
    writeFileSync(at, text)
  }
}
