/** Stands before a service and answers each request so many milliseconds late. `/requests` tells which came. Prints its port. */
import { createServer, request as ask } from "node:http"

const [port, delay] = process.argv.slice(2).map(Number)
let seen = []

const server = createServer((incoming, outgoing) => {
  if (incoming.url === "/requests") {
    outgoing.end(JSON.stringify(seen))
    seen = []
    return
  }
  seen.push(incoming.url)
  setTimeout(() => {
    const { headers, method, url: path } = incoming
    const onward = ask({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  }, delay)
})
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`))
