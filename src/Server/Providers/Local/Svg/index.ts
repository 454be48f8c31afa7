export { checkSvg, type SvgCheck } from "./Check.js"
export { parametersSchema, type SvgFormat, type SvgParameters } from "./Parameters.js"
export { rasterSvg, rasterTrusted, type RasterOptions } from "./Raster.js"
