/** The image types that may be uploaded, by their magic bytes alone; the service looks closer (contract §2). */
export const imageTypeOf = (bytes: Uint8Array): string | null => {
  const at = (offset: number, text: string): boolean =>
    bytes.length >= offset + text.length &&
    Array.from(text).every((character, index) => bytes[offset + index] === character.charCodeAt(0))
  if (at(0, "\u0089PNG\r\n\u001a\n")) return "image/png"
  if (at(0, "\u00ff\u00d8\u00ff")) return "image/jpeg"
  if (at(0, "GIF87a") || at(0, "GIF89a")) return "image/gif"
  if (at(0, "RIFF") && at(8, "WEBP")) return "image/webp"
  // The brand may also stand among the compatible ones, behind a `mif1` or `msf1`.
  const brands = new TextDecoder("latin1").decode(bytes.subarray(8, 64))
  if (at(4, "ftyp") && /avi[fs]/.test(brands)) return "image/avif"
  return null
}
