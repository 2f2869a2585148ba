import { describe, expect, it } from 'vitest';
import { encodeBucketCursor } from '../../../src/flows/bucket-walk.ts';
import { call, errorPaths, fakeDeps, SLUG } from '../fixtures.ts';

const post = (path: string, body?: unknown, deps = fakeDeps()) =>
  call(`/v1/maintenance/${path}`, { method: 'POST', ...(body !== undefined && { body }) }, deps);

describe('POST /v1/maintenance/reindex', () => {
  it('answers what the page held and where the next one begins', async () => {
    const answer = await post('reindex');
    const next_cursor = encodeBucketCursor({ part: 'tasks', after: 'tasks/relay/task-one.json' });
    expect([answer.status, await answer.json()]).toEqual([200, { tasks: 2, clips: 3, next_cursor }]);
  });

  it('goes on where its next_cursor says; null, {} and no body begin', async () => {
    const places: unknown[] = [];
    const fake = fakeDeps();
    const reindex = async (from: unknown) => (places.push(from), { tasks: 0, clips: 0, next: null });
    const deps = { ...fake, flows: { ...fake.flows, reindex } };
    const cursor = encodeBucketCursor({ part: 'clips', after: 'clips/ä.json' });
    for (const body of [undefined, {}, { cursor: null }, { cursor }]) await post('reindex', body, deps);
    expect(places).toEqual([null, null, null, { part: 'clips', after: 'clips/ä.json' }]);
    expect(await (await post('reindex', {}, deps)).json()).toMatchObject({ next_cursor: null });
  });

  it.each([[{ cursor: 'x' }], [{ cursor: 7 }], [{ cursor: encodeBucketCursor({ part: 'media', after: 'a' }) }]])(
    'refuses %j',
    async (body) => expect(await errorPaths('/v1/maintenance/reindex', { method: 'POST', body })).toEqual(['cursor']),
  );
});

describe('POST /v1/maintenance/verify', () => {
  it('answers each problem by its key', async () => {
    const answer = await post('verify', {});
    const problems = [{ key: `media/${SLUG}/audio.mp3`, problem: 'sha256' }];
    expect([answer.status, await answer.json()]).toEqual([200, { checked: 4, problems, next_cursor: null }]);
  });

  it('takes no cursor of the other route', async () => {
    const body = { cursor: encodeBucketCursor({ part: 'tasks', after: 'a' }) };
    expect(await errorPaths('/v1/maintenance/verify', { method: 'POST', body })).toEqual(['cursor']);
  });
});
