import * as Effect from "effect/Effect"
import { failure } from "../Errors.js"
import { modelsList, modelsShow } from "../Operations/Models.js"
import type { Modality } from "../Schema/Model.js"
import { isUnasked, makes } from "../Services/GuideModels.js"
import { ImageSkill } from "../Services/ImageSkill.js"
import { choice } from "./Flags.js"
import { defined } from "./ServiceCommand.js"

/** The media that a create can be limited to, in the words of `video create`. */
export const modalities = ["image", "video", "audio", "3d"] as const satisfies ReadonlyArray<
  typeof Modality.Type
>

type Kind = (typeof modalities)[number]

/** The flag behind `video create`: only models that make this. */
export const modalityFlag = choice(
  "modality",
  modalities,
  "Only models that make this; `video create` is `create --modality video`"
)

/**
 * The model of a create that is limited to a medium: the named one, if it makes that, else the first that the service may choose
 * unasked, or any of the provider that is named: nobody's money is spent behind their back (contract §7). Pictures without a model are left to the service, whose default they are. `CAPABILITY_DENIED` where there is none.
 */
export const modelWithin = (
  kind: Kind | undefined,
  { model, provider }: { readonly model: string | undefined; readonly provider: string | undefined }
) =>
  Effect.gen(function* () {
    if (kind === undefined || (kind === "image" && model === undefined)) return model
    const client = yield* ImageSkill
    const refuse = (reason: string) =>
      Effect.fail(
        failure("CAPABILITY_DENIED", reason, {
          details: { modality: kind, ...defined({ model, provider }) },
          recovery: { required_flag: "--model" }
        })
      )
    if (model !== undefined) {
      const { data } = yield* client.call(modelsShow, { id: model })
      return makes(data.model, kind) ? model : yield* refuse(`the model makes no ${kind}`)
    }
    const { data } = yield* client.call(
      modelsList,
      defined({ available: true, operation: `${kind}.generate` as const, modality: kind, provider })
    )
    const able = data.models.filter((row) => makes(row, kind) && (row.status ?? "available") === "available")
    const found = able.find((row) => provider !== undefined || isUnasked(row))
    return (
      found?.id ??
      (yield* refuse(
        able.length === 0
          ? `no model that can run here makes ${kind}`
          : `what makes ${kind} here must be named, with --model or --provider`
      ))
    )
  })
