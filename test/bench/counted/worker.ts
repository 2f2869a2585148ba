// Edge: longplay with its calls counted, its clock moved by hand and the world in its own memory; experiments are asked for over HTTP.
import { UPKEEP_MAX_ROWS } from '../../../src/model/limits.ts';
import { forget, pass, takeOver } from './clock.ts';
import { meter, newCounts } from './counting.ts';
import { place, type Ledger } from './ledger.ts';
import { opened, type Opened } from './opened.ts';
import { answerFetches, script } from './world.ts';

export { Ledger } from './ledger.ts';

takeOver();
answerFetches();
// Lines of the log are no part of what is measured, and nobody reads them here.
console.log = () => undefined;

type Ours = DurableObjectStub<Ledger>;
const MINUTE = 60_000;
const TICKS_MAX = 50;

/** Ticks for so long, the queues emptied after each. */
async function live(world: Opened, ms: number): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const began = Date.now();
    await world.tick();
    await world.drain();
    pass(Math.max(0, began + MINUTE - Date.now()));
  }
}

/** Songs under way were begun within so long. */
const STREWN_MS = 15_000;
/** Without what the local runtime has a dear stand-in for. */
const UNLIMITED = { RATE_LIMIT: undefined };
const idsOf = (n: number): string[] => Array.from({ length: n }, (_, index) => `song-${index}`);

/** How many of a kind are few. */
const FEW = 30;
const SETTLED = { status: 'succeeded', tracking: 'settled', archive: 'complete', is_open: 0 };
const UNCOMMON = [
  { status: 'failed' },
  { archive: 'partial' },
  { status: 'running', tracking: 'watching', archive: 'none', is_open: 1 },
  { vendor: 'relay-1' },
];

const EXPERIMENTS: Record<
  string,
  (asked: {
    n: number;
    budget?: number;
    vendors?: number;
    tiny?: boolean;
    unlimited?: boolean;
    method?: string;
    path?: string;
    body?: object;
  }) => Promise<object>
