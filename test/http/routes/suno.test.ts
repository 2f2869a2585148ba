// Submits and pass-through against a real vendor over HTTP: what it receives, what the caller gets, what is tracked.
import { describe, expect, it } from 'vitest';
import { submit } from '../../../src/flows/track.ts';
import type { HttpDeps } from '../../../src/http/context.ts';
import { createRouter } from '../../../src/http/router.ts';
import type { TrackOptions } from '../../../src/ledger/api.ts';
import { ok } from '../../../src/model/fault.ts';
import { vendorClient } from '../../../src/relay/client.ts';
import { settingsFor, VENDOR_KEY } from '../../flows/system.ts';
import { newSpace, type TestSpace } from '../../support/space.ts';
import { type Ask, BASE, call, fakeDeps } from '../fixtures.ts';

const SUBMIT = '/suno/submit/music';
const accepted = (id: unknown = 'task-new') => [{ body: { code: 'success', message: '', data: id } }];
const post = (body: unknown, more: Ask = {}): Ask => ({ method: 'POST', body, token: 'test', ...more });

interface Tracked {
  vendor: string;
  ids: string[];
  options: TrackOptions;
}

/** The routes with a real client; only the ledger is a list. */
function routes(
  vendor: TestSpace,
  env: Record<string, unknown> = {},
  { timeoutMs = 5_000, relayTimeoutMs = 5_000, budget = 45 } = {},
) {
  const tracked: Tracked[] = [];
  const settings = settingsFor({ relay: vendor, other: newSpace() }, env);
  const base = fakeDeps({ settings: ok(settings) });
  const client = vendorClient({
    ...{ timeoutMs, relayTimeoutMs, budget: { left: budget }, now: Date.now, log: base.log },
    hookSecret: settings.hook_secret,
  });
  const track = async (id: string, ids: string[], options: TrackOptions) => {
    if (ids.includes('untrackable-1')) throw new Error(`No room, ${VENDOR_KEY}`);
    tracked.push({ vendor: id, ids, options });
  };
  const deps: HttpDeps & { entries: object[] } = {
    ...base,
    relay: {
      ...base.relay,
      submit: (one, submission, hook) => submit(one, submission, hook, { client, track, log: base.log }),
      pass: (one, passed) => client.pass(one, passed),
    },
  };
  return {
    deps,
    tracked,
    log: base.entries,
    ask: (path: string, ask: Ask = {}) => call(path, { token: 'test', ...ask }, deps),
  };
}

async function relayError(answer: Response): Promise<[number, string]> {
  const body = (await answer.json()) as { code: string; message: string; data: null };
  expect(body).toEqual({ code: body.code, message: expect.any(String), data: null });
  expect(JSON.stringify(body)).not.toContain(VENDOR_KEY);
  return [answer.status, body.code];
}

