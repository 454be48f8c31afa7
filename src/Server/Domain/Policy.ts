import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { Credits } from "../../Schema/Money.js"

/** What the operator allows (contract §7). */
export class Policy extends Context.Tag("image-skill/Server/Policy")<
  Policy,
  {
    /** Credits that a new organization starts with. */
    readonly previewCredits: Credits
    /** Live create and edit jobs of an organization in a UTC day. */
    readonly dailyJobs: number
    /** The gross margin aimed at, in percent of the debit. */
    readonly marginPercent: number
    /** Providers whose models may be chosen when a caller names none; `null` allows all. */
    readonly defaultProviders: ReadonlyArray<string> | null
  }
>() {
  /** For one's own machine: generous, and never spending the user's provider money unasked. */
  static readonly layerLocal = Layer.succeed(Policy, {
    previewCredits: Credits.make(100_000),
    dailyJobs: 10_000,
    marginPercent: 40,
    defaultProviders: ["local"]
  })
}
