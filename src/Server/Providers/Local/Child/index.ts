export { ChildFault, type ChildOptions, makePixelChild, type PixelChild } from "./Process.js"
export type { Work } from "./Work.js"
