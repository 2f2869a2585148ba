// Pure: the ledger's schema, version by version. Only ever added to; each version stays usable by the code of the one before.

export const MIGRATIONS: readonly string[] = [
  `
  -- One row a task. Small columns first: a scan over them then reads one page a row.
  -- seq: order of tracking. poll_at: when its vendor is asked next. work_at: when anything else is due (files, record, pruning).
  CREATE TABLE tasks (
    vendor TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
    kind TEXT NOT NULL, status TEXT NOT NULL, tracking TEXT NOT NULL, archive TEXT NOT NULL,
    poll_at INTEGER, work_at INTEGER, polls INTEGER NOT NULL, last_polled_at INTEGER,
    version INTEGER NOT NULL, saved_version INTEGER NOT NULL,
    state TEXT NOT NULL, raw_form TEXT, raw TEXT,
    PRIMARY KEY (vendor, id)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX tasks_seq ON tasks (seq);
  CREATE INDEX tasks_poll ON tasks (vendor, poll_at) WHERE poll_at IS NOT NULL;
  CREATE INDEX tasks_work ON tasks (work_at) WHERE work_at IS NOT NULL;
  -- One row a clip, under its slug: its files belong to every task that holds the clip.
  CREATE TABLE clips (slug TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
  -- One row a vendor that was ever out of order.
  CREATE TABLE vendors (id TEXT PRIMARY KEY, pacing TEXT NOT NULL) WITHOUT ROWID;
  `,
];
