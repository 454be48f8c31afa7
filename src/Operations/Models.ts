import * as Schema from "effect/Schema"
import { ModelsRequest } from "../Schema/Considered.js"
import { readOnly } from "../Schema/Effects.js"
import { CatalogId } from "../Schema/Ids.js"
import {
  CapabilitiesAnswer,
  CapabilityAnswer,
  ModelAnswer,
  ModelsAnswer,
  ModelsQuery
} from "../Schema/Model.js"
import { flag, service, toggle } from "./Operation.js"

const Named = Schema.Struct({ id: CatalogId })

/** Lists the models that this service knows, those that can run first (contract §6). */
export const modelsList = service({
  id: "models.list",
  command: ["models", "list"],
  summary: "List the models: those that can run here first, with their price per image",
  input: ModelsQuery,
  output: ModelsAnswer,
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: (input) => [
    "models",
    "list",
    ...toggle("available", input.available),
    ...toggle("executable", input.executable),
    ...toggle("catalog-only", input.catalog_only),
    ...flag("operation", input.operation),
    ...flag("provider", input.provider),
    ...flag("modality", input.modality),
    ...flag("query", input.query),
    ...toggle("details", input.details)
  ],
  wire: { method: "GET", path: "/v1/models", request: ModelsRequest }
})

/** Shows one model with its parameters, controls, limits and price (contract §6). */
export const modelsShow = service({
  id: "models.show",
  command: ["models", "show"],
  summary: "Show one model: parameters, media, limits, safety and price",
  input: Named,
  output: ModelAnswer,
  codes: ["NOT_FOUND"],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ id }) => ["models", "show", id],
  wire: { method: "GET", path: "/v1/models/:id", request: Named }
})

/** Lists the capabilities: the same catalog in the language of schemas (contract §6). */
export const capabilitiesList = service({
  id: "capabilities.list",
  command: ["capabilities", "list"],
  summary: "List the capabilities: what can be asked for, each with the model that does it",
  input: Schema.Struct({}),
  output: CapabilitiesAnswer,
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["capabilities", "list"],
  wire: { method: "GET", path: "/v1/capabilities", request: Schema.Struct({}) }
})

/** Shows one capability with its schemas (contract §6). */
export const capabilitiesShow = service({
  id: "capabilities.show",
  command: ["capabilities", "show"],
  summary: "Show one capability: its schemas of input, parameters and output",
  input: Named,
  output: CapabilityAnswer,
  codes: ["NOT_FOUND"],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ id }) => ["capabilities", "show", id],
  wire: { method: "GET", path: "/v1/capabilities/:id", request: Named }
})
