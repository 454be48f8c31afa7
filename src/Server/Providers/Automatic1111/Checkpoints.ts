import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import type { Availability, Plan } from "../Provider.js"
import { bodyText } from "../Wire/Exchange.js"
import { jsonOf, record, text } from "../Wire/Json.js"
import type { Vendor } from "../Wire/Vendor.js"

const answerLimit = 8 * 1024 * 1024

/** A checkpoint that the server has: its title, and every name by which it may be asked for. */
export interface Checkpoint {
  readonly title: string
  readonly names: ReadonlyArray<string>
}

/** The checkpoints of a server; a text says why it cannot tell. */
export type Listing = ReadonlyArray<Checkpoint> | string

/** Asks the server for its checkpoints; every listing and plan wants to know, so it must not take long. */
export const checkpointsOf = (vendor: Vendor): Effect.Effect<Listing> =>
  vendor.ask({ method: "GET", path: "/sdapi/v1/sd-models", within: "2 seconds", maxBytes: answerLimit }).pipe(
    Effect.map((reply): Listing => {
      if (reply.status < 200 || reply.status > 299) return `http_${reply.status}`
      const told = jsonOf(bodyText(reply))
      return Array.isArray(told) ? told.flatMap(checkpointOf) : "invalid_listing"
    }),
    Effect.catchAll(({ network }) => Effect.succeed<Listing>(network.cause))
  )

const checkpointOf = (item: unknown): ReadonlyArray<Checkpoint> => {
  const { filename, hash, model_name, sha256, title } = record(item)
  const file = text(filename)?.split(/[/\\]/).at(-1)
  const names = [title, model_name, hash, sha256, file].flatMap((name) => text(name) ?? [])
  const [first] = names
  return first === undefined ? [] : [{ title: first, names }]
}

/** The name of the checkpoint that a plan asks for; none leaves the one that is loaded. */
export const askedCheckpoint = (vendor: Vendor, plan: Plan): string | undefined =>
  text(plan.parameters["checkpoint"]) ?? vendor.env.get("IMAGE_SKILL_AUTOMATIC1111_CHECKPOINT")

/** The checkpoint of a name. */
export const checkpointNamed = (listing: Listing, name: string | undefined): Checkpoint | undefined =>
  typeof listing === "string" || name === undefined
    ? undefined
    : listing.find(({ names }) => names.includes(name))

/** Refuses a checkpoint that the server does not have: it would take the loaded one instead, and say nothing. */
export const checkCheckpoint = (
  vendor: Vendor,
  plan: Plan,
  listing: Effect.Effect<Listing>
): Effect.Effect<void, ImageSkillError> => {
  const name = askedCheckpoint(vendor, plan)
  return name === undefined
    ? Effect.void
    : Effect.flatMap(listing, (found) =>
        typeof found === "string" || checkpointNamed(found, name) !== undefined
          ? Effect.void
          : Effect.fail(
              failure("MODEL_PARAMETERS_INVALID", "the image server has no such checkpoint", {
                details: {
                  model_id: plan.model.id,
                  parameter: "checkpoint",
                  checkpoints: found.slice(0, 20).map(({ title }) => title)
                },
                recovery: { required_flag: "--model-parameters-json" }
              })
            )
      )
}

/** Whether the server is there with its API, by whether it tells its checkpoints. */
export const availabilityOf = (found: Listing): Availability => {
  const unavailable = (reason: string, recovery: string): Availability => ({
    available: false,
    reason,
    recovery
  })
  if (typeof found !== "string") return { available: true }
  if (found === "http_401" || found === "http_403") {
    return unavailable(
      "the image server does not accept IMAGE_SKILL_AUTOMATIC1111_KEY",
      "set IMAGE_SKILL_AUTOMATIC1111_KEY to the user:password of its --api-auth"
    )
  }
  return found === "http_404"
    ? unavailable("the image server has no API", "start it with --api")
    : unavailable(
        `the image server does not answer (${found})`,
        "start Automatic1111 or SD.Next with --api, or correct IMAGE_SKILL_AUTOMATIC1111_URL"
      )
}
