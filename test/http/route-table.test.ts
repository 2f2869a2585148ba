// Every route that there is: who may call it, by which methods, and what every answer carries.
import { FILES } from '#console';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/config/tokens.ts';
import type { HttpDeps } from '../../src/http/context.ts';
import { call, clip, fakeDeps, known, NOW, reading, SLUG, TASK_ID, wholeMedia } from './fixtures.ts';

interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** Null: open to all. */
  scope: Scope | null;
  status: number;
  body?: unknown;
  /** Of the whole path; null: any method is the vendor's to answer. */
  allow: string | null;
}

const TASK = `/v1/tasks/${TASK_ID}`;
const CLIP = `/v1/clips/${SLUG}`;
const answers = [{ task_id: 'new-1', status: 'SUCCESS', data: [] }];
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const GET = 'GET, HEAD';
/** Of what pages of any origin may read (shared.test.ts). */
const SHARED = 'GET, HEAD, OPTIONS';

const ROUTES: Route[] = [
  { method: 'GET', path: '/health', scope: null, status: 200, allow: GET },
  { method: 'GET', path: '/v1/tasks', scope: 'read', status: 200, allow: `${GET}, POST` },
  { method: 'POST', path: '/v1/tasks', scope: 'track', status: 202, body: { ids: ['new-1'] }, allow: `${GET}, POST` },
  {
    method: 'POST',
    path: '/v1/tasks/fetch',
    scope: 'read',
    status: 200,
    body: { ids: ['a'] },
    allow: 'POST, GET, HEAD, DELETE',
  },
  {
    method: 'POST',
    path: '/v1/tasks/import',
    scope: 'track',
    status: 202,
    body: { answers },
    allow: 'POST, GET, HEAD, DELETE',
  },
  { method: 'GET', path: TASK, scope: 'read', status: 200, allow: `${GET}, DELETE` },
  { method: 'DELETE', path: TASK, scope: 'admin', status: 204, allow: `${GET}, DELETE` },
  { method: 'POST', path: `${TASK}/retry`, scope: 'track', status: 202, allow: 'POST' },
  { method: 'GET', path: `${TASK}/archive.zip`, scope: 'read', status: 200, allow: GET },
  { method: 'GET', path: `/v1/clips.zip?ids=${SLUG}`, scope: 'read', status: 200, allow: GET },
  { method: 'GET', path: '/v1/clips', scope: 'read', status: 200, allow: GET },
  { method: 'GET', path: CLIP, scope: 'read', status: 200, allow: `${GET}, PATCH, DELETE` },
  { method: 'PATCH', path: CLIP, scope: 'admin', status: 200, body: { title: 'x' }, allow: `${GET}, PATCH, DELETE` },
  { method: 'DELETE', path: CLIP, scope: 'admin', status: 204, allow: `${GET}, PATCH, DELETE` },
  { method: 'GET', path: '/v1/events', scope: 'read', status: 200, allow: GET },
  { method: 'GET', path: '/v1/stats', scope: 'read', status: 200, allow: GET },
  { method: 'GET', path: '/metrics', scope: 'read', status: 200, allow: GET },
  { method: 'POST', path: '/v1/vendors/relay/resume', scope: 'admin', status: 202, allow: 'POST' },
  {
    method: 'POST',
    path: '/v1/maintenance/reindex',
    scope: 'admin',
    status: 200,
    body: { cursor: null },
    allow: 'POST',
  },
  { method: 'POST', path: '/v1/maintenance/verify', scope: 'admin', status: 200, body: {}, allow: 'POST' },
  { method: 'GET', path: `/suno/fetch/${TASK_ID}`, scope: 'read', status: 200, allow: GET },
  { method: 'POST', path: '/suno/fetch', scope: 'read', status: 200, body: { ids: ['a'] }, allow: 'POST' },
  { method: 'GET', path: `/other/suno/fetch/${TASK_ID}`, scope: 'read', status: 200, allow: GET },
  { method: 'POST', path: '/other/suno/fetch', scope: 'read', status: 200, body: { ids: ['a'] }, allow: 'POST' },
  { method: 'POST', path: '/suno/submit/music', scope: 'track', status: 200, body: { prompt: 'a' }, allow: null },
  { method: 'POST', path: '/other/suno/submit/music', scope: 'track', status: 200, body: { prompt: 'a' }, allow: null },
  { method: 'GET', path: '/suno/credits', scope: 'track', status: 200, allow: null },
  { method: 'GET', path: '/other/suno/credits', scope: 'track', status: 200, allow: null },
  { method: 'POST', path: '/hooks/relay/whatever', scope: null, status: 204, allow: 'POST' },
  { method: 'GET', path: '/', scope: null, status: 200, allow: GET },
  { method: 'GET', path: `/s/${SLUG}`, scope: null, status: 200, allow: GET },
  { method: 'GET', path: `/embed/${SLUG}`, scope: null, status: 200, allow: GET },
  { method: 'GET', path: `/oembed?url=https://songs.example/s/${SLUG}`, scope: null, status: 200, allow: SHARED },
  { method: 'GET', path: '/console', scope: null, status: 200, allow: GET },
  { method: 'GET', path: `/console/${Object.keys(FILES)[0]}`, scope: null, status: 200, allow: GET },
  { method: 'POST', path: '/mcp', scope: 'read', status: 200, body: PING, allow: 'POST' },
  { method: 'GET', path: '/llms.txt', scope: null, status: 200, allow: SHARED },
  { method: 'GET', path: '/openapi.json', scope: null, status: 200, allow: SHARED },
  { method: 'GET', path: '/feed.xml', scope: null, status: 200, allow: SHARED },
  { method: 'GET', path: '/playlist.m3u8', scope: null, status: 200, allow: SHARED },
  { method: 'GET', path: '/playlist.xspf', scope: null, status: 200, allow: SHARED },
];
const NAMED = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);
/** Those that longplay answers itself. */
const OWN = NAMED.filter(([, { allow }]) => allow !== null);
const GUARDED = NAMED.filter(([, { scope }]) => scope !== null);
const TOKENS = { read: 'reading', track: 'tracking', admin: 'ruling' } as const;
const RANKS = ['read', 'track', 'admin'] as const;

