import { loadSharp } from "../../../Domain/Media/Decode.js"
import { MediaRefused } from "../../../Domain/Media/Refused.js"
import { checkSvg } from "./Check.js"
import type { SvgFormat } from "./Parameters.js"

/** Longest side of a raster, in pixels. */
export const maxRasterSide = 4096

/** Most layers × pixels: about six seconds of drawing on the machine of feasibility.md, of the ten that are allowed. */
const maxWork = 400_000_000

/** Size of the raster in pixels (1 to 4096), its format, and `#rrggbb` under the drawing. */
export interface RasterOptions {
  readonly width: number
  readonly height: number
  readonly format?: SvgFormat
  readonly background?: string
}

const isSide = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= maxRasterSide

/** Markup for a raster of a size: the drawing keeps its ratio in it unless the document's own preserveAspectRatio says otherwise. */
const framed = (svg: string, width: number, height: number): string =>
  svg.replace(/^<svg [^>]*?>/, (head) =>
    head.replace(/ width="[^"]*"/, ` width="${width}"`).replace(/ height="[^"]*"/, ` height="${height}"`)
  )

const draw = async (svg: string, format: SvgFormat, background: string | undefined): Promise<Uint8Array> => {
  const sharp = await loadSharp()
  const picture = sharp(Buffer.from(svg), { limitInputPixels: maxRasterSide ** 2, failOn: "error" })
  const flat = background ?? (format === "jpeg" ? "#ffffff" : undefined)
  const painted = flat === undefined ? picture : picture.flatten({ background: flat })
  switch (format) {
    case "jpeg":
      return painted.jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toBuffer()
    case "webp":
      return painted.webp({ quality: 90 }).toBuffer()
    case "png":
      return painted.png({ compressionLevel: 6, adaptiveFiltering: false }).toBuffer()
  }
}

/** Draws markup of our own making, which nobody else had a hand in, at the size that it states; it is not checked. */
export const rasterTrusted = (svg: string, format: SvgFormat = "png"): Promise<Uint8Array> =>
  draw(svg, format, undefined)

/** Draws SVG inside exactly the asked size with its ratio kept; checks the markup itself and rejects with MediaRefused. */
export const rasterSvg = async (svg: string, options: RasterOptions): Promise<Uint8Array> => {
  const { width, height, format = "png", background } = options
  if (!isSide(width) || !isSide(height)) {
    throw new MediaRefused(`a raster has sides of 1 to ${maxRasterSide} pixels`)
  }
  if (background !== undefined && !/^#[0-9a-f]{6}$/i.test(background)) {
    throw new MediaRefused("background must be a colour as #rrggbb", "background")
  }
  const checked = checkSvg(svg)
  if (!checked.ok) throw new MediaRefused(checked.reason, "svg")
  if (checked.layers * width * height > maxWork) {
    throw new MediaRefused(
      `drawing ${width} × ${height} pixels would take too long with these filters, masks and layers: ask for a smaller size`,
      "svg"
    )
  }
  return draw(framed(checked.svg, width, height), format, background)
}
