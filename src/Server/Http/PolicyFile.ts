import { distance } from "fastest-levenshtein"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { failure, type InvalidArguments } from "../../Errors.js"
import { Credits } from "../../Schema/Money.js"
import { JsonObject, optional } from "../../Schema/Open.js"
import type { Policy, Rate } from "../Domain/Policy.js"

const positive = Schema.Number.pipe(Schema.finite(), Schema.positive(), Schema.lessThanOrEqualTo(1_000_000))
const RateInFile = Schema.Struct({ burst: positive, per_minute: positive })
const Signups = Schema.Struct({ per_address: RateInFile, per_contact: RateInFile })

/** The operator's policy as a JSON file: what is not named stays as the preview policy has it (contract §7). */
export const PolicyFile = Schema.Struct({
  preview_credits: optional(Credits),
  daily_jobs: optional(Schema.Int.pipe(Schema.between(0, 1_000_000))),
  daily_upload_bytes: optional(Schema.NullOr(Schema.Int.pipe(Schema.between(0, 1_000_000_000_000_000)))),
  margin_percent: optional(Schema.Int.pipe(Schema.between(0, 99))),
  default_providers: optional(Schema.NullOr(Schema.Array(Schema.NonEmptyString))),
  requests: optional(Schema.NullOr(RateInFile)),
  wrong_tokens: optional(Schema.NullOr(RateInFile)),
  signups: optional(Schema.NullOr(Signups))
})
/** The operator's policy as a JSON file (contract §7). */
export type PolicyFile = typeof PolicyFile.Type

type Named = Partial<typeof Policy.Service>

/** Reads a policy file's text, strictly: a word that is not understood is refused, because it was meant to limit something. */
export const readPolicy = (text: string): Effect.Effect<Named, InvalidArguments> =>
  Schema.decode(Schema.parseJson(JsonObject))(text).pipe(
    Effect.mapError(() => unfit("", undefined)),
    Effect.tap(refuseUnknown),
    Effect.flatMap((object) =>
      Effect.mapError(Schema.decodeUnknown(PolicyFile, { onExcessProperty: "error" })(object), (error) => {
        const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
        return unfit((issue?.path ?? []).map(String).join("."), undefined)
      })
    ),
    Effect.map((file) => ({
      ...(file.preview_credits === undefined ? {} : { previewCredits: file.preview_credits }),
      ...(file.daily_jobs === undefined ? {} : { dailyJobs: file.daily_jobs }),
      ...(file.daily_upload_bytes === undefined ? {} : { dailyUploadBytes: file.daily_upload_bytes }),
      ...(file.margin_percent === undefined ? {} : { marginPercent: file.margin_percent }),
      ...(file.default_providers === undefined ? {} : { defaultProviders: file.default_providers }),
      ...(file.requests === undefined
        ? {}
        : { requests: file.requests === null ? null : rateOf(file.requests) }),
      ...(file.wrong_tokens === undefined
        ? {}
        : { wrongTokens: file.wrong_tokens === null ? null : rateOf(file.wrong_tokens) }),
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

/** A policy, or a part of one, by the names of the file. */
export const policyFileOf = (policy: Named): PolicyFile => ({
  ...(policy.previewCredits === undefined ? {} : { preview_credits: policy.previewCredits }),
  ...(policy.dailyJobs === undefined ? {} : { daily_jobs: policy.dailyJobs }),
  ...(policy.dailyUploadBytes === undefined ? {} : { daily_upload_bytes: policy.dailyUploadBytes }),
  ...(policy.marginPercent === undefined ? {} : { margin_percent: policy.marginPercent }),
  ...(policy.defaultProviders === undefined ? {} : { default_providers: policy.defaultProviders }),
  ...(policy.requests === undefined
    ? {}
    : { requests: policy.requests === null ? null : inFile(policy.requests) }),
  ...(policy.wrongTokens === undefined
    ? {}
    : { wrong_tokens: policy.wrongTokens === null ? null : inFile(policy.wrongTokens) }),
  ...(policy.signups === undefined
    ? {}
    : {
        signups:
          policy.signups === null
            ? null
            : {
                per_address: inFile(policy.signups.perAddress),
                per_contact: inFile(policy.signups.perContact)
              }
      })
})

const rateOf = ({ burst, per_minute }: typeof RateInFile.Type): Rate => ({ burst, perMinute: per_minute })
const inFile = ({ burst, perMinute }: Rate) => ({ burst, per_minute: perMinute })

// The keys of a place in the file; a place that is not named here holds values.
const keysAt: Readonly<Record<string, ReadonlyArray<string>>> = {
  "": Object.keys(PolicyFile.fields),
  requests: Object.keys(RateInFile.fields),
  wrong_tokens: Object.keys(RateInFile.fields),
  signups: Object.keys(Signups.fields),
  "signups.per_address": Object.keys(RateInFile.fields),
  "signups.per_contact": Object.keys(RateInFile.fields)
}

const refuseUnknown = (object: JsonObject, at = ""): Effect.Effect<void, InvalidArguments> =>
  Effect.forEach(
    Object.entries(object),
    ([key, value]) => {
      const path = at === "" ? key : `${at}.${key}`
      const known = keysAt[at] ?? []
      if (!known.includes(key)) return Effect.fail(unfit(path, nearest(key, known)))
      return path in keysAt && typeof value === "object" && value !== null
        ? refuseUnknown(value as JsonObject, path)
        : Effect.void
    },
    { discard: true }
  )

const nearest = (word: string, known: ReadonlyArray<string>): string | undefined => {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, "")
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(plain(word), plain(candidate)) }))
    .filter(({ candidate, far }) => far <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((left, right) => left.far - right.far)
  return best?.candidate
}

// Never the value: the file may be any file, named by mistake.
const unfit = (path: string, near: string | undefined): InvalidArguments =>
  failure(
    "INVALID_ARGUMENTS",
    path === ""
      ? "the policy file is not a JSON object of policies"
      : near === undefined
        ? `the policy file does not fit at ${path}`
        : `the policy file has ${path}, which is none of its limits; did you mean ${near}?`,
    {
      details: { path, known: keysAt[path.split(".").slice(0, -1).join(".")] ?? [] },
      recovery: { required_flag: "--policy", ...(near === undefined ? {} : { did_you_mean: near }) }
    }
  )
