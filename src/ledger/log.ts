// Edge: the log of what happened, in the order in which it happened. Its rows are rendered elsewhere, once. Used by the ledger alone.
import type { EventType, Logged } from '../model/event.ts';
import { nextSeq, SEQ_PER_MS } from '../model/id.ts';
import { EVENTS_KEEP_MS } from '../model/limits.ts';
import type { EventPage, EventQuery } from './messages.ts';
import type { LogStore } from './store-log.ts';

/** Rows that leave in one go; the next look takes more. */
const PRUNE_MAX_ROWS = 1_000;

export const eventId = (seq: number, index: number): string => `evt_${seq.toString(36)}_${index}`;

/** `evt_dcbjzfro1c_1` → its row's place in the log, and its number there. */
export function placeOf(id: string): { seq: number; index: number } {
  const [, seq = '', index = ''] = id.split('_');
  return { seq: parseInt(seq, 36), index: Number(index) };
}

export class Log {
  readonly #store: LogStore;
  #lastSeq: number;

  constructor(store: LogStore) {
    this.#store = store;
    this.#lastSeq = store.lastSeq();
  }

  /** One change, one row: its events belong together, and a row is what the platform bills. */
  append(events: readonly { type: EventType; slug: string | null }[], about: Logged['about'], now: number): Logged {
    this.#lastSeq = nextSeq(this.#lastSeq, now);
    const logged: Logged = {
      seq: this.#lastSeq,
      at: now,
      events: events.map((event, index) => ({ id: eventId(this.#lastSeq, index), ...event })),
      about,
      data: null,
    };
    this.#store.append(logged);
    return logged;
  }

  row(seq: number): Logged | null {
    return this.#store.row(seq);
  }

  page({ after, type, limit }: EventQuery, now: number): EventPage {
    const oldest = (now - EVENTS_KEEP_MS) * SEQ_PER_MS;
    const from = after === null ? { seq: oldest, index: -1 } : placeOf(after);
    // The row of the last event seen may hold nothing new.
    const rows = this.#store.rows(Math.max(from.seq, oldest), type, limit + 1);
    const events = rows
      .flatMap(({ seq, at, events: some, data }) =>
        some.map((event, index) => ({ id: event.id, seq, index, type: event.type, at, data: data?.[index] ?? null })),
      )
      .filter((event) => event.seq > from.seq || event.index > from.index)
      .filter((event) => type === null || event.type === type)
      .slice(0, limit)
      .map(({ index: _, ...event }) => event);
    const shown = new Set(events.map(({ seq }) => seq));
    return { events, unrendered: rows.filter(({ seq, data }) => data === null && shown.has(seq)) };
  }

  /** Of two that render one row the first one counts. */
  keep(rendered: readonly { seq: number; data: string[] }[]): { seq: number; data: string[] }[] {
    return rendered.map(({ seq, data }) => {
      const row = this.#store.row(seq);
      if (row?.data) return { seq, data: row.data };
      if (row) this.#store.putData(seq, data);
      return { seq, data };
    });
  }

  prune(now: number): void {
    this.#store.deleteBefore((now - EVENTS_KEEP_MS) * SEQ_PER_MS, PRUNE_MAX_ROWS);
    this.#store.deleteFailedBefore(now - EVENTS_KEEP_MS);
  }
}
