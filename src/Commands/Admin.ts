import { adminBackedUp, adminRestored, adminVerified } from "./AdminData.js"
import { adminGrant, adminTake } from "./AdminCredits.js"
import { adminResolvedJob } from "./AdminJobs.js"
import { adminNewOrganization, adminOrganization, adminOrganizations } from "./AdminOrganizations.js"
import { adminReconciled } from "./AdminPayments.js"
import { adminCheckedPolicy, adminNewPolicy, adminPolicy } from "./AdminPolicy.js"
import { adminNewToken, adminRevokedToken, adminSetGrants, adminTokens } from "./AdminTokens.js"

/** The operator's commands, in the order in which help shows them. */
export const adminCommands = [
  adminOrganizations,
  adminOrganization,
  adminNewOrganization,
  adminTokens,
  adminNewToken,
  adminRevokedToken,
  adminSetGrants,
  adminGrant,
  adminTake,
  adminPolicy,
  adminCheckedPolicy,
  adminNewPolicy,
  adminResolvedJob,
  adminReconciled,
  adminBackedUp,
  adminRestored,
  adminVerified
] as const
