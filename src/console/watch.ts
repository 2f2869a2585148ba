// Flow: keeps the page up to date while somebody looks: songs on their way, new ones, numbers, the log of events.
import type { Event } from '../model/event.ts';
import { isResting, type Page, read, serverNow, withQuery } from './api.ts';
import { logPlace, newsOf, taskKeyOf } from './events.ts';
import { list, set, state } from './state.ts';
import { isMoving } from './status.ts';
import { current, readStats, refresh } from './workspace.ts';

/** How often each thing is looked at, as long as somebody looks: some fifty requests a minute. */
const EVERY_MS = { moving: 2_500, head: 5_000, stats: 5_000, events: 5_000 };
/** So soon whoever comes back to the tab sees what is new. */
const BEAT_MS = 500;
/** Clocks differ a little: what happened just before is told again rather than missed. */
const MARGIN_MS = 2_000;
/** So many songs are named at once: a voice that never stops is switched off. */
const NEWS_MAX = 3;
const LOG_ROWS = 100;
const DAY_MS = 86_400_000;
/** Events of a day that are read, and remembered: some twenty pages. */
const DAY_EVENTS = 2_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
/** Nothing in a hidden tab, and nothing while the queue rests. */
const isLookedAt = (): boolean => state.place === 'open' && !document.hidden && !isResting();

export class Watch {
  #on = true;
  /** What happened before is read for the day's numbers alone. */
  #since = serverNow() - MARGIN_MS;
  #cursor = logPlace(serverNow() - DAY_MS);
  /** Once the day had more events than are counted, its numbers are the least they are. */
  #isFull = false;
  /** Rows of which the log said that they changed. */
  #stale = new Set<string>();

  constructor() {
    void this.#keep(EVERY_MS.moving, () => this.#readMoving());
    void this.#keep(EVERY_MS.head, () => current().head());
    void this.#keep(EVERY_MS.stats, readStats);
    void this.#keep(EVERY_MS.events, () => this.#readEvents(), 0);
  }
  end(): void {
    this.#on = false;
  }

  async #keep(every_ms: number, work: () => Promise<void>, first_ms = every_ms): Promise<void> {
    for (let wait_ms = first_ms; ; wait_ms = every_ms) {
      await pause(wait_ms);
      while (this.#on && !isLookedAt()) await pause(BEAT_MS);
      if (!this.#on) return;
      await work().catch((error: unknown) => console.error(error));
    }
  }

  async #readMoving(): Promise<void> {
    const { items } = current();
    const keys = list.seen.filter((key) => {
      const item = items.get(key);
      return item === undefined || isMoving(item) || this.#stale.has(key);
    });
    for (const key of keys) this.#stale.delete(key);
    if (keys.length > 0) await current().refresh(keys);
    const key = state.opened?.key ?? '';
    const task = state.tasks.items.get(key);
    if (task === undefined || keys.includes(key)) return;
    if (this.#stale.delete(key) || isMoving(task)) await refresh(task);
  }

  async #readEvents(): Promise<void> {
    const news: string[] = [];
    for (let more = true; more;) {
      const page = await read<Page<Event>>(withQuery('/v1/events', { cursor: this.#cursor, limit: LOG_ROWS }), 'watch');
      if (page === null) break;
      more = page.has_more;
      this.#cursor = page.data.at(-1)?.id ?? this.#cursor;
      const fresh = page.data.filter(({ timestamp }) => Date.parse(timestamp) >= this.#since);
      for (const key of fresh.flatMap(taskKeyOf)) this.#stale.add(key);
      if (fresh.some(({ type }) => type.startsWith('vendor.'))) void readStats();
      news.push(...newsOf(fresh, state.labels));
      const wasFull = this.#isFull;
      this.#count(page);
      // What is new is not kept waiting for the rest of a day.
      if (this.#isFull && !wasFull && fresh.length === 0) this.#cursor = logPlace(this.#since);
    }
    if (news.length > 0) set({ news: news.slice(-NEWS_MAX).join(state.labels.comma) });
  }

  #count({ data, has_more }: Page<Event>): void {
    const began = serverNow() - DAY_MS;
    const all = [...(state.day?.events ?? []), ...data.map(({ type, timestamp }) => ({ type, timestamp }))];
    const events = all.filter(({ timestamp }) => Date.parse(timestamp) > began).slice(0, DAY_EVENTS);
    this.#isFull ||= events.length === DAY_EVENTS;
    set({ day: { events, more: this.#isFull || has_more } });
  }
}
