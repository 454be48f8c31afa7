import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readRange } from "../../../src/Server/Http/Range.js"
import { send, served, signUp, uploadOf } from "./Served.js"

// The smallest picture that is one.
const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

const uploaded = (base: string, token: string) =>
  Effect.gen(function* () {
    const bytes = Buffer.from(pixel, "base64")
    const answer = yield* send(base, "POST", "/v1/upload", {
      token,
      body: {
        source_kind: "local_path",
        filename: "pixel.png",
        remote_origin: null,
        mime_type: "image/png",
        content_length: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        bytes_base64: pixel
      }
    })
    expect(answer.json.error).toBeNull()
    return answer.json.data.asset as { asset_id: string; url: string; sha256: string; content_length: number }
  })

describe("assets over HTTP", () => {
  it.scopedLive("tells no path and no address that came with the bytes, be they kept or refused", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      const ask = (bytes: Buffer, filename: string, remote_origin: string | null) =>
        send(address, "POST", "/v1/upload", {
          token,
          body: { ...uploadOf(bytes), source_kind: "remote_url", filename, remote_origin }
        })
      const picture = Buffer.from(pixel, "base64")
      for (const [filename, origin, name, host] of [
        ["../../etc/passwd", "https://example.com/secret?key=x", "passwd", "https://example.com"],
        ["C:\\Users\\me\\fox.png", "file:///home/me/fox.png", "fox.png", null],
        ["fox\u202egnp.png", "not an address", "fox\\u202egnp.png", null]
      ] as const) {
        expect((yield* ask(picture, filename, origin)).json.data.request).toEqual({
          source_kind: "remote_url",
          filename: name,
          remote_origin: host
        })
        const refused = yield* ask(Buffer.from("no picture"), filename, origin)
        expect(refused.json.error.details.filename).toBe(name)
      }
    })
  )

  it.scopedLive("serves bytes by an id that cannot be guessed, whole, in parts, or not again", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      const asset = yield* uploaded(address, token)
      expect(asset.url).toBe(`${address}/a/${asset.asset_id}.png`)
      const path = new URL(asset.url).pathname
      const whole = yield* send(address, "GET", path)
      expect(whole.status).toBe(200)
      expect(createHash("sha256").update(whole.bytes).digest("hex")).toBe(asset.sha256)
      expect(whole.headers).toMatchObject({
        "content-type": "image/png",
        "content-length": String(asset.content_length),
        etag: `"${asset.sha256}"`,
        "cache-control": "private, max-age=3600, immutable",
        "content-security-policy": "sandbox",
        "x-content-type-options": "nosniff",
        "accept-ranges": "bytes"
      })
      const head = yield* send(address, "HEAD", path)
      expect([head.status, head.bytes.length, head.headers["content-length"]]).toEqual([
        200,
        0,
        String(asset.content_length)
      ])
      const part = yield* send(address, "GET", path, { headers: { range: "bytes=1-3" } })
      expect([part.status, part.bytes.toString("latin1"), part.headers["content-range"]]).toEqual([
        206,
        "PNG",
        `bytes 1-3/${asset.content_length}`
      ])
      const behind = yield* send(address, "GET", path, { headers: { range: "bytes=9999-" } })
      expect([behind.status, behind.headers["content-range"]]).toEqual([
        416,
        `bytes */${asset.content_length}`
      ])
      const stale = yield* send(address, "GET", path, {
        headers: { range: "bytes=1-3", "if-range": '"other"' }
      })
      expect(stale.status).toBe(200)
      const same = yield* send(address, "GET", path, { headers: { "if-none-match": `"${asset.sha256}"` } })
      expect([same.status, same.bytes.length]).toEqual([304, 0])
      for (const other of [
        path.replace(".png", ".jpg"),
        path.replace(/.\.png/, "x.png"),
        "/a/",
        "/a/..%2fsecret"
      ]) {
        expect((yield* send(address, "GET", other)).status).toBe(404)
      }
      expect((yield* send(address, "POST", path, { body: {} })).status).toBe(405)
    })
  )

  it.scopedLive("forgets a deleted asset: 410, out of the lists, and again without complaint", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      const stranger = yield* signUp(address)
      const first = yield* uploaded(address, token)
      const second = yield* uploaded(address, token)
      const page = yield* send(address, "GET", "/v1/assets?limit=1", { token })
      expect(page.json.data.assets).toHaveLength(1)
      const rest = yield* send(address, "GET", `/v1/assets?limit=5&cursor=${page.json.data.next_cursor}`, {
        token
      })
      expect(
        [...page.json.data.assets, ...rest.json.data.assets]
          .map(({ asset_id }: { asset_id: string }) => asset_id)
          .sort()
      ).toEqual([first.asset_id, second.asset_id].sort())
      expect(rest.json.data.next_cursor).toBeNull()

      const path = `/v1/assets/${first.asset_id}`
      expect((yield* send(address, "DELETE", path, { token: stranger.token })).status).toBe(404)
      const gone = yield* send(address, "DELETE", path, { token })
      expect(gone.json.data).toEqual({ asset_id: first.asset_id, deleted: true, already_deleted: false })
      expect((yield* send(address, "DELETE", path, { token })).json.data.already_deleted).toBe(true)
      const bytes = yield* send(address, "GET", new URL(first.url).pathname)
      expect([bytes.status, bytes.json.error.code]).toEqual([410, "NOT_FOUND"])
      expect((yield* send(address, "GET", path, { token })).status).toBe(404)
      // The same bytes under another id are another asset.
      expect((yield* send(address, "GET", new URL(second.url).pathname)).status).toBe(200)
    })
  )

  it("reads ranges as they are meant", () => {
    expect(readRange(undefined, 10)).toBeNull()
    expect(readRange("bytes=0-", 10)).toEqual({ first: 0, last: 9 })
    expect(readRange("bytes=-4", 10)).toEqual({ first: 6, last: 9 })
    expect(readRange("bytes=-40", 10)).toEqual({ first: 0, last: 9 })
    expect(readRange("bytes=2-99", 10)).toEqual({ first: 2, last: 9 })
    expect(readRange("bytes=10-", 10)).toBe("unsatisfiable")
    expect(readRange("bytes=-0", 10)).toBe("unsatisfiable")
    for (const whole of ["bytes=5-2", "bytes=1-2,4-5", "items=1-2", "bytes=-"])
      expect(readRange(whole, 10)).toBeNull()
  })
})
