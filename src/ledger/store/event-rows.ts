// Edge: the log and the deliveries in SQLite. Rows are parsed on their way out; it decides nothing.
import * as v from 'valibot';
import { Pacing } from '../../model/circuit-breaker.ts';
import { EventType, type Logged, VendorNotice } from '../../model/event.ts';
import { msOf } from '../../model/id.ts';
import { Stored } from '../../model/state.ts';
import type { Database } from './database.ts';

const Events = v.array(v.object({ id: v.string(), type: EventType, slug: v.nullable(v.string()) }));
const Rendered = v.array(v.string());
/** What an event is about: a task as it stood, with the pace of its vendor, or the vendor itself. */
const About = v.union([v.object({ stored: Stored, pacing: Pacing }), VendorNotice]);

/** Of these most songs have none: where they are is kept apart. */
const RARE: readonly EventType[] = [
  'task.failed',
  'task.expired',
  'clip.unavailable',
  'vendor.paused',
  'vendor.resumed',
];

/** One thing to tell one receiver. `webhook`: the subject is an event's id; `notify`: it is a task, as [vendor, id, origin]. */
export interface DeliveryRow {
  id: string;
  url: string;
  kind: 'webhook' | 'notify';
  subject: string;
  created_at: number;
  first_try_at: number | null;
  tries: number;
  /** Null: given up. */
  next_at: number | null;
  detail: string | null;
}

type SqlRow = Record<string, SqlStorageValue>;
const LOG_COLUMNS = 'log.seq AS seq, events, data, about';
const DELIVERY_COLUMNS = 'id, url, kind, subject, created_at, first_try_at, tries, next_at, detail';

export class EventRows {
  readonly #db: Database;
  readonly #sql: SqlStorage;

  constructor(db: Database) {
    this.#db = db;
    this.#sql = db.sql;
  }

