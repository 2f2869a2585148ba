// What many tasks cost their vendor: few requests, each id once, within the budget.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { Product, isSettled, stopAll, until } from './product.ts';
import { bytesOf, idsOf, makeSong, newRelay, sha256, taskAnswer } from './world.ts';

let standIn: StandIn;
beforeAll(async () => void (standIn = await startStandIn()));
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `task-${index}`);

describe.concurrent('230 pending tasks', () => {
  it('are asked for by 5 POSTs of at most 50 ids each round, and by no single GET', async () => {
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { relay: relay.url }, vars: { POLL_INTERVAL_SECONDS: 3 } });
    const ids = names(230);
    await Promise.all(ids.map((id) => relay.task(id, [taskAnswer(id, 'IN_PROGRESS', null)])));
    await product.track('relay', ids);
    const rounds = 4;
    const counts = async () => {
      const counts = new Map(ids.map((id) => [id, 0]));
      for (const id of (await relay.log('/suno/')).flatMap(idsOf)) counts.set(id, (counts.get(id) ?? 0) + 1);
      return [...counts.values()];
    };
    await until(`${rounds} rounds`, async () => Math.min(...(await counts())) >= rounds);
    const log = await relay.log('/suno/');
    const most = Math.max(...(await counts()));
    console.info(
      `230 tasks, ${most} rounds: ${log.length} vendor requests, ids in each: ${log.map((entry) => idsOf(entry).length).join(' ')}`,
    );
    expect(log.filter(({ method }) => method !== 'POST')).toEqual([]);
    expect(Math.max(...log.map((entry) => idsOf(entry).length))).toBeLessThanOrEqual(50);
    expect(log.length).toBeLessThanOrEqual(5 * most);
    expect(Math.max(...log.map(({ in_flight }) => in_flight))).toBeLessThanOrEqual(2);
    await product.stop();
  });
});

describe.concurrent('a vendor without a batch route (batch_path "")', () => {
  it('is asked one by one, and nobody is left out although the budget of a tick is smaller than their number', async () => {
    const relay = newRelay(standIn.url);
    const VENDORS = JSON.stringify({ single: { base_url: relay.url, batch_path: '' } });
    const product = await Product.start({ vars: { VENDORS, FETCH_BUDGET: 6 }, tick: 2 });
    const ids = names(18);
    for (const id of ids) await makeSong(relay, id, { running: 0, clips: [{}] });
    await product.track('single', ids);
    await until('all settled', async () => (await product.list('single')).filter(isSettled).length === ids.length);
    const log = await relay.log('/suno/');
    expect(new Set(log.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(log).toHaveLength(2 * ids.length);
    await product.stop();
  });
});

describe.concurrent('the same thing named twice', () => {
  it('duplicate ids in one request are one task, asked for once, with an entry each', async () => {
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { relay: relay.url }, vars: { POLL_INTERVAL_SECONDS: 15 } });
    await makeSong(relay, 'song', { running: 0, clips: [{}] });
    await relay.task('still', [taskAnswer('still', 'IN_PROGRESS', null)]);
    const read = await product.call('POST', '/v1/tasks/fetch', {
      body: { vendor: 'relay', ids: ['still', 'nope', 'still', 'song', 'still'] },
    });
    expect(read.status).toBe(200);
    expect(
      read.json.results.map(
        ({ id, task, error }: { id: string; task?: { status: string }; error?: { code: string } }) => [
          id,
          task?.status ?? error?.code,
        ],
      ),
    ).toEqual([
      ...[
        ['still', 'running'],
        ['nope', 'not_found'],
        ['still', 'running'],
        ['song', 'queued'],
        ['still', 'running'],
      ],
    ]);
    const tracked = await product.call('POST', '/v1/tasks', {
      body: { vendor: 'relay', ids: ['still', 'other', 'still', 'other'] },
    });
    expect(tracked.status).toBe(202);
    expect(tracked.json.results.map(({ id }: { id: string }) => id)).toEqual(['still', 'other', 'still', 'other']);
    expect((await product.list('relay')).map(({ id }) => id).sort()).toEqual(['other', 'song', 'still']);
    const dropIn = await product.call('POST', '/relay/suno/fetch', { body: { ids: ['still', 'still'] } });
    expect(new Set(dropIn.json.data.map((row: { task_id: string }) => row.task_id))).toEqual(new Set(['still']));
    const asked = (await relay.log('/suno/')).flatMap(idsOf);
    expect(asked.filter((id) => id === 'still')).toHaveLength(1);
    await product.stop();
  });

  it('a clip in two tasks is one object: the first archived copy keeps the link, and both tasks tell it', async () => {
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { relay: relay.url } });
    const shared = crypto.randomUUID();
    const first = await makeSong(relay, 'first', { running: 0, clips: [{ id: shared }] });
    await makeSong(relay, 'second', { running: 0, clips: [{ id: shared }] });
    await product.track('relay', ['first']);
    const before = await product.settled('relay', 'first');
    await product.track('relay', ['second']);
    const after = await product.settled('relay', 'second');
    const recipe = first.clips[0]?.audio;
    expect(after.clips[0]?.audio?.sha256).toBe(recipe && sha256(bytesOf(recipe)));
    expect(after.clips[0]?.audio?.url).toBe(before.clips[0]?.audio?.url);
    expect([after.clips[0]?.slug, before.clips[0]?.slug]).toEqual([shared, shared]);
    expect(after.archive).toEqual({ state: 'complete', archived: 2, pending: 0, unavailable: 0 });
    expect((await relay.log('/media/second')).length).toBe(0);

    // Tracked at the same moment, too: one object, which both name.
    const twin = crypto.randomUUID();
    await makeSong(relay, 'left', { running: 0, clips: [{ id: twin }] });
    await makeSong(relay, 'right', { running: 0, clips: [{ id: twin }] });
    await product.track('relay', ['left', 'right']);
    const left = await product.settled('relay', 'left');
    const right = await product.settled('relay', 'right');
    expect(right.clips[0]?.audio).toMatchObject({
      url: left.clips[0]?.audio?.url,
      sha256: left.clips[0]?.audio?.sha256,
      state: 'archived',
    });
    const answer = await product.get(left.clips[0]?.audio?.url ?? '', { token: null });
    expect([answer.status, sha256(answer.bytes)]).toEqual([200, left.clips[0]?.audio?.sha256]);
    await product.stop();
  });
});
