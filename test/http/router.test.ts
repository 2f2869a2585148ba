// Every route from outside: who may call, what is refused and how, and the headers that every answer carries.
import { describe, expect, it } from 'vitest';
import type { HttpDeps } from '../../src/http/context.ts';
import { ok } from '../../src/model/fault.ts';
import {
  call,
  ENV,
  fakeDeps,
  known,
  NOW,
  problem,
  reading,
  settingsOf,
  SLUG,
  TASK_ID,
  watched,
  wrongSettings,
  type Ask,
} from './fixtures.ts';

const post = (body: unknown, more: Ask = {}): Ask => ({ method: 'POST', body, ...more });
const TASK = `/v1/tasks/${TASK_ID}`;

const ROUTES: [path: string, ask: Ask, status: number][] = [
  ['/health', {}, 200],
  [`/media/${SLUG}/audio.mp3`, {}, 200],
  [`/media/${SLUG}/audio`, {}, 301],
  [`/media/${SLUG}/cover`, {}, 302],
  ['/v1/tasks', {}, 200],
  ['/v1/tasks', post({ ids: ['new-1', 'old', 'new-1'] }), 202],
  ['/v1/tasks', post({ ids: ['old'] }), 200],
  ['/v1/tasks/fetch', post({ ids: ['a', 'denied', 'down', 'a'] }), 200],
  [TASK, {}, 200],
  [TASK, { method: 'DELETE' }, 204],
  [`${TASK}/retry`, { method: 'POST' }, 202],
  [`/suno/fetch/${TASK_ID}`, {}, 200],
  [`/other/suno/fetch/${TASK_ID}`, {}, 200],
  ['/suno/fetch', post({ ids: ['a', 'denied', 'b'], more: 1 }), 200],
  ['/other/suno/fetch', post({ ids: ['a'] }), 200],
  ['/nothing', {}, 404],
  ['/v1/nothing', {}, 404],
  ['/suno/anything', {}, 200],
  ['/suno/any/depth/', { method: 'PUT', raw: 'bytes' }, 200],
  ['/other/suno/anything?page=2', { method: 'DELETE' }, 200],
  ['/suno/submit/music', post({ prompt: 'a' }), 200],
  ['/suno/submit/music', {}, 200],
  ['/hooks/relay/no-secret', { method: 'POST', raw: '{' }, 204],
  ['/hooks/relay', {}, 404],
];

