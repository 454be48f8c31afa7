import type { Migration } from "./Migrator.js"

// A row of these tables is a fact: it is never changed and never removed (contract §7).
const insertOnly = (table: string): ReadonlyArray<string> =>
  ["UPDATE", "DELETE"].map(
    (verb) =>
      `CREATE TRIGGER ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table}
       BEGIN SELECT RAISE(ABORT, '${table} is insert-only'); END`
  )

/** The database, as the steps that build it; times are milliseconds since 1970, money is whole credits or micro-dollars. */
export const migrations: ReadonlyArray<Migration> = [
  {
    id: 1,
    name: "first",
    statements: [
      `CREATE TABLE organizations (
         id TEXT PRIMARY KEY, claim_state TEXT NOT NULL, created_at INTEGER NOT NULL)`,
      `CREATE TABLE agents (
         id TEXT PRIMARY KEY, organization_id TEXT NOT NULL REFERENCES organizations (id),
         actor_type TEXT NOT NULL, name TEXT, runtime TEXT, created_at INTEGER NOT NULL)`,
      `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,

      // Money. An account's balance is the sum of its entries; each entry also carries the balance it left, so that reading one
      // never walks the ledger. Only accounts outside the organizations may go below zero.
      `CREATE TABLE accounts (
         id TEXT PRIMARY KEY, organization_id TEXT REFERENCES organizations (id), kind TEXT NOT NULL)`,
      `CREATE TABLE transfers (
         id TEXT PRIMARY KEY, kind TEXT NOT NULL, debit_account TEXT NOT NULL REFERENCES accounts (id),
         credit_account TEXT NOT NULL REFERENCES accounts (id), amount INTEGER NOT NULL CHECK (amount > 0),
         reference TEXT, created_at INTEGER NOT NULL)`,
      `CREATE TABLE entries (
         seq INTEGER PRIMARY KEY, transfer_id TEXT NOT NULL REFERENCES transfers (id),
         account_id TEXT NOT NULL REFERENCES accounts (id), amount INTEGER NOT NULL CHECK (amount <> 0),
         balance INTEGER NOT NULL, may_go_below_zero INTEGER NOT NULL,
         CHECK (balance >= 0 OR may_go_below_zero = 1))`,
      `CREATE INDEX entries_by_account ON entries (account_id, seq)`,
      `CREATE TABLE holds (
         job_id TEXT PRIMARY KEY, organization_id TEXT NOT NULL REFERENCES organizations (id),
         free_amount INTEGER NOT NULL CHECK (free_amount >= 0), paid_amount INTEGER NOT NULL CHECK (paid_amount >= 0),
         created_at INTEGER NOT NULL)`,
      `CREATE TABLE hold_resolutions (
         job_id TEXT PRIMARY KEY REFERENCES holds (job_id), kind TEXT NOT NULL CHECK (kind IN ('posted', 'voided', 'expired')),
         captured INTEGER NOT NULL CHECK (captured >= 0), resolved_at INTEGER NOT NULL)`,
      `CREATE TABLE usages (
         id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, job_id TEXT NOT NULL UNIQUE, credits INTEGER NOT NULL,
         provider_micro_usd INTEGER, created_at INTEGER NOT NULL)`,
      `CREATE TABLE write_offs (
         job_id TEXT PRIMARY KEY, provider_micro_usd INTEGER, credits INTEGER NOT NULL, reason TEXT NOT NULL,
         created_at INTEGER NOT NULL)`,
      `CREATE TABLE daily_jobs (
         organization_id TEXT NOT NULL, day TEXT NOT NULL, used INTEGER NOT NULL CHECK (used >= 0),
         PRIMARY KEY (organization_id, day))`,

      // Work. A job is driven by one owner at a time; every write of a step names owner and epoch.
      `CREATE TABLE jobs (
         id TEXT PRIMARY KEY, organization_id TEXT NOT NULL REFERENCES organizations (id), agent_id TEXT NOT NULL,
         operation TEXT NOT NULL, status TEXT NOT NULL, outcome TEXT, trace_id TEXT NOT NULL, idempotency_key TEXT,
         model_id TEXT, capability_id TEXT, record TEXT NOT NULL, error TEXT, replayable INTEGER NOT NULL DEFAULT 0,
         day TEXT NOT NULL, owner TEXT, epoch INTEGER NOT NULL DEFAULT 0, lease_until INTEGER NOT NULL DEFAULT 0,
         created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, completed_at INTEGER)`,
      `CREATE INDEX jobs_by_organization ON jobs (organization_id, created_at)`,
      `CREATE INDEX jobs_open ON jobs (status, updated_at)`,
      `CREATE TABLE job_inputs (job_id TEXT PRIMARY KEY REFERENCES jobs (id), sealed BLOB NOT NULL)`,
      `CREATE TABLE checkpoints (
         job_id TEXT NOT NULL REFERENCES jobs (id), step TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('started', 'done')),
         epoch INTEGER NOT NULL, output TEXT, written_at INTEGER NOT NULL, PRIMARY KEY (job_id, step, state))`,
      `CREATE TABLE idempotency_keys (
         agent_id TEXT NOT NULL, operation TEXT NOT NULL, idempotency_key TEXT NOT NULL, terms TEXT NOT NULL,
         job_id TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (agent_id, operation, idempotency_key))`,

      `CREATE TABLE assets (
         id TEXT PRIMARY KEY, organization_id TEXT NOT NULL REFERENCES organizations (id), job_id TEXT NOT NULL,
         position INTEGER NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, extension TEXT NOT NULL,
         mime_type TEXT NOT NULL, bytes INTEGER NOT NULL, width INTEGER, height INTEGER, format TEXT, alpha INTEGER,
         created_at INTEGER NOT NULL, deleted_at INTEGER, UNIQUE (job_id, position))`,
      `CREATE INDEX assets_by_organization ON assets (organization_id, created_at)`,

      `CREATE TABLE events (
         seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, organization_id TEXT NOT NULL, type TEXT NOT NULL,
         occurred_at INTEGER NOT NULL, body TEXT NOT NULL)`,
      `CREATE INDEX events_by_organization ON events (organization_id, seq)`,
      `CREATE TABLE event_references (
         organization_id TEXT NOT NULL, reference TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES events (seq),
         PRIMARY KEY (organization_id, reference, seq))`,

      ...["transfers", "entries", "holds", "hold_resolutions", "usages", "write_offs", "events"].flatMap(
        insertOnly
      )
    ]
  },
  {
    id: 2,
    name: "identity",
    statements: [
      // A token is a keyed digest: whoever reads this table can sign in with nothing.
      `CREATE TABLE tokens (
         digest TEXT PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agents (id), class TEXT NOT NULL, grants TEXT NOT NULL,
         created_at INTEGER NOT NULL, revoked_at INTEGER, revoked_reason TEXT)`,
      `CREATE INDEX tokens_by_agent ON tokens (agent_id)`,
      `CREATE TABLE signups (
         agent_id TEXT PRIMARY KEY REFERENCES agents (id), contact_digest TEXT NOT NULL, contact_shown TEXT NOT NULL,
         name TEXT NOT NULL, created_at INTEGER NOT NULL, UNIQUE (contact_digest, name))`,
      `CREATE TABLE feedback (
         id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, agent_id TEXT NOT NULL, body TEXT NOT NULL,
         created_at INTEGER NOT NULL)`,
      ...insertOnly("feedback")
    ]
  },
  {
    id: 3,
    name: "payments",
    statements: [
      // A quote is terms and nothing else; what became of it stands in its attempts.
      `CREATE TABLE quotes (
         id TEXT PRIMARY KEY, organization_id TEXT NOT NULL REFERENCES organizations (id), agent_id TEXT NOT NULL,
         idempotency_key TEXT NOT NULL, credits INTEGER NOT NULL CHECK (credits > 0), amount_cents INTEGER NOT NULL,
         currency TEXT NOT NULL, method TEXT NOT NULL, pack_id TEXT, live INTEGER NOT NULL, created_at INTEGER NOT NULL,
         expires_at INTEGER NOT NULL, UNIQUE (agent_id, idempotency_key))`,
      // One attempt for a quote, and one for a key, but for those that the provider refused to begin.
      `CREATE TABLE payment_attempts (
         id TEXT PRIMARY KEY, quote_id TEXT NOT NULL REFERENCES quotes (id), organization_id TEXT NOT NULL,
         agent_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, status TEXT NOT NULL, refused INTEGER NOT NULL DEFAULT 0,
         checkout_session_id TEXT UNIQUE, payment_intent_id TEXT UNIQUE, checkout_url TEXT, instructions TEXT, failure TEXT,
         created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER NOT NULL)`,
      `CREATE UNIQUE INDEX payment_attempts_by_quote ON payment_attempts (quote_id) WHERE refused = 0`,
      `CREATE UNIQUE INDEX payment_attempts_by_key ON payment_attempts (agent_id, idempotency_key) WHERE refused = 0`,
      `CREATE INDEX payment_attempts_open ON payment_attempts (status, created_at)`,
      // Of an event only what names it is kept: its object may hold a person's address or the last digits of a card.
      `CREATE TABLE stripe_events (
         id TEXT PRIMARY KEY, type TEXT NOT NULL, object_id TEXT, live INTEGER NOT NULL, outcome TEXT NOT NULL,
         created_at INTEGER NOT NULL, received_at INTEGER NOT NULL)`,
      `CREATE TABLE receipts (
         id TEXT PRIMARY KEY, attempt_id TEXT NOT NULL UNIQUE REFERENCES payment_attempts (id),
         quote_id TEXT NOT NULL REFERENCES quotes (id), organization_id TEXT NOT NULL, credits INTEGER NOT NULL,
         amount_cents INTEGER NOT NULL, paid_cents INTEGER NOT NULL, currency TEXT NOT NULL, payment_intent_id TEXT UNIQUE,
         credit_event_id TEXT NOT NULL UNIQUE REFERENCES transfers (id), source TEXT NOT NULL, created_at INTEGER NOT NULL)`,
      // What Stripe said of a refund or dispute, merged so that the order of its events does not matter; it may come before the
      // payment that it reverses.
      `CREATE TABLE payment_reversals (
         id TEXT PRIMARY KEY, payment_intent_id TEXT NOT NULL, kind TEXT NOT NULL, provider_ref TEXT NOT NULL,
         amount_cents INTEGER NOT NULL, currency TEXT NOT NULL, progress INTEGER NOT NULL, rejected INTEGER NOT NULL DEFAULT 0,
         created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (kind, provider_ref))`,
      `CREATE INDEX payment_reversals_by_intent ON payment_reversals (payment_intent_id, created_at)`,
      // How many of a receipt's credits must be taken back, and how many were.
      `CREATE TABLE reversal_positions (
         receipt_id TEXT PRIMARY KEY REFERENCES receipts (id), organization_id TEXT NOT NULL,
         target INTEGER NOT NULL CHECK (target >= 0), taken INTEGER NOT NULL CHECK (taken >= 0 AND taken <= target))`,
      `CREATE INDEX reversal_positions_pending ON reversal_positions (organization_id) WHERE taken < target`,
      `CREATE INDEX transfers_by_reference ON transfers (reference)`,
      ...["quotes", "stripe_events", "receipts"].flatMap(insertOnly)
    ]
  },
  {
    id: 4,
    name: "attempts",
    statements: [
      // Which request a key was made for, the process in which somebody waits for its end, and when the end was told: a key whose
      // end nobody was told, and for which nobody waits, is an attempt that was cut off (contract §11).
      `ALTER TABLE idempotency_keys ADD COLUMN intent TEXT`,
      `ALTER TABLE idempotency_keys ADD COLUMN asked_by TEXT`,
      `ALTER TABLE idempotency_keys ADD COLUMN answered_at INTEGER`,
      `UPDATE idempotency_keys SET answered_at = created_at`,
      `CREATE INDEX idempotency_keys_by_job ON idempotency_keys (job_id)`,
      `CREATE INDEX idempotency_keys_by_intent ON idempotency_keys (agent_id, intent, created_at) WHERE intent IS NOT NULL`,
      `CREATE INDEX idempotency_keys_open ON idempotency_keys (agent_id, created_at)
         WHERE answered_at IS NULL AND operation <> 'upload'`
    ]
  },
  {
    id: 5,
    name: "operator",
    statements: [
      `ALTER TABLE organizations ADD COLUMN name TEXT`,
      // What an agent may do at most, whatever its tokens say; without it, what their class allows.
      `ALTER TABLE agents ADD COLUMN grants TEXT`,
      `CREATE TABLE operator_credits (
         idempotency_key TEXT PRIMARY KEY, organization_id TEXT NOT NULL REFERENCES organizations (id),
         kind TEXT NOT NULL CHECK (kind IN ('grant', 'take_back')), credits INTEGER NOT NULL CHECK (credits > 0),
         reason TEXT NOT NULL, reference TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL)`,
      ...insertOnly("operator_credits"),
      // Files of deleted assets that are still to be removed: written with the tombstone, so that no death forgets them.
      `CREATE TABLE removals (
         asset_id TEXT PRIMARY KEY REFERENCES assets (id), sha256 TEXT NOT NULL, extension TEXT NOT NULL,
         requested_at INTEGER NOT NULL)`,
      `INSERT INTO removals (asset_id, sha256, extension, requested_at)
         SELECT id, sha256, extension, deleted_at FROM assets WHERE deleted_at IS NOT NULL`,
      `CREATE INDEX assets_by_content ON assets (sha256)`
    ]
  },
  {
    id: 6,
    name: "decisions",
    statements: [
      // When Stripe decided what became of a dispute: a later decision replaces an earlier one, in whatever order they are told.
      `ALTER TABLE payment_reversals ADD COLUMN decided_at INTEGER NOT NULL DEFAULT 0`,
      `UPDATE payment_reversals SET decided_at = updated_at WHERE kind = 'dispute' AND progress = 2`
    ]
  },
  {
    id: 7,
    name: "upload_days",
    statements: [
      // A count that is kept, like that of jobs: adding up a day's assets under the writer's lock would take the longer the more
      // somebody uploads. What is deleted stays counted.
      `CREATE TABLE daily_uploads (
         organization_id TEXT NOT NULL, day TEXT NOT NULL, bytes INTEGER NOT NULL CHECK (bytes >= 0),
         PRIMARY KEY (organization_id, day))`,
      `CREATE INDEX assets_by_owned_content ON assets (organization_id, sha256) WHERE deleted_at IS NULL`,
      // Files that were written for an asset which was then refused; no row of assets names them.
      `CREATE TABLE leftovers (
         asset_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, extension TEXT NOT NULL, noted_at INTEGER NOT NULL)`
    ]
  }
]
