// A vendor's callbacks through the whole Worker: one brings the song without a tick, and those that come can be relied upon.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CALLS_LEARNED } from '../../src/model/limits.ts';
import { song } from '../flows/system.ts';
import { pass, SECOND, START, World } from './world.ts';

const INTERVAL_S = 15;
let world: World;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  world = new World(undefined, { env: { HOOK_SECRET: 'strict-hook-secret' } });
});
afterEach(() => {
  expect(world.platform.violations).toEqual([]);
  world.end();
  vi.useRealTimers();
});

/** Ordered through longplay, it runs. Answers how the vendor calls about it. */
async function submitted(id = crypto.randomUUID()): Promise<{ id: string; call: () => ReturnType<World['request']> }> {
  await world.alpha.task(id, [song(id, { status: 'IN_PROGRESS' })]);
  await world.alpha.answers('POST /suno/submit/music', [{ body: { code: 'success', message: '', data: id } }]);
  await world.request('POST', '/suno/submit/music', { prompt: 'rain' });
  const sent = (await world.alpha.log('/suno/submit')).at(-1);
  const { notify_hook } = JSON.parse(sent?.body ?? '') as { notify_hook: string };
  return { id, call: () => world.request('POST', new URL(notify_hook).pathname, { task_id: id }) };
}

const fail = (id: string): Promise<void> => world.alpha.task(id, [song(id, { status: 'FAILURE' })]);
const taskOf = async (id: string) => (await world.request('GET', `/v1/tasks/${id}?vendor=alpha`))?.json;
const pollsOf = async (id: string): Promise<number> =>
  (await world.alpha.log('/suno/fetch')).filter(({ path, body }) => path.endsWith(id) || body.includes(id)).length;
/** Seconds from its last poll to the next. */
async function pauseOf(id: string): Promise<number> {
  const { last_polled_at, next_poll_at } = (await taskOf(id)).tracking;
  return (Date.parse(next_poll_at) - Date.parse(last_polled_at)) / 1_000;
}

async function learn(): Promise<void> {
  for (let lesson = 0; lesson < CALLS_LEARNED; lesson++) {
    const { id, call } = await submitted();
    await world.tick();
    expect(await pauseOf(id)).toBeLessThan(2 * INTERVAL_S);
    await fail(id);
    await call();
  }
}

describe('a callback', () => {
  it('is all that a link needs once the submit has named our hook', async () => {
    const { id, call } = await submitted();
    const clip = crypto.randomUUID();
    const audio = await world.alpha.media('1.mp3', { recipe: { kind: 'mp3', bytes: 9_000, seed: 1 } });
    await world.alpha.task(id, [song(id, { clips: [{ id: clip, audio }] })]);
    expect((await call())?.status).toBe(204);
    await world.drain();
    expect((await world.request('HEAD', `/media/${clip}/audio.mp3`))?.status).toBe(200);
    expect(await pollsOf(id)).toBe(1);
  });

  it('for each of a few songs has polls become rare, as long as they come', async () => {
    await learn();
    const { id, call } = await submitted();
    await world.tick();
    expect(await pauseOf(id)).toBeGreaterThanOrEqual(4 * INTERVAL_S);
    // A reader is told to come as often as ever, and has the vendor asked then.
    const { headers } = (await world.request('GET', `/v1/tasks/${id}?vendor=alpha`))!;
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(INTERVAL_S);
    pass((INTERVAL_S + 1) * SECOND);
    await taskOf(id);
    expect(await pollsOf(id)).toBe(2);
    await fail(id);
    for (let time = 0; time < 3; time++) await call();
    expect(await pollsOf(id)).toBe(3);
    expect(await taskOf(id)).toMatchObject({ status: 'failed', tracking: { state: 'settled' } });
  });

  it('that stays out is noticed by a poll, and polls are as before', async () => {
    await learn();
    const { id } = await submitted();
    await world.tick();
    await fail(id);
    await world.rest();
    expect(await taskOf(id)).toMatchObject({ status: 'failed', tracking: { state: 'settled' } });
    const after = await submitted();
    await world.tick();
    expect(await pauseOf(after.id)).toBeLessThan(2 * INTERVAL_S);
  });

  it('while its song runs brings polls back to where they were, and is worth few looks', async () => {
    await learn();
    const { id, call } = await submitted();
    await world.tick();
    for (let time = 0; time < 20; time++) await call();
    expect(await pollsOf(id)).toBeLessThan(7);
    expect(await pauseOf(id)).toBeLessThan(2 * INTERVAL_S);
  });
});

it('a submit that the vendor refuses because it names a hook is passed on as refused, once, and nothing is tracked', async () => {
  const body = { code: 'invalid_request', message: 'unknown field notify_hook', data: null };
  await world.alpha.answers('POST /suno/submit/music', [{ status: 400, body }]);
  expect(await world.request('POST', '/suno/submit/music', { prompt: 'rain' })).toMatchObject({
    status: 400,
    json: body,
  });
  expect(await world.alpha.log('/suno/submit')).toHaveLength(1);
  expect((await world.request('GET', '/v1/tasks'))?.json.data).toEqual([]);
});
