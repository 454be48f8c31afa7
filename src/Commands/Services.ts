import type { ApiClient } from "../Services/ApiClient.js"
import type { Attempts } from "../Services/Attempts.js"
import type { ConfigStore } from "../Services/ConfigStore.js"
import type { Deadlines } from "../Services/Deadlines.js"
import type { Entropy } from "../Services/Entropy.js"
import type { Env } from "../Services/Env.js"
import type { Files } from "../Services/Files.js"
import type { ImageSkill } from "../Services/ImageSkill.js"
import type { Invocation } from "../Services/Invocation.js"
import type { MediaHost } from "../Services/MediaHost.js"
import type { Prefix } from "../Services/Prefix.js"
import type { Signals } from "../Services/Signals.js"
import type { Stdin } from "../Services/Stdin.js"
import type { Target } from "../Services/Target.js"
import type { Telemetry } from "../Services/Telemetry.js"
import type { TokenSource } from "../Services/TokenSource.js"

/** What a command may use; Main supplies it, tests supply fakes. */
export type CommandServices =
  | ApiClient
  | Attempts
  | ConfigStore
  | Deadlines
  | Entropy
  | Env
  | Files
  | ImageSkill
  | Invocation
  | MediaHost
  | Prefix
  | Signals
  | Stdin
  | Target
  | Telemetry
  | TokenSource
