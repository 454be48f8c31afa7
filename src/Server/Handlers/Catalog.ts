import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import type { capabilitiesList, capabilitiesShow, modelsList, modelsShow } from "../../Operations/Models.js"
import {
  capabilitiesOf,
  Catalog,
  marginPercent,
  matching,
  rowOf,
  summaryOf
} from "../Domain/Catalog/Catalog.js"
import { consider } from "../Domain/Considering.js"
import { Policy } from "../Domain/Policy.js"
import { inDefaultOrder, isUnasked } from "../Domain/Selection.js"
import type { Handler } from "./Handler.js"

export const listModels: Handler<typeof modelsList> = (query) =>
  Effect.gen(function* () {
    const margin = yield* marginPercent
    const all = yield* (yield* Catalog).entries
    // What a create without a model would choose stands first, so that a guide chooses the same.
    const policy = yield* Policy
    const returned = inDefaultOrder(matching(all, query), policy)
    return {
      data: {
        models: returned.map((entry) => ({
          ...rowOf(entry, margin, query.details === true),
          selected_by_default: isUnasked(entry, policy)
        })),
        summary: summaryOf(all, returned, query),
        ...(query.for === undefined ? {} : { choice: yield* consider(query.for) })
      }
    }
  })

export const showModel: Handler<typeof modelsShow> = ({ id }) =>
  Effect.gen(function* () {
    const margin = yield* marginPercent
    const catalog = yield* Catalog
    // The default is what a create without a model would run: the first that the policy prefers.
    const all = inDefaultOrder(yield* catalog.entries, yield* Policy)
    const entry =
      id === "default"
        ? (all.find(({ model }) => model.selectable && model.operations.includes("image.generate")) ??
          (yield* catalog.find(id)))
        : yield* catalog.find(id)
    return {
      data: { model: rowOf(entry, margin, true), resolved_from: entry.model.id === id ? null : id }
    }
  })

export const listCapabilities: Handler<typeof capabilitiesList> = () =>
  Effect.gen(function* () {
    const margin = yield* marginPercent
    return { data: { capabilities: capabilitiesOf(yield* (yield* Catalog).entries, margin) } }
  })

export const showCapability: Handler<typeof capabilitiesShow> = ({ id }) =>
  Effect.gen(function* () {
    const margin = yield* marginPercent
    const capability = capabilitiesOf(yield* (yield* Catalog).entries, margin).find((one) => one.id === id)
    return capability === undefined
      ? yield* Effect.fail(
          failure("NOT_FOUND", "there is no such capability here", {
            recovery: { suggested_command: "image-skill capabilities list" }
          })
        )
      : { data: { capability } }
  })
