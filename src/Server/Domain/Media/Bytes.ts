/** Characters of a byte range as Latin-1, shorter when the bytes end before it does. */
export const ascii = (bytes: Uint8Array, at: number, length: number): string => {
  let text = ""
  const end = Math.min(bytes.length, at + length)
  for (let index = Math.max(0, at); index < end; index++) text += String.fromCharCode(bytes[index] ?? 0)
  return text
}

/** Whether the bytes at an offset are exactly these characters. */
export const hasAscii = (bytes: Uint8Array, at: number, text: string): boolean => {
  if (at < 0 || at + text.length > bytes.length) return false
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false
  }
  return true
}

/** Unsigned big-endian integer of 1 to 6 bytes, or null beyond the end. */
export const uintBE = (bytes: Uint8Array, at: number, size: number): number | null => {
  if (at < 0 || at + size > bytes.length) return null
  let value = 0
  for (let index = 0; index < size; index++) value = value * 256 + (bytes[at + index] ?? 0)
  return value
}

/** Unsigned little-endian integer of 1 to 6 bytes, or null beyond the end. */
export const uintLE = (bytes: Uint8Array, at: number, size: number): number | null => {
  if (at < 0 || at + size > bytes.length) return null
  let value = 0
  for (let index = size - 1; index >= 0; index--) value = value * 256 + (bytes[at + index] ?? 0)
  return value
}

/** One array from many. */
export const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
