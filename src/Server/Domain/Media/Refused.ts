/** A caller's bytes or parameters are refused; `message` is safe to show and holds no more than a snippet of the input. */
export class MediaRefused extends Error {
  override readonly name = "MediaRefused"

  /** `parameter` is the path of the parameter at fault, as `crop.width`; null when it is the bytes. */
  constructor(
    readonly reason: string,
    readonly parameter: string | null = null
  ) {
    super(reason)
  }
}
