import { automatic1111Models } from "./Automatic1111.js"
import { comfyModels } from "./ComfyUi.js"
import { compatibleModels } from "./Compatible.js"
import { falCreate } from "./data/FalCreate.js"
import { falEdit } from "./data/FalEdit.js"
import { falMedia } from "./data/FalMedia.js"
import { openai } from "./data/Openai.js"
import { xai } from "./data/Xai.js"
import { usualPrice } from "./Fields.js"
import { localModels } from "./Local.js"
import type { ModelSpec } from "./ModelSpec.js"

/** The vendors' models: run with their credentials, described without. */
export const vendorModels: ReadonlyArray<ModelSpec> = [
  ...openai,
  ...falCreate,
  ...falEdit,
  ...falMedia,
  ...xai
].map((data) => ({ ...data, pricing: usualPrice(data) }))

/** Every model that this program knows. */
export const allModels: ReadonlyArray<ModelSpec> = [
  ...localModels,
  ...compatibleModels,
  ...comfyModels,
  ...automatic1111Models,
  ...vendorModels
]
