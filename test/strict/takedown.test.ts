// A takedown while a file of the song is under way: whatever crashes, and whatever comes late, no byte of it stays.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newSong, type Song } from './life.ts';
import { HOUR, pass, SECOND, START } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const objectsOf = async (slug: string): Promise<string[]> =>
  (await env.MEDIA.list({ prefix: `media/${slug}/` })).objects.map(({ key }) => key);

/** The song has ended; the first clip's messages wait in the queue. */
async function sentSong(): Promise<Song> {
  const song = await newSong();
  const { world } = song;
  await world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids: [song.id] });
  for (let polls = 0; polls < 2; polls++) {
    await world.tick();
    pass(20 * SECOND);
  }
  return song;
}

describe('a takedown while a file is under way', () => {
  it.each([
    ['its report comes later', null],
    ['the invocation dies with its file put and not reported', 'death'],
    ['everything dies with its file put and not reported', 'power off'],
  ] as const)('leaves nothing of it when %s', async (_, what) => {
    const song = await sentSong();
    const { world, clips } = song;
    const [slug = ''] = clips;
    const put = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const { platform } = world;
    platform.onPut = async (key) => {
      if (!key.includes(`${slug}/audio`)) return;
      put.resolve();
      await taken.promise;
    };
    if (what !== null) platform.strike = { step: 'media put media/clip-1/audio.mp3', when: 'after', what };
    const mirroring = world.drain();
    await put.promise;
    const answer = await world.request('DELETE', `/v1/clips/${slug}`);
    taken.resolve();
    await mirroring;
    await world.recover();
    await world.rest();
    pass(HOUR);
    await world.rest();
    const reply = await world.request('GET', `/media/${slug}/audio.mp3`);
    world.end();
    expect(answer?.status).toBe(204);
    if (what !== null) expect(platform.struck).toBe(true);
    expect(await objectsOf(slug)).toEqual([]);
    expect(reply?.status).toBe(410);
    expect(world.purged).toContain(slug);
  });
});
