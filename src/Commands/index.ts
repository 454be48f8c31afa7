import { quota, whoami } from "./Account.js"
import { listActivity, showActivity } from "./Activity.js"
import { getAsset, showAsset } from "./Assets.js"
import { logout, save, showStatus } from "./Auth.js"
import { clientCommands } from "./Client.js"
import type { Command } from "./Command.js"
import { show as showConfig, use as useConfig } from "./Config.js"
import { create, edit } from "./Create.js"
import { doctor } from "./Doctor.js"
import { cancelJob, listJobs, recoverJob, showJob, waitForJob } from "./Jobs.js"
import { capabilities, capability, model, models } from "./Models.js"
import { serve } from "./Serve.js"
import { signup } from "./Signup.js"
import type { CommandServices } from "./Services.js"
import { upload } from "./Upload.js"

/** Every command, in the order in which help shows them. */
export const allCommands: ReadonlyArray<Command<CommandServices>> = [
  create,
  edit,
  upload,
  showAsset,
  getAsset,
  showJob,
  waitForJob,
  listJobs,
  cancelJob,
  recoverJob,
  models,
  model,
  capabilities,
  capability,
  quota,
  whoami,
  listActivity,
  showActivity,
  signup,
  showStatus,
  save,
  logout,
  useConfig,
  showConfig,
  doctor,
  serve,
  ...clientCommands(() => allCommands)
]
