import { createHash } from "node:crypto"
import { measure } from "../Media/Measure.js"

export interface MultipartFile {
  readonly field: string
  readonly filename: string
  readonly contentType: string
  readonly size: number
  readonly sha256: string
  readonly width: number | undefined
  readonly height: number | undefined
  readonly bytes: Buffer
}

export interface Multipart {
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  readonly files: ReadonlyArray<MultipartFile>
}

const unquote = (header: string, name: string): string | undefined =>
  new RegExp(`(?:^|;)\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(header)?.[1]

/** RFC 7578, read strictly: a malformed body is an error with words. */
export const parseMultipart = (contentType: string, body: Buffer): Multipart | string => {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const mark = boundary?.[1] ?? boundary?.[2]
  if (mark === undefined) return "no boundary"
  const opening = Buffer.from(`--${mark}\r\n`)
  const between = Buffer.from(`\r\n--${mark}`)
  if (!body.subarray(0, opening.length).equals(opening)) return "body does not begin with the boundary"
  const fields: Array<readonly [string, string]> = []
  const files: Array<MultipartFile> = []
  let at = opening.length
  for (;;) {
    const headEnd = body.indexOf("\r\n\r\n", at)
    const end = headEnd < 0 ? -1 : body.indexOf(between, headEnd + 2)
    if (end < 0) return "a part has no end"
    const head = body.toString("utf8", at, headEnd)
    const disposition = /^content-disposition:\s*form-data(.*)$/im.exec(head)?.[1]
    const field = disposition === undefined ? undefined : unquote(disposition, "name")
    if (disposition === undefined || field === undefined) return "a part has no name"
    const bytes = body.subarray(Math.min(headEnd + 4, end), end)
    const filename = unquote(disposition, "filename")
    if (filename === undefined) fields.push([field, bytes.toString("utf8")])
    else {
      const size = measure(bytes)
      files.push({
        field,
        filename,
        contentType: (
          /^content-type:\s*(.*?)\s*$/im.exec(head)?.[1] ?? "application/octet-stream"
        ).toLowerCase(),
        size: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        width: size?.width,
        height: size?.height,
        bytes
      })
    }
    const after = body.toString("latin1", end + between.length, end + between.length + 2)
    if (after === "--") return { fields, files }
    if (after !== "\r\n") return "a boundary is followed by neither a line end nor two dashes"
    at = end + between.length + 2
  }
}
