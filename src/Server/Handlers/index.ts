import type { ServiceOperationId, serviceOperations } from "../../Operations/index.js"
import { showHealth, showQuota, showWhoami } from "./Account.js"
import { listActivity, showActivity } from "./Activity.js"
import { deleteAsset, listAssets } from "./AssetList.js"
import { listCapabilities, listModels, showCapability, showModel } from "./Catalog.js"
import { runCommand } from "./Cli.js"
import { buyByCheckout, buyByDeposit, listMethods, listPacks, quoteCredits, showPurchase } from "./Credits.js"
import { createFeedback } from "./Feedback.js"
import { listEngines, testEngines } from "./Engines.js"
import type { Handler } from "./Handler.js"
import { cancelJob, listJobs, listOperations, resumeJob, showOperation } from "./Jobs.js"
import { handleSignup } from "./Signup.js"
import { handleCreate, handleEdit, handleUpload, showAsset, showJob } from "./Media.js"

/** What the service does, by operation: the one table behind the embedded and the served way in. */
export const handlers: { readonly [Id in ServiceOperationId]: Handler<(typeof serviceOperations)[Id]> } = {
  health: showHealth,
  signup: handleSignup,
  whoami: showWhoami,
  "usage.quota": showQuota,
  "credits.methods": listMethods,
  "credits.packs": listPacks,
  "credits.quote": quoteCredits,
  "credits.buy.checkout": buyByCheckout,
  "credits.buy.deposit": buyByDeposit,
  "credits.status": showPurchase,
  "models.list": listModels,
  "models.show": showModel,
  "capabilities.list": listCapabilities,
  "capabilities.show": showCapability,
  "engines.list": listEngines,
  "engines.test": testEngines,
  create: handleCreate,
  edit: handleEdit,
  upload: handleUpload,
  "assets.list": listAssets,
  "assets.show": showAsset,
  "assets.delete": deleteAsset,
  "feedback.create": createFeedback,
  cli: runCommand,
  "jobs.list": listJobs,
  "jobs.show": showJob,
  "jobs.cancel": cancelJob,
  "jobs.resume": resumeJob,
  "operations.list": listOperations,
  "operations.show": showOperation,
  "activity.list": listActivity,
  "activity.show": showActivity
}
