// Flow: keeps the page up to date while somebody looks: songs on their way, new ones, numbers, the log of events.
import type { Stats } from '../model/stats.ts';
import type { Clip, Task } from '../model/task.ts';
import { ask, type Event, isResting, type Page, serverNow, type Trouble, withQuery } from './api.ts';
import { DAY_EVENTS, dayBegan, dayOf, type Happened, logPlace, newsOf, taskKeyOf } from './events.ts';
import type { Source } from './source.ts';
import type { Store } from './state.ts';
import { isMoving, taskKey } from './status.ts';

/** How often each thing is looked at, as long as somebody looks: some fifty requests a minute. */
const EVERY_MS = { moving: 2_500, head: 5_000, stats: 5_000, events: 5_000 };
type Topic = keyof typeof EVERY_MS;
const BEAT_MS = 500;
/** Clocks differ a little: what happened just before is told again rather than missed. */
const MARGIN_MS = 2_000;
/** What happens by itself is said at most this often: a voice that never stops is switched off. */
const NEWS_MS = 5_000;
const NEWS_MAX = 3;
const LOG_ROWS = 100;

/** What it looks at, and who is told. */
interface Watched {
  current(): Source<Task> | Source<Clip>;
  seen(): readonly string[];
  refresh(key: string): Promise<void>;
  failed(trouble: Trouble): void;
  well(): void;
}

export class Watch {
  #store;
  #watched;
  #beat = 0;
  #last: Record<Topic, number> = { moving: 0, head: 0, stats: 0, events: 0 };
  #busy = new Set<Topic>();
  #cursor = '';
  /** Where the log was followed from: what happened before it is read for the day's numbers alone. */
  #joint = '';
  #happened: Happened[] = [];
  /** Rows of which the log said that they changed. */
  #stale = new Set<string>();
  #newsAt = 0;
  #unsaid: string[] = [];

  constructor(store: Store, watched: Watched) {
    this.#store = store;
    this.#watched = watched;
    document.addEventListener('visibilitychange', () => this.#look());
  }

  begin(): void {
    this.end();
    this.#joint = logPlace(serverNow() - MARGIN_MS);
    this.#cursor = this.#joint;
    [this.#happened, this.#unsaid] = [[], []];
    const now = Date.now();
    this.#last = { moving: now, head: now, stats: now, events: now };
    this.#beat = setInterval(() => this.#look(), BEAT_MS);
  }
  end(): void {
    clearInterval(this.#beat);
    this.#busy.clear();
    this.#stale.clear();
  }

  /** Looks at what is due; nothing in a hidden tab, nothing while the queue rests, and nothing twice at a time. */
  #look(): void {
    if (this.#store.state.place !== 'open' || document.hidden || isResting()) return;
    this.#say();
    const work: Record<Topic, () => Promise<unknown>> = {
      moving: () => this.#readMoving(),
      head: () => this.#watched.current().head(),
      stats: () => this.readStats(),
      events: () => this.#readEvents(),
    };
    for (const what of Object.keys(EVERY_MS) as Topic[]) {
      if (this.#busy.has(what) || Date.now() - this.#last[what] < EVERY_MS[what]) continue;
      this.#busy.add(what);
      void work[what]()
        .catch((error: unknown) => console.error(error))
        .finally(() => {
          this.#busy.delete(what);
          this.#last[what] = Date.now();
        });
    }
  }

  async #readMoving(): Promise<void> {
    const current = this.#watched.current();
    const keys = this.#watched.seen().filter((key) => {
      const row = current.rows.get(key);
      return row === undefined || row.moving || this.#stale.has(key);
    });
    for (const key of keys) this.#stale.delete(key);
    if (keys.length > 0) await current.refresh(keys);
    const task = this.#store.state.opened?.task ?? null;
    const key = task === null ? null : taskKey(task);
    if (task === null || key === null || keys.includes(key)) return;
    if (!isMoving(task) && !this.#stale.has(key)) return;
    this.#stale.delete(key);
    await this.#watched.refresh(key);
  }

  async readStats(): Promise<void> {
    const outcome = await ask<Stats>('GET', '/v1/stats', { urgency: 'watch' });
    if (outcome.ok) {
      this.#watched.well();
      this.#store.set({ stats: outcome.value });
    } else if (outcome.trouble !== null) this.#watched.failed(outcome.trouble);
  }

  async #readEvents(): Promise<void> {
    for (;;) {
      const page = await this.#eventsAfter(this.#cursor);
      if (page === null || page.data.length === 0) return;
      this.#cursor = page.data.at(-1)?.id ?? this.#cursor;
      for (const event of page.data) for (const key of taskKeyOf(event)) this.#stale.add(key);
      this.#count(page.data, this.#store.state.day?.more === false);
      if (page.data.some(({ type }) => type.startsWith('vendor.'))) void this.readStats();
      this.#unsaid.push(...newsOf(page.data, this.#store.state.labels));
      this.#say();
      if (!page.has_more) return;
    }
  }

  #say(): void {
    if (this.#unsaid.length === 0 || Date.now() - this.#newsAt < NEWS_MS) return;
    this.#newsAt = Date.now();
    this.#store.set({ news: this.#unsaid.splice(0).slice(-NEWS_MAX).join(this.#store.state.labels.comma) });
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
    this.#store.set({ day: dayOf(this.#happened, !all || known.length > DAY_EVENTS) });
  }

  async #eventsAfter(cursor: string): Promise<Page<Event> | null> {
    const path = withQuery('/v1/events', { cursor, limit: LOG_ROWS });
    const outcome = await ask<Page<Event>>('GET', path, { urgency: 'watch' });
    if (outcome.ok) return outcome.value;
    if (outcome.trouble !== null) this.#watched.failed(outcome.trouble);
    return null;
  }
}
