// One real picture by a real vendor, for a person with a key: npm run live -- openai|fal|xai [--yes]. Never above $0.10.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const bin = path.join(root, "dist/bin/image-skill.cjs")
const cap = "0.10"

/** The cheapest request of each vendor that still goes the whole way. */
const requests = {
  openai: {
    key: "OPENAI_API_KEY",
    model: "openai.gpt-image-2",
    parameters: { quality: "low", size: "1024x1024" }
  },
  fal: { key: "FAL_KEY", model: "fal.z-image-turbo", parameters: { image_size: "square" } },
  xai: { key: "XAI_API_KEY", model: "xai.grok-imagine-image", parameters: {} }
}

const [vendor] = process.argv.slice(2).filter((word) => !word.startsWith("--"))
const request = requests[vendor]
const fail = (text) => {
  console.error(text)
  process.exit(2)
}
if (request === undefined) fail(`Say which: npm run live -- ${Object.keys(requests).join("|")} [--yes]`)
if (!process.env[request.key])
  fail(`Set ${request.key} first. It stays in the environment and is never written down.`)

const data = mkdtempSync(path.join(tmpdir(), "image-skill-live-"))
const output = path.resolve(`live-${vendor}`)
const run = (...words) => {
  const { status, stdout } = spawnSync(process.execPath, [bin, ...words, "--local"], {
    encoding: "utf8",
    env: { ...process.env, IMAGE_SKILL_DATA_DIR: data }
  })
  return { status, envelope: JSON.parse(stdout) }
}
const stop = (envelope, status) =>
  fail(`${JSON.stringify(envelope.error, null, 2)}\nexit ${status}; nothing was retried`)

const words = [
  "create",
  "--model",
  request.model,
  "--prompt",
  "a small red lighthouse on a cliff, plain colours",
  "--model-parameters-json",
  JSON.stringify(request.parameters),
  "--max-usd",
  cap
]
const { envelope: probe } = run("engines", "test", "--provider", vendor)
console.log("engine:", JSON.stringify(probe.data?.engines?.[0]?.probe ?? probe.error))
const planned = run(...words, "--dry-run")
if (!planned.envelope.ok) stop(planned.envelope, planned.status)
const cost = planned.envelope.data.cost
console.log(`${request.model}: about $${cost.estimated_usd} to ${vendor}; capped at $${cap} with the margin`)
if (!process.argv.includes("--yes")) {
  rmSync(data, { recursive: true, force: true })
  console.log("Nothing was spent. Run it again with --yes to make the picture.")
} else {
  const made = run(...words, "--download", `${output}.png`)
  // The folder keeps what is needed to go on when the outcome is open.
  if (!made.envelope.ok) {
    console.error(`the data folder is ${data}`)
    stop(made.envelope, made.status)
  }
  const [asset] = made.envelope.data.assets
  console.log(
    `${made.envelope.data.downloads[0].output}: ${asset.width} × ${asset.height} ${asset.mime_type}`
  )
  console.log("warnings:", made.envelope.warnings)
  rmSync(data, { recursive: true, force: true })
}
