import type { ModelSpec } from "./ModelSpec.js"
import type { PriceRule } from "./Prices.js"

/** A vendor's model as the data files keep it: the spec without what follows from its price rule. */
export type ModelData = Omit<ModelSpec, "pricing" | "prices"> & { readonly prices: PriceRule }
