import type { PictureType } from "../Media/Pictures.js"
import { png } from "../Media/Pictures.js"
import { gone } from "./Files.js"
import type { FileTwist } from "./Files.js"
import type { FaultSpec, FaultTable, Twist } from "./Protocol.js"
import { bytesReply, htmlReply, jsonReply, textReply } from "./Reply.js"
import type { Json, Reply } from "./Types.js"
import { type WireName, wires } from "./Wires.js"

const entries = <K extends string, V>(
  keys: ReadonlyArray<K>,
  make: (key: K) => V
): Readonly<Record<string, V>> => Object.fromEntries(keys.map((key) => [key, make(key)]))

export const wireFaults: FaultTable = entries(Object.keys(wires) as Array<WireName>, (wire) => ({
  summary: wires[wire].summary,
  billed: wires[wire].early ? ("no" as const) : ("yes" as const),
  wire
}))

export const retryHeader = (
  retryAfter: number | string | null | undefined,
  otherwise?: string
): Record<string, string> =>
  retryAfter === null || (retryAfter === undefined && otherwise === undefined)
    ? {}
    : { "retry-after": String(retryAfter ?? otherwise) }

/** Failures of what stands in front of every vendor, with the vendor's own JSON where it would answer itself. */
export const httpFaults = (error: (status: number, message: string) => Json): FaultTable => {
  const plain = (status: number, summary: string, message: string): FaultSpec => ({
    summary,
    billed: status >= 500 ? "unknown" : "no",
    reply: (_, call) => jsonReply(status, error(status, message), retryHeader(call.retryAfter))
  })
  return {
    "http-408": plain(408, "request timeout", "Request timed out."),
    "http-409": plain(409, "conflict", "The request conflicts with another."),
    "http-413": plain(413, "body too large", "Request Entity Too Large"),
    "http-413-html": {
      summary: "body too large, said by a proxy",
      billed: "no",
      reply: () => htmlReply(413, "Request Entity Too Large")
    },
    "http-500": plain(500, "internal error", "The server had an error while processing your request."),
    "http-500-empty": {
      summary: "500 without a body",
      billed: "unknown",
      reply: () => bytesReply(500, "", Buffer.alloc(0))
    },
    "http-502-html": {
      summary: "502 with a proxy's HTML",
      billed: "unknown",
      reply: () => htmlReply(502, "Bad Gateway")
    },
    "http-503": plain(503, "overloaded", "The engine is currently overloaded, please try again later."),
    "http-503-retry-after": {
      summary: "overloaded, Retry-After 1",
      billed: "no",
      reply: (_, call) =>
        jsonReply(503, error(503, "The engine is currently overloaded."), retryHeader(call.retryAfter, "1"))
    },
    "http-504": plain(504, "gateway timeout", "Gateway timeout"),
    "http-524-html": {
      summary: "a proxy gave up waiting while the work may go on",
      billed: "unknown",
      reply: () => htmlReply(524, "A timeout occurred")
    },
    "http-redirect-foreign": {
      summary: "307 to another host: the key must not follow",
      billed: "no",
      reply: () =>
        bytesReply(307, "", Buffer.alloc(0), { location: "http://elsewhere.invalid/v1/images/generations" })
    },
    "http-403-html": { summary: "a firewall's HTML", billed: "no", reply: () => htmlReply(403, "Forbidden") },
    "http-204": {
      summary: "204, no content",
      billed: "unknown",
      reply: () => bytesReply(204, "", Buffer.alloc(0))
    }
  }
}

const spoiled = (summary: string, reply: () => Reply): FaultSpec => ({ summary, billed: "yes", reply })

