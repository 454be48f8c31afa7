/** The five image formats that the service takes and gives. */
export type ImageFormat = "png" | "jpeg" | "webp" | "gif" | "avif"

/** What the header says; null where it does not say, or where it is cut off before it does. */
export interface Header {
  /** Pixels as stored, before EXIF orientation; for AVIF after its own rotation, which every decoder applies. */
  readonly width: number | null
  readonly height: number | null
  readonly alpha: boolean | null
  readonly animated: boolean | null
  /** EXIF orientation, 1 to 8; null when there is none. */
  readonly orientation: number | null
}

/** A header with the format that its first bytes announce. */
export interface Sniffed extends Header {
  readonly format: ImageFormat
  readonly mime: string
}
