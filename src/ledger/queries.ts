// Edge: what a reader meets: what is known, what it must ask itself, what others are asking right now. Used by the ledger alone.
import type { Book } from './tasks.ts';
import type { Hearing } from './poll-results.ts';
import type { Asked, Look } from './api.ts';
import { mayAsk } from '../model/circuit-breaker.ts';
import type { Schedule } from './poll-schedule.ts';
import type { Stored } from '../model/state.ts';
import type { TaskRow } from './store/task-rows.ts';

export class Looking {
  readonly #book: Book;
  readonly #schedule: Schedule;
  readonly #hearing: Hearing;

  constructor(book: Book, schedule: Schedule, hearing: Hearing) {
    this.#book = book;
    this.#schedule = schedule;
    this.#hearing = hearing;
  }

  /** A reader wants these tasks: what is known, and a lease on what must be asked for (CONTRACT 6, GET /v1/tasks/{id}).
   * `afresh`: however short the last poll is ago. */
  look(vendor: string, ids: string[], token: string, afresh: boolean, now: number): Look {
    const pacing = this.#book.store.pacing(vendor);
    const rows = this.#book.store.tasks(vendor, ids);
    const asked: Asked[] = [];
    const waiting: string[] = [];
    const known: Stored[] = [];
    for (const id of new Set(ids)) {
      const row = rows.get(id);
      const untracked = row ? null : this.#hearing.untracked(vendor, id, now);
      if (!this.#isFresh(row, untracked, afresh, now)) {
        if (this.#schedule.leases.isTaken(vendor, id, now)) waiting.push(id);
        else if (mayAsk(pacing, now) && !this.#book.settings.vendors.get(vendor)?.retired) {
          const kept = row !== undefined || untracked !== null;
          asked.push({ id, kept, known: row?.state.answered ?? false, solo: row?.state.solo ?? false });
          continue;
        }
      }
      const stored = row ? this.#book.stored(row) : untracked;
      if (stored) known.push(stored);
    }
    return {
      known,
      ask: asked.length === 0 ? null : this.#schedule.lease(token, vendor, asked, false, now),
      waiting,
      pacing,
      moment: this.#book.store.writes.moment(),
    };
  }

  #isFresh(row: TaskRow | undefined, untracked: Stored | null, afresh: boolean, now: number): boolean {
    if (!row) return untracked !== null && !afresh;
    if (row.state.ended_at !== null) return true;
    if (afresh) return false;
    return row.last_polled_at !== null && now - row.last_polled_at < this.#book.settings.poll_interval_ms;
  }
}
