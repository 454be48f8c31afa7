import * as Effect from "effect/Effect"
import { adminCreditsGrant, adminCreditsTake } from "../Operations/AdminCredits.js"
import { adminOrganizationsShow } from "../Operations/AdminOrganizations.js"
import { suggest } from "../Operations/Suggest.js"
import { OrganizationId, Reason } from "../Schema/Admin.js"
import { IdempotencyKey } from "../Schema/Ids.js"
import { Entropy } from "../Services/Entropy.js"
import { folderFlag, lacks, onFolder, sameFolder } from "./AdminCommand.js"
import { command } from "./Command.js"
import { integer, schema } from "./Flags.js"

const movement = (kind: "grant" | "take_back") =>
  command({
    operation: kind === "grant" ? adminCreditsGrant : adminCreditsTake,
    flags: {
      organization: schema("organization", "ORGANIZATION_ID", "Whose credits", OrganizationId),
      credits: integer("credits", 1, 1_000_000_000, "How many; a credit is a cent"),
      reason: schema("reason", "TEXT", "Why, kept with the movement", Reason),
      idempotency_key: schema(
        "idempotency-key",
        "KEY",
        "Moves them once, however often it is run",
        IdempotencyKey
      ),
      ...folderFlag
    },
    arguments: {},
    examples: [
      {
        why: kind === "grant" ? "a team's credits for a month" : "what was given by mistake",
        argv: [
          "admin",
          "credits",
          kind === "grant" ? "grant" : "take",
          "--organization",
          "org_0123456789abcdef0123456789abcdef",
          "--credits",
          "500",
          "--reason",
          kind === "grant" ? "November" : "given twice",
          "--idempotency-key",
          kind === "grant" ? "november-design" : "november-design-back"
        ]
      }
    ],
    usesService: false,
    run: (values) =>
      Effect.gen(function* () {
        const { credits, data, organization, reason } = values
        if (organization === undefined) return yield* lacks("say whose credits", "--organization")
        if (credits === undefined) return yield* lacks("say how many credits", "--credits")
        if (reason === undefined) return yield* lacks("say why: the reason is kept", "--reason")
        const made = `admin-${Buffer.from((yield* Entropy).bytes(12)).toString("hex")}`
        const key = values.idempotency_key ?? made
        const moved = yield* onFolder(data, ({ moveCreditsIn }, root) =>
          moveCreditsIn(root, { organizationId: organization, kind, credits, reason: reason.trim(), key })
        )
        return {
          data: moved,
          warnings:
            values.idempotency_key === undefined
              ? [
                  `no --idempotency-key was given; this ran under ${key}, and running it again moves credits again`
                ]
              : [],
          next: [
            suggest("show_organization", "see its credits", adminOrganizationsShow, {
              organization,
              ...sameFolder(data)
            })
          ]
        }
      })
  })

/** Gives an organization free credits. */
export const adminGrant = movement("grant")
/** Takes an organization's free credits back. */
export const adminTake = movement("take_back")
