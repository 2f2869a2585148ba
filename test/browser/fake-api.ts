// Edge: answers in the API's place, inside the browser's own network: what fails, and when, is up to the test.
import type { Page, Route } from 'playwright-core';
import { logPlace } from '../../src/console/events.ts';
import { encodeCursor } from '../../src/http/input.ts';
import type { Clip, File, Task } from '../../src/model/task.ts';

export type Reply = { status?: number; json?: unknown; headers?: Record<string, string> } | 'offline' | 'later';

export const taskOf = (id: string, more: Partial<Task> = {}): Task => ({
  ...{ id, vendor: 'relay', kind: 'music', status: 'running', vendor_status: 'IN_PROGRESS', partial: false },
  ...{ progress: 30, failure: null, submitted_at: null, started_at: null, finished_at: null, lyrics: null },
  ...{ lyrics_variants: [], clips: [] },
  tracking: {
    ...{ state: 'watching', stalled: false, tracked_at: '2026-11-21T10:00:00Z', polls: 1, last_polled_at: null },
    ...{ next_poll_at: null, last_error: null },
  },
  archive: { state: 'none', archived: 0, pending: 0, unavailable: 0 },
  links: { self: '' },
  ...more,
});

const FILE: File = {
  ...{ state: 'archived', url: null, link: null, source_url: null, content_type: 'audio/mpeg', bytes: 3_145_728 },
  ...{ sha256: null, archived_at: '2026-11-21T10:00:00Z', attempts: 1, reason: null },
};
export const clipOf = (id: string, more: Partial<Clip> = {}): Clip => ({
  ...{ id, slug: id, task_id: id, vendor: 'relay', title: id, status: 'complete', failure: null, tags: null },
  ...{ lyrics: null, prompt: null, artist: null, model: null, model_version: null, duration_seconds: 120 },
  ...{ created_at: null, parent_id: null, stem: null, stream_url: null, cover: null, video: null },
  audio: { ...FILE, url: `/media/${id}/audio.mp3` },
  ...{ visibility: 'unlisted', links: { self: '', page: `/s/${id}` } },
  ...more,
});
/** A task that is done, with these songs. */
export const keptOf = (id: string, clips: readonly Partial<Clip>[]): Task => {
  const task = taskOf(id, { status: 'succeeded', vendor_status: 'SUCCESS', progress: 100 });
  return {
    ...task,
    clips: clips.map((clip, index) => clipOf(`${id}-${index}`, { task_id: id, ...clip })),
    tracking: { ...task.tracking, state: 'settled' },
    archive: { state: 'complete', archived: clips.length, pending: 0, unavailable: 0 },
  };
};

const ZERO = { unknown: 0, queued: 0, running: 0, failed: 0, succeeded: 0 };
export const statsOf = (total: number) => ({
  tasks: {
    ...{ total, by_status: { ...ZERO, running: total } },
    by_tracking: { untracked: 0, watching: total, archiving: 0, settled: 0, expired: 0 },
  },
  ...{ files: { archived: 0, pending: 0, unavailable: 0, bytes: 0 }, deliveries: { pending: 0, failed: 0 } },
  vendors: { relay: { health: 'ok', until: null, reason: null, pending: total } },
  ...{ oldest_pending_at: null, last_sweep_at: null, unreadable: 0 },
});

export class FakeApi {
  tasks: Task[] = [taskOf('one'), taskOf('two')];
  /** Instead of what would be answered; null: that. */
  reply: (method: string, path: string, token: string) => Reply | null = () => null;
  /** What happened, oldest first: when (ms since the epoch), and what. */
  events: { at: number; type: string }[] = [];
  /** Instead of `tasks`: a list as long as this, of which a row is made when it is asked for. */
  long: { count: number; taskAt(place: number): Task } | null = null;
  readonly asked: { method: string; path: string; token: string; body: string | null }[] = [];
  #held: (() => Promise<void>)[] = [];

