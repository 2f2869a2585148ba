// Pure: the ledger's schema, version by version. Only added to; each stays usable by the code of the one before.

export const MIGRATIONS: readonly string[] = [
  `
  -- One narrow row a task: what lists, counts and schedules look at. seq: order of tracking.
  -- is_open: something is left to do for it (to ask, to archive, to record). work_at: when its files are looked after next.
  -- facts: what is known of it without what its vendor told; short: its document, where that is short.
  CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY, vendor TEXT NOT NULL, id TEXT NOT NULL, is_open INTEGER NOT NULL,
    kind TEXT NOT NULL, status TEXT NOT NULL, tracking TEXT NOT NULL, archive TEXT NOT NULL,
    archived INTEGER NOT NULL, pending INTEGER NOT NULL, unavailable INTEGER NOT NULL, bytes INTEGER NOT NULL,
    work_at INTEGER, polls INTEGER NOT NULL, last_polled_at INTEGER, version INTEGER NOT NULL, saved_version INTEGER NOT NULL,
    facts TEXT NOT NULL, short TEXT,
    UNIQUE (vendor, id)
  );
  CREATE INDEX tasks_open ON tasks (seq) WHERE is_open = 1;
  -- What a vendor told of a task, and its raw answer: some 9 KB, read and written only where it changes or is shown.
  CREATE TABLE documents (seq INTEGER PRIMARY KEY, document TEXT NOT NULL);
  -- One row a clip, under its slug: its files belong to every task that holds the clip. Kept below a quarter of a page,
  -- or each would take a page of its own. listed: place among the clips whose audio is archived; null for all others.
  -- parent: slug of the clip that it was made from.
  CREATE TABLE clips (
    slug TEXT PRIMARY KEY, listed INTEGER, visibility TEXT NOT NULL, parent TEXT, state TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX clips_listed ON clips (visibility, listed) WHERE listed IS NOT NULL;
  -- Public songs in the order in which they became public: when they were archived, or when a caller made them so.
  CREATE INDEX clips_published ON clips (max(listed, 1000 * coalesce(json_extract(state, '$.published_at'), 0)))
    WHERE visibility = 'public' AND listed IS NOT NULL;
  CREATE INDEX clips_parent ON clips (parent, visibility, listed) WHERE parent IS NOT NULL AND listed IS NOT NULL;
  -- Public songs by the task that they are shown in, whose own row leaves before them.
  CREATE INDEX clips_task ON clips (json_extract(state, '$.vendor'), json_extract(state, '$.task_id'), listed)
    WHERE visibility = 'public' AND listed IS NOT NULL;
  -- What the vendor told of an archived clip, by its place, once no row of its task tells it any more.
  CREATE TABLE clip_readings (listed INTEGER PRIMARY KEY, reading TEXT NOT NULL);
  -- The words of titles and tags, by the clip's place; filled in batches, up to the place in meta's 'words'.
  CREATE VIRTUAL TABLE clip_words USING fts5 (text, content = '', contentless_delete = 1);
  -- One row a vendor that was ever out of order, whose batch route was not there, or that calls.
  CREATE TABLE vendors (id TEXT PRIMARY KEY, pacing TEXT NOT NULL, unbatched_until INTEGER) WITHOUT ROWID;
  -- The log: one row a change, which may be several events. types: ' task.settled clip.archived ', for filters.
  -- about: how things stood, until its events are rendered into data.
  CREATE TABLE log (seq INTEGER PRIMARY KEY, types TEXT NOT NULL, events TEXT NOT NULL, data TEXT, about TEXT);
  -- Where events of the types are that most songs never have.
  CREATE TABLE rare_events (type TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (type, seq)) WITHOUT ROWID;
  -- What is still to be delivered, and what could not be. subject: an event's id, or [vendor, task id, origin] for a submit's callback.
  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, next_at INTEGER, kind TEXT NOT NULL, subject TEXT NOT NULL,
    created_at INTEGER NOT NULL, first_try_at INTEGER, tries INTEGER NOT NULL, detail TEXT
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_due ON deliveries (url, next_at) WHERE next_at IS NOT NULL;
  CREATE INDEX deliveries_failed ON deliveries (created_at) WHERE next_at IS NULL;
  -- Deleted tasks, while something may still be under way for them: what was asked before then counts no more, and at
  -- due_at what came all the same is cleared away. slugs: of clips that were not archived.
  CREATE TABLE removed (
    vendor TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, due_at INTEGER NOT NULL, slugs TEXT NOT NULL,
    PRIMARY KEY (vendor, id)
  ) WITHOUT ROWID;
  -- Submits under an Idempotency-Key, for a day. name: hash of token and key; fingerprint: hash of what was ordered.
  -- answer: null while it is under way, and for good where that broke off.
  CREATE TABLE orders (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_at INTEGER NOT NULL, answer TEXT) WITHOUT ROWID;
  CREATE INDEX orders_begun ON orders (begun_at);
  -- Rows that nobody could read, as they were.
  CREATE TABLE set_aside (name TEXT PRIMARY KEY, what TEXT NOT NULL) WITHOUT ROWID;
  `,
  `
  -- Ends in a row that the vendor called for.
  ALTER TABLE vendors ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;
  `,
];
