import { quota, whoami } from "./Account.js"
import { listActivity, showActivity } from "./Activity.js"
import { adminCommands } from "./Admin.js"
import { getAsset, showAsset } from "./Assets.js"
import { deleteAsset, listAssets } from "./AssetList.js"
import { logout, save, showStatus } from "./Auth.js"
import { clientCommands } from "./Client.js"
import type { Command } from "./Command.js"
import { show as showConfig, use as useConfig } from "./Config.js"
import { create, edit } from "./Create.js"
import { buy, methods, packs, quote, status as purchase } from "./Credits.js"
import { engines, testEngines } from "./Engines.js"
import { feedback } from "./Feedback.js"
import { doctor } from "./Doctor.js"
import { cancelJob, listJobs, recoverJob, showJob, waitForJob } from "./Jobs.js"
import { capabilities, capability, model, models } from "./Models.js"
import { serve } from "./Serve.js"
import { signup } from "./Signup.js"
import { trust } from "./Trust.js"
import type { CommandServices } from "./Services.js"
import { upload } from "./Upload.js"

/** Every command, in the order in which help shows them. */
export const allCommands: ReadonlyArray<Command<CommandServices>> = [
  create,
  edit,
  upload,
  showAsset,
  getAsset,
  listAssets,
  deleteAsset,
  showJob,
  waitForJob,
  listJobs,
  cancelJob,
  recoverJob,
  models,
  model,
  capabilities,
  capability,
  engines,
  testEngines,
  quota,
  methods,
  packs,
  quote,
  buy,
  purchase,
  whoami,
  listActivity,
  showActivity,
  feedback,
  signup,
  showStatus,
  save,
  logout,
  useConfig,
  showConfig,
  doctor,
  trust,
  serve,
  ...adminCommands,
  ...clientCommands(() => allCommands)
]
