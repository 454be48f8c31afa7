import { health, usageQuota, whoami } from "./Account.js"
import { activityList, activityShow } from "./Activity.js"
import { adminOperations } from "./Admin.js"
import { assetsGet, assetsShow } from "./Assets.js"
import { assetsDelete, assetsList } from "./AssetList.js"
import { authLogout, authSave, authStatus } from "./Auth.js"
import { cli } from "./Cli.js"
import { commands, doctor, help, version } from "./Client.js"
import { configShow, configUse } from "./Config.js"
import { create, edit } from "./Create.js"
import {
  creditsBuy,
  creditsBuyCheckout,
  creditsBuyDeposit,
  creditsMethods,
  creditsPacks,
  creditsQuote,
  creditsStatus
} from "./Credits.js"
import { enginesList, enginesTest } from "./Engines.js"
import { feedbackCreate } from "./Feedback.js"
import { jobsCancel, jobsList, jobsShow, jobsWait } from "./Jobs.js"
import { capabilitiesList, capabilitiesShow, modelsList, modelsShow } from "./Models.js"
import { jobsRecover, jobsResume, operationsList, operationsShow } from "./Recovery.js"
import { serve } from "./Serve.js"
import { signup } from "./Signup.js"
import { trust } from "./Trust.js"
import { upload } from "./Upload.js"

/** The operations that are one request to a service, by id: the server's handlers are a table with these keys. */
export const serviceOperations = {
  health,
  signup,
  whoami,
  "usage.quota": usageQuota,
  "credits.methods": creditsMethods,
  "credits.packs": creditsPacks,
  "credits.quote": creditsQuote,
  "credits.buy.checkout": creditsBuyCheckout,
  "credits.buy.deposit": creditsBuyDeposit,
  "credits.status": creditsStatus,
  "models.list": modelsList,
  "models.show": modelsShow,
  "capabilities.list": capabilitiesList,
  "capabilities.show": capabilitiesShow,
  "engines.list": enginesList,
  "engines.test": enginesTest,
  create,
  upload,
  edit,
  "assets.list": assetsList,
  "assets.show": assetsShow,
  "assets.delete": assetsDelete,
  "feedback.create": feedbackCreate,
  cli,
  "jobs.list": jobsList,
  "jobs.show": jobsShow,
  "jobs.cancel": jobsCancel,
  "jobs.resume": jobsResume,
  "operations.list": operationsList,
  "operations.show": operationsShow,
  "activity.list": activityList,
  "activity.show": activityShow
} as const

/** All operations, by id. */
export const operations = {
  help,
  commands,
  version,
  doctor,
  serve,
  trust,
  "auth.status": authStatus,
  "auth.save": authSave,
  "auth.logout": authLogout,
  "config.use": configUse,
  "config.show": configShow,
  ...serviceOperations,
  "credits.buy": creditsBuy,
  "assets.get": assetsGet,
  "jobs.wait": jobsWait,
  "jobs.recover": jobsRecover,
  ...adminOperations
} as const

/** The id of an operation. */
export type OperationId = keyof typeof operations
/** The id of an operation that is one request to a service. */
export type ServiceOperationId = keyof typeof serviceOperations
