import { hasAscii, uintBE, uintLE } from "./Bytes.js"

const orientationTag = 0x0112

/** Orientation (1 to 8) of a TIFF-shaped EXIF block, or null; reads at most 200 entries of the first directory. */
export const readOrientation = (tiff: Uint8Array): number | null => {
  const little = hasAscii(tiff, 0, "II")
  if (!little && !hasAscii(tiff, 0, "MM")) return null
  const read = little ? uintLE : uintBE
  if (read(tiff, 2, 2) !== 42) return null
  const directory = read(tiff, 4, 4)
  const count = directory === null ? null : read(tiff, directory, 2)
  if (directory === null || count === null) return null
  for (let index = 0; index < Math.min(count, 200); index++) {
    const entry = directory + 2 + index * 12
    if (read(tiff, entry, 2) !== orientationTag) continue
    const value = read(tiff, entry + 8, 2)
    return value !== null && value >= 1 && value <= 8 ? value : null
  }
  return null
}

/** A TIFF block of 26 bytes whose only entry is the orientation. */
export const orientationOnly = (orientation: number): Uint8Array => {
  const head = [0x49, 0x49, 42, 0, 8, 0, 0, 0]
  const entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
  return Uint8Array.from([...head, 1, 0, ...entry, 0, 0, 0, 0])
}
