// Two Workers that share ledger, buckets and queues are called in turn: each sees at once what the other did.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../src/model/task.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { startPair, type Pair } from './pair.ts';
import { isSettled, until } from './product.ts';
import { makeSong, newRelay } from './world.ts';

let standIn: StandIn;
let relay: TestSpace;
let pair: Pair;
let turn = 0;
const next = (): 0 | 1 => (turn++ % 2) as 0 | 1;

beforeAll(async () => {
  standIn = await startStandIn();
  relay = newRelay(standIn.url);
  pair = await startPair({ relay: relay.url }, { POLL_INTERVAL_SECONDS: 1 });
});
afterAll(async () => {
  await pair.stop();
  await standIn.close();
});

const listOn = async (worker: 0 | 1): Promise<Task[]> =>
  ((await (await pair.call(worker, '/v1/tasks?limit=100')).json()) as { data: Task[] }).data;

/** Songs settled by ticks that take turns, each beside requests at the other. */
async function settled(ids: readonly string[]): Promise<Task[]> {
  return until('all settled', async () => {
    const worker = next();
    const [, tasks] = await Promise.all([pair.tick(worker), listOn(worker === 0 ? 1 : 0)]);
    const ours = tasks.filter(({ id }) => ids.includes(id));
    return ours.length === ids.length && ours.every(isSettled) ? ours : null;
  });
}

describe('two Workers of one deployment', () => {
  it('bring songs to their rest together: each is tracked, told and archived once', async () => {
    const ids = ['one', 'two', 'three', 'four'];
    for (const id of ids) await makeSong(relay, id);
    for (const id of ids) {
      const answers = [0, 1].map((worker) =>
        pair.call(worker as 0 | 1, '/v1/tasks', { method: 'POST', body: { vendor: 'relay', ids: [id] } }),
      );
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      expect(statuses.sort()).toEqual([200, 202]);
    }
    const tasks = await settled(ids);
    for (const task of tasks) expect(task.archive).toMatchObject({ state: 'complete', archived: 4 });
    expect(await listOn(0)).toEqual(await listOn(1));
    const { data } = (await (await pair.call(next(), '/v1/events?limit=100')).json()) as { data: { type: string }[] };
    const types = data.map(({ type }) => type).sort();
    const each = ['clip.archived', 'clip.archived', 'task.settled', 'task.succeeded'];
    expect(types).toEqual(ids.flatMap(() => each).sort());
    const files = (await relay.log('/media/')).map(({ path }) => path);
    expect(files).toHaveLength(new Set(files).size);
  });

  it('show a change and a takedown of one at once at the other', async () => {
    await makeSong(relay, 'shared');
    await pair.call(next(), '/v1/tasks', { method: 'POST', body: { vendor: 'relay', ids: ['shared'] } });
    const [task] = await settled(['shared']);
    const [kept, gone] = task?.clips ?? [];
    await pair.call(0, `/v1/clips/${kept?.slug}`, { method: 'PATCH', body: { title: 'Seen at once' } });
    expect(await (await pair.call(1, `/v1/clips/${kept?.slug}`)).json()).toMatchObject({ title: 'Seen at once' });
    expect((await pair.call(1, `/v1/clips/${gone?.slug}`, { method: 'DELETE' })).status).toBe(204);
    for (const path of [`/v1/clips/${gone?.slug}`, `/media/${gone?.slug}/audio.mp3`, `/media/${gone?.slug}/audio`]) {
      const response = await pair.call(0, path);
      await response.text();
      expect([path, response.status]).toEqual([path, 410]);
    }
    const still = await pair.call(0, `/media/${kept?.slug}/audio.mp3`);
    await still.arrayBuffer();
    expect(still.status).toBe(200);
  });
});
