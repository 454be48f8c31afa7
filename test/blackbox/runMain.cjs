// Runs Main itself, past the launcher's answers, for a list of argument lists, and prints what it wrote for each.
const fs = require("node:fs")

const [bin, lists] = process.argv.slice(2)
const { main } = require(bin).prepare().load("Main")
const writeSync = fs.writeSync

const runAll = async () => {
  const results = []
  for (const argv of JSON.parse(lists)) {
    const chunks = []
    fs.writeSync = (descriptor, content, offset = 0) => {
      const bytes = Buffer.from(content).subarray(offset)
      if (descriptor === 1) chunks.push(bytes)
      return bytes.length
    }
    const exit = await main(argv, bin)
    fs.writeSync = writeSync
    results.push({ exit, stdout: Buffer.concat(chunks).toString() })
  }
  process.stdout.write(JSON.stringify(results))
}

runAll()
