// One bad vendor holds back no other, one bad task no other of its vendor.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { BUSY_MACHINE } from '../support/waiting.ts';
import { Product, isSettled, stopAll, until } from './product.ts';
import { makeSong, newRelay, pollsOf, taskAnswer } from './world.ts';

/** POLL_INTERVAL_SECONDS of these products, and what a vendor that hangs may add to it. */
const POLL_INTERVAL_MS = 1_000;
const MARGIN_MS = 2_000;

let standIn: StandIn;
beforeAll(async () => void (standIn = await startStandIn()));
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

const names = (count: number, prefix = 'song'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

const openRequests = async (relay: TestSpace): Promise<number> =>
  (await relay.log('/suno/')).filter(({ ended }) => ended === null).length;

describe.concurrent('a vendor that hangs', () => {
  it.each([1, 4])(
    '%i of them, with all the requests open that they may have, delay no poll of another vendor, nor its archiving',
    BUSY_MACHINE,
    async (count) => {
      const hanging = Array.from({ length: count }, () => newRelay(standIn.url));
      const good = newRelay(standIn.url);
      const vendors = Object.fromEntries(hanging.map((relay, index) => [`hanging-${index}`, relay.url]));
      const product = await Product.start({ vendors: { ...vendors, good: good.url } });
      for (const [index, relay] of hanging.entries()) {
        await relay.vendor({ fault: 'hang' });
        await product.track(`hanging-${index}`, names(120));
      }
      await until('requests that hang', async () =>
        (await Promise.all(hanging.map(openRequests))).every((open) => open > 0),
      );
      await makeSong(good, 'song', { running: 6 });
      const trackedAt = Date.now();
      await product.track('good', ['song']);
      const task = await product.settled('good', 'song');
      const tookMs = Date.now() - trackedAt;
      expect(await openRequests(hanging[0] as TestSpace)).toBeGreaterThan(0);

      const polls = await pollsOf(good, 'song');
      const gaps = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? 0));
      console.info(
        `${count} vendor(s) hang: gaps between polls of the other ${gaps.join(', ')} ms, settled after ${tookMs} ms`,
      );
      expect(task.archive.state).toBe('complete');
      expect(polls).toHaveLength(8);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(POLL_INTERVAL_MS + MARGIN_MS);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(POLL_INTERVAL_MS);
      // The first poll too is late by no more than that, and the files by no more than they take.
      expect(tookMs).toBeLessThanOrEqual(8 * (POLL_INTERVAL_MS + MARGIN_MS));
      for (const relay of hanging)
        expect(Math.max(...(await relay.log('/suno/')).map(({ in_flight }) => in_flight))).toBeLessThanOrEqual(2);
      await product.stop();
    },
  );
});

describe.concurrent('a media host that hangs', () => {
  it('holds back no file of another song, nor the other files of its own', async () => {
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { relay: relay.url } });
    const stuck = names(4, 'stuck');
    for (const id of stuck) await makeSong(relay, id, { running: 0, clips: [{ audio: { fault: 'hang' } }, {}] });
    await product.track('relay', stuck);
    await until(
      'downloads that hang',
      async () => (await relay.log('/media/stuck')).filter(({ ended }) => ended === null).length === stuck.length,
    );
    await makeSong(relay, 'song', { running: 0 });
    await product.track('relay', ['song']);
    await product.settled('relay', 'song');
    const isSecondThere = (id: string) =>
      product.reach('relay', id, ({ clips }) => clips[1]?.audio?.state === 'archived');
    for (const id of stuck) expect(await isSecondThere(id)).toMatchObject({ tracking: { state: 'archiving' } });
    await product.stop();
  });
});

describe.concurrent('a bad task', () => {
  it('an id that makes every batch and its own GET fail with 500 keeps its state and says why; all others of its vendor settle', async () => {
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { relay: relay.url } });
    const ids = names(12);
    for (const id of ids) await makeSong(relay, id, { running: 2, clips: [{}] });
    const clips = [{ id: randomUUID() }, { id: randomUUID() }];
    await makeSong(relay, 'poisoned', { endless: true, clips });
    await product.track('relay', ['poisoned', ...ids]);
    await product.reach('relay', 'poisoned', ({ status }) => status === 'running');
    await relay.vendor({ poison: ['poisoned'] });
    await relay.task('poisoned', [
      { status: 500, body: { error: { message: 'cannot scan row', type: 'new_api_error' } } },
    ]);

    const poisoned = await product.reach('relay', 'poisoned', ({ tracking }) => tracking.last_error !== null);
    expect(poisoned).toMatchObject({
      status: 'running',
      tracking: { state: 'watching', last_error: { code: 'vendor_unavailable' } },
    });
    await until(
      'all others settled',
      async () => (await product.list('relay')).filter(isSettled).length === ids.length,
    );

    await relay.vendor({});
    await makeSong(relay, 'poisoned', { running: 0, clips });
    expect(await product.settled('relay', 'poisoned')).toMatchObject({
      status: 'succeeded',
      tracking: { last_error: null },
    });
    await product.stop();
  });

  it('ids that batches leave out are found by single GET, and settle like the others', async () => {
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { relay: relay.url } });
    const absent = names(8, 'absent');
    const ids = [...names(4), ...absent];
    for (const id of ids) await makeSong(relay, id, { running: 1, clips: [{}] });
    await relay.vendor({ absent });
    await product.track('relay', ids);
    await until('all settled', async () => (await product.list('relay')).filter(isSettled).length === ids.length);
    const gets = (await relay.log('/suno/fetch/')).map(({ path }) => path.slice('/suno/fetch/'.length));
    expect(new Set(gets)).toEqual(new Set(absent));
    await product.stop();
  });

  it('an answer that is no task fails for its own id only', async () => {
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { relay: relay.url } });
    await relay.task('odd', [{ body: '<html>odd</html>' }]);
    await relay.task('running', [taskAnswer('running', 'IN_PROGRESS', null)]);
    await product.track('relay', ['odd', 'running']);
    const odd = await product.reach('relay', 'odd', ({ tracking }) => tracking.last_error !== null);
    expect(odd).toMatchObject({
      status: 'unknown',
      tracking: { state: 'watching', last_error: { code: 'vendor_bad_answer' } },
    });
    expect(await product.reach('relay', 'running', ({ status }) => status === 'running')).toMatchObject({
      tracking: { last_error: null },
    });
    await product.stop();
  });
});
