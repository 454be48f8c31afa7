import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeStanding, replyOf } from "../../../src/Server/Http/Standing.js"
import { send, served, signUp, type Wire } from "./Served.js"

const targets = [
  "/healthz",
  "/v1/models",
  "/v1/models?details=true&operation=image.edit",
  "/v1/models/default",
  "/v1/capabilities",
  "/v1/capabilities/is.image.generate.local-canvas.v1"
]

/** An answer without what is each request's own. */
const timeless = ({ bytes, headers, status }: Wire) => {
  const trace = headers["x-request-id"] ?? ""
  const { date: _date, "x-request-id": _trace, ...rest } = headers
  return { status, rest, text: bytes.toString().replaceAll(trace, "trace") }
}

describe("standing answers", () => {
  it.scopedLive("are the first answer again, under each request's own trace id", () =>
    Effect.gen(function* () {
      const { address, lines } = yield* served()
      for (const target of targets) {
        const first = yield* send(address, "GET", target)
        const again = yield* send(address, "GET", target)
        const asked = yield* send(address, "GET", target, {
          headers: { "x-image-skill-trace-id": `trace_${"a".repeat(64)}` }
        })
        expect(first.status, target).toBe(200)
        expect(timeless(again)).toEqual(timeless(first))
        expect(timeless({ ...asked, headers: { ...asked.headers, "content-length": "" } }).text).toBe(
          timeless(first).text
        )
        for (const answer of [first, again, asked]) {
          expect(answer.json.trace_id).toBe(answer.headers["x-request-id"])
          expect(Number(answer.headers["content-length"])).toBe(answer.bytes.length)
        }
        expect(asked.json.trace_id).toBe(`trace_${"a".repeat(64)}`)
        expect(again.json.trace_id).not.toBe(first.json.trace_id)
        const head = yield* send(address, "HEAD", target)
        expect([head.status, head.bytes.length]).toEqual([200, 0])
        const noted = lines
          .filter((line) => line.includes(again.json.trace_id))
          .map((line) => JSON.parse(line))
        expect(noted).toMatchObject([{ event: "request", status: 200 }])
        expect(noted[0].operation).not.toBe("none")
      }
    })
  )

  it.scopedLive("need not be sent to whoever has them", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { headers } = yield* send(address, "GET", "/v1/models")
      const tag = headers["etag"] ?? ""
      expect(tag).toMatch(/^W\/"[\w-]{27}"$/)
      for (const given of [tag, `"other", ${tag}`, "*"]) {
        const has = yield* send(address, "GET", "/v1/models", { headers: { "if-none-match": given } })
        expect([has.status, has.bytes.length, has.headers["etag"]]).toEqual([304, 0, tag])
        expect(has.headers["x-request-id"]).toMatch(/^trace_/)
      }
      const other = yield* send(address, "GET", "/v1/models?available=true", {
        headers: { "if-none-match": tag }
      })
      expect(other.status).toBe(200)
    })
  )

  it.scopedLive("are no way around what is each caller's own, or refused", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const one = yield* signUp(address)
      const two = yield* signUp(address, "another")
      const ids = yield* Effect.forEach([one, two, one], ({ token }) =>
        Effect.map(send(address, "GET", "/v1/whoami", { token }), ({ json }) => json.data.actor)
      )
      expect(ids[0]).toEqual(ids[2])
      expect(ids[0]).not.toEqual(ids[1])
      yield* send(address, "GET", "/v1/models")
      const stranger = yield* send(address, "GET", "/v1/models", { headers: { host: "evil.example" } })
      expect(stranger.status).toBe(421)
      const post = yield* send(address, "POST", "/v1/models", { raw: "{}" })
      expect(post.status).toBe(405)
      for (let time = 0; time < 2; time++) {
        const missing = yield* send(address, "GET", "/v1/models/none")
        expect([missing.status, missing.headers["etag"]]).toEqual([404, undefined])
      }
    })
  )

  it("hold for a second, and never fill the memory", () => {
    const standing = makeStanding()
    const reply = (size: number) => ({
      status: 200,
      headers: {},
      body: JSON.stringify({ trace_id: "trace_1", data: "x".repeat(size) })
    })
    const kept = standing.keep("/v1/models", "models.list", reply(10), "trace_1", 5_000)
    expect(standing.find("/v1/models", 5_999)).toBe(kept)
    expect(standing.find("/v1/models", 6_000)).toBeNull()
    expect(standing.keep("/v1/quota", "usage.quota", reply(10), "trace_1", 5_000)).toBeNull()
    expect(standing.find("/v1/quota", 5_000)).toBeNull()
    expect(standing.keep("/v1/models", undefined, reply(10), "trace_1", 5_000)).toBeNull()

    const million = 1_000_000
    const held = () =>
      Array.from({ length: 100 }, (_, index) => standing.find(`/v1/models?query=${index}`, 5_000))
        .map((answer) => answer?.after.length ?? 0)
        .reduce((sum, each) => sum + each, 0)
    for (let index = 0; index < 100; index++) {
      standing.keep(`/v1/models?query=${index}`, "models.list", reply(million), "trace_1", 5_000)
      expect(held()).toBeLessThan(17 * million)
    }
    expect(held()).toBeGreaterThan(0)
    // The same again takes no more room.
    standing.keep("/v1/models?first", "models.list", reply(million), "trace_1", 5_000)
    for (let time = 0; time < 50; time++) {
      standing.keep("/v1/models?again", "models.list", reply(million), "trace_1", 5_000)
    }
    expect(standing.find("/v1/models?first", 5_000)).not.toBeNull()
    const long = `/v1/models?query=${"x".repeat(2_000)}`
    const unkept = standing.keep(long, "models.list", reply(10), "trace_1", 5_000)
    expect([unkept === null, standing.find(long, 5_000)]).toEqual([false, null])
  })

  it("tell what they tell in the length that they name", () => {
    const standing = makeStanding()
    const body = `{"trace_id":"trace_1","data":"Füchse"}`
    const kept = standing.keep("/x", "health", { status: 200, headers: {}, body }, "trace_1", 0)
    if (kept === null) throw new Error("not kept")
    expect(replyOf(kept, "trace_1", undefined).headers["content-length"]).toBe(Buffer.byteLength(body))
  })
})
