import type { ApiClient } from "../Services/ApiClient.js"
import type { ConfigStore } from "../Services/ConfigStore.js"
import type { Entropy } from "../Services/Entropy.js"
import type { Env } from "../Services/Env.js"
import type { Files } from "../Services/Files.js"
import type { ImageSkill } from "../Services/ImageSkill.js"
import type { Invocation } from "../Services/Invocation.js"
import type { Signals } from "../Services/Signals.js"
import type { Stdin } from "../Services/Stdin.js"
import type { Target } from "../Services/Target.js"
import type { Telemetry } from "../Services/Telemetry.js"
import type { TokenSource } from "../Services/TokenSource.js"

/** What a command may use; Main supplies it, tests supply fakes. */
export type CommandServices =
  | ApiClient
  | ConfigStore
  | Entropy
  | Env
  | Files
  | ImageSkill
  | Invocation
  | Signals
  | Stdin
  | Target
  | Telemetry
  | TokenSource
