/**
 * Runs Main as the bin would, inside one process whose standard output is caught, for two things: the answers to command lines
 * that are always answered alike, and V8's code cache after representative work. Prints `{text, index}` as JSON.
 */
import fs from "node:fs"
import { createServer } from "node:http"
import { answerKey, tracePlaceholder } from "../../src/Launcher/Answers.ts"
import { makeUnits } from "../../src/Launcher/Units.ts"

const { bin, folder, units: table, version } = JSON.parse(process.argv[2])
const shipped = { parents: [], path: `${folder}/cache`, shipped: true }
const options = { version, folder, units: table, caches: [shipped], external: require }
const tracePattern = /trace_[0-9a-f]{32}/g

const writeSync = fs.writeSync
const capture = async (units, argv, at = bin) => {
  const chunks = []
  fs.writeSync = (descriptor, content, offset = 0) => {
    const bytes = Buffer.from(content).subarray(offset)
    if (descriptor === 1) chunks.push(bytes)
    return bytes.length
  }
  try {
    const exitCode = await units.load("Main").main(argv, at)
    return { exitCode, text: Buffer.concat(chunks).toString() }
  } finally {
    fs.writeSync = writeSync
  }
}

/** The command lines that may have a fixed answer. */
const candidates = (commands) => {
  const paths = commands.flatMap(({ aliases, command }) =>
    [command, ...aliases].map((words) => words.split(" "))
  )
  const groups = paths.filter((path) => path.length > 1).map(([first]) => [first])
  const lines = [[], ["help"], ["--help"], ["-h"], ["version"], ["--version"], ["-v"]]
  for (const path of [...paths, ...groups]) {
    lines.push([...path, "--help"], [...path, "-h"], ["help", ...path])
  }
  return lines
}

const answers = async () => {
  const units = makeUnits({ ...options, caches: [] })
  const { text: listed } = await capture(units, ["commands"])
  const index = {}
  const places = new Map()
  let text = ""
  for (const argv of candidates(JSON.parse(listed).data.commands)) {
    const first = await capture(units, argv)
    // Another program in another environment must get the same answer; and only success is answered for ever.
    process.env.IMAGE_SKILL_COMMAND = "other"
    process.env.IMAGE_SKILL_API_BASE_URL = "local"
    const second = await capture(units, argv, "/other/image-skill.cjs")
    delete process.env.IMAGE_SKILL_COMMAND
    delete process.env.IMAGE_SKILL_API_BASE_URL
    const plain = first.text.replace(tracePattern, tracePlaceholder)
    const isFixed =
      first.exitCode === 0 &&
      second.exitCode === 0 &&
      second.text.replace(tracePattern, tracePlaceholder) === plain &&
      first.text.match(tracePattern)?.length === 1
    if (!isFixed) continue
    if (!places.has(plain)) {
      places.set(plain, [Buffer.byteLength(text), Buffer.byteLength(plain)])
      text += plain
    }
    index[answerKey(argv)] = places.get(plain)
  }
  return { text, index }
}

/** A day in the life of an agent, so that the code cache holds the functions which most runs need. */
const warm = async () => {
  const units = makeUnits(options)
  const data = `${process.env.HOME}/data`
  process.env.IMAGE_SKILL_DATA_DIR = data
  const models = await capture(units, ["models", "list", "--local"])
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" })
    response.end(models.text)
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = `http://127.0.0.1:${server.address().port}`
  await capture(units, ["models", "list", "--api-base-url", address])
  await capture(units, [
    "create",
    "--local",
    "--prompt",
    "a red fox beside a lighthouse at sunset",
    "--download",
    `${process.env.HOME}/fox.png`
  ])
  server.closeAllConnections()
  server.close()
  units.keep()
}

const main = async () => {
  // V8 shares compiled code within a process: after the answers, the cache would hold what only help and `commands` need.
  await warm()
  const answered = await answers()
  writeSync(1, JSON.stringify(answered))
  process.exit(0)
}

main().catch((error) => {
  writeSync(2, `${error.stack}\n`)
  process.exit(1)
})
