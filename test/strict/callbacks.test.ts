// A vendor's callback through the whole Worker: the one request brings the song, and no tick is waited for.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { song } from '../flows/system.ts';
import { newSpace } from '../support/space.ts';
import { START, World } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

it('a submit names our hook, and the call to it is all that a link needs', async () => {
  const alpha = newSpace();
  const world = new World({ alpha }, { env: { HOOK_SECRET: 'strict-hook-secret' } });
  try {
    const [id, clip] = [crypto.randomUUID(), crypto.randomUUID()];
    const audio = await alpha.media('1.mp3', { recipe: { kind: 'mp3', bytes: 9_000, seed: 1 } });
    await alpha.answers('POST /suno/submit/music', [{ body: { code: 'success', message: '', data: id } }]);
    await alpha.task(id, [song(id, { clips: [{ id: clip, audio }] })]);
    await world.request('POST', '/suno/submit/music', { prompt: 'rain' });
    const [sent] = await alpha.log('/suno/submit');
    const { notify_hook } = JSON.parse(sent?.body ?? '') as { notify_hook: string };
    expect((await world.request('POST', new URL(notify_hook).pathname, { task_id: id }))?.status).toBe(204);
    await world.drain();
    expect((await world.request('HEAD', `/media/${clip}/audio.mp3`))?.status).toBe(200);
    expect(await alpha.log('/suno/fetch')).toHaveLength(1);
    expect(world.platform.violations).toEqual([]);
  } finally {
    world.end();
  }
});
