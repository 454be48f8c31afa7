/** A stand-in service: answers every request with one envelope, of 5 kB or from a file. Prints its port and the envelope's bytes. */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"

const model = (index) => ({
  id: `stand-in.model-${index}`,
  display_name: `Stand-in model ${index}`,
  status: "available",
  capabilities: ["image.generate"],
  description:
    "A model that exists to be listed, with a sentence about it that is as long as such sentences are."
})

const envelope = {
  ok: true,
  command: "image-skill models list",
  trace_id: `trace_${"5".repeat(32)}`,
  actor: null,
  data: { models: Array.from({ length: 19 }, (_, index) => model(index)) },
  warnings: [],
  error: null
}
const [file] = process.argv.slice(2)
const body = file === undefined ? Buffer.from(JSON.stringify(envelope, null, 2)) : readFileSync(file)

const server = createServer((request, response) => {
  request.resume()
  request.once("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length })
    response.end(body)
  })
})
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port} ${body.length}\n`))
