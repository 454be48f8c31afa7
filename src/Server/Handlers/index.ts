import type { ServiceOperationId, serviceOperations } from "../../Operations/index.js"
import { showHealth, showQuota, showWhoami } from "./Account.js"
import { listActivity, showActivity } from "./Activity.js"
import { listCapabilities, listModels, showCapability, showModel } from "./Catalog.js"
import type { Handler } from "./Handler.js"
import { cancelJob, listJobs, resumeJob, showOperation } from "./Jobs.js"
import { handleSignup } from "./Signup.js"
import { handleCreate, handleEdit, handleUpload, showAsset, showJob } from "./Media.js"

/** What the service does, by operation: the one table behind the embedded and the served way in. */
export const handlers: { readonly [Id in ServiceOperationId]: Handler<(typeof serviceOperations)[Id]> } = {
  health: showHealth,
  signup: handleSignup,
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
  "jobs.list": listJobs,
  "jobs.show": showJob,
  "jobs.cancel": cancelJob,
  "jobs.resume": resumeJob,
  "operations.show": showOperation,
  "activity.list": listActivity,
  "activity.show": showActivity
}
