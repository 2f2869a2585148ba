// Queues as they are: shuffled, doubled, twenty consumers at a time, hours late, or losing what they were given.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { legacy, newSong, settle, type Song } from './life.ts';
import type { Sent } from './queue.ts';
import { randomOf, shuffled } from './random.ts';
import { HOUR, pass, SECOND, START, type World } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const AT_ONCE = 20;

async function deliverAll(world: World, messages: readonly Sent[]): Promise<void> {
  for (let at = 0; at < messages.length; at += AT_ONCE)
    await Promise.all(messages.slice(at, at + AT_ONCE).map((sent) => world.deliver(sent)));
}

/** A life whose messages are handled like this between two ticks. */
async function lifeWith(handle: (world: World, waiting: Sent[]) => Promise<void>): Promise<unknown> {
  vi.setSystemTime(START);
  const song: Song = await newSong();
  const { world } = song;
  try {
    world.drain = async () => {
      while (world.platform.queue.size > 0) await handle(world, world.platform.queue.take());
    };
    await settle(song);
    return await legacy(song);
  } finally {
    world.end();
  }
}

const undisturbed = () => lifeWith((world, waiting) => deliverAll(world, waiting));

describe('a song ends as it would have', () => {
  it.each([1, 2, 3, 4])(
    'when messages come shuffled, up to three times each, twenty in parallel (seed %i)',
    async (seed) => {
      const random = randomOf(seed);
      const left = await lifeWith(async (world, waiting) => {
        const copies = waiting.flatMap((sent) => Array<Sent>(1 + Math.floor(random() * 3)).fill(sent));
        await deliverAll(world, shuffled(copies, random));
      });
      expect(left).toEqual(await undisturbed());
    },
  );

  it('when each message comes again an hour after it was worked on', async () => {
    const old: Sent[] = [];
    const left = await lifeWith(async (world, waiting) => {
      await deliverAll(world, waiting);
      const again = old.splice(0);
      old.push(...waiting);
      if (again.length > 0) pass(HOUR);
      await deliverAll(world, again);
    });
    expect(left).toEqual(await undisturbed());
  });

  it('when each message comes an hour late, with what was sent in its place meanwhile', async () => {
    const late: Sent[] = [];
    const left = await lifeWith(async (world, waiting) => {
      late.push(...waiting);
      if (late.length < 3) return;
      pass(HOUR);
      await deliverAll(world, late.splice(0).reverse());
    });
    expect(left).toEqual(await undisturbed());
  });

  it.each([5, 6])('when every second message is lost, whichever it is (seed %i)', async (seed) => {
    const random = randomOf(seed);
    let lost = 0;
    const left = await lifeWith(async (world, waiting) => {
      const kept = waiting.filter(() => lost >= 6 || random() < 0.5);
      lost += waiting.length - kept.length;
      await deliverAll(world, kept);
    });
    expect(lost).toBeGreaterThan(0);
    expect(left).toEqual(await undisturbed());
  });

  it('when ticks overlap, and others are missing for an hour', async () => {
    vi.setSystemTime(START);
    const song = await newSong();
    const { world } = song;
    await world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids: [song.id], webhook_url: song.receiver });
    for (const gapMs of [20 * SECOND, HOUR, 0, HOUR]) {
      await Promise.all([world.tick(), world.tick(), world.tick()]);
      await world.drain();
      pass(gapMs);
    }
    await world.rest();
    const left = await legacy(song);
    world.end();
    expect(left).toEqual(await undisturbed());
  });
});
