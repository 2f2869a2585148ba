// Edge: the tasks in SQLite: narrow rows, documents apart. Parsed on their way out; it decides nothing.
import * as v from 'valibot';
import type { Facets } from '../../model/lifecycle.ts';
import { SHORT_DOCUMENT_MAX_CHARACTERS } from '../../model/limits.ts';
import { EMPTY_READING, Raw, TaskFacts, type TaskState } from '../../model/state.ts';
import { Reading } from '../../model/task.ts';
import type { Database } from './database.ts';

/** Wanted files of the task's own clips, and the bytes of those that are archived. */
export interface FileCounts {
  readonly archived: number;
  readonly pending: number;
  readonly unavailable: number;
  readonly bytes: number;
}

export const NO_FILES: FileCounts = { archived: 0, pending: 0, unavailable: 0, bytes: 0 };

/** What is known of a task without its document. */
export interface NarrowRow {
  readonly seq: number;
  readonly vendor: string;
  readonly id: string;
  readonly is_open: boolean;
  /** As written: what is derived now may differ, since clips are shared. */
  readonly facets: Facets;
  readonly files: FileCounts;
  readonly work_at: number | null;
  readonly polls: number;
  readonly last_polled_at: number | null;
  readonly version: number;
  readonly saved_version: number;
  readonly facts: TaskFacts;
}

export interface TaskRow extends Omit<NarrowRow, 'facts'> {
  readonly state: TaskState;
  readonly raw: Raw | null;
}

/** What can still be told of a row that nobody can read. */
export type LostRow = Pick<NarrowRow, 'vendor' | 'id' | 'is_open' | 'facets' | 'files'>;

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

interface Document {
  reading: Reading;
  raw: Raw | null;
}
const Document = v.object({ reading: Reading, raw: v.nullable(Raw) });
const NO_DOCUMENT: Document = { reading: EMPTY_READING, raw: null };

type SqlRow = Record<string, SqlStorageValue>;
const COLUMNS = [
  ...['seq', 'vendor', 'id', 'is_open', 'kind', 'status', 'tracking', 'archive'],
  ...['archived', 'pending', 'unavailable', 'bytes', 'work_at', 'polls', 'last_polled_at', 'version', 'saved_version'],
  'facts',
] as const;
/** What names a row never changes. */
const NAMED: readonly string[] = ['seq', 'vendor', 'id'];
const NARROW = COLUMNS.map((name) => `tasks.${name} AS ${name}`).join(', ');
const WHOLE = `${NARROW}, coalesce(short, documents.document) AS document FROM tasks LEFT JOIN documents ON documents.seq = tasks.seq`;

export class TaskRows {
  readonly #db: Database;
  readonly #sql: SqlStorage;
  readonly #lost: LostRow[] = [];

  constructor(db: Database) {
    this.#db = db;
    this.#sql = db.sql;
  }

  find(vendor: string, id: string): TaskRow | null {
    return this.#whole(`SELECT ${WHOLE} WHERE vendor = ? AND id = ?`, vendor, id)[0] ?? null;
  }

  /** As far as they are known, by id. */
  all(vendor: string, ids: readonly string[]): Map<string, TaskRow> {
    const rows = this.#whole(
      `SELECT ${WHOLE} WHERE vendor = ? AND id IN (SELECT value FROM json_each(?))`,
      vendor,
      JSON.stringify(ids),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  known(vendor: string, ids: readonly string[]): Set<string> {
    const rows = this.#sql.exec<{ id: string }>(
      'SELECT id FROM tasks WHERE vendor = ? AND id IN (SELECT value FROM json_each(?))',
      vendor,
      JSON.stringify(ids),
    );
    return new Set(rows.toArray().map(({ id }) => id));
  }

