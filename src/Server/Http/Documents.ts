import { createHash } from "node:crypto"
import { matchesTag } from "./Range.js"

/** A document that the service serves about itself; its text names the service's public address. */
export interface Document {
  readonly path: string
  readonly contentType: string
  readonly text: (address: string) => string
}

/** A document as it leaves, or that the caller has it already. */
export interface DocumentReply {
  readonly status: 200 | 304
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
}

/**
 * Answers by path, `null` where there is no document. A text is written when it is first asked for, because most runs of a service
 * are never asked; its hash is the entity tag, as the trust packet computes it (contract §4, §6).
 */
export const makeDocuments = (documents: ReadonlyArray<Document>, address: string) => {
  const byPath = new Map(documents.map((document) => [document.path, document]))
  const written = new Map<string, { readonly bytes: Uint8Array; readonly tag: string }>()
  const write = ({ path, text }: Document) => {
    const known = written.get(path)
    if (known !== undefined) return known
    const bytes = new TextEncoder().encode(text(address))
    const made = { bytes, tag: `"${createHash("sha256").update(bytes).digest("hex")}"` }
    written.set(path, made)
    return made
  }
  return (path: string, ifNoneMatch: string | undefined): DocumentReply | null => {
    const document = byPath.get(path)
    if (document === undefined) return null
    const { bytes, tag } = write(document)
    const headers = {
      etag: tag,
      "cache-control": "public, max-age=300",
      "x-content-type-options": "nosniff"
    }
    return matchesTag(ifNoneMatch, tag)
      ? { status: 304, headers, body: null }
      : {
          status: 200,
          headers: {
            ...headers,
            "content-type": document.contentType,
            "content-length": String(bytes.byteLength)
          },
          body: bytes
        }
  }
}
