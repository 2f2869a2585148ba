// What the platform's cache in front of the Worker may keep, held over every route that there is; and what it is told to forget.
import { FILES } from '#console';
import { describe, expect, it } from 'vitest';
import type { HttpDeps } from '../../src/http/context.ts';
import { attachment } from '../../src/http/files/file-name.ts';
import { createRouter } from '../../src/http/router.ts';
import { ok } from '../../src/model/fault.ts';
import { HOSTILE } from '../support/hostile.ts';
import { BASE, call, clip, fakeDeps, NOW, reading, settingsOf, SLUG, TASK_ID, wrongSettings } from './fixtures.ts';

const AUDIO = `/media/${SLUG}/audio.mp3`;
const found = { clip, reading, over: true, seq: 1 };
const gone = { ...found, clip: { ...clip, taken_down_at: NOW } };

function depsWith(settings: Record<string, unknown> = {}, changes: Partial<HttpDeps> = {}): HttpDeps {
  const deps = fakeDeps({ settings: ok(settingsOf(settings)), ...changes });
  const flows = {
    findClip: async () => found,
    changeClip: async () => found,
    takeDown: async (_: string, purge: () => Promise<unknown>) => (await purge(), gone),
  };
  return { ...deps, flows: { ...deps.flows, ...flows } };
}
const fixed = { PUBLIC_BASE_URL: BASE };

/** Routes of which something may be kept, with requests for it; `bound`: their links make it another answer at another host. */
const KEPT: Record<string, { paths: string[]; tag: string; bound: boolean }> = {
  'GET /media/*': { paths: [AUDIO, `${AUDIO}?download`, `/media/${SLUG}/audio`], tag: SLUG, bound: false },
  'GET /picture.png': { paths: ['/picture.png'], tag: 'library', bound: false },
  'GET /console/:file': {
    paths: Object.keys(FILES).map((name) => `/console/${name}`),
    tag: 'console',
    bound: false,
  },
  'GET /': { paths: ['/', '/?lang=zh', '/?lang=en'], tag: 'library', bound: true },
  'GET /feed.xml': { paths: ['/feed.xml'], tag: 'library', bound: true },
  'GET /playlist.m3u8': { paths: ['/playlist.m3u8'], tag: 'library', bound: true },
  'GET /llms.txt': { paths: ['/llms.txt'], tag: 'llms', bound: true },
  'GET /playlist.xspf': { paths: ['/playlist.xspf'], tag: 'library', bound: true },
};
/** Kept by the browser that asked, which asks again each time whether it is still the same: no shared cache may. */
const OWN: Record<string, string[]> = { 'GET /console': ['/console', '/console/', '/console?x=1'] };
const VALUES: Record<string, string> = {
  id: TASK_ID,
  slug: SLUG,
  vendor: 'relay',
  secret: 'x',
  action: 'music',
  rest: 'x',
};
const routes = createRouter(fakeDeps()).routes.map((route) => route.split(' ') as [method: string, path: string]);
const pathOf = (pattern: string): string => pattern.replaceAll(/:(\w+)\+?/g, (_, name: string) => VALUES[name] ?? 'x');
const others = routes.filter(([method, path]) => !(`${method} ${path}` in { ...KEPT, ...OWN }));
const methodsOf = (method: string): string[] =>
  method === 'ALL' ? ['GET', 'POST', 'DELETE'] : method === 'GET' ? ['GET', 'HEAD'] : [method];

const keepsNothing = ({ headers }: Response): void => {
  expect([headers.get('cache-control'), headers.get('cache-tag')]).toEqual(['no-store', null]);
};