/** Everything that the routes name is there. */
function deps(changes: Partial<HttpDeps> = {}) {
  const fake = fakeDeps(changes);
  const found = { clip, reading, over: true, seq: 1 };
  const takeDown = async () => ({ ...found, clip: { ...clip, taken_down_at: NOW } });
  return {
    ...fake,
    media: wholeMedia,
    flows: { ...fake.flows, findClip: async () => found, changeClip: async () => found, takeDown },
  };
}
const ask = ({ method, path, body }: Route, token: string | null, changes: Partial<HttpDeps> = {}) =>
  call(path, { method, token, ...(body !== undefined && { body }) }, deps(changes));

function expectHeaders(answer: Response): void {
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'x-request-id': 'request-1',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}

/** A refusal says the same in the words of the route's own format. */
async function codeOf(answer: Response, { path }: Route): Promise<unknown> {
  const body = (await answer.json()) as Record<string, unknown>;
  const problem = { type: `urn:longplay:problem:${String(body['code'])}`, request_id: 'request-1' };
  expect(body).toMatchObject(path.includes('/suno/') ? { data: null } : problem);
  return body['code'];
}

describe('every route', () => {
  it.each(NAMED)('%s answers who may call it', async (_, route) => {
    const answer = await ask(route, route.scope && TOKENS[route.scope]);
    expect(answer.status).toBe(route.status);
    // Pages load something, and say what (pages.test.ts, console.test.ts).
    if (/^text\/(html|javascript)/.test(answer.headers.get('content-type') ?? ''))
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    else expectHeaders(answer);
  });

  it.each(GUARDED)('%s is 401 without a token and with a wrong one', async (_, route) => {
    for (const token of [null, 'wrong']) {
      const answer = await ask(route, token);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expectHeaders(answer);
      expect(await codeOf(answer, route)).toBe('unauthorized');
    }
  });

  it.each(GUARDED)('%s is 403 for every scope below its own, before anything is looked at', async (_, route) => {
    for (const scope of RANKS.slice(0, RANKS.indexOf(route.scope ?? 'read'))) {
      const answer = await ask({ ...route, body: undefined }, TOKENS[scope]);
      expect(answer.status).toBe(403);
      expectHeaders(answer);
      expect(await codeOf(answer, route)).toBe('forbidden');
    }
  });

  it.each(GUARDED)('%s is open to every scope above its own', async (_, route) => {
    for (const scope of RANKS.slice(RANKS.indexOf(route.scope ?? 'read')))
      expect((await ask(route, TOKENS[scope])).status).toBe(route.status);
  });

  it.each(GUARDED.filter(([, { method }]) => method === 'GET'))(
    'HEAD of %s asks for the same scope',
    async (_, route) => {
      const head = (token: string | null) => call(route.path, { method: 'HEAD', token }, deps());
      expect((await head(null)).status).toBe(401);
      for (const scope of RANKS)
        expect([scope, (await head(TOKENS[scope])).status]).toEqual([
          scope,
          RANKS.indexOf(scope) < RANKS.indexOf(route.scope ?? 'read') ? 403 : route.status,
        ]);
    },
  );

  it.each(NAMED.filter(([, { allow }]) => allow !== SHARED))(
    'OPTIONS of %s does nothing and tells nothing to strangers',
    async (_, route) => {
      const preflight = { Origin: 'https://evil.example', 'Access-Control-Request-Method': route.method };
      for (const headers of [{}, preflight] as Record<string, string>[]) {
        const answer = await call(route.path, { method: 'OPTIONS', token: null, headers }, deps());
        // Of `/mcp` only POST asks for a token.
        expect(answer.status).toBe(route.scope === null || route.path === '/mcp' ? 405 : 401);
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        expectHeaders(answer);
      }
    },
  );

  it.each(GUARDED)('%s is 429 beyond the rate, 503 with wrong settings', async (_, route) => {
    const limited = await ask(route, 'ruling', { rateLimit: { limit: async () => ({ success: false }) } });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60']);
    const unset = await ask(route, 'ruling', { settings: { ok: false, fault: ['TICK_SECONDS: is no number'] } });
    expect([unset.status, await codeOf(unset, route)]).toEqual([503, 'not_configured']);
  });

  it.each(OWN)('the path of %s names its methods to a wrong one', async (_, route) => {
    const answer = await call(route.path, { method: 'PUT' }, deps());
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, route.allow]);
    expectHeaders(answer);
    expect(await codeOf(answer, route)).toBe('method_not_allowed');
  });

  it.each(NAMED.filter(([, { method }]) => method === 'GET'))(
    'HEAD of %s is GET without its body',
    async (_, route) => {
      const token = route.scope && TOKENS[route.scope];
      const get = await ask(route, token);
      const head = await call(route.path, { method: 'HEAD', token }, deps());
      expect([head.status, await head.text()]).toEqual([get.status, '']);
      for (const [name, value] of get.headers) expect([name, head.headers.get(name)]).toEqual([name, value]);
      expect(head.headers.get('content-length')).toBe(String((await get.arrayBuffer()).byteLength));
    },
  );

  it.each(NAMED.filter(([, { path }]) => path.startsWith('/v1/')))(
    '%s refuses a query that it does not know',
    async (_, route) => {
      const answer = await ask(
        { ...route, path: `${route.path}${route.path.includes('?') ? '&' : '?'}colour=red` },
        'ruling',
      );
      expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ path: 'query.colour' }] }]);
    },
  );

  it.each(GUARDED.filter(([, { body }]) => body !== undefined))(
    '%s takes JSON only: 415 by its type unless it stands for a relay’s, 413, 400',
    async (_, route) => {
      const send = async (raw: string, type = 'application/json') =>
        (await call(route.path, { method: route.method, raw, headers: { 'Content-Type': type } }, deps())).status;
      const text = JSON.stringify(route.body);
      expect(await send(text)).toBe(route.status);
      expect([await send(text, 'text/plain'), await send(text + ' '.repeat(1_048_576)), await send('{')]).toEqual([
        route.path.includes('/suno/') ? route.status : 415,
        413,
        400,
      ]);
      if (route.path.startsWith('/v1/')) expect(await send(text.replace('{', '{"colour":1,'))).toBe(400);
    },
  );

  // A bug in a tool is the tool's result (mcp/tools.test.ts).
  it.each(GUARDED.filter(([, { allow, path }]) => allow !== null && path !== '/mcp'))(
    'a bug in %s is a wordless 500, logged once with the request’s id',
    async (_, route) => {
      const broken = () => {
        throw new Error('secret');
      };
      const all = deps();
      const failingAll = <T extends object>(calls: T) =>
        Object.fromEntries(Object.keys(calls).map((name) => [name, broken])) as unknown as T;
      const failing = { ...all, ledger: failingAll(all.ledger), flows: failingAll(all.flows), readTasks: broken };
      const answer = await call(
        route.path,
        { method: route.method, ...(route.body !== undefined && { body: route.body }) },
        failing,
      );
      expect(answer.status).toBe(500);
      expectHeaders(answer);
      expect(await answer.text()).not.toContain('secret');
      expect(all.entries).toMatchObject([
        { event: 'error', at: 'http', request_id: 'request-1', method: route.method },
      ]);
    },
  );
});

