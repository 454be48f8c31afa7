import type { Setting } from "../Scene.js"
import { builtAndBeyond } from "./Built.js"
import { indoors } from "./Indoors.js"
import { openCountry } from "./Open.js"
import { waters } from "./Water.js"

/** Every place the renderer can show. */
export const settings: ReadonlyArray<Setting> = [...indoors, ...openCountry, ...waters, ...builtAndBeyond]
