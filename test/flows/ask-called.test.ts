// A vendor that calls: asked at once, never more often for it, and polled rarely as long as its calls can be relied upon.
import { evictDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { CALLS_AHEAD, CALLS_LEARNED } from '../../src/model/limits.ts';
import { Minutes, MINUTE, running, SECOND, type VendorScript } from './minutes.ts';

let world: Minutes;
/** When songs are done (ms since the world's start); others run for ever. */
let ends: Map<string, number>;
const HOOK = { hook_named: true };
const INTERVAL = 15 * SECOND;
/** An interval, and what brings songs to a common moment. */
const ORDINARY = 21 * SECOND;

afterEach(() => world.clock.end());

const done = (id: string): object => ({
  task_id: id,
  status: 'SUCCESS',
  data: [{ id: `${id}-clip`, status: 'complete', audio_url: `https://cdn.example/${id}.mp3` }],
});

function open(script: VendorScript = {}, more: Record<string, unknown> = {}): Minutes {
  ends = new Map();
  const row = (id: string): object => ((ends.get(id) ?? Infinity) <= world.now ? done(id) : running(id));
  return (world = new Minutes({ alpha: { row, ...script }, beta: { row } }, { DELAYS: 'normal', ...more }));
}

const timesOf = (id: string): number[] => world.asked.filter(({ ids }) => ids.includes(id)).map(({ at }) => at);
const gapsOf = (id: string): number[] =>
  timesOf(id)
    .slice(1)
    .map((at, index) => at - (timesOf(id)[index] ?? 0));
const mostInFlight = (): number => Math.max(...world.asked.map(({ in_flight }) => in_flight));
const stateOf = async (id: string) => (await world.stub.peek('alpha', id))?.stored.state;
const until = (at: number): Promise<void> => world.clock.sleep(at - world.now);

/** A song of so many minutes from its submit to its end, and what the vendor does then. */
async function song(id: string, minutes: number, atEnd: () => Promise<unknown> = async () => undefined): Promise<void> {
  await world.track('alpha', [id], HOOK);
  ends.set(id, world.now + minutes * MINUTE + SECOND);
  await world.ticks(minutes + 2, async () => {
    await until(ends.get(id) ?? 0);
    await atEnd();
  });
}

const called =
  (...ids: string[]) =>
  () =>
    world.call('alpha', ids);

async function learn(): Promise<void> {
  for (let count = 0; count < CALLS_LEARNED; count++) await song(`lesson-${count}`, 1, called(`lesson-${count}`));
}

describe('a vendor that calls when a song is done', () => {
  it('is asked at that moment, once, and the files go out at once', async () => {
    open();
    await song('one', 1, called('one'));
    expect(timesOf('one').at(-1)).toBe(ends.get('one'));
    expect(world.sent).toMatchObject([{ at: (ends.get('one') ?? 0) + 50, message: { task_id: 'one' } }]);
  });

  it('is polled rarely from the fourth song on', { timeout: 20_000 }, async () => {
    open();
    await learn();
    expect(Math.max(...gapsOf('lesson-2').slice(0, -1))).toBeLessThanOrEqual(ORDINARY);
    await song('known', 3, called('known'));
    expect(Math.min(...gapsOf('known').slice(0, -1))).toBeGreaterThanOrEqual(4 * INTERVAL);
    expect(timesOf('known').at(-1)).toBe(ends.get('known'));
  });

  it('is known for it after an eviction', { timeout: 20_000 }, async () => {
    open();
    await learn();
    await evictDurableObject(world.stub);
    await song('known', 3);
    expect(Math.min(...gapsOf('known'))).toBeGreaterThanOrEqual(4 * INTERVAL);
  });

  it(
    'is polled as ever for what was submitted elsewhere, and so is every other vendor',
    { timeout: 20_000 },
    async () => {
      open();
      await learn();
      await world.track('alpha', ['elsewhere']);
      await world.track('beta', ['other'], HOOK);
      await world.ticks(3);
      for (const id of ['elsewhere', 'other']) expect(Math.max(...gapsOf(id))).toBeLessThanOrEqual(ORDINARY);
    },
  );

  it(
    'and drops a call: the end is found within a minute or so, and polls are ordinary again',
    { timeout: 20_000 },
    async () => {
      open();
      await learn();
      await song('dropped', 2);
      expect((await stateOf('dropped'))?.ended_at).not.toBeNull();
      expect((timesOf('dropped').at(-1) ?? Infinity) - (ends.get('dropped') ?? 0)).toBeLessThanOrEqual(
        MINUTE + ORDINARY,
      );
      await song('after', 2);
      expect(Math.max(...gapsOf('after'))).toBeLessThanOrEqual(ORDINARY);
    },
  );

  it('and is a moment behind a poll is not forgotten for it', { timeout: 20_000 }, async () => {
    open();
    await song('first', 1, called('first'));
    await song('second', 1, called('second'));
    await song('late', 1, async () => {
      await world.read('alpha', ['late']);
      await world.clock.sleep(INTERVAL + SECOND);
      await world.read('alpha', ['late']);
      expect((await stateOf('late'))?.ended_at).not.toBeNull();
      for (let time = 0; time < 5; time++) await world.call('alpha', ['late']);
    });
    // One late call counts one, however often it is made.
    await song('third', 1, called('third'));
    await song('fourth', 2, called('fourth'));
    expect(Math.max(...gapsOf('fourth'))).toBeLessThanOrEqual(ORDINARY);
    await song('fifth', 3);
    expect(Math.min(...gapsOf('fifth'))).toBeGreaterThanOrEqual(4 * INTERVAL);
  });

  it('and doubles its calls is asked once', async () => {
    open();
    await song('one', 1, () => Promise.all(Array.from({ length: 10 }, () => world.call('alpha', ['one']))));
    expect(timesOf('one').filter((at) => at >= (ends.get('one') ?? 0))).toHaveLength(1);
  });

  it('before the end: polls of that song are ordinary from then on', { timeout: 20_000 }, async () => {
    open();
    await learn();
    await world.track('alpha', ['steps'], HOOK);
    await world.ticks(4, async () => {
      await until(world.now + 65 * SECOND);
      await world.call('alpha', ['steps']);
    });
    const [rare, byCall, ...others] = gapsOf('steps');
    expect(rare).toBeGreaterThanOrEqual(4 * INTERVAL);
    expect(byCall).toBeLessThan(4 * INTERVAL);
    expect(Math.max(...others)).toBeLessThanOrEqual(ORDINARY + INTERVAL);
  });
});

describe('calls', () => {
  it('about 50 songs at the same time are answered by a request for the first and one for the others', async () => {
    open({ ms: 200 });
    const ids = Array.from({ length: 50 }, (_, index) => `task-${index}`);
    await world.track('alpha', ids, HOOK);
    await world.ticks(1, async () => {
      await until(30 * SECOND);
      for (const id of ids) ends.set(id, world.now);
      world.asked.length = 0;
      await Promise.all(ids.map((id) => world.call('alpha', [id])));
      expect(world.asked.map(({ ids: some }) => some.length)).toEqual([1, 49]);
    });
    expect(mostInFlight()).toBe(1);
  });

  it('about songs of a vendor without a batch route are answered few at a time', async () => {
    open({}, { VENDORS: { single: { base_url: 'https://single.example', batch_path: '' } } });
    world.scripts['single'] = { row: done };
    const ids = Array.from({ length: 12 }, (_, index) => `task-${index}`);
    await world.track('single', ids, HOOK);
    await world.clock.until(Promise.all(ids.map((id) => world.call('single', [id]))));
    expect(world.asked.map(({ ids: some, in_flight }) => [some.length, in_flight])).toEqual(ids.map(() => [1, 1]));
    // Those that were asked about first do not wait for the last.
    expect(new Set(world.sent.map(({ at }) => at)).size).toBe(4);
  });

  it('about a song that runs are worth few looks, however many come', async () => {
    open({ ms: 100 });
    await world.track('alpha', ['runs'], HOOK);
    await world.ticks(3, async () => {
      for (let call = 0; call < 400; call++) {
        await world.call('alpha', ['runs']);
        await world.clock.sleep(400);
      }
    });
    expect(timesOf('runs').length).toBeLessThanOrEqual(1 + CALLS_AHEAD + (3 * MINUTE) / INTERVAL);
    expect(mostInFlight()).toBeLessThanOrEqual(2);
  });

  it('about names that nobody knows take one of the two places, and keep nothing', async () => {
    open({ ms: 1_000, row: (id) => (id.startsWith('task') ? running(id) : null) });
    const own = Array.from({ length: 100 }, (_, index) => `task-${index}`);
    await world.track('alpha', own, HOOK);
    await world.ticks(2, async () => {
      const calls: Promise<void>[] = [];
      for (let index = 0; index < 100; index++) {
        calls.push(world.call('alpha', [`none-${index}`]));
        await world.clock.sleep(SECOND);
      }
      await Promise.all(calls);
    });
    expect(mostInFlight()).toBeLessThanOrEqual(2);
    for (const id of own) expect(timesOf(id).length).toBeGreaterThanOrEqual(4);
    expect(await world.stub.unknownOf('alpha', ['none-0', 'none-99'])).toEqual(['none-0', 'none-99']);
  });

  it('while the song is being asked about have it asked about once more', async () => {
    open({ ms: 3_000 });
    await world.track('alpha', ['one'], HOOK);
    await world.ticks(1, async () => {
      await world.clock.sleep(SECOND);
      ends.set('one', 3_000 + 1);
      await Promise.all([1, 2, 3].map(() => world.call('alpha', ['one'])));
    });
    expect(timesOf('one').slice(0, 2)).toEqual([0, 3_000]);
    expect((await stateOf('one'))?.ended_at).not.toBeNull();
  });

  it('while both places are taken have it asked about as soon as one is free', async () => {
    open({ ms: 5_000 });
    await world.track(
      'alpha',
      Array.from({ length: 100 }, (_, index) => `task-${index}`),
    );
    await world.ticks(1, async () => {
      await world.clock.sleep(SECOND);
      await world.track('alpha', ['one'], HOOK);
      ends.set('one', world.now);
      await world.call('alpha', ['one']);
    });
    expect(mostInFlight()).toBe(2);
    expect(timesOf('one')[0]).toBe(5_000);
  });

  it('to a vendor that is backing off ask nothing; it is asked when it may be, about new names too', async () => {
    open({
      fault: (_, nth) => (nth === 0 ? { reason: 'rate_limited', detail: 'slow', retry_after_ms: 90_000 } : null),
    });
    await world.track('alpha', ['one'], HOOK);
    await world.ticks(3, async () => {
      await world.clock.sleep(SECOND);
      ends.set('one', world.now);
      await world.call('alpha', ['one', 'new']);
    });
    expect(world.asked.slice(0, 2).map(({ at }) => at)).toEqual([0, 90_050]);
    expect(await stateOf('new')).toMatchObject({ answered: true });
    expect((await stateOf('one'))?.ended_at).not.toBeNull();
  });

  it('before the submit is answered begin the song, and count for its end', { timeout: 20_000 }, async () => {
    open();
    for (let count = 0; count < CALLS_LEARNED; count++) {
      const id = `early-${count}`;
      await world.clock.until(world.call('alpha', [id]));
      await world.track('alpha', [id], HOOK);
      expect(await stateOf(id)).toMatchObject({ requested: true, hook_named: true, answered: true });
      ends.set(id, world.now + SECOND);
      await world.ticks(2);
    }
    await song('known', 3);
    expect(Math.min(...gapsOf('known'))).toBeGreaterThanOrEqual(4 * INTERVAL);
  });

  it('about a song that has ended ask nothing', async () => {
    open();
    await song('one', 1, called('one'));
    const before = timesOf('one').length;
    await world.clock.until(world.call('alpha', ['one']));
    expect(timesOf('one')).toHaveLength(before);
  });

  it('about a song that has expired ask once more, and a late answer counts', async () => {
    open({ row: (id) => ((ends.get(id) ?? Infinity) <= world.now ? done(id) : null) });
    await world.track('alpha', ['lost'], HOOK);
    await world.ticks(3);
    expect(await stateOf('lost')).toMatchObject({ expired: true });
    ends.set('lost', world.now);
    await world.clock.until(world.call('alpha', ['lost']));
    expect(await stateOf('lost')).toMatchObject({ expired: false, reading: { status: 'succeeded' } });
  });

  it('track nothing where that is off', async () => {
    open();
    await world.clock.until(world.call('alpha', ['one'], false));
    expect(timesOf('one')).toHaveLength(1);
    expect(await world.stub.unknownOf('alpha', ['one'])).toEqual(['one']);
  });
});