describe('a file', () => {
  it('keeps the policy that it has of its own, by which a browser shows it', async () => {
    const { headers } = await call(`/media/${SLUG}/audio.mp3`, { token: null }, deps());
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none';.* media-src 'self';.* frame-ancestors 'none'$/,
    );
    expect([headers.get('referrer-policy'), headers.get('x-content-type-options')]).toEqual(['no-referrer', 'nosniff']);
  });

  it.each([`/media/${SLUG}/cover`, `/media/${SLUG}/audio`, `/media/${SLUG}/video.mp4`, '/nothing'])(
    'a redirect or refusal at %s has the strictest',
    async (path) => {
      const { headers } = await call(path, { token: null }, deps());
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    },
  );
});

describe('a message that cannot be sent after a retry', () => {
  it('is logged with the request’s id, and is no failure of the retry', async () => {
    const work: Promise<unknown>[] = [];
    const fake = deps({ sendMirror: async () => Promise.reject(new Error('queue')) });
    fake.flows.retry = async () => ({ known: known(), messages: [], deliveries: [] });
    const { createRouter } = await import('../../src/http/router.ts');
    const request = new Request(`https://songs.example${TASK}/retry`, {
      method: 'POST',
      headers: { Authorization: 'ruling' },
    });
    const answer = await createRouter(fake).fetch(request, { waitUntil: (promise) => void work.push(promise) });
    await Promise.all(work);
    expect(answer.status).toBe(202);
    expect(fake.entries).toMatchObject([{ event: 'error', at: 'queue', request_id: 'request-1' }]);
  });
});
