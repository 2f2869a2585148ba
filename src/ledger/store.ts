// Edge: the ledger's SQLite storage, the only SQL. Rows are parsed on their way out; it decides nothing.
import * as v from 'valibot';
import { HEALTHY, Pacing } from '../model/circuit-breaker.ts';
import type { Facets } from '../model/lifecycle.ts';
import { type ClipState, keyOf, type Raw, type Stored, TaskState } from '../model/state.ts';
import { MIGRATIONS } from './migrations.ts';
import { ClipStore } from './store-clips.ts';
import { Tally, type TaskKind } from './tally.ts';
import { Writes } from './writes.ts';

export interface TaskRow {
  vendor: string;
  id: string;
  seq: number;
  poll_at: number | null;
  work_at: number | null;
  polls: number;
  last_polled_at: number | null;
  version: number;
  saved_version: number;
  /** As written: what is derived now may differ, since clips are shared. */
  facets: Facets;
  state: TaskState;
  raw: Raw | null;
}

export interface ListQuery {
  vendor: string | null;
  status: string | null;
  tracking: string | null;
  archive: string | null;
  kind: string | null;
  /** Rows tracked before this one; null: from the newest. */
  before: number | null;
  limit: number;
}

type SqlRow = Record<string, SqlStorageValue>;
const TASK_COLUMNS =
  'vendor, id, seq, poll_at, work_at, polls, last_polled_at, version, saved_version, kind, status, tracking, archive, state, raw_form, raw';

export class Store {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  readonly clips: ClipStore;
  readonly writes: Writes;
  #tally: Tally | null = null;
  /** What each vendor's row holds: asked for several times with every look and every report. */
  readonly #pacing = new Map<string, Pacing>();

  /** `life`: a name that no other object has (writes.ts). */
  constructor(storage: DurableObjectStorage, life: string) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.writes = new Writes(life);
    this.clips = new ClipStore(storage.sql, this.writes, () => this.#tally);
  }

