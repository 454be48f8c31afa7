import { readdirSync, readFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "vitest"
import { allCommands } from "../../src/Commands/index.js"
import { flagsOf } from "../../src/Commands/Argv.js"
import { committed, docsUrlAt, served } from "../../src/Documents/index.js"
import { codes } from "../../src/Errors.js"

const root = path.resolve(import.meta.dirname, "../..")
const documents = committed()
const shipped = (
  JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { files: ReadonlyArray<string> }
).files

describe("committed documents", () => {
  for (const [file, text] of Object.entries(documents)) {
    it(`${file} is what the declarations say`, () => {
      expect(readFileSync(path.join(root, file), "utf8") === text, "run npm run docs").toBe(true)
    })

    it(`${file} is in the package`, () => {
      expect(shipped.some((entry) => file === entry || file.startsWith(`${entry}/`))).toBe(true)
    })
  }

  it("lead to each other: every relative link has its file, and every anchor its heading", () => {
    const lost = Object.entries(documents)
      .filter(([file]) => /\.(?:md|txt)$/.test(file))
      .flatMap(([file, text]) =>
        [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
          if (/^[a-z]+:/.test(link)) return []
          const [target = "", anchor] = link.split("#")
          const at = target === "" ? file : path.join(path.dirname(file), target)
          const page = documents[at] ?? readIfThere(path.join(root, at))
          if (page === null) return [`${file} → ${link}: no such file`]
          const headings = page.match(/^#+ .+$/gm) ?? []
          return anchor === undefined || headings.some((heading) => anchorOf(heading) === anchor)
            ? []
            : [`${file} → ${link}: no such heading`]
        })
      )
    expect(lost).toEqual([])
  })
})

const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return null
  }
}

const anchorOf = (heading: string): string =>
  heading
    .replace(/^#+ /, "")
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-")

describe("docs/library.md", () => {
  it("shows every program of the examples, and each as it is", () => {
    const text = readFileSync(path.join(root, "docs/library.md"), "utf8")
    const shown = [...text.matchAll(/<!-- (examples\/[\w.-]+) -->\n```ts\n([\s\S]*?)```/g)]
    for (const [, file = "", block] of shown)
      expect(block === readFileSync(path.join(root, file), "utf8"), `${file}: run npm run docs`).toBe(true)
    expect(shown.map(([, file]) => file).toSorted()).toEqual(
      readdirSync(path.join(root, "examples"))
        .filter((name) => /^\w.*\.ts$/.test(name))
        .map((name) => `examples/${name}`)
        .toSorted()
    )
    // No block stands outside of the examples.
    expect(text.match(/^```ts$/gm)).toHaveLength(shown.length)
  })
})

describe("the page of the commands", () => {
  const page = documents["docs/cli.md"] ?? ""
  for (const command of allCommands) {
    const name = command.path.join(" ")
    it(`tells all of ${name}`, () => {
      const [, section = ""] = page.split(`\n## ${name}\n`)
      const own = section.split("\n## ")[0] ?? ""
      const shared = page.slice(0, page.indexOf("\n## "))
      for (const flag of flagsOf(command).filter(({ hidden }) => !hidden))
        expect(own.includes(`\`--${flag.name}`) || shared.includes(`\`--${flag.name}`), flag.name).toBe(true)
      for (const code of command.operation.codes) expect(own).toContain(`\`${code}\``)
      for (const alias of command.aliases) expect(own).toContain(`\`${alias.join(" ")}\``)
      expect(shared).toContain(`(#${name.replaceAll(" ", "-")})`)
    })
  }
})

describe("the page of the codes", () => {
  const page =
    served.find(({ path: at }) => at === "/docs/exit-codes.md")?.text("https://images.example.com") ?? ""
  it("has an anchor for every code, where docs_url points", () => {
    const headings = (page.match(/^#+ .+$/gm) ?? []).map(anchorOf)
    for (const code of Object.keys(codes)) {
      const url = new URL(docsUrlAt("https://images.example.com/path", code))
      expect(url.pathname).toBe("/path/docs/exit-codes.md")
      expect(headings).toContain(url.hash.slice(1))
    }
  })
})
