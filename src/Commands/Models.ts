import { capabilitiesList, capabilitiesShow, modelsList, modelsShow } from "../Operations/Models.js"
import { suggest } from "../Operations/Suggest.js"
import { modelOperations } from "../Schema/Model.js"
import { CatalogId } from "../Schema/Ids.js"
import * as Effect from "effect/Effect"
import { failure } from "../Errors.js"
import { command } from "./Command.js"
import { argument, choice, schema, text, toggle } from "./Flags.js"
import { defined, request } from "./ServiceCommand.js"

const id = argument("ID", "a model or capability id, as the list shows it", CatalogId)

export const models = command({
  operation: modelsList,
  aliases: [["models"]],
  flags: {
    available: toggle("available", "Only models that can run here and now"),
    executable: toggle("executable", "Only models that are wired, whether or not they can run now"),
    catalog_only: toggle("catalog-only", "Only models that are described but not wired"),
    operation: choice("operation", modelOperations, "Only models that do this"),
    provider: schema("provider", "PROVIDER", "Only this provider's models", CatalogId),
    modality: choice("modality", ["image", "video", "audio", "3d"], "Only models that make this"),
    query: text("query", "TEXT", "Only models whose id, name or description holds this text"),
    details: toggle("details", "With parameters, fixed controls and safety of each model")
  },
  arguments: {},
  examples: [
    {
      why: "what can create an image here",
      argv: ["models", "list", "--available", "--operation", "image.generate"]
    }
  ],
  usesService: true,
  run: (values) =>
    values.catalog_only === true && (values.available === true || values.executable === true)
      ? Effect.fail(
          failure("INVALID_ARGUMENTS", "--catalog-only excludes --available and --executable", {
            recovery: { required_flag: "--catalog-only" }
          })
        )
      : request(modelsList, defined(values))
})

export const model = command({
  operation: modelsShow,
  flags: {},
  arguments: { id },
  examples: [{ why: "the parameters and the price of one model", argv: ["models", "show", "local.canvas"] }],
  usesService: true,
  run: (values) =>
    request(modelsShow, { id: values.id ?? "" }, (data) => [
      suggest("list_models", "see what else can run here", modelsList, { available: true }),
      ...(data.model.id === values.id
        ? []
        : [suggest("show_resolved", "the same model by its own id", modelsShow, { id: data.model.id })])
    ])
})

export const capabilities = command({
  operation: capabilitiesList,
  aliases: [["capabilities"]],
  flags: {},
  arguments: {},
  examples: [{ why: "the catalog in the language of schemas", argv: ["capabilities", "list"] }],
  usesService: true,
  run: () => request(capabilitiesList, {})
})

export const capability = command({
  operation: capabilitiesShow,
  flags: {},
  arguments: { id },
  examples: [
    { why: "one capability's schemas", argv: ["capabilities", "show", "is.image.generate.local-canvas.v1"] }
  ],
  usesService: true,
  run: (values) => request(capabilitiesShow, { id: values.id ?? "" })
})
