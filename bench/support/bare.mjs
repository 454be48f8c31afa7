/** A bare node:http server: answers every request with the bytes of a file. Prints its port. */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"

const body = readFileSync(process.argv[2])

const server = createServer((request, response) => {
  request.resume()
  request.once("end", () => {
    response.writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "content-length": body.length
    })
    response.end(body)
  })
})
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`))
