import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { served as documents } from "../../src/Documents/index.js"
import { runCommand } from "../../src/Testing/index.js"
import { send, served } from "../Server/Http/Served.js"

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

describe("documents over HTTP", () => {
  it.scopedLive(
    "are served with their type, an entity tag that is their hash, and nothing about another address",
    () =>
      Effect.gen(function* () {
        const publicUrl = "https://images.example.com/below"
        const { address } = yield* served({ documents, publicUrl })
        for (const { contentType, path, text } of documents) {
          const got = yield* send(address, "GET", path)
          expect(got.status, path).toBe(200)
          expect(got.bytes.toString("utf8")).toBe(text(publicUrl))
          expect(got.headers).toMatchObject({
            "content-type": contentType,
            "content-length": String(got.bytes.length),
            etag: `"${sha256(got.bytes)}"`,
            "cache-control": "public, max-age=300",
            "x-content-type-options": "nosniff",
            "x-image-skill-exit-code": "0"
          })
          expect(got.headers["x-request-id"]).toMatch(/^trace_[0-9a-f]{32}$/)
          expect(got.bytes.toString("utf8")).not.toContain(address)
          const below = yield* send(address, "GET", `/below${path}`)
          expect(below.bytes.equals(got.bytes)).toBe(true)

          const head = yield* send(address, "HEAD", path)
          expect([
            head.status,
            head.bytes.length,
            head.headers["content-length"],
            head.headers["etag"]
          ]).toEqual([200, 0, String(got.bytes.length), got.headers["etag"]])
          const known = yield* send(address, "GET", path, {
            headers: { "if-none-match": got.headers["etag"] ?? "" }
          })
          expect([known.status, known.bytes.length, known.headers["etag"]]).toEqual([
            304,
            0,
            got.headers["etag"]
          ])
          const changed = yield* send(address, "GET", path, { headers: { "if-none-match": '"0"' } })
          expect(changed.status).toBe(200)
          const written = yield* send(address, "POST", path, { body: {} })
          expect([written.status, written.headers["allow"], written.json.error.code]).toEqual([
            405,
            "GET, HEAD",
            "INVALID_ARGUMENTS"
          ])
        }
      })
  )

  it.scopedLive("are what trust hashes, and lead to each other", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ documents })
      const { envelope } = yield* runCommand(["trust", "--api-base-url", address])
      const contracts = envelope.data?.["hosted_contracts"] as ReadonlyArray<{
        readonly path: string
        readonly status: string
        readonly sha256: string
        readonly bytes: number
      }>
      expect(contracts).toHaveLength(4)
      for (const { bytes, path, sha256: hash, status } of contracts) {
        const got = yield* send(address, "GET", path)
        expect([path, status, hash, bytes]).toEqual([path, "found", sha256(got.bytes), got.bytes.length])
      }
      expect(envelope.data?.["summary"]).toMatchObject({ status: "usable" })

      const llms = yield* send(address, "GET", "/llms.txt")
      const links = [...llms.bytes.toString("utf8").matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link)
      expect(links).toHaveLength(4)
      for (const link of links) {
        expect(link.startsWith(`${address}/`)).toBe(true)
        expect((yield* send(address, "GET", new URL(link).pathname)).status).toBe(200)
      }
    })
  )

  it.scopedLive("are none where a service was given none", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const got = yield* send(address, "GET", "/skill.md")
      expect([got.status, got.json.error.code]).toEqual([404, "NOT_FOUND"])
    })
  )
})
