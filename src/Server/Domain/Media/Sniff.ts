export type { Header, ImageFormat, Sniffed } from "./Header.js"
export { type MediaKind, sniffMedia } from "./MediaKind.js"
export { isQuarterTurn, sniff } from "./SniffImage.js"
