import { followedBy } from "../Stack.js"
import { Deadlines } from "./Deadlines.js"
import { Entropy } from "./Entropy.js"
import { Env } from "./Env.js"
import { Files } from "./Files.js"
import { Output } from "./Output.js"
import { Prefix } from "./Prefix.js"
import { Signals } from "./Signals.js"
import { Stdin } from "./Stdin.js"
import { Telemetry } from "./Telemetry.js"

/** What every run of the program at `bin` (a path) has of its process and machine. */
export const layerAdapters = (bin: string) =>
  Env.layerProcess.pipe(
    followedBy(Files.layer),
    followedBy(Output.layer),
    followedBy(Stdin.layer),
    followedBy(Entropy.layer),
    followedBy(Deadlines.layer),
    followedBy(Signals.layer),
    followedBy(Telemetry.layer),
    followedBy(Prefix.layer(bin))
  )
