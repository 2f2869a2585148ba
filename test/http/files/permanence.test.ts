// Bytes behind a link never change: whatever is sent to any route that is no GET, the object, its hash and its ETag stay.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../../src/model/fault.ts';
import { createRouter, type HttpRouter } from '../../../src/http/router.ts';
import { ALL_OPERATIONS } from '../../../src/http/openapi/document.ts';
import { LEDGER_NAME } from '../../../src/model/limits.ts';
import { httpDeps } from '../../../src/app/fetch.ts';
import { emptyBuckets, verifyAll } from '../../flows/archive.ts';
import { settingsFor, settle, song, system, type System } from '../../flows/system.ts';
import { sha256Hex } from '../../support/media.ts';
import { newSpace, type TestSpace } from '../../support/space.ts';

const CLIP = crypto.randomUUID();
const HOOK_SECRET = 'hook-secret-of-this-test';
const KEYS = [`media/${CLIP}/audio.mp3`, `media/${CLIP}/cover.jpg`];

let space: TestSpace;
let test: System;
let router: HttpRouter;
/** Another song at the same addresses under the same ids: what somebody would have to smuggle in. */
let forged: unknown;

async function send(method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const work: Promise<unknown>[] = [];
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const request = new Request(`https://songs.example${path}`, {
    method,
    headers: { Authorization: 'Bearer test', 'Content-Type': 'application/json', ...headers },
    ...(text !== undefined && { body: text }),
  });
  const answer = await router.fetch(request, { waitUntil: (promise) => void work.push(promise) });
  await answer.body?.cancel();
  await Promise.allSettled(work);
  return answer.status;
}

async function links() {
  return Promise.all(
    KEYS.map(async (key) => {
      const answer = await router.fetch(new Request(`https://songs.example/${key}`), { waitUntil: () => undefined });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return [
        key,
        answer.status,
        answer.headers.get('etag'),
        answer.headers.get('last-modified'),
        await sha256Hex(bytes),
      ];
    }),
  );
}

beforeAll(async () => {
  await emptyBuckets();
  space = newSpace();
  test = system({ alpha: space }, { ledger: env.LEDGER.getByName(LEDGER_NAME) });
  const recipes = { audio: { kind: 'mp3', bytes: 900 }, cover: { kind: 'jpeg', bytes: 300 } } as const;
  // Whoever takes a file again gets other bytes.
  const audio = await space.media('a.mp3', { recipe: recipes.audio, then_seed: 7 });
  const cover = await space.media('a.jpeg', { recipe: recipes.cover, then_seed: 8 });
  await space.task('song', [song('song', { clips: [{ id: CLIP, audio, cover }] })]);
  await test.ledger.track('alpha', ['song'], { webhook_url: null, visibility: null });
  await settle(test);
  const other = await space.media('other.flac', { recipe: { kind: 'flac', bytes: 800 } });
  forged = (song('song', { clips: [{ id: CLIP, audio: other, cover: other }] }).body as { data: unknown }).data;
  // From now on the vendor itself tells of the other files.
  for (const id of ['song', 'other']) await space.task(id, [{ body: { code: 'success', data: forged } }]);
  const settings = settingsFor({ alpha: space }, { HOOK_SECRET });
  router = createRouter(httpDeps({ ...env }, ok(settings)));
});

const PATHS: Record<string, string> = { id: 'song', vendor: 'alpha', slug: CLIP, role: 'audio', ext: 'mp3' };
const WRITING = ALL_OPERATIONS.filter(({ method }) => method !== 'get');
/** Takedown is the one way by which bytes may go. */
const MAY_CHANGE = WRITING.filter(({ method, path }) => !(method === 'delete' && path.startsWith('/v1/clips/')));

const pathOf = (path: string): string =>
  path
    .replace('/vendors/{id}', '/vendors/alpha')
    .replace('{secret}', HOOK_SECRET)
    .replace('{action}', 'music')
    .replace('{path}', 'anything')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => PATHS[name] ?? name);

const bodies = (): unknown[] => [
  undefined,
  {},
  { ids: ['song', 'other'], vendor: 'alpha', visibility: 'public' },
  {
    vendor: 'alpha',
    answers: [forged, { code: 'success', data: forged }, { task_id: 'other', status: 'SUCCESS', data: [forged] }],
  },
  { title: '../../media', visibility: 'public' },
  { key: KEYS[0], files: { audio: { key: KEYS[1], sha256: 'f' } }, slug: CLIP },
  { cursor: null },
  forged,
  { task_id: 'song', prompt: 'x' },
  `{"__proto__": {"key": "${KEYS[0]}"}}`,
  'not json at all',
];

describe('the bytes behind a link', () => {
  it('are there to begin with', async () => {
    expect((await links()).map(([, status]) => status)).toEqual([200, 200]);
  });

  it.each(MAY_CHANGE.map(({ method, path }) => [method.toUpperCase(), path] as const))(
    'stay whatever is sent to %s %s',
    async (method, path) => {
      const before = await links();
      for (const body of bodies()) await send(method, pathOf(path), body);
      await settle(test);
      expect(await links()).toEqual(before);
    },
  );

  it.each(['PUT', 'POST', 'PATCH', 'DELETE'])('stay for %s to the links themselves', async (method) => {
    const before = await links();
    for (const path of [...KEYS.map((key) => `/${key}`), `/media/${CLIP}/audio`, `/${KEYS[0]}?key=${KEYS[1]}`]) {
      expect(await send(method, path, 'other bytes', { 'Content-Type': 'audio/mpeg', 'If-Match': '*' })).toBe(405);
    }
    expect(await links()).toEqual(before);
  });

  it('are still those of their records', async () => {
    const objects = await env.MEDIA.list({ prefix: `media/${CLIP}/` });
    expect(objects.objects.map(({ key }) => key)).toEqual(KEYS);
    expect((await verifyAll(test)).problems).toEqual([]);
  });

  it('go with a takedown alone', async () => {
    expect(await send('DELETE', `/v1/clips/${CLIP}`, undefined)).toBe(204);
    expect((await env.MEDIA.list({ prefix: `media/${CLIP}/` })).objects).toEqual([]);
  });
});
