import type { ServiceOperationId, serviceOperations } from "../../Operations/index.js"
import { showHealth, showQuota, showWhoami } from "./Account.js"
import { listActivity, showActivity } from "./Activity.js"
import { listCapabilities, listModels, showCapability, showModel } from "./Catalog.js"
import type { Handler } from "./Handler.js"
import { handleCreate, handleEdit, handleUpload, showAsset, showJob } from "./Media.js"

/** What the service does, by operation: the one table behind the embedded and the served way in. */
export const handlers: { readonly [Id in ServiceOperationId]: Handler<(typeof serviceOperations)[Id]> } = {
  health: showHealth,
  whoami: showWhoami,
  "usage.quota": showQuota,
  "models.list": listModels,
  "models.show": showModel,
  "capabilities.list": listCapabilities,
  "capabilities.show": showCapability,
  create: handleCreate,
  edit: handleEdit,
  upload: handleUpload,
  "assets.show": showAsset,
  "jobs.show": showJob,
  "activity.list": listActivity,
  "activity.show": showActivity
}