/** 200 and unusable: the work is done and charged. */
export const okFaults: FaultTable = {
  "ok-empty": spoiled("200 without a body", () => bytesReply(200, "application/json", Buffer.alloc(0))),
  "ok-html": spoiled("200 with a login page", () => htmlReply(200, "Sign in")),
  "ok-not-json": spoiled("200, JSON by name only", () =>
    textReply(200, '{"created":1, "data":[', "application/json")
  ),
  "ok-null": spoiled("200 null", () => jsonReply(200, null)),
  "ok-array": spoiled("200 []", () => jsonReply(200, [])),
  "ok-wrong-schema": spoiled("200 with fields of the wrong type", () =>
    jsonReply(200, {
      created: "yesterday",
      data: { 0: "image" },
      images: "image",
      request_id: 7,
      status: 12,
      usage: []
    })
  ),
  "ok-error-body": spoiled("200 that holds an error", () =>
    jsonReply(200, { error: { message: "upstream failed", type: "server_error" } })
  ),
  "ok-invalid-utf8": spoiled("200, bytes that are no UTF-8", () =>
    bytesReply(200, "application/json", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22]))
  ),
  "ok-deep-json": spoiled("200, nested 100,000 deep", () =>
    textReply(200, "[".repeat(100_000) + "]".repeat(100_000), "application/json")
  ),
  "ok-huge": spoiled("200 with 96 MB of JSON", () =>
    bytesReply(200, "application/json", Buffer.alloc(96 << 20, 0x20))
  )
}

const bent = (summary: string, twist: Twist): FaultSpec => ({ summary, billed: "yes", twist: () => twist })

const otherType = (type: PictureType): PictureType => (type === "image/webp" ? "image/png" : "image/webp")

/** Pictures that are not what was asked for. */
export const pictureFaults: FaultTable = {
  "no-outputs": bent("success with no picture", { count: () => 0 }),
  "fewer-outputs": bent("one picture fewer than asked", { count: (n) => Math.max(1, n - 1) }),
  "more-outputs": bent("one picture more than asked", { count: (n) => n + 1 }),
  "duplicate-image": bent("the same bytes again and again", {
    sameBytes: true,
    count: (n) => Math.max(2, n)
  }),
  "truncated-image": bent("the picture ends half way", {
    bytes: (b) => b.subarray(0, Math.max(40, b.length >> 1))
  }),
  "zero-bytes": bent("an empty picture", { bytes: () => Buffer.alloc(0) }),
  "wrong-format": bent("another format than asked, labelled as asked", { type: otherType }),
  "wrong-size": bent("half the width", { size: (w, h) => [Math.max(1, w >> 1), h] }),
  "one-pixel": bent("one pixel", { size: () => [1, 1] }),
  "not-an-image": bent("HTML instead of a picture", {
    bytes: () => Buffer.from("<html><body>expired</body></html>")
  }),
  "svg-instead": bent("SVG with a script instead of a picture", {
    bytes: () =>
      Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
      )
  }),
  "corrupt-image": bent("a picture whose pixels do not decode", {
    bytes: (b) => {
      const out = Buffer.from(b)
      out.fill(0xa5, Math.min(out.length - 1, 60), Math.max(61, out.length - 20))
      return out
    }
  }),
  "trailing-garbage": bent("a picture followed by other bytes", {
    bytes: (b) => Buffer.concat([b, Buffer.alloc(512, 0x41)])
  }),
  "decompression-bomb": bent("a small PNG that says 60000x60000", {
    bytes: () => {
      const bomb = png(8, 8)
      bomb.writeUInt32BE(60_000, 16)
      bomb.writeUInt32BE(60_000, 20)
      return bomb
    }
  }),
  "oversized-file": bent("48 MB in one picture", {
    bytes: (b, i) => (i === 0 ? Buffer.concat([b, Buffer.alloc(48 << 20)]) : b)
  })
}

/** Damage to base64 in the body. */
export const base64Faults: FaultTable = {
  "bad-base64": bent("characters outside base64", { base64: (s) => `!!${s.slice(2)}` }),
  "base64-odd-length": bent("base64 cut in mid quantum", { base64: (s) => s.slice(0, -5) }),
  "base64-url-safe": bent("the URL alphabet, unpadded", {
    base64: (s) => s.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  }),
  "base64-data-uri": bent("base64 with a data: prefix", { base64: (s) => `data:image/png;base64,${s}` }),
  "base64-with-line-ends": bent("base64 in lines of 76", {
    base64: (s) => s.replaceAll(/(.{76})/g, "$1\r\n")
  }),
  "base64-empty": bent("an empty string", { base64: () => "" })
}