  append({ seq, events, about }: Logged): void {
    const types = [...new Set(events.map(({ type }) => type))];
    this.#sql.exec(
      'INSERT INTO log (seq, types, events, about) VALUES (?, ?, ?, ?)',
      seq,
      ` ${types.join(' ')} `,
      JSON.stringify(events),
      JSON.stringify(about),
    );
    for (const type of types)
      if (RARE.includes(type)) this.#sql.exec('INSERT INTO rare_events (type, seq) VALUES (?, ?)', type, seq);
  }

  lastSeq(): number {
    return this.#sql.exec<{ seq: number | null }>('SELECT max(seq) AS seq FROM log').one().seq ?? 0;
  }

  row(seq: number): Logged | null {
    return this.#read(this.#sql.exec<SqlRow>(`SELECT ${LOG_COLUMNS} FROM log WHERE seq = ?`, seq).toArray())[0] ?? null;
  }

  /**
   * Rows from this place on that hold such an event, the oldest first. `scanned`: the last place that was looked at,
   * where so many were looked through that this is not all.
   */
  rows(
    from: number,
    type: EventType | null,
    limit: number,
    mostScanned: number,
  ): { rows: Logged[]; scanned: number | null } {
    if (type === null) return { rows: this.#select('FROM log WHERE seq >= ?', [from], limit), scanned: null };
    if (RARE.includes(type))
      return {
        rows: this.#select(
          'FROM rare_events JOIN log ON log.seq = rare_events.seq WHERE rare_events.type = ? AND rare_events.seq >= ?',
          [type, from],
          limit,
        ),
        scanned: null,
      };
    const last = this.#sql
      .exec<{ seq: number | null; count: number }>(
        'SELECT max(seq) AS seq, count(*) AS count FROM (SELECT seq FROM log WHERE seq >= ? ORDER BY seq LIMIT ?)',
        from,
        mostScanned,
      )
      .one();
    const rows = this.#select(
      'FROM log WHERE seq >= ? AND seq <= ? AND instr(types, ?)',
      [from, last.seq ?? from, ` ${type} `],
      limit,
    );
    return { rows, scanned: last.count >= mostScanned && rows.length < limit ? last.seq : null };
  }

  #select(where: string, bound: SqlStorageValue[], limit: number): Logged[] {
    return this.#read(
      this.#sql.exec<SqlRow>(`SELECT ${LOG_COLUMNS} ${where} ORDER BY log.seq LIMIT ?`, ...bound, limit).toArray(),
    );
  }

  /** From now on the row holds its rendered events alone. */
  putData(seq: number, data: readonly string[]): void {
    this.#sql.exec('UPDATE log SET data = ?, about = NULL WHERE seq = ?', JSON.stringify(data), seq);
  }

  deleteBefore(seq: number, limit: number): void {
    const [last] = this.#sql
      .exec<{ seq: number | null }>(
        'SELECT max(seq) AS seq FROM (SELECT seq FROM log WHERE seq < ? ORDER BY seq LIMIT ?)',
        seq,
        limit,
      )
      .toArray();
    if (last?.seq == null) return;
    this.#sql.exec('DELETE FROM log WHERE seq <= ?', last.seq);
    for (const type of RARE) this.#sql.exec('DELETE FROM rare_events WHERE type = ? AND seq <= ?', type, last.seq);
  }

  delivery(id: string): DeliveryRow | null {
    const [row] = this.#sql.exec<SqlRow>(`SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE id = ?`, id).toArray();
    return (row as DeliveryRow | undefined) ?? null;
  }

  putDelivery(row: DeliveryRow): void {
    this.#sql.exec(
      `INSERT INTO deliveries (${DELIVERY_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT DO UPDATE SET first_try_at = ?6, tries = ?7, next_at = ?8, detail = ?9`,
      ...[row.id, row.url, row.kind, row.subject, row.created_at, row.first_try_at, row.tries, row.next_at, row.detail],
    );
  }

  deleteDelivery(id: string): void {
    this.#sql.exec('DELETE FROM deliveries WHERE id = ?', id);
  }

  /** A receiver's deliveries that are due, the longest first. */
  dueDeliveries(url: string, now: number, limit: number): string[] {
    return this.#sql
      .exec<{ id: string }>(
        'SELECT id FROM deliveries WHERE url = ? AND next_at <= ? ORDER BY next_at LIMIT ?',
        url,
        now,
        limit,
      )
      .toArray()
      .map(({ id }) => id);
  }

  nextDeliveryAt(url: string, after: number): number | null {
    return this.#sql
      .exec<{ at: number | null }>(
        'SELECT min(next_at) AS at FROM deliveries WHERE url = ? AND next_at > ?',
        url,
        after,
      )
      .one().at;
  }

  /** Receivers with something to deliver: when the first of it is due, and how much there is. */
  receivers(): { url: string; next_at: number; count: number }[] {
    return this.#sql
      .exec<{ url: string; next_at: number; count: number }>(
        'SELECT url, min(next_at) AS next_at, count(*) AS count FROM deliveries WHERE next_at IS NOT NULL GROUP BY url',
      )
      .toArray();
  }

  /** Failures are shown as long as the log that holds their events. Answers how many left. */
  deleteFailedBefore(createdAt: number, limit: number): number {
    return this.#sql
      .exec(
        `DELETE FROM deliveries WHERE id IN (
         SELECT id FROM deliveries WHERE next_at IS NULL AND created_at < ? ORDER BY created_at LIMIT ?
       ) RETURNING 1`,
        createdAt,
        limit,
      )
      .toArray().length;
  }

  #read(rows: readonly SqlRow[]): Logged[] {
    return rows.flatMap((row) => {
      try {
        return toLogged(row);
      } catch (error) {
        this.#db.setAside(`log ${String(row['seq'])}`, row, error);
        this.#sql.exec('DELETE FROM log WHERE seq = ?', row['seq'] ?? 0);
        return [];
      }
    });
  }
}

function toLogged({ seq, events, data, about }: SqlRow): Logged {
  return {
    seq: seq as number,
    at: msOf(seq as number),
    events: v.parse(Events, JSON.parse(events as string)),
    about: about === null ? null : v.parse(About, JSON.parse(about as string)),
    data: data === null ? null : v.parse(Rendered, JSON.parse(data as string)),
  };
}
