import { enginesList, enginesTest } from "../Operations/Engines.js"
import { modelsList } from "../Operations/Models.js"
import { suggest } from "../Operations/Suggest.js"
import { CatalogId } from "../Schema/Ids.js"
import { command } from "./Command.js"
import { schema } from "./Flags.js"
import { defined, request } from "./ServiceCommand.js"

export const engines = command({
  operation: enginesList,
  aliases: [["engines"]],
  flags: {},
  arguments: {},
  examples: [{ why: "what runs here, and what would add more", argv: ["engines", "list", "--local"] }],
  usesService: true,
  run: () =>
    request(enginesList, {}, () => [
      suggest("test_engines", "ask them whether they answer; spends nothing", enginesTest, {}),
      suggest("list_models", "see what can run here", modelsList, { available: true })
    ])
})

export const testEngines = command({
  operation: enginesTest,
  flags: { provider: schema("provider", "PROVIDER", "Only this engine", CatalogId) },
  arguments: {},
  examples: [{ why: "is the key taken", argv: ["engines", "test", "--local", "--provider", "openai"] }],
  usesService: true,
  run: (values) => request(enginesTest, defined(values))
})
