import { createHash } from "node:crypto"
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as Stream from "effect/Stream"
import { withAttachment } from "../../../src/Services/Attachment.js"
import { Files } from "../../../src/Services/Files.js"
import { wholeBody } from "../../../src/Services/HttpClient.js"

describe("an attachment", () => {
  it("is its field's base64, whatever stands around it and however the bytes come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }),
        fc.string(),
        fc.boolean(),
        async (pieces, beside, isLast) => {
          const bytes = Buffer.concat(pieces)
          const named = { filename: `"bytes_base64":""${beside}`, '"bytes_base64":""': beside }
          const json = JSON.stringify(
            isLast ? { ...named, bytes_base64: "" } : { bytes_base64: "", ...named }
          )
          const body = withAttachment(json, {
            field: "bytes_base64",
            length: bytes.length,
            bytes: Stream.fromIterable(pieces)
          })
          const whole = Buffer.from(await Effect.runPromise(wholeBody(body)))
          expect(JSON.parse(whole.toString("utf8"))).toEqual({
            ...named,
            bytes_base64: bytes.toString("base64")
          })
          expect(body._tag === "Stream" && body.contentLength).toBe(whole.length)
        }
      ),
      { numRuns: 300 }
    )
  })

  it.scopedLive(
    "of a file is read in pieces, and no file that is too large, no folder and no pipe is read",
    () =>
      Effect.gen(function* () {
        const folder = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(path.join(tmpdir(), "attachment-"))),
          (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
        )
        const file = path.join(folder, "large")
        const bytes = Buffer.alloc(700_001, "abcdefg")
        writeFileSync(file, bytes)
        const files = yield* Files
        const pieces = yield* Stream.runCollect(
          Stream.map(files.stream(file, 700_001), (piece) => Uint8Array.from(piece))
        )
        expect(pieces.length).toBeGreaterThan(3)
        expect(
          createHash("sha256")
            .update(Buffer.concat([...pieces]))
            .digest("hex")
        ).toBe(createHash("sha256").update(bytes).digest("hex"))
        const refused = (at: string, limit: number) =>
          Effect.map(Effect.flip(Stream.runDrain(files.stream(at, limit))), ({ cause }) => cause)
        expect(yield* refused(file, 700_000)).toBe("efbig")
        expect(yield* refused(folder, 10)).toBe("eisdir")
        expect(yield* refused("/dev/null", 10)).toBe("einval")
        appendFileSync(file, "x")
        expect(yield* refused(file, 700_001)).toBe("efbig")
      }).pipe(Effect.provide(Files.layer))
  )
})
