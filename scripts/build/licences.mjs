import { existsSync, readdirSync, readFileSync } from "node:fs"

/** The licences of the packages whose files were bundled, as one text. */
export const licences = (inputs) => {
  const folders = new Set()
  for (const input of inputs) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? []
    if (folder !== undefined) folders.add(folder)
  }
  return [...folders]
    .map((folder) => {
      const { license, name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"))
      const file = existsSync(folder) && readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
      const text = file ? readFileSync(`${folder}/${file}`, "utf8").trim() : `License: ${license}`
      return `${name} ${version} (${license})\n\n${text}\n`
    })
    .sort()
    .join(`\n${"-".repeat(80)}\n\n`)
}
