import * as Schema from "effect/Schema"
import { JsonObject, open, optional } from "./Open.js"

/** An organization's identifier, `org_…`. */
export const OrganizationId = Schema.String.pipe(
  Schema.pattern(/^org_[A-Za-z0-9_-]{1,120}$/, {
    identifier: "OrganizationId",
    message: () => "expected an organization's id like org_…"
  })
)
/** An agent's identifier, `agt_…`. */
export const AgentId = Schema.String.pipe(
  Schema.pattern(/^agt_[A-Za-z0-9_-]{1,120}$/, {
    identifier: "AgentId",
    message: () => "expected an agent's id like agt_…"
  })
)
/** Names a token without being one: `tok_` and 24 hex digits. */
export const TokenId = Schema.String.pipe(
  Schema.pattern(/^tok_[0-9a-f]{24}$/, {
    identifier: "TokenId",
    message: () => "expected a token's id like tok_…, as admin tokens list shows it"
  })
)
const unseen = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029"
const line = (identifier: string, what: string, most: number) =>
  Schema.String.pipe(
    Schema.pattern(new RegExp(`^[^\\s${unseen}][^${unseen}]{0,${most - 1}}$`), {
      identifier,
      message: () => `expected ${what} of 1 to ${most} characters on one line`
    })
  )

/** A name that an operator gives: 1 to 120 characters on one line. */
export const OperatorName = line("OperatorName", "a name", 120)
/** Why credits moved, in the operator's words: 1 to 500 characters on one line. */
export const Reason = line("Reason", "a reason", 500)

/** Everything that a token may allow. */
export const allGrants = ["read", "create", "edit", "upload", "delete", "feedback", "credits"] as const
/** Grants, in words with commas between them; an unknown one is refused. */
export const Grants = Schema.split(",").pipe(
  Schema.compose(Schema.NonEmptyArray(Schema.Literal(...allGrants)))
)

/** Whole credits that an operator moves at once. */
export const MovedCredits = Schema.Int.pipe(Schema.between(1, 1_000_000_000))

/** An organization's credits: free and paid ones to spend, those held for jobs, those spent. */
export const OrganizationCredits = open({
  free: Schema.Int,
  paid: Schema.Int,
  held: Schema.Int,
  spent: Schema.Int
})

/** An organization as its operator sees it. */
export const OrganizationRow = open({
  organization_id: Schema.String,
  name: Schema.NullOr(Schema.String),
  claim_state: Schema.String,
  created_at: Schema.String,
  agents: Schema.Int,
  open_jobs: Schema.Int,
  assets: Schema.Int,
  credits: OrganizationCredits
})

/** An agent as its operator sees it; of its contact only what may be shown. */
export const AgentRow = open({
  agent_id: Schema.String,
  actor_type: Schema.String,
  name: Schema.NullOr(Schema.String),
  runtime: Schema.NullOr(Schema.String),
  agent_contact: Schema.NullOr(Schema.String),
  /** What it may do at most; `null` leaves that to its tokens. */
  grants: Schema.NullOr(Schema.Array(Schema.String))
})

/** A token as its operator sees it; never its text. */
export const TokenRow = open({
  token_id: Schema.String,
  agent_id: Schema.String,
  organization_id: Schema.String,
  token_class: Schema.String,
  grants: Schema.Array(Schema.String),
  created_at: Schema.String,
  revoked_at: Schema.NullOr(Schema.String)
})

/** Answer of `admin organizations show`. */
export const OrganizationAnswer = open({
  organization: OrganizationRow,
  agents: Schema.Array(AgentRow),
  tokens: Schema.Array(TokenRow)
})

/** Answer of `admin tokens create`: the text is shown once, or stands in the file that was asked for, or both. */
export const TokenAnswer = open({
  token: Schema.NullOr(Schema.String),
  token_id: Schema.String,
  output: Schema.NullOr(Schema.String),
  agent_id: Schema.String,
  agent_is_new: Schema.Boolean,
  organization_id: Schema.String,
  token_class: Schema.String,
  grants: Schema.Array(Schema.String)
})

/** Answer of `admin credits grant` and `admin credits take`. */
export const CreditsAnswer = open({
  organization_id: Schema.String,
  kind: Schema.Literal("grant", "take_back"),
  credits: Schema.Int,
  reason: Schema.String,
  reference: Schema.String,
  idempotency_key: Schema.String,
  idempotent_replayed: Schema.Boolean,
  balance: OrganizationCredits
})

/** Answer of the policy's commands: limits by the names of the file. */
export const PolicyAnswer = open({
  path: Schema.NullOr(Schema.String),
  policy: JsonObject,
  /** Which of them the file names; the others are the defaults. */
  named: Schema.Array(Schema.String)
})

/** Answer of `admin backup`. */
export const BackupAnswer = open({
  path: Schema.String,
  created_at: Schema.String,
  assets: Schema.Int,
  blobs: Schema.Int,
  bytes: Schema.Int,
  verified: Schema.Boolean
})

/** Answer of `admin restore`. */
export const RestoreAnswer = open({
  data_folder: Schema.String,
  from: Schema.String,
  backup_created_at: Schema.String,
  /** Where the data lies that was there before. */
  previous_data_folder: Schema.NullOr(Schema.String),
  assets: Schema.Int,
  blobs: Schema.Int
})

/** Answer of `admin verify` when nothing is wrong. */
export const VerifyAnswer = open({
  sound: Schema.Boolean,
  data_folder: Schema.String,
  checked: open({ assets: Schema.Int, blobs: Schema.Int, bytes: Schema.Int }),
  notes: Schema.Array(open({ kind: Schema.String, count: Schema.Int, what_to_do: optional(Schema.String) })),
  backups: Schema.Array(Schema.String)
})
