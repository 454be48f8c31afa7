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
  }
]