describe('every answer', () => {
  it.each(ROUTES)('%s %j is %i, with X-Request-Id and Cache-Control', async (path, ask, status) => {
    const answer = await call(path, { ...ask, headers: { 'X-Request-Id': 'the-callers-own' } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-request-id')).toBe('request-1');
    const open = path.startsWith('/media/') && (status === 200 || status === 301);
    expect(answer.headers.get('cache-control')).toMatch(open ? /^public/ : /^no-store$/);
  });

  it.each(ROUTES.filter(([, ask]) => ask.method === undefined))(
    'HEAD %s has the headers of GET and no body',
    async (path) => {
      const [get, head] = [await call(path), await call(path, { method: 'HEAD' })];
      expect([head.status, await head.text()]).toEqual([get.status, '']);
      const length = String((await get.clone().arrayBuffer()).byteLength);
      for (const [name, value] of get.headers) expect([name, head.headers.get(name)]).toEqual([name, value]);
      if (get.status === 200) expect(head.headers.get('content-length')).toBe(length);
    },
  );

  it('a bug is a wordless 500, logged with the request’s id and no id of the caller’s', async () => {
    const deps = fakeDeps({
      readTasks: async () => {
        throw Object.assign(new Error('secret sk-abcdef123456'), { status: 418, detail: 'x' });
      },
    });
    const answer = await call(TASK, {}, deps);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toMatch(/secret|418|sk-/);
    expect(deps.entries).toMatchObject([{ event: 'error', at: 'http', request_id: 'request-1', area: '/v1' }]);
    expect(JSON.stringify(deps.entries)).not.toMatch(/sk-abcdef/);
  });
});

describe('who may call', () => {
  it.each(['/v1/tasks', '/v1/nothing', '/metrics', '/v1/'])('%s asks for a token', async (path) => {
    expect(await problem(path, { token: null })).toEqual([401, 'unauthorized']);
    expect((await call(path, { token: null })).headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(['/suno/fetch/x', '/suno/nothing', '/relay/suno/fetch/x', '/nobody/suno/x'])(
    '%s asks for one in a relay’s words',
    async (path) => {
      const answer = await call(path, { token: 'wrong' });
      expect([answer.status, await answer.json()]).toEqual([
        401,
        { code: 'unauthorized', message: 'The token is not known', data: null },
      ]);
    },
  );

  it.each(['/nothing', '/v1', '/s/suno/fetch/x', '/hooks/suno/fetch/x', '/Relay/suno/fetch/x', '//v1/tasks'])(
    '%s is 404, token or not',
    async (path) => {
      expect(await problem(path, { token: null })).toEqual([404, 'not_found']);
      expect(await problem(path)).toEqual([404, 'not_found']);
    },
  );

  it('405 with Allow: on open paths without a token, on the API with one', async () => {
    const allow = async (path: string, ask: Ask) => {
      const answer = await call(path, ask);
      return [answer.status, answer.headers.get('allow')];
    };
    expect(await allow('/health', { method: 'POST', token: null })).toEqual([405, 'GET, HEAD']);
    expect(await allow(`/media/${SLUG}/audio.mp3`, { method: 'DELETE', token: null })).toEqual([
      405,
      'GET, HEAD, OPTIONS',
    ]);
    expect(await allow('/v1/tasks', { method: 'PUT' })).toEqual([405, 'GET, HEAD, POST']);
    expect(await allow('/v1/tasks', { method: 'PUT', token: null })).toEqual([401, null]);
    expect(await allow(TASK, { method: 'PATCH' })).toEqual([405, 'GET, HEAD, DELETE']);
    expect(await allow(`${TASK}/retry`, {})).toEqual([405, 'POST']);
    expect(await allow('/suno/fetch', {})).toEqual([405, 'POST']);
  });

  it('scope read: reads only, and tracks nothing by reading', async () => {
    const options: unknown[] = [];
    const deps = fakeDeps({
      readTasks: async (_, ids, given) => (options.push(given), new Map(ids.map((id) => [id, ok(known({ id }))]))),
    });
    for (const [path, ask] of [
      [TASK, {}],
      ['/v1/tasks/fetch', post({ ids: ['a'] })],
      ['/suno/fetch/a', {}],
      ['/suno/fetch', post({ ids: ['a'] })],
    ] as const) {
      expect((await call(path, { ...ask, token: 'reading' }, deps)).status).toBe(200);
    }
    expect(options).toEqual([{ track: false }, { track: false }, { track: false }, { track: false }]);
    await call(TASK, { token: 'tracking' }, deps);
    expect(options.at(-1)).toEqual({ track: true });
    expect(await problem('/v1/tasks', post({ ids: ['a'] }, { token: 'reading' }))).toEqual([403, 'forbidden']);
    expect(await problem(`${TASK}/retry`, { method: 'POST', token: 'reading' })).toEqual([403, 'forbidden']);
    expect(await problem(TASK, { method: 'DELETE', token: 'tracking' })).toEqual([403, 'forbidden']);
  });

  it('429 in the route’s own format', async () => {
    const deps = fakeDeps({ rateLimit: { limit: async () => ({ success: false }) } });
    expect(await problem(TASK, {}, deps)).toEqual([429, 'rate_limited']);
    expect(await (await call('/suno/fetch/x', {}, deps)).json()).toMatchObject({ code: 'rate_limited', data: null });
  });
});

describe('wrong settings', () => {
  const deps = (settings = wrongSettings()) => fakeDeps({ settings });

  it.each(['/v1/tasks', '/v1/nothing', '/health'])('%s names all mistakes, and no secret', async (path) => {
    const text = await (await call(path, { token: null }, deps())).text();
    for (const name of ['TICK_SECONDS', 'DEFAULT_VENDOR', 'HOOK_SECRET']) expect(text).toContain(name);
    for (const secret of ['short', ENV.RELAY_API_KEY, 'ruling']) expect(text).not.toContain(secret);
    expect(await problem(path, {}, deps())).toEqual([503, 'not_configured']);
  });

  it('drop-in routes say so in a relay’s words; permanent links go on', async () => {
    const answer = await call('/suno/fetch/x', {}, deps());
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'not_configured', data: null }]);
    expect((await call(`/media/${SLUG}/audio.mp3`, { token: null }, deps())).status).toBe(200);
  });

  it('no tokens: closed, while /health is open', async () => {
    const closed = deps(ok(settingsOf({ API_TOKENS: '' })));
    expect(await problem(TASK, {}, closed)).toEqual([503, 'not_configured']);
    expect((await call('/health', {}, closed)).status).toBe(200);
  });
});

describe('bodies', () => {
  const headers = { 'Content-Type': 'application/json' };
  const raw = (text: string, more: Ask = {}): Ask => ({ method: 'POST', raw: text, headers, ...more });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])('415 for %j', async (type) => {
    expect(await problem('/v1/tasks', raw('{"ids":["a"]}', { headers: { 'Content-Type': type } }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
  });

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.api+json'])(
    'takes %j',
    async (type) => {
      expect((await call('/v1/tasks', raw('{"ids":["a"]}', { headers: { 'Content-Type': type } }))).status).toBe(200);
    },
  );

  it('413 over 1 MiB, with a length and without', async () => {
    const large = `{"ids":["${'a'.repeat(1024 * 1024)}"]}`;
    expect(await problem('/v1/tasks', raw(large))).toEqual([413, 'payload_too_large']);
    const stream = new Response(large).body as ReadableStream;
    expect(await problem('/v1/tasks', { method: 'POST', raw: stream, headers })).toEqual([413, 'payload_too_large']);
    expect(await (await call('/suno/fetch', raw(large))).json()).toMatchObject({
      code: 'payload_too_large',
      data: null,
    });
  });

  it.each(['', '{', '{"ids":["a"]} x', '\u0000'])('400 for %j', async (text) => {
    expect(await problem('/v1/tasks/fetch', raw(text))).toEqual([400, 'invalid_request']);
  });

  it('400 for bytes that are no UTF-8', async () => {
    expect(
      await problem('/v1/tasks/fetch', { method: 'POST', raw: new Uint8Array([0x22, 0xff, 0x22]), headers }),
    ).toEqual([400, 'invalid_request']);
  });

  it('400 with the path of every mistake', async () => {
    const errors = async (path: string, ask: Ask) =>
      ((await (await call(path, ask)).json()) as { errors: { path: string }[] }).errors.map((error) => error.path);
    expect(await errors('/v1/tasks', post({ ids: ['a', '..', 7], colour: 1 }))).toEqual(['ids.1', 'ids.2', 'colour']);
    expect(await errors('/v1/tasks?limit=0&x=1', {})).toEqual(['query.limit', 'query.x']);
    expect(await errors(`${TASK}?limit=1`, {})).toEqual(['query.limit']);
    expect(await errors('/v1/tasks/%zz', {})).toEqual(['id']);
  });
});

describe('/v1/tasks', () => {
  it('POST answers one entry per asked id, in order, duplicates too', async () => {
    const answer = await call('/v1/tasks', post({ ids: ['new-1', 'old', 'new-1'] }));
    expect(await answer.json()).toEqual({
      results: [
        { id: 'new-1', created: true },
        { id: 'old', created: false },
        { id: 'new-1', created: true },
      ],
    });
  });

  it('POST webhook_url: 503 while WEBHOOK_SECRET is unset, 400 for an address that is not allowed', async () => {
    const ask = (webhook_url: string) => post({ ids: ['a'], webhook_url });
    expect(await problem('/v1/tasks', ask('https://hook.example/x'))).toEqual([503, 'not_configured']);
    const deps = fakeDeps({
      settings: ok(settingsOf({ WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}`, PUBLIC_BASE_URL: 'https://songs.example' })),
    });
    expect((await call('/v1/tasks', ask('https://hook.example/x'), deps)).status).toBe(200);
    for (const address of ['https://10.0.0.1/', 'http://hook.example/', 'https://songs.example/x', 'nonsense']) {
      expect(await problem('/v1/tasks', ask(address), deps)).toEqual([400, 'invalid_request']);
    }
  });

  it('POST fetch answers tasks and errors side by side', async () => {
    const { results } = (await (await call('/v1/tasks/fetch', post({ ids: ['a', 'denied', 'down', 'a'] }))).json()) as {
      results: Record<string, unknown>[];
    };
    expect(results.map(({ id }) => id)).toEqual(['a', 'denied', 'down', 'a']);
    expect(results[0]?.['task']).toMatchObject({ id: 'a', vendor: 'relay' });
    expect(results[1]?.['error']).toEqual({
      code: 'not_found',
      title: 'Not found',
      detail: 'The vendor does not know this task',
      retryable: false,
    });
    expect(results[2]?.['error']).toMatchObject({ code: 'vendor_unavailable', retryable: true });
  });

  it('GET pages through the list', async () => {
    const ids: string[] = [];
    let path: string | null = '/v1/tasks?limit=12&vendor=relay';
    while (path !== null) {
      const answer = await call(path);
      const page = (await answer.json()) as { data: { id: string }[]; has_more: boolean; next_cursor: string | null };
      ids.push(...page.data.map(({ id }) => id));
      const link: string | undefined = /^<https:\/\/songs\.example([^>]+)>; rel="next"$/.exec(
        answer.headers.get('link') ?? '',
      )?.[1];
      expect([page.has_more, page.next_cursor !== null]).toEqual([link !== undefined, link !== undefined]);
      path = link ?? null;
    }
    expect(ids).toEqual(Array.from({ length: 30 }, (_, index) => `task-${30 - index}`));
  });

  it('GET {id}: Retry-After while watched, a vendor’s failure as a problem, 404 for an unknown vendor', async () => {
    const deps = fakeDeps({
      readTasks: async (_, ids) =>
        new Map(ids.map((id) => [id, ok(known({ id, state: watched, next_poll_at: NOW + 4_200 }))])),
    });
    expect((await call(TASK, {}, deps)).headers.get('retry-after')).toBe('5');
    expect((await call(TASK)).headers.get('retry-after')).toBeNull();
    expect(await problem('/v1/tasks/denied')).toEqual([404, 'not_found']);
    const down = await call('/v1/tasks/down');
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '15']);
    expect(await problem(`${TASK}?vendor=nobody`)).toEqual([404, 'not_found']);
  });

  it('an id is one percent-encoded segment', async () => {
    expect(await (await call('/v1/tasks/a%23b%20%25')).json()).toMatchObject({ id: 'a#b %' });
    expect((await call('/v1/tasks/a/b')).status).toBe(404);
  });

  it('an id of . or nothing is 400, as far as the URL parser lets us see it', async () => {
    expect(await problem('/v1/tasks/')).toEqual([400, 'invalid_request']);
    expect(await problem('/v1/tasks/%2e', { method: 'DELETE' })).toEqual([400, 'invalid_request']);
    expect(await problem('/v1/tasks/', { token: null })).toEqual([401, 'unauthorized']);
    expect((await call('/suno/fetch/.')).status).toBe(400);
    expect(await problem('/v1/tasks/%2e%2e', { method: 'DELETE' })).toEqual([404, 'not_found']);
    expect(await problem('/health/')).toEqual([404, 'not_found']);
  });

  it('retry and DELETE of an untracked task are 404', async () => {
    expect(await problem('/v1/tasks/nope/retry', { method: 'POST' })).toEqual([404, 'not_found']);
    expect(await problem('/v1/tasks/nope', { method: 'DELETE' })).toEqual([404, 'not_found']);
  });
});

describe('drop-in routes', () => {
  const body = async (path: string, ask: Ask = {}, deps?: HttpDeps) => {
    const answer = await call(path, ask, deps);
    return [answer.status, await answer.json()];
  };

  it('GET answers the row in an envelope, with a permanent link', async () => {
    const data = {
      task_id: TASK_ID,
      status: 'SUCCESS',
      data: [{ id: SLUG, audio_url: `https://songs.example/media/${SLUG}/audio.mp3` }],
    };
    expect(await body(`/suno/fetch/${TASK_ID}`)).toEqual([200, { code: 'success', message: '', data }]);
    expect(JSON.stringify(await body(`/suno/fetch/${TASK_ID}`))).not.toContain(reading.audio_url);
  });

  it('GET of a denied id is the relay’s own 400', async () => {
    expect(await body('/suno/fetch/denied')).toEqual([
      400,
      { code: 'task_not_exist', message: 'task_not_exist', data: null },
    ]);
  });

  it('POST leaves denied ids out, and answers a failure where nothing is known', async () => {
    const [status, { data }] = (await body('/suno/fetch', post({ ids: ['a', 'denied', 'b'] }))) as [
      number,
      { data: unknown[] },
    ];
    expect([status, data.length]).toEqual([200, 2]);
    expect(await body('/suno/fetch', post({ ids: ['denied'] }))).toEqual([
      200,
      { code: 'success', message: '', data: [] },
    ]);
    expect(await body('/suno/fetch', post({ ids: ['a', 'down'] }))).toEqual([
      503,
      { code: 'vendor_unavailable', message: 'No answer in time', data: null },
    ]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'POST takes JSON of type %j, as relays do',
    async (type) => {
      const ask: Ask = { method: 'POST', raw: '\ufeff{"ids":["a"]}', headers: { 'Content-Type': type } };
      expect(await body('/suno/fetch', ask)).toMatchObject([200, { code: 'success', data: [{ task_id: TASK_ID }] }]);
      expect((await call('/suno/submit/music', ask)).status).toBe(200);
    },
  );

  it.each(['{}', '{"ids":[]}', '{"ids":null}', '{"action":"x"}', 'null'])(
    'POST of %s asks about nothing',
    async (raw) => {
      const readTasks: HttpDeps['readTasks'] = async (_, ids) => (expect(ids).toEqual([]), new Map());
      expect(await body('/suno/fetch', { method: 'POST', raw }, fakeDeps({ readTasks }))).toEqual([
        200,
        { code: 'success', message: '', data: [] },
      ]);
    },
  );

  it('POST takes ids that are numbers, with all their digits', async () => {
    const asked: string[] = [];
    const deps = fakeDeps();
    const readTasks: HttpDeps['readTasks'] = (vendor, ids, options) => {
      asked.push(...ids);
      return deps.readTasks(vendor, ids, options);
    };
    const raw = '{"ids":[1264818594046181786, 7, "8", -9, 12648185940461817861264818594046181786]}';
    expect((await call('/suno/fetch', { method: 'POST', raw }, { ...deps, readTasks })).status).toBe(200);
    expect(asked).toEqual(['1264818594046181786', '7', '8', '-9', '12648185940461817861264818594046181786']);
    expect(await problem('/v1/tasks/fetch', post({ ids: [7] }))).toEqual([400, 'invalid_request']);
  });

  it.each(['{"ids":"a"}', '{"ids":[1.5]}', '{"ids":[true]}', '{"ids":[["a"]]}', '{"ids":["a/b"]}', '"a"', '7', ''])(
    'POST of %s is refused',
    async (raw) => {
      expect(await body('/suno/fetch', { method: 'POST', raw })).toMatchObject([400, { code: 'invalid_request' }]);
    },
  );

  it('names the mistake in its message', async () => {
    expect(await body('/suno/fetch', post({ ids: ['a', ''] }))).toEqual([
      400,
      { code: 'invalid_request', message: 'ids.1 must not be empty', data: null },
    ]);
    expect(await body('/nobody/suno/fetch/x')).toMatchObject([404, { code: 'not_found' }]);
  });
});

describe('/health', () => {
  it('shows its parts to tokens only; a paused vendor is not our illness', async () => {
    expect(await (await call('/health', { token: null })).json()).toEqual({ status: 'ok' });
    expect(await (await call('/health', { token: 'wrong' })).json()).toEqual({ status: 'ok' });
    expect(await (await call('/health')).json()).toEqual({
      status: 'ok',
      parts: { ledger: 'ok', buckets: 'ok', queues: 'ok', vendors: 'relay: paused' },
    });
    const sick = fakeDeps({
      health: async () => ({ ledger: 'no answer', buckets: 'ok', queues: 'ok', vendors: 'ok' }),
    });
    expect((await call('/health', {}, sick)).status).toBe(503);
  });
});
