import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { failure, type InvalidArguments } from "../../Errors.js"
import { Credits } from "../../Schema/Money.js"
import { optional } from "../../Schema/Open.js"
import type { Policy } from "../Domain/Policy.js"

const positive = Schema.Number.pipe(Schema.finite(), Schema.positive(), Schema.lessThanOrEqualTo(1_000_000))
const Rate = Schema.Struct({ burst: positive, per_minute: positive })

/** The operator's policy as a JSON file: what is not named stays as the preview policy has it (contract §7). */
export const PolicyFile = Schema.Struct({
  preview_credits: optional(Credits),
  daily_jobs: optional(Schema.Int.pipe(Schema.between(0, 1_000_000))),
  margin_percent: optional(Schema.Int.pipe(Schema.between(0, 99))),
  default_providers: optional(Schema.NullOr(Schema.Array(Schema.NonEmptyString))),
  requests: optional(Schema.NullOr(Rate)),
  signups: optional(Schema.NullOr(Schema.Struct({ per_address: Rate, per_contact: Rate })))
})

/** Reads a policy file's text, strictly: a word that is not understood is refused, because it was meant to limit something. */
export const readPolicy = (text: string): Effect.Effect<Partial<typeof Policy.Service>, InvalidArguments> =>
  Schema.decode(Schema.parseJson(PolicyFile), { onExcessProperty: "error" })(text).pipe(
    Effect.mapError((error) => {
      const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
      const path = (issue?.path ?? []).map(String).join(".")
      return failure(
        "INVALID_ARGUMENTS",
        path === ""
          ? "the policy file is not a JSON object of policies"
          : `the policy file does not fit at ${path}`,
        { details: { path }, recovery: { required_flag: "--policy" } }
      )
    }),
    Effect.map((file) => ({
      ...(file.preview_credits === undefined ? {} : { previewCredits: file.preview_credits }),
      ...(file.daily_jobs === undefined ? {} : { dailyJobs: file.daily_jobs }),
      ...(file.margin_percent === undefined ? {} : { marginPercent: file.margin_percent }),
      ...(file.default_providers === undefined ? {} : { defaultProviders: file.default_providers }),
      ...(file.requests === undefined
        ? {}
        : { requests: file.requests === null ? null : rateOf(file.requests) }),
      ...(file.signups === undefined
        ? {}
        : {
            signups:
              file.signups === null
                ? null
                : {
                    perAddress: rateOf(file.signups.per_address),
                    perContact: rateOf(file.signups.per_contact)
                  }
          })
    }))
  )

const rateOf = ({ burst, per_minute }: typeof Rate.Type) => ({ burst, perMinute: per_minute })
