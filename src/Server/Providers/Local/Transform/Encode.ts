import type { TransformFormat } from "./Parameters.js"
import type { Step } from "./Raw.js"

/** Quality of lossy formats when none is asked for. */
const usualQuality = 85

/** Most pixels of a JPEG whose code tables are fitted to it, for which the library holds all of it in memory once more. */
const maxFitted = 16_000_000

/** Writes a picture of so many pixels; efforts are fixed, so that the bytes do not change with a library's defaults. */
export const encode = (
  step: Step,
  format: TransformFormat,
  pixels: number,
  quality = usualQuality
): Promise<Uint8Array> => {
  switch (format) {
    case "png":
      return step.png({ compressionLevel: 6, adaptiveFiltering: false, palette: false }).toBuffer()
    case "jpeg":
      return step
        .jpeg({
          quality,
          chromaSubsampling: quality >= 90 ? "4:4:4" : "4:2:0",
          optimiseCoding: pixels <= maxFitted
        })
        .toBuffer()
    case "webp":
      return step
        .webp(quality === 100 ? { lossless: true, exact: true, effort: 2 } : { quality, effort: 2 })
        .toBuffer()
    case "avif":
      return step.avif({ quality, effort: 2 }).toBuffer()
  }
}
