import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { failure } from "../Errors.js"
import { assetsGet, assetsShow } from "../Operations/Assets.js"
import { suggest } from "../Operations/Suggest.js"
import { ImageSkill } from "../Services/ImageSkill.js"
import { command } from "./Command.js"
import { argument, text, toggle } from "./Flags.js"
import { defined, successOf } from "./ServiceCommand.js"

const reference = argument("ASSET", "an owned asset's id or URL", Schema.NonEmptyString)

export const showAsset = command({
  operation: assetsShow,
  flags: {},
  arguments: { reference },
  examples: [
    {
      why: "what is known of an asset",
      argv: ["assets", "show", "--local", "image_0123456789abcdef0123456789abcdef"]
    }
  ],
  usesService: true,
  run: (values) =>
    Effect.flatMap(ImageSkill, (client) => client.showAsset(values.reference ?? "")).pipe(
      Effect.map((answer) =>
        successOf(answer, [
          suggest("download", "save it to a file, verified", assetsGet, {
            reference: answer.data.asset.asset_id
          })
        ])
      )
    )
})

export const getAsset = command({
  operation: assetsGet,
  flags: {
    output: text(
      "output",
      "PATH",
      "File or folder; - writes the bytes to standard output and the envelope to standard error"
    ),
    overwrite: toggle("overwrite", "Replace the file if it exists")
  },
  arguments: { reference },
  examples: [
    {
      why: "fetch a result without repeating any work",
      argv: ["assets", "get", "--local", "image_0123456789abcdef0123456789abcdef", "--output", "./result.png"]
    }
  ],
  usesService: true,
  run: (values) =>
    Effect.gen(function* () {
      const client = yield* ImageSkill
      const { output, overwrite, reference: asset = "" } = values
      if (output !== "-") {
        return successOf(yield* client.getAsset(defined({ reference: asset, output, overwrite })))
      }
      if (overwrite === true) {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", "--overwrite has no meaning for standard output")
        )
      }
      const answer = yield* client.readAsset(asset)
      const { bytes, ...data } = answer.data
      return { ...successOf({ ...answer, data: { ...data, output: "-", bytes: bytes.length } }), bytes }
    })
})
