/** Width and height in pixels. */
export interface Pixels {
  readonly width: number
  readonly height: number
}

const presets: Readonly<Record<string, Pixels>> = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 }
}

/** The pixels that a size field asks for: a preset's name, `WxH`, or an object; `null` when the provider chooses. */
export const pixelsOf = (size: unknown): Pixels | null => {
  if (typeof size === "string") {
    const match = /^([1-9][0-9]{0,4})x([1-9][0-9]{0,4})$/.exec(size)
    return match === null
      ? Object.hasOwn(presets, size)
        ? (presets[size] ?? null)
        : null
      : { width: Number(match[1]), height: Number(match[2]) }
  }
  if (typeof size !== "object" || size === null) return null
  const { height, width } = size as Readonly<Record<string, unknown>>
  return Number.isSafeInteger(width) &&
    Number.isSafeInteger(height) &&
    Number(width) > 0 &&
    Number(height) > 0
    ? { width: Number(width), height: Number(height) }
    : null
}
