// Edge: the SQLite storage as a whole: schema, transactions, notes, vendors, and rows that nobody can read.
import * as v from 'valibot';
import { HEALTHY, Pacing } from '../../model/circuit-breaker.ts';
import { MIGRATIONS } from './schema.ts';

/** What is remembered by name: where the daily look at stored bytes goes on, the last sweep, the counts of what is closed. */
export type NoteName = 'verify' | 'sweep' | 'counts' | 'words' | 'library';

export interface VendorRow {
  readonly pacing: Pacing;
  /** Its batch route is not there: looked for again after this (ms since the epoch). */
  readonly unbatched_until: number | null;
  /** Ends in a row that it called for (vendor-calls.ts). */
  readonly calls: number;
}

const WELL: VendorRow = { pacing: HEALTHY, unbatched_until: null, calls: 0 };

/** A deleted task, while something may still be under way for it. */
export interface RemovedRow {
  readonly vendor: string;
  readonly id: string;
  readonly at: number;
  readonly due_at: number;
  readonly slugs: string[];
}

export class Database {
  readonly #storage: DurableObjectStorage;
  readonly sql: SqlStorage;
  /** What each vendor's row holds: asked for several times with every look and every report. */
  readonly #vendors = new Map<string, VendorRow>();
  readonly #log: (entry: object) => void;

  constructor(storage: DurableObjectStorage, log: (entry: object) => void = () => undefined) {
    this.#storage = storage;
    this.sql = storage.sql;
    this.#log = log;
  }

  migrate(): void {
    this.sql.exec('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
    const [row] = this.sql.exec<{ value: string }>(`SELECT value FROM meta WHERE key = 'schema'`).toArray();
    const version = Number(row?.value ?? 0);
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < version) continue;
      this.#storage.transactionSync(() => {
        this.sql.exec(migration);
        this.sql.exec(
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
      // An image of rows that were not written.
      this.#vendors.clear();
      throw error;
    }
  }

  note(name: NoteName): string | null {
    const [row] = this.sql.exec<{ value: string }>('SELECT value FROM meta WHERE key = ?', name).toArray();
    return row?.value ?? null;
  }

  /** One that nobody can read is set aside: there is none. */
  noteAs<Schema extends v.GenericSchema>(name: NoteName, schema: Schema): v.InferOutput<Schema> | null {
    const text = this.note(name);
    if (text === null) return null;
    try {
      return v.parse(schema, JSON.parse(text));
    } catch (error) {
      this.setAside(`note ${name}`, { text }, error);
      this.putNote(name, null);
      return null;
    }
  }

  putNote(name: NoteName, value: string | null): void {
    if (value === null) this.sql.exec('DELETE FROM meta WHERE key = ?', name);
    else
      this.sql.exec('INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2', name, value);
  }

  vendor(id: string): VendorRow {
    const known = this.#vendors.get(id);
    if (known) return known;
    const row = this.#readVendor(id);
    this.#vendors.set(id, row);
    return row;
  }

  #readVendor(id: string): VendorRow {
    const [row] = this.sql
      .exec<{ pacing: string; unbatched_until: number | null; calls: number }>(
        'SELECT pacing, unbatched_until, calls FROM vendors WHERE id = ?',
        id,
      )
      .toArray();
    if (!row) return WELL;
    try {
      return { ...row, pacing: v.parse(Pacing, JSON.parse(row.pacing)) };
    } catch (error) {
      this.setAside(`vendor ${id}`, row, error);
      this.sql.exec('DELETE FROM vendors WHERE id = ?', id);
      return WELL;
    }
  }

  putVendor(id: string, row: VendorRow): void {
    this.sql.exec(
      `INSERT INTO vendors (id, pacing, unbatched_until, calls) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO UPDATE SET pacing = ?2, unbatched_until = ?3, calls = ?4`,
      id,
      JSON.stringify(row.pacing),
      row.unbatched_until,
      row.calls,
    );
    this.#vendors.set(id, row);
  }

  /** A row that nobody can read stops nothing: it is kept here, and told. Whoever calls takes it out of its place. */
  setAside(name: string, what: object, error: unknown): void {
    this.#log({ event: 'error', at: 'row', name, message: String(error) });
    this.sql.exec(
      'INSERT INTO set_aside (name, what) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET what = ?2',
      name,
      JSON.stringify(what),
    );
  }

  unreadable(): number {
    return this.sql.exec<{ count: number }>('SELECT count(*) AS count FROM set_aside').one().count;
  }

  removed(vendor: string, id: string): RemovedRow | null {
    const [row] = this.sql
      .exec<RemovedSql>('SELECT vendor, id, at, due_at, slugs FROM removed WHERE vendor = ? AND id = ?', vendor, id)
      .toArray();
    return row ? this.#removed(row) : null;
  }

  putRemoved({ vendor, id, at, due_at, slugs }: RemovedRow): void {
    this.sql.exec(
      `INSERT INTO removed (vendor, id, at, due_at, slugs) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET at = ?3, due_at = ?4, slugs = ?5`,
      ...[vendor, id, at, due_at, JSON.stringify(slugs)],
    );
  }

  dropRemoved(vendor: string, id: string): void {
    this.sql.exec('DELETE FROM removed WHERE vendor = ? AND id = ?', vendor, id);
  }

  /** Few: each is there for minutes. */
  allRemoved(): RemovedRow[] {
    return this.sql
      .exec<RemovedSql>('SELECT vendor, id, at, due_at, slugs FROM removed')
      .toArray()
      .flatMap((row) => this.#removed(row) ?? []);
  }

  #removed(row: RemovedSql): RemovedRow | null {
    try {
      return { ...row, slugs: v.parse(v.array(v.string()), JSON.parse(row.slugs)) };
    } catch (error) {
      this.setAside(`removed ${row.vendor}/${row.id}`, row, error);
      this.dropRemoved(row.vendor, row.id);
      return null;
    }
  }
}

interface RemovedSql extends Record<string, SqlStorageValue> {
  vendor: string;
  id: string;
  at: number;
  due_at: number;
  slugs: string;
}
