import { health, usageQuota, whoami } from "./Account.js"
import { activityList, activityShow } from "./Activity.js"
import { assetsGet, assetsShow } from "./Assets.js"
import { commands, doctor, help, version } from "./Client.js"
import { create, edit } from "./Create.js"
import { jobsShow, jobsWait } from "./Jobs.js"
import { capabilitiesList, capabilitiesShow, modelsList, modelsShow } from "./Models.js"
import { upload } from "./Upload.js"

/** The operations that are one request to a service, by id: the server's handlers are a table with these keys. */
export const serviceOperations = {
  health,
  whoami,
  "usage.quota": usageQuota,
  "models.list": modelsList,
  "models.show": modelsShow,
  "capabilities.list": capabilitiesList,
  "capabilities.show": capabilitiesShow,
  create,
  upload,
  edit,
  "assets.show": assetsShow,
  "jobs.show": jobsShow,
  "activity.list": activityList,
  "activity.show": activityShow
} as const

/** All operations, by id. */
export const operations = {
  help,
  commands,
  version,
  doctor,
  ...serviceOperations,
  "assets.get": assetsGet,
  "jobs.wait": jobsWait
} as const

/** The id of an operation. */
export type OperationId = keyof typeof operations
/** The id of an operation that is one request to a service. */
export type ServiceOperationId = keyof typeof serviceOperations
