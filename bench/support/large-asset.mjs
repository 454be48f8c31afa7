/** A stand-in service with one asset of so many bytes, all alike, sent as fast as they are taken. Prints its port. */
import { createHash } from "node:crypto"
import { createServer } from "node:http"

const bytes = Number(process.argv[2])
const piece = Buffer.alloc(1024 * 1024, 7)
const hash = createHash("sha256")
for (let at = 0; at < bytes; at += piece.length) hash.update(piece.subarray(0, bytes - at))
const sha256 = hash.digest("hex")
const id = `video_${"a".repeat(32)}`

const server = createServer(async (request, response) => {
  request.resume()
  if (!request.url.startsWith("/a/")) {
    const asset = {
      asset_id: id,
      url: `http://127.0.0.1:${server.address().port}/a/${id}.mp4`,
      kind: "generated",
      mime_type: "video/mp4",
      content_length: bytes,
      sha256
    }
    response.writeHead(200, { "content-type": "application/json" })
    response.end(
      JSON.stringify({
        ok: true,
        command: "image-skill assets show",
        trace_id: `trace_${"5".repeat(32)}`,
        actor: null,
        data: { asset },
        warnings: [],
        error: null
      })
    )
    return
  }
  response.writeHead(200, { "content-type": "video/mp4", "content-length": bytes, etag: `"${sha256}"` })
  for (let at = 0; at < bytes && !response.destroyed; at += piece.length) {
    const isTaken = response.write(piece.subarray(0, bytes - at))
    if (!isTaken) await new Promise((resolve) => response.once("drain", resolve).once("close", resolve))
  }
  response.end()
})
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port} ${id}\n`))
