import { adminCreditsGrant, adminCreditsTake } from "./AdminCredits.js"
import { adminBackup, adminRestore, adminVerify } from "./AdminData.js"
import { adminJobsResolve } from "./AdminJobs.js"
import {
  adminOrganizationsCreate,
  adminOrganizationsList,
  adminOrganizationsShow
} from "./AdminOrganizations.js"
import { adminPaymentsReconcile } from "./AdminPayments.js"
import { adminPolicyCheck, adminPolicySet, adminPolicyShow } from "./AdminPolicy.js"
import { adminGrants, adminTokensCreate, adminTokensList, adminTokensRevoke } from "./AdminTokens.js"

/** The operator's operations on a data folder, by id (contract §9). */
export const adminOperations = {
  "admin.organizations.list": adminOrganizationsList,
  "admin.organizations.show": adminOrganizationsShow,
  "admin.organizations.create": adminOrganizationsCreate,
  "admin.tokens.list": adminTokensList,
  "admin.tokens.create": adminTokensCreate,
  "admin.tokens.revoke": adminTokensRevoke,
  "admin.grants": adminGrants,
  "admin.credits.grant": adminCreditsGrant,
  "admin.credits.take": adminCreditsTake,
  "admin.policy.show": adminPolicyShow,
  "admin.policy.check": adminPolicyCheck,
  "admin.policy.set": adminPolicySet,
  "admin.jobs.resolve": adminJobsResolve,
  "admin.payments.reconcile": adminPaymentsReconcile,
  "admin.backup": adminBackup,
  "admin.restore": adminRestore,
  "admin.verify": adminVerify
} as const
