import { pixelsOf } from "../../Domain/Catalog/Sizes.js"
import { uprightSize } from "../../Domain/Media/Pixels.js"
import { sniff } from "../../Domain/Media/Sniff.js"

/** What was asked of an output that its bytes can tell. */
export interface Expected {
  /** As the provider was told: `WxH`, a preset, or anything else, which promises nothing. */
  readonly size: unknown
  readonly format: unknown
}

const formats: ReadonlySet<unknown> = new Set(["png", "jpeg", "webp"])

/** Warnings about outputs that are not what was asked for (contract §13). */
export const mismatches = (outputs: ReadonlyArray<Uint8Array>, expected: Expected): ReadonlyArray<string> =>
  outputs.flatMap((bytes, index) => {
    const header = sniff(bytes)
    const size = header === null ? null : uprightSize(header)
    const asked = pixelsOf(expected.size)
    return [
      ...(asked !== null && size !== null && (size.width !== asked.width || size.height !== asked.height)
        ? [
            `output ${index}: ${asked.width}x${asked.height} was asked for, ${size.width}x${size.height} delivered`
          ]
        : []),
      ...(header !== null && formats.has(expected.format) && header.format !== expected.format
        ? [`output ${index}: ${String(expected.format)} was asked for, ${header.format} delivered`]
        : [])
    ]
  })