describe('POST /suno/submit/{action}', () => {
  it('sends body, query and the vendor’s key, gives the vendor’s answer, and tracks the task', async () => {
    const vendor = newSpace();
    await vendor.answers(`POST ${SUBMIT}`, accepted());
    const { ask, tracked } = routes(vendor);
    const text = '{ "prompt": "a song",  "seed": 1264818594046181786 }';
    const answer = await ask(`${SUBMIT}?channel=1&x=%2F`, {
      method: 'POST',
      raw: text,
      headers: { 'Content-Type': 'application/json' },
    });
    expect([answer.status, await answer.json()]).toEqual([200, { code: 'success', message: '', data: 'task-new' }]);
    const [sent] = await vendor.log();
    expect(sent).toMatchObject({ method: 'POST', path: `${SUBMIT}?channel=1&x=%2F`, body: text });
    expect(sent?.headers).toMatchObject({ authorization: `Bearer ${VENDOR_KEY}`, 'content-type': 'application/json' });
    expect(JSON.stringify(sent?.headers)).not.toContain('Bearer test');
    expect(tracked).toEqual([
      { vendor: 'relay', ids: ['task-new'], options: { webhook_url: null, visibility: null, notify_hook: null } },
    ]);
  });

  it('goes to the vendor that the path names, by its own submit_path, the action one encoded segment', async () => {
    const vendor = newSpace();
    await vendor.answers('POST /api/a%2520b/go', accepted('t-1'));
    const { ask, tracked } = routes(newSpace(), {
      VENDORS: {
        relay: { base_url: 'https://a.example' },
        own: { base_url: vendor.url, submit_path: '/api/{action}/go' },
      },
    });
    expect((await ask('/own/suno/submit/a%20b', post({}))).status).toBe(200);
    expect((await vendor.log()).map(({ path }) => path)).toEqual(['/api/a%20b/go']);
    expect(tracked).toMatchObject([{ vendor: 'own', ids: ['t-1'] }]);
  });

  it.each([
    [{}, 'authorization', `Bearer ${VENDOR_KEY}`],
    [{ auth_header: 'X-Api-Key', auth_scheme: '' }, 'x-api-key', VENDOR_KEY],
    [{ auth_scheme: '' }, 'authorization', VENDOR_KEY],
    [{ auth_scheme: 'Token' }, 'authorization', `Token ${VENDOR_KEY}`],
  ])('sends the key where a vendor of %j wants it, and nowhere else', async (auth, name, value) => {
    const vendor = newSpace();
    await vendor.answers('GET /suno/credits', [{ body: {} }]);
    const env = { VENDORS: { relay: { base_url: vendor.url, ...auth } }, RELAY_API_KEY: `Bearer ${VENDOR_KEY}` };
    expect((await routes(vendor, env).ask('/suno/credits')).status).toBe(200);
    const [sent] = await vendor.log();
    const carrying = Object.entries(sent?.headers ?? {}).filter(([, text]) => text?.includes(VENDOR_KEY));
    expect(carrying).toEqual([[name, value]]);
  });

  it.each(['..%2Fadmin', '%2e%2e%2fadmin', 'a%2Fb', 'a%2F..', '%ff%2f..', '%252e%252e', 'x'.repeat(201), '%00', '%zz'])(
    'refuses the action %s before the vendor is asked',
    async (action) => {
      const vendor = newSpace();
      expect(await relayError(await routes(vendor).ask(`/suno/submit/${action}`, post({})))).toEqual([
        400,
        'invalid_request',
      ]);
      expect(await vendor.log()).toEqual([]);
    },
  );

  it('takes notify_hook out and keeps it with the task; all digits stay', async () => {
    const vendor = newSpace();
    await vendor.answers(`POST ${SUBMIT}`, accepted());
    const { ask, tracked } = routes(vendor);
    const raw = '{"prompt":"a","notify_hook":"https://hooks.example/done?x=1","continue":1264818594046181786}';
    expect((await ask(SUBMIT, { method: 'POST', raw, headers: { 'Content-Type': 'application/json' } })).status).toBe(
      200,
    );
    expect((await vendor.log())[0]?.body).toBe('{"prompt":"a","continue":1264818594046181786}');
    expect(tracked[0]?.options.notify_hook).toEqual({ url: 'https://hooks.example/done?x=1', base: BASE });
  });

  it.each([{ notify_hook: '' }, { notify_hook: null }, { notifyHook: '' }])('drops an empty hook: %j', async (hook) => {
    const vendor = newSpace();
    await vendor.answers(`POST ${SUBMIT}`, accepted());
    const { ask, tracked } = routes(vendor);
    expect((await ask(SUBMIT, post({ prompt: 'a', ...hook }))).status).toBe(200);
    expect((await vendor.log())[0]?.body).toBe('{"prompt":"a"}');
    expect(tracked[0]?.options.notify_hook).toBeNull();
  });

  it.each([
    ['http://hooks.example/', 'false'],
    ['https://127.0.0.1/', 'false'],
    ['https://10.0.0.1/', 'true'],
    ['https://169.254.169.254/latest', 'true'],
    ['https://[fe80::1]/', 'true'],
    ['https://user:pw@hooks.example/', 'true'],
    [`${BASE}/hook`, 'true'],
    ['no url', 'true'],
    [7, 'true'],
  ])('refuses the hook %s with ALLOW_PRIVATE_HOSTS=%s before the vendor is asked', async (notify_hook, allow) => {
    const vendor = newSpace();
    const VENDORS = { relay: { base_url: allow === 'true' ? vendor.url : 'https://relay.example' } };
    const { ask } = routes(vendor, { ALLOW_PRIVATE_HOSTS: allow, VENDORS });
    expect(await relayError(await ask(SUBMIT, post({ notify_hook })))).toEqual([400, 'invalid_request']);
    expect(await relayError(await ask(SUBMIT, post({ notifyHook: notify_hook })))).toEqual([400, 'invalid_request']);
    expect(await vendor.log()).toEqual([]);
  });

  it('lets a loopback hook through where private hosts are allowed', async () => {
    const vendor = newSpace();
    await vendor.answers(`POST ${SUBMIT}`, accepted());
    const { ask, tracked } = routes(vendor);
    expect((await ask(SUBMIT, post({ notifyHook: 'http://127.0.0.1:9/x' }))).status).toBe(200);
    expect(tracked[0]?.options.notify_hook?.url).toBe('http://127.0.0.1:9/x');
  });

  it.each([400, 401, 403, 404, 429, 500, 503])(
    'gives a vendor’s %i in JSON as it is, once, and tracks nothing',
    async (status) => {
      const vendor = newSpace();
      const error = { code: 'quota', message: `no credit for ${VENDOR_KEY} (sk-abc***xyz)`, data: 'task-no' };
      await vendor.answers(`POST ${SUBMIT}`, [{ status, body: error, headers: { 'retry-after': '7' } }]);
      const { ask, tracked } = routes(vendor);
      const answer = await ask(SUBMIT, post({}));
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '7']);
      expect(await answer.json()).toEqual({ ...error, message: 'no credit for [redacted] ([redacted])' });
      expect(await vendor.log()).toHaveLength(1);
      expect(tracked).toEqual([]);
    },
  );

  it('says in the log when a success names no task', async () => {
    const vendor = newSpace();
    await vendor.answers(`POST ${SUBMIT}`, accepted(null));
    const { ask, tracked, log } = routes(vendor);
    expect((await ask(SUBMIT, post({}))).status).toBe(200);
    expect([tracked, log]).toMatchObject([[], [{ event: 'submit', vendor: 'relay' }]]);
  });

  it('gives the vendor’s answer although tracking failed, and logs it without the key', async () => {
    const vendor = newSpace();
    await vendor.answers(`POST ${SUBMIT}`, accepted('untrackable-1'));
    const { ask, log } = routes(vendor);
    expect((await ask(SUBMIT, post({}))).status).toBe(200);
    expect(log).toMatchObject([{ event: 'error', at: 'submit', ids: ['untrackable-1'] }]);
    expect(JSON.stringify(log)).not.toContain(VENDOR_KEY);
  });

  it('goes on when the caller has left', async () => {
    const vendor = newSpace();
    await vendor.vendor({ hold: true, body: { data: 'task-left' }, fault: 'status', status: 200 });
    const { deps, tracked } = routes(vendor);
    const kept: Promise<unknown>[] = [];
    const caller = new AbortController();
    const request = new Request(BASE + SUBMIT, {
      ...{ method: 'POST', body: '{}', signal: caller.signal },
      headers: { Authorization: 'test', 'Content-Type': 'application/json' },
    });
    // Nobody reads the answer: what is kept alive must do the work by itself.
    void createRouter(deps).fetch(request, { waitUntil: (work) => void kept.push(work) });
    while ((await vendor.log()).length === 0);
    caller.abort();
    await vendor.release();
    await Promise.all(kept);
    expect(tracked).toMatchObject([{ ids: ['task-left'] }]);
  });

  it('waits for its answer longer than a look at a task does: a song was ordered, and its id must not be lost', async () => {
    const vendor = newSpace();
    await vendor.vendor({ hold: true, body: { data: 'task-late' }, fault: 'status', status: 200 });
    const { ask, tracked } = routes(vendor, {}, { timeoutMs: 1 });
    const answers = [ask(SUBMIT, post({})), ask('/suno/other', post({}))];
    while ((await vendor.log()).length < 2);
    await vendor.release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(tracked).toMatchObject([{ ids: ['task-late'] }]);
  });

  it.each([
    ['{"prompt":"a","seed":1.50}', '{"notify_hook":"HOOK","prompt":"a","seed":1.50}'],
    [' { } ', ' {"notify_hook":"HOOK" } '],
    ['{"notify_hook":"https://hooks.example/x","n":1}', '{"notify_hook":"HOOK","n":1}'],
    ['[1]', '[1]'],
  ])('names our hook to the vendor where there is one: %s', async (raw, sent) => {
    const vendor = newSpace();
    const hook = 'https://songs.example/hooks/relay/hush-hush-1';
    await vendor.answers(`POST ${SUBMIT}`, [{ body: { data: 'task-new', notify_hook: hook } }]);
    const env = { HOOK_SECRET: 'hush-hush-1', PUBLIC_BASE_URL: 'https://songs.example' };
    const answer = await routes(vendor, env).ask(SUBMIT, { method: 'POST', raw });
    expect((await vendor.log())[0]?.body).toBe(sent.replace('HOOK', hook));
    expect(await answer.json()).toMatchObject({ notify_hook: 'https://songs.example/hooks/relay/[redacted]' });
  });

  it.each([{ HOOK_SECRET: 'hush-hush-1' }, { PUBLIC_BASE_URL: 'https://songs.example' }])(
    'names no hook with %j alone',
    async (env) => {
      const vendor = newSpace();
      await vendor.answers(`POST ${SUBMIT}`, accepted());
      await routes(vendor, env).ask(SUBMIT, post({ prompt: 'a' }));
      expect((await vendor.log())[0]?.body).toBe('{"prompt":"a"}');
    },
  );

  it.each<[string, Parameters<TestSpace['vendor']>[0], number, string]>([
    ['hangs', { fault: 'hang' }, 503, 'vendor_unavailable'],
    ['resets', { fault: 'reset' }, 503, 'vendor_unavailable'],
    ['sends HTML', { fault: 'html' }, 502, 'vendor_bad_answer'],
    ['sends nothing', { fault: 'empty' }, 502, 'vendor_bad_answer'],
    ['breaks its JSON off', { fault: 'truncated' }, 502, 'vendor_bad_answer'],
    ['sends 404 without JSON', { fault: 'status', status: 404, body: '' }, 502, 'vendor_bad_answer'],
    ['sends 400 without JSON', { fault: 'status', status: 400, body: 'bad' }, 502, 'vendor_bad_answer'],
    ['sends 429 without JSON', { fault: 'status', status: 429, body: '<h1>429</h1>' }, 503, 'vendor_rate_limited'],
    ['sends 401 without JSON', { fault: 'status', status: 401, body: '' }, 502, 'vendor_unauthorized'],
  ])('a vendor that %s is a failure in a relay’s words, asked once', async (_, settings, status, code) => {
    const vendor = newSpace();
    await vendor.vendor(settings);
    for (const path of [SUBMIT, '/suno/other']) {
      const { ask, tracked, log } = routes(vendor, {}, { relayTimeoutMs: settings.fault === 'hang' ? 100 : 5_000 });
      await vendor.clearLog();
      expect(await relayError(await ask(path, post({})))).toEqual([status, code]);
      expect(tracked).toEqual([]);
      expect(log).toMatchObject([{ event: 'vendor.fault', vendor: 'relay' }]);
      expect(await vendor.log()).toHaveLength(1);
    }
  });

  it('never follows a redirect to another host with the key', async () => {
    const [vendor, elsewhere] = [newSpace(), newSpace()];
    const to = elsewhere.url.replace('127.0.0.1', 'localhost');
    for (const status of [301, 302, 303, 307, 308]) {
      await vendor.answers(`POST ${SUBMIT}`, [{ status, headers: { location: `${to}${SUBMIT}` } }]);
      expect(await relayError(await routes(vendor).ask(SUBMIT, post({})))).toEqual([502, 'vendor_bad_answer']);
    }
    expect(await elsewhere.log()).toEqual([]);
  });

  it('refuses what is no JSON of at most 1 MiB before the vendor is asked', async () => {
    const vendor = newSpace();
    await vendor.answers(`POST ${SUBMIT}`, accepted());
    const { ask } = routes(vendor);
    const json = { 'Content-Type': 'application/json' };
    const sized = (bytes: number): string => JSON.stringify({ prompt: 'x'.repeat(bytes - 13) });
    expect(sized(100)).toHaveLength(100);
    expect(await relayError(await ask(SUBMIT, { method: 'POST', raw: '{', headers: json }))).toEqual([
      400,
      'invalid_request',
    ]);
    expect(await relayError(await ask(SUBMIT, { method: 'POST', raw: sized(1_048_577), headers: json }))).toEqual([
      413,
      'payload_too_large',
    ]);
    expect(await vendor.log()).toEqual([]);
    expect((await ask(SUBMIT, { method: 'POST', raw: sized(1_048_576), headers: json })).status).toBe(200);
  });

  it('is for tokens of scope track; an unknown vendor is 404, a retired one is asked no more', async () => {
    const vendor = newSpace();
    const retired = { VENDORS: { relay: { base_url: vendor.url }, old: { base_url: vendor.url, retired: true } } };
    const { ask } = routes(vendor, { API_TOKENS: 'r:read:reads,t:track:tracks', ...retired });
    for (const path of [SUBMIT, '/suno/other']) {
      expect(await relayError(await ask(path, post({}, { token: 'reads' })))).toEqual([403, 'forbidden']);
      expect((await ask(path, post({}, { token: 'tracks' }))).status).toBe(200);
      expect(await relayError(await ask(`/nobody${path}`, post({}, { token: 'tracks' })))).toEqual([404, 'not_found']);
      expect(await relayError(await ask(`/old${path}`, post({}, { token: 'tracks' })))).toEqual([
        400,
        'invalid_request',
      ]);
    }
    expect(await vendor.log()).toHaveLength(2);
  });
});

