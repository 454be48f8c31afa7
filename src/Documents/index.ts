import { cliPage } from "./Cli.js"
import { exitCodesPage } from "./ExitCodes.js"
import { type Links, llms } from "./Llms.js"
import { openApi } from "./OpenApi.js"
import { skill } from "./Skill.js"

/** A document that a service serves about itself. */
export interface ServedDocument {
  readonly path: string
  readonly contentType: string
  /** Its text for the service at a public address. */
  readonly text: (address: string) => string
}

const markdown = "text/markdown; charset=utf-8"
const exitCodesPath = "/docs/exit-codes.md"

const linksAt = (address: string): Links => ({
  skill: `${address}/skill.md`,
  cli: `${address}/cli.md`,
  exitCodes: `${address}${exitCodesPath}`,
  openApi: `${address}/openapi.json`
})

/** The documents of a service (contract §6). */
export const served: ReadonlyArray<ServedDocument> = [
  { path: "/skill.md", contentType: markdown, text: skill },
  {
    path: "/llms.txt",
    contentType: "text/plain; charset=utf-8",
    text: (address) => llms(address, linksAt(address))
  },
  { path: "/cli.md", contentType: markdown, text: (address) => cliPage(linksAt(address).exitCodes) },
  {
    path: "/openapi.json",
    contentType: "application/json; charset=utf-8",
    // Without the spaces that only a person would want: most readers pay for each character.
    text: (address) => JSON.stringify(openApi(address, served))
  },
  { path: exitCodesPath, contentType: markdown, text: exitCodesPage }
]

/** Where a service describes an error code (contract §1). */
export const docsUrlAt = (address: string, code: string): string =>
  `${address}${exitCodesPath}#${code.toLowerCase()}`

const inPackage: Links = {
  skill: "skills/image-skill/SKILL.md",
  cli: "docs/cli.md",
  exitCodes: "docs/exit-codes.md",
  openApi: "openapi.json"
}

/** The same documents as they lie in the package: file and text. */
export const committed = (): Readonly<Record<string, string>> => ({
  "llms.txt": llms(null, inPackage),
  [inPackage.skill]: skill(null),
  [inPackage.cli]: cliPage("exit-codes.md"),
  [inPackage.exitCodes]: exitCodesPage(),
  [inPackage.openApi]: `${JSON.stringify(openApi(null, served), null, 2)}\n`
})
