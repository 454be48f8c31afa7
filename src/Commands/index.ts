import { quota, whoami } from "./Account.js"
import { listActivity, showActivity } from "./Activity.js"
import { getAsset, showAsset } from "./Assets.js"
import { clientCommands } from "./Client.js"
import type { Command } from "./Command.js"
import { create, edit } from "./Create.js"
import { doctor } from "./Doctor.js"
import { showJob, waitForJob } from "./Jobs.js"
import { capabilities, capability, model, models } from "./Models.js"
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
  models,
  model,
  capabilities,
  capability,
  quota,
  whoami,
  listActivity,
  showActivity,
  doctor,
  ...clientCommands(() => allCommands)
]
