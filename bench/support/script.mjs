/** What a client without dependencies would be: parses its arguments, fetches, prints an envelope. The bar to beat. */
import { randomBytes } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { "api-base-url": { type: "string" }, json: { type: "boolean" } }
})
const [command, subcommand] = positionals
const trace = `trace_${randomBytes(16).toString("hex")}`

const print = (data) => {
  console.log(
    JSON.stringify(
      {
        ok: true,
        command: positionals.join(" "),
        trace_id: trace,
        actor: null,
        data,
        warnings: [],
        error: null
      },
      null,
      2
    )
  )
}

if (command === "version") {
  print({ version: "0.0.0", package: "script", mode: "cli" })
} else if (command === "models" && subcommand === "list") {
  const path = join(homedir(), ".config", "script", "config.json")
  const config = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {}
  const answer = await fetch(`${values["api-base-url"] ?? config.api_base_url}/v1/models`, {
    headers: { accept: "application/json", "x-trace-id": trace }
  })
  const { data } = await answer.json()
  print(data)
} else {
  process.exitCode = 2
}
