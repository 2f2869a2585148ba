// Many readers, several Workers, one ledger: the vendor is asked once an interval, and nobody waits for nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { startPair, type Pair } from './pair.ts';
import { until } from './product.ts';
import { makeSong, newRelay, pollsOf } from './world.ts';

const INTERVAL_SECONDS = 2;
const READERS = 200;

let standIn: StandIn;
let pair: Pair;
const relay = () => newRelay(standIn.url);
let vendors: Record<string, ReturnType<typeof relay>>;

beforeAll(async () => {
  standIn = await startStandIn();
  vendors = { quick: relay(), slow: relay(), waited: relay() };
  const urls = Object.fromEntries(Object.entries(vendors).map(([id, { url }]) => [id, url]));
  pair = await startPair(urls, { POLL_INTERVAL_SECONDS: INTERVAL_SECONDS });
});
afterAll(async () => {
  await pair.stop();
  await standIn.close();
});

const readAll = (path: string): Promise<number[]> =>
  Promise.all(
    Array.from({ length: READERS }, async (_, index) => {
      const response = await pair.call((index % 2) as 0 | 1, path);
      await response.text();
      return response.status;
    }),
  );

describe(`${READERS} readers of one unfinished task, over two Workers that share a ledger`, () => {
  it('make one request while the vendor takes its time', async () => {
    const slow = vendors['slow']!;
    await makeSong(slow, 'song', { endless: true });
    await slow.vendor({ hold: true });
    const reading = readAll('/v1/tasks/song?vendor=slow');
    await until('the first request', async () => (await slow.log('/suno/')).length > 0);
    await slow.vendor({ hold: false });
    await slow.release();
    expect(new Set(await reading)).toEqual(new Set([200]));
    expect(await pollsOf(slow, 'song')).toHaveLength(1);
  });

  it('make one request an interval, however often they come back', async () => {
    const quick = vendors['quick']!;
    await makeSong(quick, 'song', { endless: true });
    await until('the third request', async () => {
      expect(new Set(await readAll('/v1/tasks/song?vendor=quick'))).toEqual(new Set([200]));
      return (await pollsOf(quick, 'song')).length > 2;
    });
    const polls = await pollsOf(quick, 'song');
    const gaps = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(INTERVAL_SECONDS * 1000 - 50);
  });

  it('that wait for news get it, for no request of their own', async () => {
    const waited = vendors['waited']!;
    await makeSong(waited, 'song', { endless: true });
    const first = await pair.call(0, '/v1/tasks/song?vendor=waited');
    const etag = first.headers.get('etag') ?? '';
    expect((await first.json()) as object).toMatchObject({ status: 'queued' });
    const waiting = Array.from({ length: READERS }, (_, index) =>
      pair.call((index % 2) as 0 | 1, '/v1/tasks/song?vendor=waited', {
        headers: { prefer: 'wait=30', 'if-none-match': etag },
      }),
    );
    let answered = 0;
    for (const one of waiting) one.then(() => answered++).catch(() => undefined);
    await until('news for all', async () => {
      await pair.tick(1);
      return answered === READERS;
    });
    for (const response of await Promise.all(waiting)) {
      expect(response.status).toBe(200);
      expect(response.headers.get('preference-applied')).toBe('wait=30');
      expect(((await response.json()) as { status: string }).status).toBe('running');
    }
    // The first look, and one that brought the news; ticks may have looked once more meanwhile.
    const polls = await pollsOf(waited, 'song');
    const gaps = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(INTERVAL_SECONDS * 1000 - 50);
  });
});
