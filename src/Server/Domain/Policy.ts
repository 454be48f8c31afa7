import * as Context from "effect/Context"
import { Credits } from "../../Schema/Money.js"
import { layerSucceed } from "../../Stack.js"

/** What the operator allows (contract §7). */
export class Policy extends Context.Tag("image-skill/Server/Policy")<
  Policy,
  {
    /** Credits that a new organization starts with. */
    readonly previewCredits: Credits
    /** Live create and edit jobs of an organization in a UTC day. */
    readonly dailyJobs: number
    /** Bytes of uploads that are newly stored for an organization in a UTC day; `null` means no limit. */
    readonly dailyUploadBytes: number | null
    /** The gross margin aimed at, in percent of the debit. */
    readonly marginPercent: number
    /** Providers whose models may be chosen when a caller names none; `null` allows all. */
    readonly defaultProviders: ReadonlyArray<string> | null
    /** Requests of one token: a bucket of `burst`, refilled with so many a minute; `null` means no limit. */
    readonly requests: Rate | null
    /** Unknown tokens from one network address; beyond it they are `RATE_LIMITED`. */
    readonly wrongTokens: Rate | null
    /** Sign-ups from one network address, and for one contact. */
    readonly signups: { readonly perAddress: Rate; readonly perContact: Rate } | null
  }
>() {
  /** For one's own machine: generous, and never spending the user's provider money unasked. */
  static readonly layerLocal = layerSucceed(Policy, {
    previewCredits: Credits.make(100_000),
    dailyJobs: 10_000,
    dailyUploadBytes: null,
    marginPercent: 40,
    defaultProviders: ["local"],
    requests: null,
    wrongTokens: null,
    signups: null
  })
  /** For a service of many agents: a few free pictures each, and no more than the operator can afford (contract §7). */
  static readonly layerPreview = (change: Partial<typeof Policy.Service> = {}) =>
    layerSucceed(Policy, { ...preview, ...change })
}

/** How often something may happen: at most `burst` at once, and `perMinute` on average. */
export interface Rate {
  readonly burst: number
  readonly perMinute: number
}

/** The policy of `serve` unless the operator writes another (contract §7). */
export const preview: typeof Policy.Service = {
  previewCredits: Credits.make(50),
  dailyJobs: 4,
  dailyUploadBytes: 2_000_000_000,
  marginPercent: 40,
  defaultProviders: null,
  requests: { burst: 300, perMinute: 1_200 },
  wrongTokens: { burst: 100, perMinute: 100 },
  signups: { perAddress: { burst: 60, perMinute: 10 }, perContact: { burst: 5, perMinute: 0.5 } }
}
