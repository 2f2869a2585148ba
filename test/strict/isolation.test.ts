// What hangs or is broken holds back nothing but itself.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { song } from '../flows/system.ts';
import type { TestSpace } from '../support/space.ts';
import { pass, SECOND, START, World } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

/** Messages at the same time, as the platform's consumers work; none waits for another. */
function deliverAll(world: World): Promise<void>[] {
  return world.platform.queue.take().map((sent) => world.deliver(sent).then(() => void deliverAll(world)));
}

const track = (world: World, ids: string[], webhook_url?: string) =>
  world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids, ...(webhook_url !== undefined && { webhook_url }) });
const failed = (id: string) => [song(id, { status: 'FAILURE' })];
const callsTo = (space: TestSpace, url: string) => space.log(new URL(url).pathname.replace(/^\/[^/]+/, ''));
const until = (what: () => Promise<void>): Promise<void> => vi.waitFor(what, { timeout: 4_000 });

describe('a receiver that hangs', () => {
  it('holds back no event of another one', async () => {
    const world = new World();
    const ids = Array.from({ length: 8 }, () => crypto.randomUUID());
    const [stuck, good] = [await world.alpha.receiver([{ status: 204, hold: true }]), await world.alpha.receiver()];
    for (const id of ids) await world.alpha.task(id, failed(id));
    await track(world, ids.slice(0, 6), stuck);
    await track(world, ids.slice(6), good);
    await world.tick();
    const working = deliverAll(world);
    await until(async () => expect((await callsTo(world.alpha, good)).length).toBe(4));
    const open = (await callsTo(world.alpha, stuck)).filter(({ ended }) => ended === null);
    expect(open.length).toBeGreaterThan(0);
    await world.alpha.release();
    await Promise.all(working);
    world.end();
  });
});

describe('a task whose answer is broken', () => {
  it.each([
    ['no object', 17],
    ['clips that are none', { status: 'SUCCESS', data: [null, 5, 'clip'] }],
    ['a status that nobody knows', { status: { odd: true }, data: 'nothing' }],
  ])('in a batch (%s) keeps no other from its end', async (_, row) => {
    const world = new World();
    const [bad, ...good] = Array.from({ length: 4 }, () => crypto.randomUUID());
    for (const id of good) await world.alpha.task(id, failed(id));
    const whole = typeof row === 'object' ? { task_id: bad, ...row } : row;
    await world.alpha.task(bad!, [{ body: { code: 'success', message: '', data: whole } }]);
    await track(world, [bad!, ...good]);
    for (let polls = 0; polls < 3; polls++) {
      await world.tick();
      await world.drain();
      pass(20 * SECOND);
    }
    const list = (await world.request('GET', '/v1/tasks'))?.json.data as { id: string; tracking: { state: string } }[];
    world.end();
    const settled = list.filter(({ tracking }) => tracking.state === 'settled').map(({ id }) => id);
    expect(settled).toEqual(expect.arrayContaining(good));
  });
});

describe('a file that hangs', () => {
  it('holds back no file of another clip of its task', async () => {
    const world = new World();
    const id = crypto.randomUUID();
    const clips = [crypto.randomUUID(), crypto.randomUUID()];
    const recipe = { kind: 'mp3', bytes: 5_000 } as const;
    const audio = [
      await world.alpha.media('stuck', { recipe, hold: true }),
      await world.alpha.media('good', { recipe }),
    ];
    await world.alpha.task(id, [song(id, { clips: clips.map((clip, index) => ({ id: clip, audio: audio[index]! })) })]);
    await track(world, [id]);
    await world.tick();
    const working = deliverAll(world);
    await until(async () => expect((await world.request('GET', `/media/${clips[1]}/audio.mp3`))?.status).toBe(200));
    expect((await world.request('GET', `/media/${clips[0]}/audio`))?.status).toBe(302);
    await world.alpha.release();
    await Promise.all(working);
    world.end();
  });
});