describe('every route', () => {
  it('is looked at', () => {
    const names = routes.map(([method, path]) => `${method} ${path}`);
    expect(names).toEqual(expect.arrayContaining(Object.keys({ ...KEPT, ...OWN })));
    for (const [, pattern] of others) expect(pathOf(pattern)).not.toMatch(/[:*]/);
  });

  it.each(others)('%s %s is never kept, whoever asks', async (method, pattern) => {
    for (const settings of [{}, fixed])
      for (const one of methodsOf(method))
        for (const token of ['ruling', 'reading', null])
          keepsNothing(await call(pathOf(pattern), { method: one, token }, depsWith(settings)));
  });

  it.each(Object.entries(KEPT))('%s is kept, and can be forgotten by its tag', async (_, { paths, tag, bound }) => {
    for (const path of paths)
      for (const method of ['GET', 'HEAD']) {
        const { status, headers } = await call(path, { method, token: null }, depsWith(fixed));
        expect([path, status]).toEqual([path, status < 400 ? status : 200]);
        expect(headers.get('cache-control')).toMatch(/^public, max-age=(60|300|31536000, immutable)$/);
        expect(headers.get('cache-tag')).toBe(tag);
        // The cache looks at no header of a request but Range, which it serves from the whole.
        expect(headers.get('vary')).toBeNull();
        if (bound) keepsNothing(await call(path, { method, token: null }, depsWith()));
        else {
          const anywhere = await call(path, { method, token: null }, depsWith());
          expect(anywhere.headers.get('cache-tag')).toBe(tag);
          expect(anywhere.headers.get('location') ?? '/').toMatch(/^\//);
        }
      }
  });

  it.each(Object.entries(KEPT))('%s is kept only as it is for every language of a browser', async (_, { paths }) => {
    for (const path of paths) {
      const usual = await (await call(path, { token: null }, depsWith(fixed))).text();
      for (const language of ['zh-CN,zh;q=0.9', 'en', 'fr, zh;q=0.1', 'zz']) {
        const headers = { 'Accept-Language': language };
        const answer = await call(path, { token: null, headers }, depsWith(fixed));
        if (answer.headers.get('cache-control') === 'no-store') keepsNothing(answer);
        else expect([path, language, await answer.text()]).toEqual([path, language, usual]);
      }
    }
  });

  it.each(Object.entries(OWN))('%s is kept by nobody but the browser that asked', async (_, paths) => {
    for (const path of paths)
      for (const deps of [depsWith(), depsWith(fixed), depsWith(fixed, { settings: wrongSettings() })])
        for (const method of ['GET', 'HEAD']) {
          const { status, headers } = await call(path, { method, token: null }, deps);
          expect([status, headers.get('cache-control'), headers.get('cache-tag')]).toEqual([
            ...[200, 'private, no-cache', null],
          ]);
        }
  });

  it.each([
    ...Object.values(KEPT).flatMap(({ paths }) => paths),
    ...Object.values(OWN).flat(),
    '/console/none.js',
    '/nothing',
    '/',
    '/v1/nothing',
  ])('a refusal of %s is never kept: wrong methods, conditions and settings, a bug', async (path) => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      keepsNothing(await call(path, { method, token: null }, depsWith(fixed)));
    for (const headers of [{ 'If-Match': '"x"' }, { Range: 'bytes=9-' }] as Record<string, string>[]) {
      const answer = await call(path, { token: null, headers }, depsWith(fixed));
      if (answer.status >= 400) keepsNothing(answer);
    }
    const failing = () => Promise.reject(new Error('down'));
    const broken = depsWith(fixed, { media: { readMedia: failing, headMedia: failing } });
    const ledger = { ...broken.ledger, library: failing };
    const flows = { ...broken.flows, knownClip: failing };
    for (const deps of [depsWith(fixed, { settings: wrongSettings() }), { ...broken, ledger, flows }]) {
      const answer = await call(path, { token: null }, deps);
      if (answer.status >= 400) keepsNothing(answer);
    }
  });

  it('without an origin of ours a stable link names none', async () => {
    const answer = await call(`/media/${SLUG}/audio`, { token: null }, depsWith());
    expect([answer.status, answer.headers.get('location')]).toEqual([301, AUDIO]);
  });
});

describe('a media answer', () => {
  it.each<Record<string, string>>([{}, { 'If-Range': '"e"' }, { 'If-None-Match': '"x"' }, { Accept: 'audio/ogg' }])(
    'without Range is the whole file, from which the cache serves ranges (%j)',
    async (headers) => {
      for (const path of [AUDIO, `${AUDIO}?download`, `${AUDIO}?x=1`]) {
        const answer = await call(path, { token: null, headers }, depsWith(fixed));
        expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '4']);
        expect([(await answer.arrayBuffer()).byteLength, answer.headers.get('content-range')]).toEqual([4, null]);
      }
    },
  );

  it.each(HOSTILE)('under ?download has a name that is one header, one file and no path: %s', (_, text) => {
    const header = attachment(text, SLUG, 'mp3');
    expect(new Headers({ a: header }).get('a')).toBe(header);
    const [, plain = '', encoded = ''] = /^attachment; filename="([^"]*)"; filename\*=UTF-8''(\S+)$/.exec(header) ?? [];
    expect(plain).toMatch(/^[\x20-\x7e]+\.mp3$/);
    for (const name of [plain, decodeURIComponent(encoded)]) {
      expect(name).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}/\\:*?"<>|]|^\./u);
      expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
    }
  });
});

describe('the edge cache', () => {
  /** As the platform's: remembers what it was told to forget. */
  async function tell(method: string, body: unknown, cache: { success: boolean } | Error | null) {
    const purged: unknown[] = [];
    const deps = fakeDeps();
    const purge = async (options: unknown) => {
      purged.push(options);
      if (cache instanceof Error) throw cache;
      return cache ?? { success: true };
    };
    const all = { ...depsWith(fixed), entries: deps.entries, log: deps.log };
    const request = new Request(`${BASE}/v1/clips/${SLUG}`, {
      method,
      headers: { Authorization: 'ruling', 'Content-Type': 'application/json' },
      ...(body !== null && { body: JSON.stringify(body) }),
    });
    const context = { waitUntil: () => {}, ...(cache !== null && { cache: { purge } }) };
    const answer = await createRouter(all).fetch(request, context);
    return { status: answer.status, purged, entries: deps.entries };
  }
  const TAGS = [{ tags: [SLUG, 'library'] }];

  it.each([
    ['a takedown', 'DELETE', null, 204],
    ['a new title', 'PATCH', { title: 'High Water' }, 200],
    ['another visibility', 'PATCH', { visibility: 'public' }, 200],
  ])('forgets the song and the lists after %s', async (_, method, body, status) => {
    expect(await tell(method, body, { success: true })).toMatchObject({ status, purged: TAGS });
    expect(await tell(method, body, null)).toMatchObject({ status, purged: [] });
  });

  it.each([{ success: false }, new Error('busy')])(
    'that did not forget: a takedown fails, so that it is asked for again; a change is made all the same (%s)',
    async (failure) => {
      expect((await tell('DELETE', null, failure)).status).toBe(500);
      const changed = await tell('PATCH', { title: 'x' }, failure);
      expect(changed).toMatchObject({ status: 200, entries: [{ event: 'error', at: 'cache', slug: SLUG }] });
    },
  );

  it('is told nothing by a change that was refused', async () => {
    expect(await tell('PATCH', { title: '' }, { success: true })).toMatchObject({ status: 400, purged: [] });
  });
});
