import { page } from "./Markdown.js"

/** Where the other documents lie, as seen from the index. */
export interface Links {
  readonly skill: string
  readonly cli: string
  readonly exitCodes: string
  readonly openApi: string
}

/**
 * The index for language models: what this is, and which document to read for what. Without an address it speaks of the package
 * instead of one service.
 */
export const llms = (address: string | null, links: Links): string =>
  page([
    "# image-skill",
    `> One stable way for AI agents to create and edit images: every answer is one JSON document with a deterministic exit code and
> machine-readable recovery, and nothing is ever paid for twice.`,
    address === null
      ? `A command, a library for Effect programs, and the service behind both. The command works without network, key or sign-up (\`--local\`), with a
service of your own (\`image-skill serve\`), or with any address (\`--api-base-url\`). A running service serves these pages about itself.`
      : `This is the service at ${address}. Agents reach it with the command \`image-skill\` and \`--api-base-url ${address}\`, with the library, or with any
HTTP client.`,
    "The package of this name in the npm registry is another product: do not install it by name.",
    "## Start here",
    `- [The skill](${links.skill}): how to make, fetch, edit and recover pictures, and what never to do; read this first`,
    "## Reference",
    `- [Commands](${links.cli}): every command with flags, exit codes, effects and examples
- [Exit codes](${links.exitCodes}): every error code, what it means and what to do
- [OpenAPI](${links.openApi}): every endpoint with the schemas of requests and answers`,
    ...(address === null
      ? [
          "## Optional",
          `- [The library](docs/library.md): image-skill in an Effect program, and how to test one
- [API](docs/api/README.md): every export
- [Architecture](docs/architecture.md): how the program is built, and why`
        ]
      : [])
  ])
