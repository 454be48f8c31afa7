import type { Setting } from "../Scene.js"
import { builtAndBeyond } from "./Built.js"
import { indoors } from "./Indoors.js"
import { openCountry } from "./Open.js"
import { tendedLand } from "./Tended.js"
import { waters } from "./Water.js"

/** Every place the renderer can show. */
export const settings: readonly [Setting, ...ReadonlyArray<Setting>] = [
  ...indoors,
  ...openCountry,
  ...tendedLand,
  ...waters,
  ...builtAndBeyond
]