  static async on(page: Page): Promise<FakeApi> {
    const api = new FakeApi();
    await page.route(/\/(v1|relay\/suno)\//, (route) => api.#answer(route));
    return api;
  }

  /** What waited comes now. */
  async release(reply: Exclude<Reply, 'later'>): Promise<void> {
    const held = this.#held.splice(0);
    this.reply = () => reply;
    for (const one of held) await one();
    this.reply = () => null;
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const [path, method] = [pathname + search, request.method()];
    const token = (request.headers()['authorization'] ?? '').replace('Bearer ', '');
    this.asked.push({ method, path, token, body: request.postData() });
    const reply = this.reply(method, path, token);
    if (reply === 'later') this.#held.push(() => this.#give(route, this.reply(method, path, token)));
    else await this.#give(route, reply);
  }

  async #give(route: Route, reply: Reply | null): Promise<void> {
    if (reply === 'offline') return route.abort('connectionrefused');
    const {
      status = 200,
      json = this.#usual(new URL(route.request().url())),
      headers = {},
    } = reply === null || reply === 'later' ? {} : reply;
    const contentType = status < 400 ? 'application/json' : 'application/problem+json';
    // The page may have gone meanwhile.
    await route.fulfill({ status, headers, contentType, body: JSON.stringify(json) }).catch(() => {});
  }

  #usual({ pathname, searchParams: query }: URL): unknown {
    const [cursor, limit] = [query.get('cursor'), Number(query.get('limit') ?? 20)];
    if (pathname === '/v1/stats') return statsOf(this.long?.count ?? this.tasks.length);
    if (pathname === '/v1/clips') return { data: [], has_more: false, next_cursor: null };
    if (pathname === '/v1/events') return this.#eventsAfter(cursor ?? '', limit);
    if (pathname === '/v1/tasks' && this.long !== null) return this.#rowsAfter(this.long, cursor, limit);
    if (pathname === '/v1/tasks') return { data: this.tasks, has_more: false, next_cursor: null };
    const [, id = ''] = /\/v1\/tasks\/([^/]+)/.exec(pathname) ?? [];
    return this.tasks.find((task) => task.id === id) ?? taskOf(id);
  }

  #eventsAfter(cursor: string, limit: number): unknown {
    const left = this.events.filter(({ at }) => logPlace(at) > cursor);
    const data = left.slice(0, limit).map(({ at, type }) => ({
      ...{ id: `${logPlace(at).slice(0, -1)}1`, type, timestamp: new Date(at).toISOString() },
      data: { vendor: 'relay', reason: '' },
    }));
    return { data, has_more: left.length > limit, next_cursor: left.length > limit ? (data.at(-1)?.id ?? null) : null };
  }

  #rowsAfter({ count, taskAt }: NonNullable<FakeApi['long']>, cursor: string | null, limit: number): unknown {
    const placeOf = (seq: number): number => Math.max(0, Math.floor((NEWEST_SEQ - seq) / ROW_SEQ) + 1);
    const first = cursor === null ? 0 : placeOf(Number(atob(cursor)));
    const places = Array.from({ length: Math.max(0, Math.min(limit, count - first)) }, (_, index) => first + index);
    const more = first + limit < count;
    const next_cursor = more ? encodeCursor(NEWEST_SEQ - (first + limit - 1) * ROW_SEQ) : null;
    return { data: places.map(taskAt), has_more: more, next_cursor };
  }
}

/** Where the rows of a long list are in time, a minute from one to the next. */
const NEWEST_SEQ = Date.parse('2026-11-21T10:00:00Z') * 1_000;
const ROW_SEQ = 60_000_000;

export const problem = (status: number, code: string, detail = ''): Reply => ({
  status,
  json: { type: 'about:blank', title: code, status, detail, code, retryable: true, request_id: 'x' },
});

/** Time passes in the page, half a second at a time, and what is asked in it is answered. */
export async function pass(page: Page, seconds: number): Promise<void> {
  for (let step = 0; step < 2 * seconds; step++) {
    await page.clock.runFor(500);
    for (let turn = 0; turn < 3; turn++) await page.evaluate('0');
  }
}
