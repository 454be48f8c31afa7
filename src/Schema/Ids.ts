import * as Schema from "effect/Schema"

/** The prefixes of every identifier that the service makes (contract §8). */
export const idPrefixes = {
  job: "job",
  image: "image",
  video: "video",
  audio: "audio",
  file: "file",
  event: "evt",
  usage: "usage",
  quote: "quote",
  paymentAttempt: "payatt",
  receipt: "rcpt",
  creditEvent: "crev",
  reversal: "payrev",
  feedback: "sig",
  agent: "agt",
  organization: "org",
  trace: "trace"
} as const

/** A kind of identifier, by its name in `idPrefixes`. */
export type IdKind = keyof typeof idPrefixes

const identifier = <const Prefixes extends ReadonlyArray<string>>(name: string, ...prefixes: Prefixes) =>
  Schema.String.pipe(
    Schema.pattern(new RegExp(`^(?:${prefixes.join("|")})_[A-Za-z0-9_-]{1,120}$`), {
      identifier: name,
      description: `an identifier like ${prefixes[0]}_…`,
      message: () => `expected an identifier like ${prefixes.map((prefix) => `${prefix}_…`).join(" or ")}`
    })
  )

/** A job's identifier, `job_…`. */
export const JobId = identifier("JobId", "job")
/** An asset's identifier: `image_…`, `video_…`, `audio_…`, or `file_…` for 3D. */
export const AssetId = identifier("AssetId", "image", "video", "audio", "file")
/** An activity event's identifier, `evt_…`. */
export const EventId = identifier("EventId", "evt")
/** A credit quote's identifier, `quote_…`. */
export const QuoteId = identifier("QuoteId", "quote")
/** A payment attempt's identifier, `payatt_…`. */
export const PaymentAttemptId = identifier("PaymentAttemptId", "payatt")
/** A purchase receipt's identifier, `rcpt_…`. */
export const ReceiptId = identifier("ReceiptId", "rcpt")
/** Stripe's identifier of a Checkout session, `cs_…`. */
export const CheckoutSessionId = Schema.String.pipe(
  Schema.pattern(/^cs_[A-Za-z0-9_]{1,250}$/, {
    identifier: "CheckoutSessionId",
    message: () => "expected an identifier like cs_…"
  })
)
/** Anything the activity ledger can be asked about: an event, job, asset, usage, feedback, credit or trace reference. */
export const ActivityReference = identifier(
  "ActivityReference",
  "evt",
  "job",
  "image",
  "video",
  "audio",
  "file",
  "usage",
  "sig",
  "quote",
  "payatt",
  "rcpt",
  "crev",
  "payrev",
  "trace"
)
/** A model's or capability's identifier or alias: letters, digits, dot, dash, underscore; no path segments. */
export const CatalogId = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/, {
    identifier: "CatalogId",
    message: () => "expected a model or capability id: letters, digits, dots, dashes and underscores"
  })
)
/** A caller's idempotency key: 1 to 255 visible ASCII characters (contract §4). */
export const IdempotencyKey = Schema.String.pipe(
  Schema.pattern(/^[\x21-\x7e]{1,255}$/, {
    identifier: "IdempotencyKey",
    message: () => "expected 1 to 255 visible ASCII characters without spaces"
  })
)

/** Writes an identifier of the given kind from random bytes (12 or more, so at least 96 bits). */
export const formatId = (kind: IdKind, random: Uint8Array): string =>
  `${idPrefixes[kind]}_${Buffer.from(random.buffer, random.byteOffset, random.length).toString("hex")}`
