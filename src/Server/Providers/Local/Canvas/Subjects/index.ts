import type { Subject } from "../Subject.js"
import { buildings } from "./Buildings.js"
import { creatures } from "./Creatures.js"
import { figures } from "./Figures.js"
import { food } from "./Food.js"
import { household } from "./Household.js"
import { mammals } from "./Mammals.js"
import { music } from "./Music.js"
import { plants } from "./Plants.js"
import { sea } from "./Sea.js"
import { symbols } from "./Symbols.js"
import { tools } from "./Tools.js"
import { vehicles } from "./Vehicles.js"

/** Every subject the renderer can draw. */
export const subjects: readonly [Subject, ...ReadonlyArray<Subject>] = [
  ...mammals,
  ...creatures,
  ...sea,
  ...vehicles,
  ...buildings,
  ...plants,
  ...food,
  ...household,
  ...tools,
  ...music,
  ...figures,
  ...symbols
]