  insert(row: TaskRow): void {
    const { short, long } = documentOf(row);
    this.#sql.exec(
      `INSERT INTO tasks (${COLUMNS.join(', ')}, short) VALUES (${COLUMNS.map(() => '?').join(', ')}, ?)`,
      ...values(row),
      short,
    );
    if (long !== null) this.#putDocument(row.seq, long);
  }

  /** Writes a changed task. Its document only where that changed. */
  update(before: TaskRow, row: TaskRow): void {
    const isSame = before.state.reading === row.state.reading && before.raw === row.raw;
    const { short, long } = isSame ? { short: null, long: null } : documentOf(row);
    const all = values(row);
    // An index entry is a billed row too: what is in one is named only where it changed.
    const changed = COLUMNS.flatMap((name, index) =>
      NAMED.includes(name) || (name === 'is_open' && before.is_open === row.is_open)
        ? []
        : [[name, all[index]] as const],
    );
    const set = isSame ? changed : [...changed, ['short', short] as const];
    this.#sql.exec(
      `UPDATE tasks SET ${set.map(([name]) => `${name} = ?`).join(', ')} WHERE seq = ?`,
      ...set.map(([, value]) => value ?? null),
      row.seq,
    );
    if (long !== null) this.#putDocument(row.seq, long);
  }

  delete({ seq }: Pick<TaskRow, 'seq'>): void {
    this.#sql.exec('DELETE FROM tasks WHERE seq = ?', seq);
    this.#sql.exec('DELETE FROM documents WHERE seq = ?', seq);
  }

  /** All tasks for which something is left to do. */
  open(): NarrowRow[] {
    return this.#narrow(`SELECT ${NARROW} FROM tasks WHERE is_open = 1 ORDER BY seq`);
  }

  /** Narrow rows tracked after one place and up to another for which nothing is left to do, the oldest first. */
  closed(after: number, upTo: number, limit: number): NarrowRow[] {
    return this.#narrow(
      `SELECT ${NARROW} FROM tasks WHERE seq > ? AND seq <= ? AND is_open = 0 ORDER BY seq LIMIT ?`,
      after,
      upTo,
      limit,
    );
  }

  list(query: ListQuery): TaskRow[] {
    const filters = (['vendor', 'status', 'tracking', 'archive', 'kind'] as const).filter(
      (name) => query[name] !== null,
    );
    return this.#whole(
      `SELECT ${WHOLE} WHERE tasks.seq < ?${filters.map((name) => ` AND ${name} = ?`).join('')} ORDER BY tasks.seq DESC LIMIT ?`,
      query.before ?? Number.MAX_SAFE_INTEGER,
      ...filters.map((name) => query[name]),
      query.limit,
    );
  }

  lastSeq(): number {
    return this.#sql.exec<{ seq: number | null }>('SELECT max(seq) AS seq FROM tasks').one().seq ?? 0;
  }

  /** This place in the order of tracking; where it is taken, the first one behind those that are taken. */
  freeSeq(seq: number): number {
    for (let free = seq; ; free++)
      if (this.#sql.exec('SELECT 1 FROM tasks WHERE seq = ?', free).toArray().length === 0) return free;
  }

  #putDocument(seq: number, document: string): void {
    this.#sql.exec(
      'INSERT INTO documents (seq, document) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET document = ?2',
      seq,
      document,
    );
  }

  #narrow(query: string, ...bound: SqlStorageValue[]): NarrowRow[] {
    return this.#sql
      .exec<SqlRow>(query, ...bound)
      .toArray()
      .flatMap((row) => this.#readable(row, () => toNarrow(row)) ?? []);
  }

  #whole(query: string, ...bound: SqlStorageValue[]): TaskRow[] {
    return this.#sql
      .exec<SqlRow>(query, ...bound)
      .toArray()
      .flatMap((row) => this.#readable(row, () => toTask(row)) ?? []);
  }

  /** Rows that were set aside since this was last asked. */
  takeLost(): LostRow[] {
    return this.#lost.splice(0);
  }

  /** What nobody can read is set aside. */
  #readable<Row>(row: SqlRow, read: () => Row): Row | null {
    try {
      return read();
    } catch (error) {
      this.#db.setAside(`task ${String(row['vendor'])}/${String(row['id'])}`, row, error);
      this.delete({ seq: row['seq'] as number });
      this.#lost.push(columnsOf(row));
      return null;
    }
  }
}

function columnsOf(row: SqlRow): Omit<NarrowRow, 'facts'> {
  const { seq, vendor, id, work_at, polls, last_polled_at, version, saved_version } = row as unknown as NarrowRow;
  const { kind, status, tracking, archive } = row as unknown as Facets;
  const { archived, pending, unavailable, bytes } = row as unknown as FileCounts;
  return {
    seq,
    vendor,
    id,
    is_open: row['is_open'] === 1,
    facets: { kind, status, tracking, archive },
    files: { archived, pending, unavailable, bytes },
    work_at,
    polls,
    last_polled_at,
    version,
    saved_version,
  };
}

const toNarrow = (row: SqlRow): NarrowRow => ({
  ...columnsOf(row),
  facts: v.parse(TaskFacts, JSON.parse(row['facts'] as string)),
});

function toTask(row: SqlRow): TaskRow {
  const { facts, ...narrow } = toNarrow(row);
  const text = row['document'] as string | null;
  const { reading, raw } = text === null ? NO_DOCUMENT : v.parse(Document, JSON.parse(text));
  return { ...narrow, state: { ...facts, reading }, raw };
}

function documentOf({ state: { reading }, raw }: TaskRow): { short: string | null; long: string | null } {
  if (reading === EMPTY_READING && raw === null) return { short: null, long: null };
  const text = JSON.stringify({ reading, raw } satisfies Document);
  return text.length <= SHORT_DOCUMENT_MAX_CHARACTERS ? { short: text, long: null } : { short: null, long: text };
}

/** In the order of COLUMNS. */
function values(row: TaskRow): SqlStorageValue[] {
  const { reading: _, ...facts } = row.state;
  const { kind, status, tracking, archive } = row.facets;
  const { archived, pending, unavailable, bytes } = row.files;
  return [
    ...[row.seq, row.vendor, row.id, row.is_open ? 1 : 0, kind, status, tracking, archive],
    ...[archived, pending, unavailable, bytes, row.work_at, row.polls, row.last_polled_at, row.version],
    ...[row.saved_version, JSON.stringify(facts)],
  ];
}
