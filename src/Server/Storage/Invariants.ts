/** A law of money as a query that counts the rows that break it (reliability §3(a)). */
export interface Invariant {
  readonly law: string
  readonly violations: string
}

/** A law that does not hold, and how many rows break it. */
export interface Breach {
  readonly law: string
  readonly violations: number
}

const insertOnly = [
  "transfers",
  "entries",
  "holds",
  "hold_resolutions",
  "usages",
  "write_offs",
  "events",
  "operator_credits",
  "quotes",
  "receipts",
  "stripe_events"
] as const

const count = (rows: string): string => `SELECT count(*) AS bad FROM (${rows})`

const paid = "j.operation IN ('create', 'edit')"
const ended = "j.status IN ('completed', 'failed', 'canceled')"
// An attempt that was released: nothing was spent, and its key may be used anew.
const released = "(j.status IN ('failed', 'canceled') AND j.replayable = 0)"
const moved = (kind: string) =>
  `(SELECT coalesce(sum(t.amount), 0) FROM transfers t WHERE t.reference = h.job_id AND t.kind = '${kind}')`
const eventsOf = (type: string, id: string) =>
  `(SELECT count(*) FROM event_references r JOIN events e ON e.seq = r.seq
     WHERE r.reference = ${id} AND e.type = '${type}')`

// What a receipt's reversals have taken and not given back.
const takenBack = (receipt: string) =>
  `(SELECT coalesce(sum(CASE t.kind WHEN 'reversal' THEN t.amount ELSE -t.amount END), 0) FROM transfers t
     JOIN payment_reversals v ON v.id = t.reference
     WHERE v.payment_intent_id = ${receipt}.payment_intent_id AND t.kind IN ('reversal', 'reinstatement'))`

