/** The engine alone: draws pictures of 256², so many at once and one after another as a service would. Prints CPU ms for each. */
import sharp from "sharp"
import { draw } from "../../dist/lib/Server/Providers/Local/Canvas/index.js"

const [count, atOnce] = process.argv.slice(2).map(Number)
let next = 0
const worker = async (until) => {
  while (next < until) {
    const seed = next++
    const { svg } = draw({
      prompt: "a red fox beside a lighthouse at sunset",
      width: 256,
      height: 256,
      seed,
      output: 0
    })
    await sharp(Buffer.from(svg)).png({ compressionLevel: 6, adaptiveFiltering: false }).toBuffer()
  }
}
const all = (until) => Promise.all(Array.from({ length: atOnce }, () => worker(until)))
// What is drawn first warms the engine up and is not counted.
await all(count / 4)
const before = process.cpuUsage()
const drawn = next
await all(drawn + count)
const { system, user } = process.cpuUsage(before)
process.stdout.write(`${(user + system) / 1000 / (next - drawn)}\n`)
