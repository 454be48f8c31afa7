import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { ArtifactStorage, ImageSkillError } from "../../Errors.js"
import type { MicroUsd } from "../../Schema/Money.js"
import type { JsonObject } from "../../Schema/Open.js"
import type { ModelSpec } from "../Domain/Catalog/ModelSpec.js"

/** Whether a provider can run its models here and now, and if not, what is missing. */
export type Availability =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string; readonly recovery?: string }

/** An owned image that a job reads; its bytes are verified when read. */
export interface MediaInput {
  readonly assetId: string
  readonly mimeType: string
  readonly width: number | null
  readonly height: number | null
  readonly read: Effect.Effect<Uint8Array, ArtifactStorage>
}

/** A reference image with its place and purpose (contract §4). */
export interface PlannedReference {
  readonly media: MediaInput
  readonly role: "element_frontal" | "element_reference" | "reference_image"
  readonly index: number
  readonly referenceIndex: number | null
  readonly task: "ip" | "id" | "style" | null
}

/** What a provider is asked to make: validated against the model, priced and reserved. */
export interface Plan {
  /** The job; also the client's own id towards a provider that takes one. */
  readonly jobId: string
  readonly model: ModelSpec
  readonly prompt: string | null
  readonly parameters: JsonObject
  readonly aspectRatio: string | null
  readonly outputCount: number
  readonly input: MediaInput | null
  readonly mask: MediaInput | null
  /** In the order of their indexes; absent when there are none. */
  readonly references?: ReadonlyArray<PlannedReference>
}

/** Media that a provider delivered, before it is stored. */
export interface Delivered {
  readonly bytes: Uint8Array
}

/** What a provider delivered: the media, what it really cost if it says so, and what it tells about them. */
export interface Delivery {
  readonly outputs: ReadonlyArray<Delivered>
  readonly actualCost: MicroUsd | null
  /** What the engine says it depicted: never stored, since it holds words of the prompt. */
  readonly report: JsonObject | null
  readonly warnings: ReadonlyArray<string>
}

/** What a submission brought: the delivery itself, or a reference to ask for it with. */
export type Submitted =
  | { readonly _tag: "Delivered"; readonly delivery: Delivery }
  | { readonly _tag: "Pending"; readonly reference: JsonObject }

/**
 * A provider's failure. `acceptance` is what money hangs on: `refused` is certain to have cost nothing; `accepted` was taken and
 * then failed for good; `unknown` may have been taken; `interrupted` was taken and can be asked for again later.
 */
export class ProviderFault extends Data.TaggedError("ProviderFault")<{
  readonly acceptance: "refused" | "accepted" | "unknown" | "interrupted"
  readonly error: ImageSkillError
  /** What the provider bills although it failed, in micro-dollars. */
  readonly billed?: MicroUsd
}> {}

/**
 * What may be done when it is not known whether a submission arrived: `safe` submits again, `lookup` asks the provider by our
 * job id, `unsafe` does neither (contract §9).
 */
export type Resubmit = "safe" | "lookup" | "unsafe"

/** What a probe of an engine found; it spends nothing (contract §9). */
export interface Probe {
  /** `null` when it was not asked, because it is not configured. */
  readonly reachable: boolean | null
  /** Whether the credentials were accepted; `null` when the engine needs none or did not tell. */
  readonly authenticated: boolean | null
  readonly cause: string | null
}

/** An engine or vendor behind some models. */
export interface Provider {
  readonly id: string
  readonly resubmit: Resubmit
  readonly availability: Effect.Effect<Availability>
  /** Asks the engine whether it is there, without spending; absent for what runs inside this process. */
  readonly probe?: Effect.Effect<Probe>
  /** What the model's schema cannot say; runs before anything is reserved, and costs nothing. */
  readonly check: (plan: Plan) => Effect.Effect<void, ImageSkillError>
  /** What it says of its delivery, told again from the plan; absent where nothing but the run can tell. */
  readonly report?: (plan: Plan) => JsonObject | null
  readonly submit: (plan: Plan) => Effect.Effect<Submitted, ProviderFault>
  /** Waits for a pending submission; may take minutes, and is started again after a crash. */
  readonly collect: (plan: Plan, reference: JsonObject) => Effect.Effect<Delivery, ProviderFault>
  /** Asks for a pending submission to be stopped; `true` when the provider agreed. A result may come nevertheless. */
  readonly cancel?: (plan: Plan, reference: JsonObject) => Effect.Effect<boolean>
  /**
   * Asks for a submission to be stopped whose answer is the result itself, by our job's id; `true` when it runs no more. For
   * providers that have no `cancel`.
   */
  readonly stop?: (plan: Plan) => Effect.Effect<boolean>
  /** What became of our job's submission: `null` when the provider never saw it. Only for `lookup`. */
  readonly lookup?: (plan: Plan) => Effect.Effect<Submitted | null, ProviderFault>
}

/** The providers of this service. */
export class Providers extends Context.Tag("image-skill/Server/Providers")<
  Providers,
  { readonly providers: ReadonlyArray<Provider> }
>() {}