/** Every law of money that rows alone can break; a sound database has no row in any of them. */
export const invariants: ReadonlyArray<Invariant> = [
  {
    law: "I1 every transfer has two entries that sum to zero",
    violations: count(`SELECT t.id FROM transfers t LEFT JOIN entries e ON e.transfer_id = t.id
      GROUP BY t.id, t.amount HAVING count(e.seq) <> 2 OR sum(e.amount) <> 0 OR max(e.amount) <> t.amount`)
  },
  {
    law: "I2 all accounts together sum to zero",
    violations: "SELECT abs(coalesce(sum(amount), 0)) AS bad FROM entries"
  },
  {
    law: "I3 no account of an organization was ever below zero",
    violations: count(`SELECT e.seq FROM entries e JOIN accounts a ON a.id = e.account_id
      WHERE e.balance < 0 AND a.organization_id IS NOT NULL`)
  },
  {
    law: "I4 facts are insert-only",
    violations: `SELECT ${insertOnly.length * 2} - count(*) AS bad FROM sqlite_master WHERE type = 'trigger'
      AND tbl_name IN (${insertOnly.map((table) => `'${table}'`).join(", ")})
      AND name IN (tbl_name || '_no_update', tbl_name || '_no_delete')`
  },
  {
    law: "I5 the hold of an ended job is resolved, that of an open one is not",
    violations: count(`SELECT h.job_id FROM holds h LEFT JOIN jobs j ON j.id = h.job_id
      LEFT JOIN hold_resolutions r ON r.job_id = h.job_id
      WHERE j.id IS NULL OR (r.job_id IS NULL) <> (j.status IN ('queued', 'running'))`)
  },
  {
    law: "I5 a hold moved exactly what its resolution says",
    violations: count(`SELECT h.job_id FROM holds h LEFT JOIN hold_resolutions r ON r.job_id = h.job_id
      WHERE ${moved("hold")} <> h.free_amount + h.paid_amount
        OR ${moved("capture")} <> coalesce(r.captured, 0)
        OR ${moved("release")} <> CASE WHEN r.job_id IS NULL THEN 0 ELSE h.free_amount + h.paid_amount - r.captured END`)
  },
  {
    law: "I5 what is held is what open holds say",
    violations: count(`SELECT a.id FROM accounts a WHERE a.kind = 'held' AND
      (SELECT coalesce(sum(e.amount), 0) FROM entries e WHERE e.account_id = a.id) <>
      (SELECT coalesce(sum(h.free_amount + h.paid_amount), 0) FROM holds h WHERE h.organization_id = a.organization_id
         AND NOT EXISTS (SELECT 1 FROM hold_resolutions r WHERE r.job_id = h.job_id))`)
  },
  {
    law: "I6 a key has one job that was not released",
    violations: count(`SELECT 1 FROM jobs j WHERE j.idempotency_key IS NOT NULL AND j.status <> 'planned'
      AND NOT ${released} AND ${paid}
      GROUP BY j.agent_id, j.operation, j.idempotency_key HAVING count(*) > 1`)
  },
  {
    law: "I6 a paid job has one hold, and a key names an existing job",
    violations: count(`SELECT j.id FROM jobs j LEFT JOIN holds h ON h.job_id = j.id
      WHERE (h.job_id IS NULL) = (${paid} AND j.status <> 'planned')
      UNION ALL SELECT k.job_id FROM idempotency_keys k LEFT JOIN jobs j ON j.id = k.job_id WHERE j.id IS NULL`)
  },
  {
    law: "I7 paid credits are granted once for one reference",
    violations: count(`SELECT reference FROM transfers WHERE kind = 'grant' AND debit_account = 'paid_in'
      GROUP BY reference HAVING count(*) > 1`)
  },
  {
    law: "I7 what the operator gave or took back is what was moved, once",
    violations: count(`SELECT o.reference FROM operator_credits o WHERE o.credits <>
        (SELECT coalesce(sum(t.amount), 0) FROM transfers t WHERE t.reference = o.reference AND t.kind = o.kind)
      UNION ALL SELECT t.id FROM transfers t WHERE t.kind = 'take_back'
        AND NOT EXISTS (SELECT 1 FROM operator_credits o WHERE o.reference = t.reference)`)
  },
  {
    law: "I7 a receipt is for its quote's credits, which were granted once",
    violations: count(`SELECT r.id FROM receipts r LEFT JOIN quotes q ON q.id = r.quote_id
      LEFT JOIN payment_attempts p ON p.id = r.attempt_id
      WHERE q.credits IS NOT r.credits OR q.organization_id IS NOT r.organization_id OR p.quote_id IS NOT r.quote_id
        OR p.status IS NOT 'succeeded' OR r.credits <>
          (SELECT coalesce(sum(t.amount), 0) FROM transfers t WHERE t.reference = r.id AND t.id = r.credit_event_id
             AND t.kind = 'grant' AND t.debit_account = 'paid_in' AND t.credit_account = r.organization_id || ':paid')
      UNION ALL SELECT t.id FROM transfers t WHERE t.kind = 'grant' AND substr(t.reference, 1, 5) = 'rcpt_'
        AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.credit_event_id = t.id)
      UNION ALL SELECT p.id FROM payment_attempts p WHERE p.status = 'succeeded'
        AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.attempt_id = p.id)`)
  },
  {
    law: "I8 a quote or an attempt to pay moves nothing",
    violations: count(`SELECT t.id FROM transfers t WHERE substr(t.reference, 1, 6) = 'quote_'
      OR substr(t.reference, 1, 7) = 'payatt_'`)
  },
  {
    law: "I9 a plan changes nothing",
    violations: count(`SELECT j.id FROM jobs j WHERE j.status = 'planned' AND (
      EXISTS (SELECT 1 FROM holds h WHERE h.job_id = j.id) OR EXISTS (SELECT 1 FROM assets a WHERE a.job_id = j.id)
      OR EXISTS (SELECT 1 FROM usages u WHERE u.job_id = j.id) OR j.idempotency_key IS NOT NULL)`)
  },
  {
    law: "I10 a debit is what was posted, noted and answered, and never above the hold",
    violations: count(`SELECT j.id FROM jobs j JOIN holds h ON h.job_id = j.id
      LEFT JOIN hold_resolutions r ON r.job_id = j.id LEFT JOIN usages u ON u.job_id = j.id
      WHERE (j.status = 'completed' AND (r.kind IS NOT 'posted' OR u.credits IS NOT r.captured
          OR json_extract(j.record, '$.debited') IS NOT r.captured))
        OR r.captured > h.free_amount + h.paid_amount`)
  },
  {
    law: "I11 every debit, asset and end has its one event",
    violations: count(`SELECT u.id FROM usages u WHERE ${eventsOf("usage.credit_consumed", "u.id")} <> 1
      UNION ALL SELECT a.id FROM assets a WHERE a.kind <> 'uploaded' AND ${eventsOf("asset.created", "a.id")} <> 1
      UNION ALL SELECT a.id FROM assets a WHERE a.kind = 'uploaded' AND ${eventsOf("asset.uploaded", "a.id")} <> 1
      UNION ALL SELECT j.id FROM jobs j WHERE ${paid} AND ${ended} AND ${eventsOf("job.completed", "j.id")} <> 1
      UNION ALL SELECT j.id FROM jobs j WHERE ${paid} AND j.status IN ('queued', 'running')
        AND ${eventsOf("job.completed", "j.id")} <> 0`)
  },
  {
    law: "I11 every event of a debit has its row",
    violations: count(`SELECT e.id FROM events e WHERE e.type = 'usage.credit_consumed' AND NOT EXISTS
      (SELECT 1 FROM usages u WHERE u.id = json_extract(e.body, '$.subject.id'))`)
  },
  {
    law: "I12 the balance that is shown is the sum of all entries",
    violations: count(`SELECT seq FROM (
      SELECT seq, balance, sum(amount) OVER (PARTITION BY account_id ORDER BY seq) AS recomputed FROM entries)
      WHERE balance <> recomputed`)
  },
  {
    law: "I13 a job that failed or was canceled debits nothing",
    violations: count(`SELECT j.id FROM jobs j LEFT JOIN hold_resolutions r ON r.job_id = j.id
      WHERE j.status IN ('failed', 'canceled') AND (coalesce(r.captured, 0) <> 0 OR r.kind = 'posted'
        OR EXISTS (SELECT 1 FROM usages u WHERE u.job_id = j.id))`)
  },
  {
    law: "I13 what expired unpaid is written off",
    violations: count(`SELECT r.job_id FROM hold_resolutions r WHERE r.kind = 'expired'
      AND NOT EXISTS (SELECT 1 FROM write_offs w WHERE w.job_id = r.job_id)`)
  },
  {
    law: "I14 a day's count is its live jobs that were not released",
    violations: count(`SELECT d.day FROM daily_jobs d WHERE d.used <> (SELECT count(*) FROM jobs j
      WHERE j.organization_id = d.organization_id AND j.day = d.day AND ${paid} AND j.status <> 'planned'
        AND NOT ${released})`)
  },
  {
    law: "I11 every movement of a purchase has its one event",
    violations:
      count(`SELECT r.id FROM receipts r WHERE ${eventsOf("credits.payment_backed_granted", "r.credit_event_id")} <> 1
      UNION ALL SELECT t.id FROM transfers t WHERE t.kind = 'reversal'
        AND ${eventsOf("credits.payment_backed_refunded", "t.id")} + ${eventsOf("credits.payment_backed_disputed", "t.id")} <> 1
      UNION ALL SELECT t.id FROM transfers t WHERE t.kind = 'reinstatement'
        AND ${eventsOf("credits.payment_backed_reinstated", "t.id")} <> 1
      UNION ALL SELECT p.id FROM payment_attempts p WHERE p.checkout_url IS NOT NULL
        AND ${eventsOf("payment.checkout_session.created", "p.id")} <> 1`)
  },
  {
    law: "I15 what reversals took is noted, and never more than the purchase had granted",
    violations: count(`SELECT r.id FROM receipts r LEFT JOIN reversal_positions p ON p.receipt_id = r.id
      WHERE ${takenBack("r")} <> coalesce(p.taken, 0) OR p.target > r.credits
      UNION ALL SELECT t.id FROM transfers t WHERE t.kind IN ('reversal', 'reinstatement') AND NOT EXISTS
        (SELECT 1 FROM payment_reversals v JOIN receipts r ON r.payment_intent_id = v.payment_intent_id
           WHERE v.id = t.reference)`)
  },
  {
    law: "§8 an ended job keeps nothing of its prompt",
    violations: count(`SELECT i.job_id FROM job_inputs i JOIN jobs j ON j.id = i.job_id WHERE ${ended}`)
  }
]
