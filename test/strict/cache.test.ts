// What an edge cache may keep of our answers: nothing that a token opens, and nothing that a takedown could not call back.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { legacy, newSong, settle } from './life.ts';
import { START, type Reply } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const control = (reply: Reply | null): string => reply?.headers.get('cache-control') ?? 'nothing';

describe('of a song', () => {
  it('an answer that a token opens is kept nowhere, and one that is kept has the tag by which a takedown calls it back', async () => {
    const song = await newSong();
    const { world, id, clips } = song;
    await settle(song);
    const [slug] = clips;
    const guarded = [
      `/v1/tasks/${id}`,
      '/v1/tasks',
      '/v1/clips',
      `/v1/clips/${slug}`,
      '/v1/events',
      '/v1/stats',
    ].concat([
      '/v1/nowhere',
      '/metrics',
      `/suno/fetch/${id}`,
      `/alpha/suno/fetch/${id}`,
      `/v1/clips/${crypto.randomUUID()}`,
    ]);
    for (const path of guarded) expect([path, control(await world.request('GET', path))]).toEqual([path, 'no-store']);
    const open = [`/media/${slug}/audio.mp3`, `/media/${slug}/audio.mp3?download`, `/media/${slug}/audio`].concat([
      `/media/${slug}/video`,
      `/media/${slug}/audio.wav`,
      '/nowhere',
      '/health',
      '/openapi.json',
    ]);
    const kept: string[] = [];
    for (const path of open) {
      const reply = await world.request('GET', path);
      expect([path, control(reply)]).not.toEqual([path, 'nothing']);
      if (control(reply).includes('no-store')) continue;
      kept.push(path);
      expect([path, reply?.headers.get('cache-tag')]).toEqual([path, slug]);
    }
    world.end();
    expect(kept).toEqual(open.slice(0, 3));
  });

  it('a takedown has the cache forget all that it holds of it, before the caller is answered', async () => {
    const song = await newSong();
    const { world, clips } = song;
    await settle(song);
    const [slug = ''] = clips;
    expect((await world.request('DELETE', `/v1/clips/${slug}`))?.status).toBe(204);
    expect(world.purged).toEqual([slug]);
    for (const path of [`/media/${slug}/audio.mp3`, `/media/${slug}/audio`, `/media/${slug}/cover.jpg`]) {
      const reply = await world.request('GET', path);
      expect([path, reply?.status, control(reply)]).toEqual([path, 410, 'no-store']);
    }
    await legacy(song);
    world.end();
  });
});
