/** A part of a form: a field of text, or a file. */
export type Part =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string
      readonly filename: string
      readonly mimeType: string
      readonly bytes: Uint8Array
    }

/** A form as bytes of known length, which servers take that refuse chunked bodies. */
export interface Form {
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** Writes a form; `seed` makes the boundary, which no part contains. */
export const multipart = (parts: ReadonlyArray<Part>, seed: string): Form => {
  const contents = parts.map((part) => ("value" in part ? Buffer.from(part.value) : Buffer.from(part.bytes)))
  let boundary = `image-skill-${seed.replace(/[^A-Za-z0-9]/g, "")}`
  while (contents.some((content) => content.includes(boundary))) boundary += "x"
  const chunks = parts.flatMap((part, index) => [
    Buffer.from(
      "value" in part
        ? `--${boundary}\r\ncontent-disposition: form-data; name="${part.name}"\r\n\r\n`
        : `--${boundary}\r\ncontent-disposition: form-data; name="${part.name}"; filename="${part.filename}"\r\ncontent-type: ${part.mimeType}\r\n\r\n`
    ),
    contents[index] ?? Buffer.alloc(0),
    Buffer.from("\r\n")
  ])
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: new Uint8Array(Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]))
  }
}