describe('any other /suno/… route', () => {
  it.each([
    ['GET', '/suno/account/credits?x=1&x=%2F', undefined],
    ['GET', '/suno/submit/music', undefined],
    ['PUT', '/suno/persona/a%2Fb%20c/', 'bytes'],
    ['DELETE', '/suno/personas//7', undefined],
    ['PATCH', '/suno/suno/x', '{"a":1}'],
    ['POST', '/suno/fetch/x/more', ''],
  ])('%s %s goes to the vendor as it came', async (method, path, raw) => {
    const vendor = newSpace();
    // The stand-in decodes the route that it is told once.
    const { pathname } = new URL(encodeURI(path), BASE);
    await vendor.answers(`${method} /${pathname.slice(1)}`, [{ status: 201, body: { said: 'so' } }]);
    const headers = {
      'Content-Type': 'application/x-thing',
      Accept: 'application/vnd.relay+json',
      Cookie: 'a=b',
      'X-Own': '1',
    };
    const answer = await routes(vendor).ask(path, { method, headers, ...(raw !== undefined && { raw }) });
    expect([answer.status, await answer.json()]).toEqual([201, { said: 'so' }]);
    const [sent] = await vendor.log();
    expect(sent).toMatchObject({ method, path, body: raw ?? '' });
    expect(sent?.headers).toMatchObject({
      accept: headers.Accept,
      'content-type': headers['Content-Type'],
      authorization: `Bearer ${VENDOR_KEY}`,
    });
    expect(sent?.headers).not.toHaveProperty('cookie');
    expect(sent?.headers).not.toHaveProperty('x-own');
    expect(JSON.stringify(sent?.headers)).not.toContain('test-token');
  });

  it('HEAD has GET’s headers and no body', async () => {
    const vendor = newSpace();
    await vendor.answers('GET /suno/credits', [{ body: { left: 5 } }]);
    const answer = await routes(vendor).ask('/suno/credits', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '10', '']);
  });

  it('204 is an answer', async () => {
    const vendor = newSpace();
    await vendor.answers('DELETE /suno/x', [{ status: 204 }]);
    expect((await routes(vendor).ask('/suno/x', { method: 'DELETE' })).status).toBe(204);
  });

  it.each([true, false])('an upload of 3 MB is streamed on, its length known: %s', async (known) => {
    const vendor = newSpace();
    await vendor.answers('POST /suno/uploads/audio', [{ body: { ok: true } }]);
    const pieces = 48;
    const bytes = pieces * 65_536;
    let given = 0;
    const raw = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (given++ === pieces) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(97));
      },
    });
    const headers = {
      'Content-Type': 'multipart/form-data; boundary=x',
      ...(known && { 'Content-Length': String(bytes) }),
    };
    const answer = await routes(vendor).ask('/suno/uploads/audio', { method: 'POST', raw, headers });
    expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}']);
    const [sent] = await vendor.log();
    expect(sent?.body).toHaveLength(bytes);
    expect(sent?.headers['content-type']).toBe('multipart/form-data; boundary=x');
    expect([sent?.headers['content-length'], sent?.headers['transfer-encoding']]).toEqual(
      known ? [String(bytes), undefined] : [undefined, 'chunked'],
    );
  });

  it('an upload that breaks off is no answer', async () => {
    const vendor = newSpace();
    const raw = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      pull: (controller) => controller.error(new Error('The caller left')),
    });
    const { ask } = routes(vendor);
    expect(
      await relayError(await ask('/suno/up', { method: 'POST', raw, headers: { 'Content-Length': '100' } })),
    ).toEqual([503, 'vendor_unavailable']);
  });

  it('a redirect of a streamed body is no endpoint; one of a GET is followed at home', async () => {
    const vendor = newSpace();
    const location = `${vendor.url}/suno/new`;
    await vendor.answers('POST /suno/old', [{ status: 307, headers: { location } }]);
    await vendor.answers('GET /suno/old', [{ status: 302, headers: { location } }]);
    await vendor.answers('GET /suno/new', [{ body: { at: 'new' } }]);
    const { ask } = routes(vendor);
    expect(await relayError(await ask('/suno/old', { method: 'POST', raw: 'x' }))).toEqual([502, 'vendor_bad_answer']);
    expect(await (await ask('/suno/old')).json()).toEqual({ at: 'new' });
  });

  it.each([
    '/suno/..%2f..%2fadmin',
    '/suno/x/%2e%2e%2f%2e%2e%2fadmin',
    '/suno/a%5c..%5c..%5cadmin',
    '/suno/%252e%252e/admin',
    '/suno/..;/admin',
    '/suno/%ff/..%2f..%2fapi/user/self',
    '/relay/suno/%c3/%25252e%25252e/admin',
    '/suno/fetch/..%2F..%2Fapi%2Fuser%2Fself',
    '/suno/fetch/%25252e.',
  ])('%s is refused: a vendor’s server may decode it', async (path) => {
    const vendor = newSpace();
    expect(await relayError(await routes(vendor).ask(path))).toEqual([400, 'invalid_request']);
    expect(await vendor.log()).toEqual([]);
  });

  it.each(['/suno/../admin', '/suno/%2e%2e/admin', '//evil.example/suno/x', '/suno\\..\\admin', '/suno'])(
    '%s is no drop-in route at all',
    async (path) => {
      const vendor = newSpace();
      expect((await routes(vendor).ask(path)).status).toBe(404);
      expect(await vendor.log()).toEqual([]);
    },
  );

  it('known routes with a wrong method stay 405', async () => {
    const vendor = newSpace();
    const { ask } = routes(vendor);
    const allowed = async (path: string, method: string) => {
      const answer = await ask(path, { method });
      return [answer.status, answer.headers.get('allow')];
    };
    expect(await allowed('/suno/fetch/x', 'DELETE')).toEqual([405, 'GET, HEAD']);
    expect(await allowed('/relay/suno/fetch/x', 'POST')).toEqual([405, 'GET, HEAD']);
    expect(await allowed('/suno/fetch', 'GET')).toEqual([405, 'POST']);
    expect(await vendor.log()).toEqual([]);
  });

  it('counts against the invocation’s budget', async () => {
    const vendor = newSpace();
    expect(await relayError(await routes(vendor, {}, { budget: 0 }).ask('/suno/x'))).toEqual([
      503,
      'vendor_unavailable',
    ]);
    expect(await vendor.log()).toEqual([]);
  });

  it('takes the vendor’s key out of what it answers, escaped too', async () => {
    const vendor = newSpace();
    const key = 'top/secret"key+1234';
    await vendor.answers('GET /suno/me', [
      {
        body: JSON.stringify({ token: key, bearer: `Bearer ${key}` }).replaceAll('/', '\\/'),
        headers: { 'content-type': 'text/plain' },
      },
    ]);
    const { ask } = routes(vendor, { RELAY_API_KEY: key });
    const text = await (await ask('/suno/me')).text();
    expect(JSON.parse(text)).toEqual({ token: '[redacted]', bearer: 'Bearer [redacted]' });
  });
});
