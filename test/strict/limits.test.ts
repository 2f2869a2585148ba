// The platform's limits: none is ever reached by one invocation, and what is refused for a while is only late.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newSpace } from '../support/space.ts';
import { song } from '../flows/system.ts';
import { legacy, newSong, settle } from './life.ts';
import { CONNECTIONS_MAX, type Edge } from './platform.ts';
import { randomOf } from './random.ts';
import { HOUR, pass, SECOND, START, World } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const names = (count: number): string[] => Array.from({ length: count }, () => crypto.randomUUID());

describe('one invocation', () => {
  it('of a tick stays below all limits with three vendors, 75 tasks and a slow bucket', async () => {
    const spaces = { alpha: newSpace(), beta: newSpace(), single: newSpace() };
    const world = new World(spaces, {
      env: { VENDORS: { ...urls(spaces), single: { base_url: spaces.single.url, batch_path: '' } } },
    });
    for (const [vendor, space] of Object.entries(spaces)) {
      const ids = names(25);
      await Promise.all(ids.map((id) => space.task(id, [song(id, { clips: [{ id: crypto.randomUUID() }] })])));
      await world.insist('POST', '/v1/tasks', { vendor, ids });
    }
    world.platform.putMs = 1;
    for (let ticks = 0; ticks < 12; ticks++) {
      await world.tick();
      await world.drain();
      pass(20 * SECOND);
    }
    await world.rest();
    world.end();
    expect(world.platform.violations).toEqual([]);
    const stats = await world.platform.ledger.stats();
    expect(stats.tasks.by_tracking).toMatchObject({ settled: 75 });
  }, 30_000);

  it('of a request that tracks 1,000 ids stays below 1,000 calls within the platform', async () => {
    const world = new World();
    const reply = await world.request('POST', '/v1/tasks', { vendor: 'alpha', ids: names(1_000) });
    world.end();
    expect(world.platform.violations).toEqual([]);
    expect(reply?.status).toBe(202);
  });

  it('of a request that reads 500 ids stays below its budget of fetches and calls', async () => {
    const world = new World();
    const reply = await world.request('POST', '/v1/tasks/fetch', { vendor: 'alpha', ids: names(500) });
    world.end();
    expect(world.platform.violations).toEqual([]);
    expect(reply?.json.results).toHaveLength(500);
  });

  it(`of the mirror holds at most ${CONNECTIONS_MAX} connections while the bucket is slow`, async () => {
    const living = await newSong();
    living.world.platform.putMs = 30;
    await settle(living);
    living.world.end();
    expect(living.world.platform.violations).toEqual([]);
    expect(living.world.platform.mostOpen).toBeGreaterThan(1);
  });
});

describe('two changes within a second', () => {
  it('of two clips of one task are both answered and recorded, though they share its record', async () => {
    const living = await newSong();
    const { world, clips, id } = living;
    await settle(living);
    for (const clip of clips)
      expect((await world.request('PATCH', `/v1/clips/${clip}`, { visibility: 'public' }))?.status).toBe(200);
    world.end();
    const record = (await (await env.RECORDS.get(`tasks/alpha/${id}.json`))?.json()) as { clips: object[] };
    expect(record.clips).toMatchObject([{ visibility: 'public' }, { visibility: 'public' }]);
  });
});

describe('what is refused for a while is only late', () => {
  const SAID: Record<Exclude<Edge, 'fetch'>, string> = {
    ledger: 'Exceeded allowed rows read in Durable Objects free tier.',
    queue: 'Queue send failed: Too Many Requests',
    bucket: 'put: We encountered an internal error. Please try again. (10001)',
  };

  const edges = Object.keys(SAID) as (keyof typeof SAID)[];

  it.each(edges.flatMap((edge) => [1, 2, 3].map((seed) => [edge, seed] as const)))(
    '%s: every third call fails, twelve in all, whichever they are (seed %i)',
    async (edge, seed) => {
      const random = randomOf(seed);
      const whole = await lifeWith(() => null);
      let failed = 0;
      const left = await lifeWith((which) => {
        if (which !== edge || failed >= 12 || random() > 1 / 3) return null;
        failed++;
        return SAID[edge];
      });
      expect(failed).toBeGreaterThan(0);
      expect(left).toEqual(whole);
    },
  );

  it.each(['ledger', 'queue'] as const)('%s: nothing at all for an hour after tracking', async (edge) => {
    const whole = await lifeWith(() => null);
    const isAway = (): boolean => tracked && Date.now() < START + HOUR;
    const left = await lifeWith((which) => (which === edge && isAway() ? SAID[edge] : null));
    expect(left).toEqual(whole);
  });
});

let tracked = false;

async function lifeWith(refuse: (edge: Edge) => string | null): Promise<unknown> {
  vi.setSystemTime(START);
  tracked = false;
  const living = await newSong();
  const { world, id, receiver } = living;
  try {
    world.platform.refuse = refuse;
    await world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids: [id], webhook_url: receiver });
    tracked = true;
    await world.rest();
    world.platform.refuse = () => null;
    return await legacy(living);
  } finally {
    world.end();
  }
}

const urls = (spaces: Record<string, { url: string }>) =>
  Object.fromEntries(Object.entries(spaces).map(([id, { url }]) => [id, { base_url: url }]));
