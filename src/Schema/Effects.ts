import * as Schema from "effect/Schema"

/** What running an operation with one given input does to the world (contract §12). */
export const Effects = Schema.Struct({
  provider_call: Schema.Boolean,
  hosted_create: Schema.Boolean,
  hosted_signup: Schema.Boolean,
  payment_object: Schema.Boolean,
  credit_debit: Schema.Boolean,
  media_write: Schema.Boolean,
  no_spend: Schema.Boolean
})
/** What running an operation with one given input does to the world (contract §12). */
export type Effects = typeof Effects.Type

/** Reads only: nothing is created, paid or written. */
export const readOnly: Effects = {
  provider_call: false,
  hosted_create: false,
  hosted_signup: false,
  payment_object: false,
  credit_debit: false,
  media_write: false,
  no_spend: true
}

/** A live create or edit: calls a provider, debits credits, writes media. */
export const liveCreate: Effects = {
  ...readOnly,
  provider_call: true,
  hosted_create: true,
  credit_debit: true,
  media_write: true,
  no_spend: false
}

/** Stores media without paying anyone. */
export const storesMedia: Effects = { ...readOnly, media_write: true }

/** Finishes what was begun and reserved before: may call the provider, debits what is held, writes media, begins nothing. */
export const finishesWork: Effects = {
  ...storesMedia,
  provider_call: true,
  credit_debit: true,
  no_spend: false
}
