import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { failure } from "../Errors.js"
import { edit } from "../Operations/Create.js"
import { suggest } from "../Operations/Suggest.js"
import { upload as operation } from "../Operations/Upload.js"
import { IdempotencyKey } from "../Schema/Ids.js"
import { ImageSkill } from "../Services/ImageSkill.js"
import { command } from "./Command.js"
import { argument, schema, text } from "./Flags.js"
import { defined, successOf } from "./ServiceCommand.js"

export const upload = command({
  operation,
  flags: {
    input: text("input", "SOURCE", "Same as the argument"),
    idempotency_key: schema(
      "idempotency-key",
      "KEY",
      "The same bytes under the same key are the same asset",
      IdempotencyKey
    )
  },
  arguments: {
    source: argument("SOURCE", "a local image, or an http(s) URL of one", Schema.NonEmptyString, false)
  },
  examples: [{ why: "make an owned asset of a photograph", argv: ["upload", "--local", "./photo.jpg"] }],
  usesService: true,
  run: (values) =>
    Effect.gen(function* () {
      const source = values.source ?? values.input
      if (source === undefined || (values.source !== undefined && values.input !== undefined)) {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", "upload needs one image, as its argument or as --input", {
            recovery: { required_flag: "--input" }
          })
        )
      }
      const client = yield* ImageSkill
      const answer = yield* client.upload(defined({ source, idempotency_key: values.idempotency_key }))
      const id = answer.data.asset?.asset_id
      if (typeof id !== "string" || id === "") {
        return yield* Effect.fail(
          failure("UPLOAD_ASSET_ID_MISSING", "the service took the upload but named no asset")
        )
      }
      return successOf(answer, [
        suggest("edit", "edit the uploaded image", edit, { input: id, prompt: "PROMPT" }, ["prompt"])
      ])
    })
})