  migrate(): void {
    this.#sql.exec('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
    const [row] = this.#sql.exec<{ value: string }>(`SELECT value FROM meta WHERE key = 'schema'`).toArray();
    const version = Number(row?.value ?? 0);
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < version) continue;
      this.#storage.transactionSync(() => {
        this.#sql.exec(migration);
        this.#sql.exec(
          `INSERT INTO meta (key, value) VALUES ('schema', ?1) ON CONFLICT DO UPDATE SET value = ?1`,
          String(index + 1),
        );
      });
    }
  }

  /** All or nothing of what belongs together. */
  atomically<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      // What was counted and remembered in it did not happen.
      this.#tally = null;
      this.#pacing.clear();
      throw error;
    }
  }

  /** Counted once in an object's life, then kept. */
  tally(): Tally {
    this.#tally ??= new Tally(
      this.#sql
        .exec<{ vendor: string; status: string; tracking: string; count: number }>(
          'SELECT vendor, status, tracking, count(*) AS count FROM tasks GROUP BY vendor, status, tracking',
        )
        .toArray()
        .map(({ count, ...kind }) => ({ kind, count })),
      this.clips.count(),
    );
    return this.#tally;
  }

  task(vendor: string, id: string): TaskRow | null {
    const [row] = this.#sql
      .exec<SqlRow>(`SELECT ${TASK_COLUMNS} FROM tasks WHERE vendor = ? AND id = ?`, vendor, id)
      .toArray();
    return row ? toTask(row) : null;
  }

  tasks(vendor: string, ids: readonly string[]): Map<string, TaskRow> {
    const rows = this.#sql.exec<SqlRow>(
      `SELECT ${TASK_COLUMNS} FROM tasks WHERE vendor = ? AND id IN (SELECT value FROM json_each(?))`,
      vendor,
      JSON.stringify(ids),
    );
    return new Map(rows.toArray().map((row) => [row['id'] as string, toTask(row)]));
  }

  insertTask(row: TaskRow): void {
    this.#tally?.task(null, kindOf(row));
    this.writes.note(keyOf(row));
    this.#sql.exec(
      `INSERT INTO tasks (${TASK_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...taskValues(row),
    );
  }

  /** Writes a changed task. An index entry is a billed row, so each due time is written only where it moved. */
  updateTask(before: TaskRow, row: TaskRow): void {
    this.#tally?.task(kindOf(before), kindOf(row));
    this.writes.note(keyOf(row));
    const due = (['poll_at', 'work_at'] as const).filter((column) => before[column] !== row[column]);
    this.#sql.exec(
      `UPDATE tasks SET polls = ?, last_polled_at = ?, version = ?, saved_version = ?, kind = ?, status = ?, tracking = ?, archive = ?,
         state = ?, raw_form = ?, raw = ?${due.map((column) => `, ${column} = ?`).join('')}
       WHERE vendor = ? AND id = ?`,
      ...taskValues(row).slice(5),
      ...due.map((column) => row[column]),
      row.vendor,
      row.id,
    );
  }

  /** An unchanged poll: its row and one index entry. */
  updatePoll(row: TaskRow): void {
    this.writes.note(keyOf(row));
    this.#sql.exec(
      'UPDATE tasks SET polls = ?, last_polled_at = ?, poll_at = ? WHERE vendor = ? AND id = ?',
      row.polls,
      row.last_polled_at,
      row.poll_at,
      row.vendor,
      row.id,
    );
  }

  deleteTask(row: TaskRow): void {
    const { vendor, id } = row;
    this.#tally?.task(kindOf(row), null);
    this.writes.note(keyOf(row));
    this.#sql.exec('DELETE FROM tasks WHERE vendor = ? AND id = ?', vendor, id);
  }

  /** Tasks of a vendor that are to be polled by `now`, the longest due first. */
  duePolls(vendor: string, now: number, limit: number): TaskRow[] {
    return this.#sql
      .exec<SqlRow>(
        `SELECT ${TASK_COLUMNS} FROM tasks WHERE vendor = ? AND poll_at <= ? ORDER BY poll_at LIMIT ?`,
        vendor,
        now,
        limit,
      )
      .toArray()
      .map(toTask);
  }

  nextPollAt(vendor: string, after: number): number | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>(
        'SELECT min(poll_at) AS at FROM tasks WHERE vendor = ? AND poll_at > ?',
        vendor,
        after,
      )
      .toArray();
    return row?.at ?? null;
  }

  dueWork(now: number, limit: number): TaskRow[] {
    return this.#sql
      .exec<SqlRow>(`SELECT ${TASK_COLUMNS} FROM tasks WHERE work_at <= ? ORDER BY work_at LIMIT ?`, now, limit)
      .toArray()
      .map(toTask);
  }

  nextWorkAt(after: number): number | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>('SELECT min(work_at) AS at FROM tasks WHERE work_at > ?', after)
      .toArray();
    return row?.at ?? null;
  }

  /** Whatever waits for the end of a lease is due now. */
  endLeases(now: number): void {
    this.#sql.exec(`UPDATE tasks SET work_at = ? WHERE work_at > ? AND archive = 'pending'`, now, now);
  }

  list(query: ListQuery): TaskRow[] {
    const filters = (['vendor', 'status', 'tracking', 'archive', 'kind'] as const).filter(
      (name) => query[name] !== null,
    );
    return this.#sql
      .exec<SqlRow>(
        `SELECT ${TASK_COLUMNS} FROM tasks WHERE seq < ?${filters.map((name) => ` AND ${name} = ?`).join('')} ORDER BY seq DESC LIMIT ?`,
        query.before ?? Number.MAX_SAFE_INTEGER,
        ...filters.map((name) => query[name]),
        query.limit,
      )
      .toArray()
      .map(toTask);
  }

  /** The oldest tracked first. */
  trackedBefore(seq: number, limit: number): TaskRow[] {
    return this.#sql
      .exec<SqlRow>(
        `SELECT ${TASK_COLUMNS} FROM tasks WHERE seq <= ? AND poll_at IS NULL ORDER BY seq LIMIT ?`,
        seq,
        limit,
      )
      .toArray()
      .map(toTask);
  }

  /** Tasks of which files are still under way. */
  archiving(): TaskRow[] {
    return this.#sql
      .exec<SqlRow>(`SELECT ${TASK_COLUMNS} FROM tasks WHERE work_at IS NOT NULL AND archive = 'pending'`)
      .toArray()
      .map(toTask);
  }

  /** Place of the task that waits longest, be it for its vendor or for its files. */
  oldestPending(): number | null {
    const [row] = this.#sql
      .exec<{ seq: number | null }>(
        `SELECT min(seq) AS seq FROM (SELECT seq FROM tasks WHERE poll_at IS NOT NULL
           UNION ALL SELECT seq FROM tasks WHERE work_at IS NOT NULL AND archive = 'pending')`,
      )
      .toArray();
    return row?.seq ?? null;
  }

  lastSeq(): number {
    const [row] = this.#sql.exec<{ seq: number | null }>('SELECT max(seq) AS seq FROM tasks').toArray();
    return row?.seq ?? 0;
  }

  /** This place in the order of tracking; where it is taken, the first one behind those that are taken. */
  freeSeq(seq: number): number {
    const [row] = this.#sql
      .exec<{ last: number | null }>(
        `SELECT max(seq) AS last FROM tasks WHERE seq BETWEEN ?1 AND ?1 + 999 AND EXISTS (SELECT 1 FROM tasks WHERE seq = ?1)`,
        seq,
      )
      .toArray();
    return row?.last == null ? seq : this.freeSeq(row.last + 1);
  }

  pacing(vendor: string): Pacing {
    const known = this.#pacing.get(vendor);
    if (known) return known;
    const [row] = this.#sql.exec<{ pacing: string }>('SELECT pacing FROM vendors WHERE id = ?', vendor).toArray();
    const pacing = row ? v.parse(Pacing, JSON.parse(row.pacing)) : HEALTHY;
    this.#pacing.set(vendor, pacing);
    return pacing;
  }

  putPacing(vendor: string, pacing: Pacing): void {
    this.#sql.exec(
      'INSERT INTO vendors (id, pacing) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET pacing = ?2',
      vendor,
      JSON.stringify(pacing),
    );
    this.#pacing.set(vendor, pacing);
  }
}

function toTask(row: SqlRow): TaskRow {
  const { vendor, id, seq, poll_at, work_at, polls, last_polled_at, version, saved_version, raw_form, raw } = row;
  const { kind, status, tracking, archive } = row;
  return {
    ...({ vendor, id, seq, poll_at, work_at, polls, last_polled_at, version, saved_version } as Omit<
      TaskRow,
      'facets' | 'state' | 'raw'
    >),
    facets: { kind, status, tracking, archive } as Facets,
    state: v.parse(TaskState, JSON.parse(row['state'] as string)),
    raw: raw_form === null ? null : { form: raw_form as Raw['form'], json: raw as string },
  };
}

const kindOf = ({ vendor, facets: { status, tracking } }: TaskRow): TaskKind => ({ vendor, status, tracking });

/** In the order of TASK_COLUMNS. */
const taskValues = (row: TaskRow): SqlStorageValue[] => [
  row.vendor,
  row.id,
  row.seq,
  row.poll_at,
  row.work_at,
  row.polls,
  row.last_polled_at,
  row.version,
  row.saved_version,
  row.facets.kind,
  row.facets.status,
  row.facets.tracking,
  row.facets.archive,
  JSON.stringify(row.state),
  row.raw?.form ?? null,
  row.raw?.json ?? null,
];

export const toStored = (row: TaskRow, clips: ClipState[]): Stored => ({
  vendor: row.vendor,
  id: row.id,
  seq: row.seq,
  tracked: true,
  polls: row.polls,
  last_polled_at: row.last_polled_at,
  next_poll_at: row.poll_at,
  state: row.state,
  clips,
  raw: row.raw,
});
