// Edge: the log of events and the deliveries in the ledger's SQLite storage. Rows are parsed on their way out; it decides nothing.
import * as v from 'valibot';
import { Pacing } from '../model/circuit-breaker.ts';
import { EventType, type Logged, VendorNotice } from '../model/event.ts';
import { msOf } from '../model/id.ts';
import { Stored } from '../model/state.ts';

const Events = v.array(v.object({ id: v.string(), type: EventType, slug: v.nullable(v.string()) }));
const Rendered = v.array(v.string());
/** What an event is about: a task as it stood, with the pace of its vendor, or the vendor itself. */
const About = v.union([v.object({ stored: Stored, pacing: Pacing }), VendorNotice]);

/** One thing to tell one receiver. `event`: the subject is an event's id; `notify`: it is a task, as [vendor, id]. */
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
const LOG_COLUMNS = 'seq, events, data, about';
const DELIVERY_COLUMNS = 'id, url, kind, subject, created_at, first_try_at, tries, next_at, detail';

export class LogStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  append({ seq, events, about }: Logged): void {
    this.#sql.exec(
      'INSERT INTO log (seq, types, events, about) VALUES (?, ?, ?, ?)',
      seq,
      ` ${events.map(({ type }) => type).join(' ')} `,
      JSON.stringify(events),
      JSON.stringify(about),
    );
  }

  lastSeq(): number {
    const [row] = this.#sql.exec<{ seq: number | null }>('SELECT max(seq) AS seq FROM log').toArray();
    return row?.seq ?? 0;
  }

  row(seq: number): Logged | null {
    const [row] = this.#sql.exec<SqlRow>(`SELECT ${LOG_COLUMNS} FROM log WHERE seq = ?`, seq).toArray();
    return row ? toLogged(row) : null;
  }

  /** Rows from this place on that hold such an event, the oldest first. */
  rows(from: number, type: EventType | null, limit: number): Logged[] {
    return this.#sql
      .exec<SqlRow>(
        `SELECT ${LOG_COLUMNS} FROM log WHERE seq >= ?${type === null ? '' : ' AND instr(types, ?)'} ORDER BY seq LIMIT ?`,
        ...[from, ...(type === null ? [] : [` ${type} `]), limit],
      )
      .toArray()
      .map(toLogged);
  }

  /** From now on the row holds its rendered events alone. */
  putData(seq: number, data: readonly string[]): void {
    this.#sql.exec('UPDATE log SET data = ?, about = NULL WHERE seq = ?', JSON.stringify(data), seq);
  }

  deleteBefore(seq: number, limit: number): void {
    this.#sql.exec('DELETE FROM log WHERE seq IN (SELECT seq FROM log WHERE seq < ? ORDER BY seq LIMIT ?)', seq, limit);
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
    const [row] = this.#sql
      .exec<{ at: number | null }>(
        'SELECT min(next_at) AS at FROM deliveries WHERE url = ? AND next_at > ?',
        url,
        after,
      )
      .toArray();
    return row?.at ?? null;
  }

  /** Receivers with something to deliver: when the first of it is due, and how much there is. */
  receivers(): { url: string; next_at: number; count: number }[] {
    return this.#sql
      .exec<{ url: string; next_at: number; count: number }>(
        'SELECT url, min(next_at) AS next_at, count(*) AS count FROM deliveries WHERE next_at IS NOT NULL GROUP BY url',
      )
      .toArray();
  }

  failedDeliveries(): number {
    return this.#sql.exec<{ count: number }>('SELECT count(*) AS count FROM deliveries WHERE next_at IS NULL').one()
      .count;
  }

  /** Failures are shown as long as the log that holds their events. */
  deleteFailedBefore(createdAt: number): void {
    this.#sql.exec('DELETE FROM deliveries WHERE next_at IS NULL AND created_at < ?', createdAt);
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
