import type { IncomingHttpHeaders, IncomingMessage } from "node:http"

/** The whole body; fails when the client leaves half way. */
export const readBody = (incoming: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = []
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
    incoming.on("end", () => resolve(Buffer.concat(chunks)))
    incoming.on("error", reject)
    incoming.on("close", () => reject(new Error("the client left")))
  })

/** What HTTP itself, its clients and tracing send. */
const ordinary = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "authorization",
  "b3",
  "cache-control",
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "pragma",
  "priority",
  "sec-fetch-mode",
  "te",
  "traceparent",
  "tracestate",
  "transfer-encoding",
  "user-agent"
])

/** The first header that neither HTTP nor the vendor knows; a pattern ends in `*`. */
export const strangeHeader = (
  headers: IncomingHttpHeaders,
  vendor: ReadonlyArray<string>
): string | undefined =>
  Object.keys(headers).find(
    (name) =>
      !ordinary.has(name) &&
      !vendor.some((v) => (v.endsWith("*") ? name.startsWith(v.slice(0, -1)) : name === v))
  )
