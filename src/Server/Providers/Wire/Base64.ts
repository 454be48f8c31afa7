const alphabet = /^[A-Za-z0-9+/]+={0,2}$/

/** Decodes base64 or a base64 data URI, in lines and in the URL alphabet too; `null` when it is none or empty. */
export const fromBase64 = (text: string): Uint8Array | null => {
  if (text.startsWith("data:") && !/^data:[^,]{0,100};base64,/.test(text.slice(0, 120))) return null
  const given = text.startsWith("data:") ? text.slice(text.indexOf(",") + 1) : text
  // Paid for already: what can be read without doubt is.
  const body = /[\s_-]/.test(given)
    ? given.replace(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/")
    : given
  if (!alphabet.test(body)) return null
  const bytes = Buffer.from(body, "base64")
  // Node skips what it cannot read; then fewer bytes come out than went in.
  const unpadded = body.replace(/=+$/, "").length
  return bytes.length > 0 && bytes.length === Math.floor((unpadded * 3) / 4) ? new Uint8Array(bytes) : null
}

/** Bytes as a data URI, which every vendor takes where it takes a URL. */
export const toDataUri = (bytes: Uint8Array, mimeType: string): string =>
  `data:${mimeType};base64,${Buffer.from(bytes).toString("base64")}`
