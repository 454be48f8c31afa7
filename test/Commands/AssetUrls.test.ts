import { describe, expect, it } from "vitest"
import { bodyText, failsWith, home, routes, runCommandPromise, succeeds } from "../../src/Testing/index.js"
import type { FakeAnswer, FakeHandler } from "../../src/Testing/index.js"

const address = "https://service.test"
const announced = "https://media.example"
const sha256 = "ab".repeat(32)
const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])
const bytes: FakeAnswer = {
  status: 200,
  headers: { "content-type": "image/webp", "content-length": "8", etag: `"${sha256}"` },
  body: png
}
const service: FakeHandler = (request) =>
  new URL(request.url).pathname.startsWith("/a/image_1.")
    ? bytes
    : routes({
        "GET /healthz": succeeds({ status: "ok", media_origin: announced }),
        "POST /v1/edit": succeeds({ job_id: "job_1", status: "completed", assets: [] })
      })(request)
const run = (...argv: ReadonlyArray<string>) =>
  runCommandPromise([...argv, "--api-base-url", address], { service })

describe("an asset named by its URL", () => {
  it.each([`${address}/a/image_1.png`, `${announced}/a/image_1.png`])(
    "is shown without signing in, as its headers tell: %s",
    async (url) => {
      const { envelope, requests } = await run("assets", "show", url)
      expect(envelope.data).toMatchObject({
        asset: {
          asset_id: "image_1",
          mime_type: "image/webp",
          content_length: 8,
          sha256,
          source: "media_headers"
        }
      })
      expect(requests.every(({ headers }) => headers["authorization"] === undefined)).toBe(true)
    }
  )

  it("is fetched without signing in, verified by its headers, and named by what its bytes are", async () => {
    const folder = `${home}/out`
    const wrong = await runCommandPromise(
      ["assets", "get", `${address}/a/image_1.png`, "--output", folder, "--api-base-url", address],
      { service, folders: [folder] }
    )
    // The etag above is of other bytes.
    expect(wrong).toMatchObject({ exitCode: 9, envelope: { error: { code: "ASSET_INTEGRITY_FAILED" } } })
    const right = await runCommandPromise(
      ["assets", "get", `${address}/a/image_1.png`, "--output", folder, "--api-base-url", address],
      {
        folders: [folder],
        service: () => ({ ...bytes, headers: { "content-type": "image/webp", "content-length": "8" } })
      }
    )
    expect(right.envelope.data).toMatchObject({
      download: { output: `${folder}/image_1.png`, bytes: 8, mime_type: "image/png", verified: ["length"] }
    })
    expect(right.requests).toHaveLength(1)
  })

  it("needs a token when it is named by its id", async () => {
    expect(await run("assets", "show", "image_1")).toMatchObject({ exitCode: 3, requests: [] })
  })

  it("is edited without being fetched when it stands at the announced media host", async () => {
    const { requests } = await runCommandPromise(
      ["edit", "--input", `${announced}/a/image_1.png`, "--prompt", "in grey", "--api-base-url", address],
      { service, env: { IMAGE_SKILL_TOKEN: "isk_r_abcdefgh12345678" } }
    )
    const edit = requests.find(({ url }) => url.endsWith("/v1/edit"))
    expect(edit === undefined ? null : JSON.parse(bodyText(edit))).toMatchObject({
      input_asset_id: "image_1"
    })
    expect(requests.some(({ url }) => url.includes("/v1/upload"))).toBe(false)
  })

  it("is somebody else's when no media host of the service is there", async () => {
    const { exitCode } = await runCommandPromise(
      ["assets", "show", "https://elsewhere.test/a/image_1.png", "--api-base-url", address],
      { service: (request) => (request.url.endsWith("/healthz") ? failsWith("INTERNAL_ERROR") : bytes) }
    )
    expect(exitCode).toBe(2)
  })
})
