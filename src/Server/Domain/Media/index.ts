export { type NormalizedUpload, normalizeUpload, type Observed, observe } from "./Photo.js"
export { maxPixels, maxSourceSide, refusePixels, type Size, uprightSize } from "./Pixels.js"
export { MediaRefused } from "./Refused.js"
export {
  type Header,
  type ImageFormat,
  isQuarterTurn,
  type MediaKind,
  type Sniffed,
  sniff,
  sniffMedia
} from "./Sniff.js"
export { stripLocation } from "./StripLocation.js"
