import { maxPixels } from "./Pixels.js"
import { MediaRefused } from "./Refused.js"

/** Options for every decoding of a caller's picture: bounded, and no half-read rows passed off as a picture. */
export const decodeOptions = { limitInputPixels: maxPixels, failOn: "error" } as const

/** The pixel library, loaded when first needed; rejects with the import's own error when it is not installed. */
export const loadSharp = async () => (await import("sharp")).default

/** Whether a failure says that the pixel library is not installed, or not for this machine. */
export const isSharpMissing = (cause: unknown): boolean =>
  cause instanceof Error &&
  (("code" in cause && String(cause.code).endsWith("MODULE_NOT_FOUND")) ||
    cause.message.includes('the "sharp" module'))

/** The type of the pixel library's entry function. */
export type Sharp = Awaited<ReturnType<typeof loadSharp>>

/** Runs work on pixels; whatever the library objects to is the picture's fault, told without the library's own words. */
export const onPixels = async <A>(what: string, work: () => Promise<A>): Promise<A> => {
  try {
    return await work()
  } catch (cause) {
    // A slip of ours is a defect and must not be blamed on the caller.
    if (cause instanceof MediaRefused || cause instanceof TypeError || cause instanceof RangeError)
      throw cause
    throw new MediaRefused(`the ${what} is damaged: its pixels cannot be decoded`)
  }
}
