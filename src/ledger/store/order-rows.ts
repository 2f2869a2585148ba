// Edge: submits under an Idempotency-Key, in SQLite. It decides nothing.
import type { Order } from '../api.ts';
import type { Database } from './database.ts';

export interface OrderRow extends Record<string, SqlStorageValue> {
  fingerprint: string;
  begun_at: number;
  answer: string | null;
}

export class OrderRows {
  readonly #sql: SqlStorage;

  constructor({ sql }: Database) {
    this.#sql = sql;
  }

  get(name: string): OrderRow | null {
    const rows = this.#sql.exec<OrderRow>('SELECT fingerprint, begun_at, answer FROM orders WHERE name = ?', name);
    return rows.toArray()[0] ?? null;
  }

  /** In place of an older one of this name. */
  begin({ name, fingerprint }: Order, now: number): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO orders (name, fingerprint, begun_at) VALUES (?, ?, ?)',
      name,
      fingerprint,
      now,
    );
  }

  answer(name: string, answer: string): void {
    this.#sql.exec('UPDATE orders SET answer = ? WHERE name = ?', answer, name);
  }

  delete(name: string): void {
    this.#sql.exec('DELETE FROM orders WHERE name = ?', name);
  }

  /** The oldest first, so many at most. Answers how many. */
  deleteBefore(time: number, limit: number): number {
    const gone = this.#sql.exec(
      'DELETE FROM orders WHERE name IN (SELECT name FROM orders WHERE begun_at <= ? ORDER BY begun_at LIMIT ?) RETURNING 1',
      time,
      limit,
    );
    return gone.toArray().length;
  }
}
