// A first picture through the built bin and the embedded service: no network, no key, no sign-up.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const bin = path.join(root, "dist/bin/image-skill.cjs")
const chosen = process.argv.indexOf("--output")
// A picture that is there already is kept.
const free = (number = 1) => {
  const name = path.resolve(number === 1 ? "first-image.png" : `first-image-${number}.png`)
  return existsSync(name) ? free(number + 1) : name
}
const output = chosen < 0 ? free() : path.resolve(process.argv[chosen + 1] ?? "first-image.png")
const prompt = "a red fox beside a lighthouse at sunset, three birds in the sky"

const command = ["create", "--local", "--prompt", prompt, "--download", output]
console.log(
  `$ image-skill ${command.map((word) => (/[^\w./:-]/.test(word) ? `"${word}"` : word)).join(" ")}\n`
)

const { status, stdout } = spawnSync(process.execPath, [bin, ...command], { encoding: "utf8" })
const envelope = JSON.parse(stdout)
if (!envelope.ok) {
  console.log(stdout)
  console.log(`It did not work (exit ${status}): ${envelope.error.message}`)
  console.log(
    `Next: ${envelope.error.recovery?.suggested_command ?? envelope.error.recovery?.install_command ?? "see above"}`
  )
  process.exitCode = status ?? 1
} else {
  const { data } = envelope
  const [asset] = data.assets
  const subjects = data.render.depicted.subjects.map(({ count, subject }) => `${count} ${subject}`).join(", ")
  console.log(`Your first image: ${data.downloads[0].output}`)
  console.log(
    `  ${asset.width} × ${asset.height} ${asset.mime_type}, ${asset.content_length} bytes, sha256 ${asset.sha256.slice(0, 16)}…`
  )
  console.log(`  it shows: ${subjects}; ${data.render.depicted.time_of_day}, ${data.render.depicted.setting}`)
  console.log(
    `  it cost ${data.quota.consumed_credits} credit of the machine's own preview credits; ${data.quota.remaining_credits} are left`
  )
  console.log(`  model ${data.capability.id}, job ${data.job_id}`)
  console.log("\nHow to go on (each of these runs as it stands):")
  for (const { command: line, copy_runnable, why } of data.next) {
    console.log(`  ${line}\n    ${why}${copy_runnable ? "" : " (put your own words for those in capitals)"}`)
  }
  console.log("\nThe whole answer was one JSON document on standard output; see README.md for its shape.")
}
