// The Free plan's 50: how many requests each kind of invocation sends out at most, counted where they arrive.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { song } from '../flows/system.ts';
import { newSpace, type TestSpace } from '../support/space.ts';
import { FETCHES_MAX } from './platform.ts';
import { START, World } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const BUDGET = 45;
const REDIRECTS = 5;
const names = (count: number): string[] => Array.from({ length: count }, () => crypto.randomUUID());

/** Requests that arrived at these spaces while one invocation ran. */
async function sentBy(spaces: readonly TestSpace[], invocation: () => Promise<unknown>): Promise<number> {
  await Promise.all(spaces.map((space) => space.clearLog()));
  await invocation();
  const logs = await Promise.all(spaces.map((space) => space.log()));
  return logs.flat().length;
}

/** A vendor without a batch route is asked for each id by itself: as many requests as ids. */
function worldOfSingles(): { world: World; alpha: TestSpace } {
  const alpha = newSpace();
  return {
    alpha,
    world: new World({ alpha }, { env: { VENDORS: { alpha: { base_url: alpha.url, batch_path: '' } } } }),
  };
}

describe(`one invocation sends at most ${FETCHES_MAX} requests (FETCH_BUDGET ${BUDGET})`, () => {
  it('a tick, with 300 ids due that are asked for one by one', async () => {
    const { world, alpha } = worldOfSingles();
    const ids = names(300);
    await Promise.all(ids.map((id) => alpha.task(id, [song(id, { status: 'IN_PROGRESS' })])));
    await world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids });
    const sent = await sentBy([alpha], () => world.tick());
    world.end();
    expect(sent).toBeGreaterThan(BUDGET / 2);
    expect(sent).toBeLessThanOrEqual(BUDGET);
  }, 30_000);

  it('a tick, with 2,500 ids due at a vendor that refuses every batch', async () => {
    const alpha = newSpace();
    const world = new World({ alpha });
    const groups = [names(1_000), names(1_000), names(500)];
    for (const ids of groups) await world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids });
    await alpha.vendor({ poison: groups.flat() });
    const sent = await sentBy([alpha], () => world.tick());
    world.end();
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(BUDGET);
  }, 30_000);

  it('a read of 500 ids that are asked for one by one: the others are told to be for later', async () => {
    const { world, alpha } = worldOfSingles();
    const ids = names(500);
    await Promise.all(ids.map((id) => alpha.task(id, [song(id, { status: 'IN_PROGRESS' })])));
    let reply: Awaited<ReturnType<World['request']>> = null;
    const sent = await sentBy([alpha], async () => {
      reply = await world.request('POST', '/v1/tasks/fetch', { vendor: 'alpha', ids });
    });
    world.end();
    expect(sent).toBeGreaterThan(BUDGET / 2);
    expect(sent).toBeLessThanOrEqual(BUDGET);
    expect(reply).toMatchObject({ status: 200, json: { results: { length: 500 } } });
  }, 30_000);

  it('a read of one task: one', async () => {
    const alpha = newSpace();
    const world = new World({ alpha });
    const [id = ''] = names(1);
    await alpha.task(id, [song(id, { status: 'IN_PROGRESS' })]);
    const sent = await sentBy([alpha], () => world.request('GET', `/v1/tasks/${id}?vendor=alpha`));
    world.end();
    expect(sent).toBe(1);
  });

  it('a submit: one, also where it fails', async () => {
    const alpha = newSpace();
    const world = new World({ alpha });
    const submit = () => world.request('POST', '/suno/submit/music', { prompt: 'a song' });
    expect(await sentBy([alpha], submit)).toBe(1);
    await alpha.vendor({ fault: 'status', status: 503 });
    expect(await sentBy([alpha], submit)).toBe(1);
    world.end();
  });

  it(`the mirror of a clip, whose files take ${REDIRECTS} redirects each or more: 6 for each file, of which there are three at most`, async () => {
    const alpha = newSpace();
    const world = new World({ alpha });
    const [id = '', clip = ''] = names(2);
    const redirected = { fault: 'redirect', hops: REDIRECTS } as const;
    const audio = await alpha.media('a.mp3', { recipe: { kind: 'mp3', bytes: 9_000 }, ...redirected });
    const cover = await alpha.media('c.jpeg', { recipe: { kind: 'jpeg', bytes: 900 }, fault: 'loop' });
    await alpha.task(id, [song(id, { clips: [{ id: clip, audio, cover }] })]);
    await world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids: [id] });
    await world.tick();
    const [message] = world.platform.queue.take();
    expect(message?.queue).toMatch(/-mirror$/);
    const sent = await sentBy([alpha], async () => message && world.deliver(message));
    world.end();
    expect(sent).toBe(2 * (1 + REDIRECTS));
    expect(3 * (1 + REDIRECTS)).toBeLessThanOrEqual(FETCHES_MAX);
  });

  it('the delivery of an event: one', async () => {
    const alpha = newSpace();
    const world = new World({ alpha });
    const [id = ''] = names(1);
    const webhook_url = await alpha.receiver([{ status: 500 }]);
    await alpha.task(id, [song(id, { status: 'FAILURE' })]);
    await world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids: [id], webhook_url });
    await world.tick();
    const deliveries = world.platform.queue.take().filter(({ queue }) => queue.endsWith('-deliver'));
    expect(deliveries.length).toBeGreaterThan(0);
    for (const one of deliveries) expect(await sentBy([alpha], () => world.deliver(one))).toBe(1);
    world.end();
  });
});
