export { type LogLevel, logLevels, makeLog } from "./Log.js"
export { readPolicy } from "./PolicyFile.js"
export { readKeptPolicy } from "../Storage/KeptPolicy.js"
export { serve, type Served, type ServeOptions } from "./Serve.js"
