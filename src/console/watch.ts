// Flow: keeps the page up to date while somebody looks: songs on their way, new ones, numbers, the log of events.
import type { Event } from '../model/event.ts';
import { isResting, type Page, read, serverNow, withQuery } from './api.ts';
import { DAY_EVENTS, dayBegan, dayOf, type Happened, logPlace, newsOf, taskKeyOf } from './events.ts';
import { list, set, state } from './state.ts';
import { isMoving, taskKey } from './status.ts';
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

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
/** Nothing in a hidden tab, and nothing while the queue rests. */
const isLookedAt = (): boolean => state.place === 'open' && !document.hidden && !isResting();

export class Watch {
  #on = true;
  /** Where the log was followed from: what happened before it is read for the day's numbers alone. */
  #joint = logPlace(serverNow() - MARGIN_MS);
  #cursor = this.#joint;
  #happened: Happened[] = [];
  /** Rows of which the log said that they changed. */
  #stale = new Set<string>();

  constructor() {
    void this.#keep(EVERY_MS.moving, () => this.#readMoving());
    void this.#keep(EVERY_MS.head, () => current().head());
    void this.#keep(EVERY_MS.stats, readStats);
    void this.#keep(EVERY_MS.events, () => this.#readEvents());
  }
  end(): void {
    this.#on = false;
  }

  async #keep(every_ms: number, work: () => Promise<void>): Promise<void> {
    for (;;) {
      await pause(every_ms);
      while (this.#on && !isLookedAt()) await pause(BEAT_MS);
      if (!this.#on) return;
      await work().catch((error: unknown) => console.error(error));
    }
  }

  async #readMoving(): Promise<void> {
    const { rows } = current();
    const isDue = (key: string): boolean => rows.get(key)?.moving !== false || this.#stale.has(key);
    const keys = list.seen.filter(isDue);
    for (const key of keys) this.#stale.delete(key);
    if (keys.length > 0) await current().refresh(keys);
    const task = state.opened?.task;
    if (!task || keys.includes(taskKey(task))) return;
    if (this.#stale.delete(taskKey(task)) || isMoving(task)) await refresh(task);
  }

  async #readEvents(): Promise<void> {
    const news: string[] = [];
    for (let more = true; more;) {
      const page = await this.#eventsAfter(this.#cursor);
      this.#cursor = page?.data.at(-1)?.id ?? this.#cursor;
      for (const event of page?.data ?? []) for (const key of taskKeyOf(event)) this.#stale.add(key);
      if (page !== null && page.data.length > 0) this.#count(page.data, state.day?.more === false);
      if (page?.data.some(({ type }) => type.startsWith('vendor.'))) void readStats();
      news.push(...newsOf(page?.data ?? [], state.labels));
      more = page?.has_more ?? false;
    }
    if (news.length > 0) set({ news: news.slice(-NEWS_MAX).join(state.labels.comma) });
  }

  /** What happened in the last day, up to where the log is followed from now on. */
  async readDay(): Promise<void> {
    const end = this.#joint;
    let cursor = logPlace(dayBegan(serverNow()));
    for (;;) {
      const page = await this.#eventsAfter(cursor);
      if (page === null) return;
      const before = page.data.filter(({ id }) => id.length < end.length || (id.length === end.length && id < end));
      const all = !page.has_more || before.length < page.data.length;
      this.#count(before, all);
      if (all || this.#happened.length >= DAY_EVENTS) return;
      cursor = page.data.at(-1)?.id ?? cursor;
    }
  }

  /** `all`: up to here every event of the day is known. */
  #count(events: readonly Event[], all: boolean): void {
    const began = dayBegan(serverNow());
    const fresh = events.map(({ type, timestamp }) => ({ type, at: Date.parse(timestamp) }));
    const known = [...this.#happened, ...fresh].filter(({ at }) => at > began);
    this.#happened = known.slice(0, DAY_EVENTS);
    set({ day: dayOf(this.#happened, !all || known.length > DAY_EVENTS) });
  }

  #eventsAfter(cursor: string): Promise<Page<Event> | null> {
    return read(withQuery('/v1/events', { cursor, limit: LOG_ROWS }), 'watch');
  }
}