const filed = (summary: string, file: FileTwist): FaultSpec => ({
  summary,
  billed: "yes",
  twist: (call) => ({ file: call.ms === undefined ? file : { ...file, ms: call.ms } })
})
const redirect = (location: (url: string) => string): FileTwist => ({
  reply: (_, url) => bytesReply(302, "", Buffer.alloc(0), { location: location(url) })
})

/** Result URLs that fail, lie, or lead astray. */
export const urlFaults: FaultTable = {
  "url-expired-404": filed("the result is gone: 404", { reply: () => gone(404) }),
  "url-expired-410": filed("the result is gone: 410", { reply: () => gone(410) }),
  "url-403": filed("a signed URL that has lapsed: 403 XML", {
    reply: () => textReply(403, "<Error><Code>AccessDenied</Code></Error>", "application/xml")
  }),
  "url-500": filed("the CDN fails each time", { reply: () => htmlReply(500, "Internal Server Error") }),
  "url-redirect-private": filed(
    "redirect to a metadata address",
    redirect(() => "http://169.254.169.254/latest/meta-data/")
  ),
  "url-redirect-file": filed(
    "redirect to file:///etc/passwd",
    redirect(() => "file:///etc/passwd")
  ),
  "url-redirect-loop": filed(
    "redirect to itself",
    redirect((url) => url)
  ),
  "url-private-address": filed("a URL in a private network", { url: () => "http://10.0.0.1/out.png" }),
  "url-metadata-address": filed("a URL at the metadata address", {
    url: () => "http://169.254.169.254/latest/meta-data/"
  }),
  "url-foreign-host": filed("a URL on a host nobody knows", {
    url: (u) => u.replace(/^https?:\/\/[^/]+/, "https://pictures.invalid")
  }),
  "url-file-scheme": filed("file:///etc/passwd as the result", { url: () => "file:///etc/passwd" }),
  "url-credentials": filed("a URL with user and password", {
    url: (u) => u.replace("://", "://user:secret@")
  }),
  "url-not-a-url": filed("words instead of a URL", { url: () => "not a url" }),
  "url-empty-string": filed("an empty URL", { url: () => "" }),
  "url-html": filed("200 with HTML", { reply: () => htmlReply(200, "Hello") }),
  "url-type-lies": filed("the right bytes as text/html", {
    reply: (r) => ({ ...r, headers: { ...r.headers, "content-type": "text/html" } })
  }),
  "url-no-type": filed("the right bytes without Content-Type", {
    reply: (r) => ({
      ...r,
      headers: Object.fromEntries(Object.entries(r.headers).filter(([k]) => k !== "content-type"))
    })
  }),
  "url-stall": filed("the download hangs", { wire: "stall" }),
  "url-cut": filed("the download ends early", { wire: "cut-body" }),
  "url-reset": filed("the download is reset", { wire: "reset-mid-body" }),
  "url-slow": filed("a slow download", { wire: "slow-drip" })
}

/** Answers that are right but for their wrapping or their price. */
export const bodyFaults: FaultTable = {
  "usage-dearer": bent("twice of what was quoted is used, told and charged", { units: (n) => n * 2 }),
  "usage-cheaper": bent("half of what was quoted is used, told and charged", {
    units: (n) => Math.floor(n / 2)
  }),
  "extra-fields": bent("fields that nobody documents", {
    body: (b) => ({ ...b, x_new: { a: [1] }, service_tier: "default" })
  }),
  "content-type-text": bent("right JSON as text/plain", {
    headers: (h) => ({ ...h, "content-type": "text/plain" })
  }),
  "content-type-missing": bent("right JSON without Content-Type", {
    headers: (h) => Object.fromEntries(Object.entries(h).filter(([k]) => k !== "content-type"))
  }),
  "no-request-id": bent("no request id in headers", {
    headers: (h) => Object.fromEntries(Object.entries(h).filter(([k]) => !k.includes("request-id")))
  })
}
