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
  `
  -- listed: place among the clips whose audio is archived; null for all others. visibility: the state's own, for lists.
  -- reading: what the vendor told of the clip, once no row of its task tells it any more.
  ALTER TABLE clips ADD COLUMN listed INTEGER;
  ALTER TABLE clips ADD COLUMN visibility TEXT;
  ALTER TABLE clips ADD COLUMN reading TEXT;
  UPDATE clips SET visibility = json_extract(state, '$.visibility');
  UPDATE clips SET listed = place FROM (
    SELECT slug AS archived, at * 1000 + row_number() OVER (PARTITION BY at ORDER BY slug) AS place FROM (
      SELECT slug, json_extract(state, '$.files.audio.archived_at') AS at FROM clips
      WHERE json_extract(state, '$.files.audio.state') = 'archived' AND json_extract(state, '$.taken_down_at') IS NULL
    )
  ) WHERE slug = archived;
  CREATE UNIQUE INDEX clips_listed ON clips (visibility, listed) WHERE listed IS NOT NULL;
  -- The words of titles and tags, by the clip's place; filled in batches, up to the place in meta's 'words'.
  CREATE VIRTUAL TABLE clip_words USING fts5 (text, content = '', contentless_delete = 1);
  -- The log: one row a change, which may be several events. types: ' task.settled clip.archived ', for filters.
  -- about: how things stood, until its events are rendered into data.
  CREATE TABLE log (seq INTEGER PRIMARY KEY, types TEXT NOT NULL, events TEXT NOT NULL, data TEXT, about TEXT);
  -- What is still to be delivered, and what could not be. subject: an event's id, or [vendor, task id] for a submit's callback.
  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, next_at INTEGER, kind TEXT NOT NULL, subject TEXT NOT NULL,
    created_at INTEGER NOT NULL, first_try_at INTEGER, tries INTEGER NOT NULL, detail TEXT
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_due ON deliveries (url, next_at) WHERE next_at IS NOT NULL;
  `,
  `
  -- A row is some 9 KB. In a table WITHOUT ROWID such rows stand in the inner pages of its tree too, four a page: deep to look into
  -- and slow to walk. By their place in the order of tracking they stand in leaves alone; the name has its index instead of the place.
  CREATE TABLE tasks_placed (
    vendor TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL, status TEXT NOT NULL, tracking TEXT NOT NULL, archive TEXT NOT NULL,
    poll_at INTEGER, work_at INTEGER, polls INTEGER NOT NULL, last_polled_at INTEGER,
    version INTEGER NOT NULL, saved_version INTEGER NOT NULL,
    state TEXT NOT NULL, raw_form TEXT, raw TEXT,
    UNIQUE (vendor, id)
  );
  INSERT INTO tasks_placed SELECT
    vendor, id, seq, kind, status, tracking, archive, poll_at, work_at, polls, last_polled_at,
    version, saved_version, state, raw_form, raw FROM tasks;
  DROP TABLE tasks;
  ALTER TABLE tasks_placed RENAME TO tasks;
  CREATE INDEX tasks_poll ON tasks (vendor, poll_at) WHERE poll_at IS NOT NULL;
  CREATE INDEX tasks_work ON tasks (work_at) WHERE work_at IS NOT NULL;
  `,
  `
  -- Public songs in the order in which they became public: when they were archived, or when a caller made them so.
  CREATE INDEX clips_published ON clips (max(listed, 1000 * coalesce(json_extract(state, '$.published_at'), 0)))
    WHERE visibility = 'public' AND listed IS NOT NULL;
  `,
];