> = {
  /** Usual songs, tracked at the same time: queued, from 60 s streaming, at 180 s complete. */
  song: async ({ n, vendors = 1, tiny = false }) => {
    const world = opened();
    script.tiny = tiny;
    const ids = Array.from({ length: n }, (_, index) => `${place.ledger}-${index}`);
    const began = Date.now();
    script.stateOf = () => {
      const age = Date.now() - began;
      return age < 60_000 ? 'queued' : age < 180_000 ? 'streaming' : 'complete';
    };
    await world.call('GET', '/v1/stats');
    meter.counts = newCounts();
    for (let vendor = 0; vendor < vendors; vendor++)
      await world.call('POST', '/v1/tasks', { vendor: `relay-${vendor}`, ids: ids.map((id) => `${id}-${vendor}`) });
    await live(world, 6 * MINUTE);
    const counts = structuredClone(meter.counts);
    const stats = (await (await world.call('GET', '/v1/stats')).json()) as {
      tasks: { by_tracking: Record<string, number> };
    };
    const bytes = await (world.env.LEDGER.getByName('') as unknown as Ours).bytes();
    return { counts, settled: stats.tasks.by_tracking['settled'] ?? 0, bytes };
  },

  /** The same minutes with nothing to do. */
  idle: async ({ n }) => {
    const world = opened();
    await world.call('GET', '/v1/stats');
    meter.counts = newCounts();
    await live(world, n * MINUTE);
    return { counts: meter.counts };
  },

  /** Songs that never end, until they expire. */
  stuck: async ({ n }) => {
    const world = opened();
    const ids = Array.from({ length: n }, (_, index) => `stuck-${index}`);
    script.stateOf = () => 'streaming';
    await world.call('GET', '/v1/stats');
    meter.counts = newCounts();
    await world.call('POST', '/v1/tasks', { ids });
    let hours = 0;
    let expired = 0;
    for (; hours < 30 && expired < n; hours++) {
      await live(world, 60 * MINUTE);
      const probe = meter.counts;
      meter.counts = newCounts();
      const { tasks } = (await (await world.call('GET', '/v1/stats')).json()) as {
        tasks: { by_tracking: Record<string, number> };
      };
      expired = tasks.by_tracking['expired'] ?? 0;
      meter.counts = probe;
    }
    const counts = structuredClone(meter.counts);
    const { polls } = (
      (await (await world.call('GET', '/v1/tasks?limit=1')).json()) as { data: { tracking: { polls: number } }[] }
    ).data[0]?.tracking ?? { polls: 0 };
    return { counts, hours, expired, polls };
  },

  /** n pending tasks, for the sweep that is asked for next; without a budget it may ask about all of them. */
  fill: async ({ n, budget }) => {
    // Each is asked once: the sweep goes on with other rounds only where something falls due before its end.
    const world = opened({ TICK_SECONDS: 3_500, POLL_INTERVAL_SECONDS: 3_600 }, budget ?? Math.ceil(n / 50) + 10);
    script.stateOf = () => 'streaming';
    const id = place.ledger;
    await world.call('GET', `/v1/tasks/${id}`);
    await world.drain();
    const ledger = world.env.LEDGER.getByName('') as unknown as Ours;
    await ledger.multiply(id, n);
    const bytes = await ledger.bytes();
    await ledger.restart().catch(() => undefined);
    await world.env.LEDGER.getByName('').ping();
    kept = world;
    toAsk = { ids: n, ticks: budget === undefined ? TICKS_MAX : 1 };
    return { bytes };
  },

  /** Ticks until all are asked about: each makes a bounded number of calls. */
  sweep: async () => {
    forget();
    meter.counts = newCounts();
    for (let tick = 0; tick < toAsk.ticks && meter.counts.vendor_requests * 50 < toAsk.ids; tick++) await kept?.tick();
    return { counts: meter.counts };
  },

  /** Songs begun at different seconds, all of them streaming and asked about once, for calls and ticks that are asked for next. */
  under_way: async ({ n, unlimited }) => {
    const world = opened(unlimited ? UNLIMITED : {});
    script.stateOf = () => 'streaming';
    for (const id of idsOf(n)) {
      await world.call('POST', '/v1/tasks', { ids: [id] });
      pass(STREWN_MS / n);
    }
    await live(world, MINUTE);
    kept = world;
    return {};
  },

  /** Songs whose files are archived, for calls that are asked for next. */
  settled: async ({ n, unlimited }) => {
    const world = opened(unlimited ? UNLIMITED : {});
    [script.stateOf, script.tiny] = [() => 'complete', true];
    await world.call('POST', '/v1/tasks', { ids: idsOf(n) });
    await live(world, 3 * MINUTE);
    script.tiny = false;
    kept = world;
    return {};
  },

  /** n minutes of what was prepared, a tick each. */
  minutes: async ({ n }) => {
    forget();
    meter.counts = newCounts();
    if (kept) await live(kept, n * MINUTE);
    return { counts: meter.counts };
  },

  /** The same call n times, so far apart that what is under way is due again. */
  calls: async ({ n, method = 'GET', path = '', body }) => {
    forget();
    meter.counts = newCounts();
    for (let count = 0; count < n; count++) {
      pass(MINUTE / 2);
      await (await kept?.call(method, path, body))?.arrayBuffer();
    }
    return { counts: meter.counts };
  },

  /** Few of the tasks that fill or sweep left pending are settled. */
  settle: async () => {
    await (kept?.env.LEDGER.getByName('') as unknown as Ours).scatter([SETTLED], FEW);
    return {};
  },

  /** Lists and search over n clips and n tasks: prepared once, then asked by path. */
  lists: async ({ n }) => {
    const world = opened();
    script.stateOf = () => 'complete';
    const id = place.ledger;
    await world.call('POST', '/v1/tasks', { ids: [id] });
    await live(world, MINUTE);
    const ledger = world.env.LEDGER.getByName('') as unknown as Ours;
    const { data } = (await (await world.call('GET', '/v1/clips?limit=1')).json()) as { data: { slug: string }[] };
    const bytes = [await ledger.bytes()];
    await ledger.multiply(id, n);
    bytes.push(await ledger.bytes());
    await ledger.scatter(UNCOMMON, FEW);
    await ledger.multiplyClip(data[0]?.slug ?? '', n);
    // The index of words takes up so many clips a look.
    for (let looks = 0; looks < n / UPKEEP_MAX_ROWS + 2; looks++) await world.call('GET', '/v1/clips?q=number&limit=1');
    kept = world;
    bytes.push(await ledger.bytes());
    return { bytes };
  },
};
let kept: Opened | null = null;
/** How many the next sweep is to ask about, in how many ticks at most. */
let toAsk = { ids: 0, ticks: 0 };

export default {
  async fetch(request) {
    const url = new URL(request.url);
    // What the ledger that lists has prepared is asked as it is.
    if (url.pathname.startsWith('/v1/')) {
      meter.counts = newCounts();
      const response = await kept!.call('GET', url.pathname + url.search);
      const text = await response.text();
      return Response.json({ counts: meter.counts, bytes: text.length });
    }
    const experiment = EXPERIMENTS[url.pathname.slice(1)];
    if (!experiment) return new Response(null, { status: 404 });
    try {
      const answer = await experiment((await request.json()) as { n: number });
      return Response.json(answer);
    } catch (error) {
      return new Response(error instanceof Error ? (error.stack ?? error.message) : String(error), { status: 500 });
    }
  },
} satisfies ExportedHandler;
