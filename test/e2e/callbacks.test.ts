// Vendors that call when a song is done: relied upon once they have shown it, and no longer when a call stays out. Over HTTP against npm start.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../src/model/task.ts';
import { CALLS_LEARNED } from '../../src/model/limits.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { Product, stopAll } from './product.ts';
import { makeSong, newRelay, pollsOf, taskAnswer } from './world.ts';

const INTERVAL_S = 3;
const VARS = { HOOK_SECRET: 'callbacks-hook-secret', POLL_INTERVAL_SECONDS: INTERVAL_S };

let standIn: StandIn;
let relay: TestSpace;
let product: Product;
let songs = 0;

beforeAll(async () => {
  standIn = await startStandIn();
  relay = newRelay(standIn.url);
  product = await Product.start({ vendors: { relay: relay.url }, vars: VARS });
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

/** Seconds from the last poll to the next one. */
const pauseOf = ({ tracking: { last_polled_at, next_poll_at } }: Task): number =>
  (Date.parse(next_poll_at ?? '') - Date.parse(last_polled_at ?? '')) / 1_000;
const isRare = (task: Task): boolean => pauseOf(task) >= 4 * INTERVAL_S - 1;

/** A song that runs, as its first poll has shown. Answers how the vendor calls about it. */
async function submitted(): Promise<{ id: string; task: Task; call: () => Promise<number> }> {
  const id = `song-${++songs}`;
  await relay.task(id, [taskAnswer(id, 'IN_PROGRESS', null)]);
  await relay.answers('POST /suno/submit/music', [{ body: { code: 'success', message: '', data: id } }]);
  await product.call('POST', '/suno/submit/music', { body: { prompt: 'rain' } });
  const sent = (await relay.log('/suno/submit/music')).at(-1);
  const { notify_hook } = JSON.parse(sent?.body ?? '') as { notify_hook: string };
  const { body } = taskAnswer(id, 'SUCCESS', null);
  const call = async (): Promise<number> =>
    (await fetch(notify_hook, { method: 'POST', body: JSON.stringify(body) })).status;
  const isPolled = ({ status, tracking }: Task): boolean => status === 'running' && tracking.next_poll_at !== null;
  return { id, call, task: await product.reach('relay', id, isPolled) };
}

/** A poll may be faster than the call, so that one lesson more is needed. Answers a song whose polls are rare. */
async function learned(): Promise<Awaited<ReturnType<typeof submitted>>> {
  for (let lessons = 0; lessons < 4 * CALLS_LEARNED; lessons++) {
    const song = await submitted();
    if (isRare(song.task)) return song;
    await makeSong(relay, song.id, { done: true, clips: [{}] });
    await song.call();
    await product.settled('relay', song.id);
  }
  throw new Error('The vendor calls for every song, and nobody relies on it');
}

describe('a relay that calls when a song is done', () => {
  it('is polled rarely after a few songs, and its call brings the links that last', async () => {
    const { id, call } = await learned();
    const { clips } = await makeSong(relay, id, { done: true });
    const before = (await pollsOf(relay, id)).length;
    expect(await call()).toBe(204);
    const task = await product.settled('relay', id);
    expect(task.archive).toMatchObject({ state: 'complete', archived: 2 * clips.length });
    expect((await product.get(new URL(task.clips[0]?.audio?.url ?? '').pathname)).status).toBe(200);
    expect(await pollsOf(relay, id)).toHaveLength(before + 1);
  });

  it('and does so ten times at once is asked once', async () => {
    const { id, call } = await learned();
    await makeSong(relay, id, { done: true });
    const before = (await pollsOf(relay, id)).length;
    expect(await Promise.all(Array.from({ length: 10 }, call))).toEqual(Array(10).fill(204));
    await product.settled('relay', id);
    expect(await pollsOf(relay, id)).toHaveLength(before + 1);
  });

  it('and then drops a call changes nothing but that polls are as ever again', async () => {
    const { id } = await learned();
    await makeSong(relay, id, { done: true });
    const task = await product.settled('relay', id);
    expect(task.archive.state).toBe('complete');
    expect(isRare((await submitted()).task)).toBe(false);
  });
});
