// Idempotency-Key over the real routes, flow, ledger and client, against a vendor over HTTP: whatever comes twice, one song is made.
import { env } from 'cloudflare:workers';
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { httpDeps } from '../../../src/app/fetch.ts';
import { LEDGER_NAME } from '../../../src/model/limits.ts';
import { submitOnce, type SubmitOnceDeps } from '../../../src/flows/submit-once.ts';
import { submit } from '../../../src/flows/track.ts';
import type { HttpDeps } from '../../../src/http/context.ts';
import { createRouter } from '../../../src/http/router.ts';
import type { Order } from '../../../src/ledger/api.ts';
import { ok } from '../../../src/model/fault.ts';
import { vendorClient } from '../../../src/relay/client.ts';
import { type Ledger, settingsFor, VENDOR_KEY } from '../../flows/system.ts';
import { newSpace, type TestSpace } from '../../support/space.ts';
import type { Answer } from '../../support/stand-in-types.ts';
import { type Ask, BASE, call, fakeDeps } from '../fixtures.ts';

const SUBMIT = '/suno/submit/music';
const KEY = 'ab1d9b3f-4a53-4a8b-9d61-2a1f3e7f0a11';
const HOUR = 3_600_000;
/** Each song that the vendor makes has another id. */
const songs: Answer[] = ['task-one', 'task-two', 'task-three'].map((data) => ({
  body: { code: 'success', message: '', data },
}));
const FIRST = { code: 'success', message: '', data: 'task-one' };
const SECOND = { code: 'success', message: '', data: 'task-two' };

afterEach(() => void vi.useRealTimers());

interface World {
  readonly vendor: TestSpace;
  readonly ledger: Ledger;
  readonly tracked: string[];
  readonly deps: HttpDeps & { entries: object[] };
  /** What the platform keeps alive. */
  readonly kept: Promise<unknown>[];
  order(key: string | null, ask?: Ask, path?: string): Promise<Response>;
  asked(): Promise<number>;
}

interface Circumstances {
  env?: object;
  relayTimeoutMs?: number;
  budget?: number;
  /** In the ledger's place. */
  begins?: SubmitOnceDeps['ledger']['beginOrder'];
  ends?: SubmitOnceDeps['ledger']['endOrder'];
}

async function world(
  answers: Answer[] | null = songs,
  { env: more = {}, relayTimeoutMs = 5_000, budget = 45, begins, ends }: Circumstances = {},
): Promise<World> {
  const vendor = newSpace();
  if (answers) await vendor.answers(`POST ${SUBMIT}`, answers);
  const ledger = env.LEDGER.getByName(crypto.randomUUID());
  const settings = settingsFor({ relay: vendor, other: vendor }, { API_TOKENS: 'test,second:track:other', ...more });
  const base = fakeDeps({ settings: ok(settings) });
  const client = vendorClient({
    timeoutMs: 5_000,
    relayTimeoutMs,
    hookSecret: settings.hook_secret,
    budget: { left: budget },
    now: Date.now,
    log: base.log,
  });
  const tracked: string[] = [];
  const track = async (_: string, ids: string[]) => void tracked.push(...ids);
  const order: HttpDeps['relay']['submit'] = (...ordered) => submit(...ordered, { client, track, log: base.log });
  const calls = {
    beginOrder: begins ?? ((one: Order) => ledger.beginOrder(one)),
    endOrder: ends ?? ((name: string, answer: string | null) => ledger.endOrder(name, answer)),
  };
  const deps = {
    ...base,
    relay: {
      ...base.relay,
      submit: order,
      submitOnce: (named, ...ordered) => submitOnce(named, () => order(...ordered), { ledger: calls, log: base.log }),
    } satisfies HttpDeps['relay'],
  };
  const kept: Promise<unknown>[] = [];
  return {
    ...{ vendor, ledger, tracked, deps, kept },
    order: (key, { headers = {}, ...ask } = {}, path = SUBMIT) =>
      call(
        path,
        {
          ...{ method: 'POST', token: 'test', body: { prompt: 'a' } },
          ...ask,
          headers: { ...(key !== null && { 'Idempotency-Key': key }), ...headers },
        },
        deps,
      ),
    asked: async () => (await vendor.log()).length,
  };
}

const told = async (answer: Response) => ({
  status: answer.status,
  replayed: answer.headers.get('idempotent-replayed'),
  body: (await answer.json()) as unknown,
});
const refusal = async (answer: Response): Promise<[number, string]> => {
  const body = (await answer.json()) as { code: string };
  expect(body).toEqual({ code: body.code, message: expect.any(String), data: null });
  return [answer.status, body.code];
};
const CONFLICT = [409, 'idempotency_conflict'];
const MISMATCH = [422, 'idempotency_mismatch'];
const first = { status: 200, replayed: null, body: FIRST };
const again = { status: 200, replayed: 'true', body: FIRST };

describe('POST /suno/submit/{action} with an Idempotency-Key', () => {
  it('answers a repeat as the first one, says so, and makes no second song', async () => {
    const { order, asked, tracked } = await world();
    expect(await told(await order(KEY))).toEqual(first);
    expect(await told(await order(KEY))).toEqual(again);
    expect(await told(await order(KEY, {}, `/relay${SUBMIT}`))).toEqual(again);
    expect([await asked(), tracked]).toEqual([1, ['task-one']]);
  });

  it('makes a song for each key, and for each order without one', async () => {
    const { order, asked } = await world();
    expect(await told(await order('one'))).toEqual(first);
    expect(await told(await order('two'))).toEqual({ ...first, body: SECOND });
    expect(await told(await order(null))).toMatchObject({ replayed: null });
    expect(await told(await order(null))).toMatchObject({ replayed: null });
    expect(await asked()).toBe(4);
  });

  it('asks the vendor once where ten come at a time; nine are told to come again, and then have the answer', async () => {
    const { order, asked, vendor } = await world([{ ...songs[0], hold: true }, ...songs.slice(1)]);
    const refused: Response[] = [];
    const all = Array.from({ length: 10 }, async () => {
      const answer = await order(KEY);
      if (answer.status === 409 && refused.push(answer) === 9) await vendor.release();
      return answer.status;
    });
    expect((await Promise.all(all)).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
    for (const answer of refused) {
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await refusal(answer)).toEqual(CONFLICT);
    }
    expect(await told(await order(KEY))).toEqual(again);
    expect(await asked()).toBe(1);
  });

  it('loses nothing where the caller leaves: who comes again has the answer', async () => {
    const { deps, vendor, order, asked, tracked, kept } = await world([{ ...songs[0], hold: true }, ...songs.slice(1)]);
    const caller = new AbortController();
    const request = new Request(BASE + SUBMIT, {
      ...{ method: 'POST', body: '{"prompt":"a"}', signal: caller.signal },
      headers: { Authorization: 'test', 'Idempotency-Key': KEY },
    });
    void createRouter(deps).fetch(request, { waitUntil: (work) => void kept.push(work) });
    while ((await asked()) === 0);
    caller.abort();
    expect(await refusal(await order(KEY))).toEqual(CONFLICT);
    await vendor.release();
    expect(kept).toHaveLength(1);
    await Promise.all(kept);
    expect(await told(await order(KEY))).toEqual(again);
    expect([await asked(), tracked]).toEqual([1, ['task-one']]);
  });

  it.each<[string, Ask, string?]>([
    ['another body', { body: { prompt: 'b' } }],
    ['the same body, written otherwise', { body: undefined, raw: '{ "prompt": "a" }' }],
    ['another notify_hook', { body: { prompt: 'a', notify_hook: 'https://hooks.example/x' } }],
    ['another action', {}, '/suno/submit/lyrics'],
    ['another query', {}, `${SUBMIT}?channel=2`],
    ['another vendor', {}, `/other${SUBMIT}`],
  ])('refuses %s under the same key', async (_, ask, path) => {
    const { order, asked } = await world();
    await order(KEY);
    expect(await refusal(await order(KEY, ask, path))).toEqual(MISMATCH);
    expect(await told(await order(KEY))).toEqual(again);
    expect(await asked()).toBe(1);
  });

  it('keeps the keys of each token apart', async () => {
    const { order, asked } = await world();
    expect(await told(await order(KEY))).toEqual(first);
    expect(await told(await order(KEY, { token: 'other' }))).toEqual({ ...first, body: SECOND });
    expect(await told(await order(KEY, { token: 'other' }))).toEqual({ ...again, body: SECOND });
    expect(await asked()).toBe(2);
  });

  it('forgets a key 24 h after it was first used', async () => {
    const { order, asked } = await world();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-28T00:00:00Z') });
    await order(KEY);
    vi.setSystemTime(Date.now() + 24 * HOUR - 1);
    expect(await told(await order(KEY))).toEqual(again);
    vi.setSystemTime(Date.now() + 1);
    expect(await told(await order(KEY))).toEqual({ ...first, body: SECOND });
    expect(await asked()).toBe(2);
  });

  it('remembers over a restart of the ledger, before its answer and after', async () => {
    const { order, asked, vendor, ledger } = await world([{ ...songs[0], hold: true }, ...songs.slice(1)]);
    const under = order(KEY);
    while ((await asked()) === 0);
    await evictDurableObject(ledger);
    expect(await refusal(await order(KEY))).toEqual(CONFLICT);
    await vendor.release();
    expect(await told(await under)).toEqual(first);
    await evictDurableObject(ledger);
    expect(await told(await order(KEY))).toEqual(again);
    expect(await asked()).toBe(1);
  });

  it('orders nothing again where nobody was left to keep the answer: the caller is told where to look, for 24 h', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-28T00:00:00Z') });
    const { order, asked, deps } = await world(songs, { ends: async () => Promise.reject(new Error('Worker ended')) });
    expect(await told(await order(KEY))).toEqual(first);
    expect(deps.entries).toContainEqual(expect.objectContaining({ event: 'error', at: 'submit' }));
    expect(await refusal(await order(KEY))).toEqual(CONFLICT);
    for (const ms of [105_000, 23 * HOUR]) {
      vi.setSystemTime(Date.now() + ms);
      const answer = await order(KEY);
      expect(answer.headers.get('retry-after')).toBeNull();
      expect((await answer.clone().text()).includes('GET /v1/tasks')).toBe(true);
      expect(await refusal(answer)).toEqual(CONFLICT);
    }
    expect(await asked()).toBe(1);
  });

  it('asks nobody where the ledger does not answer', async () => {
    const { order, asked } = await world(songs, { begins: async () => Promise.reject(new Error('down')) });
    expect(await refusal(await order(KEY))).toEqual([500, 'internal']);
    expect(await asked()).toBe(0);
  });

  it.each<[string, string | null]>([
    ['empty', ''],
    ['empty in quotation marks', '""'],
    ['spaces alone', '   '],
    ['256 characters', 'x'.repeat(256)],
    ['a tab inside', 'a\tb'],
    ['a letter outside of ASCII', 'clé'],
  ])('refuses a key that is %s, and asks nobody', async (_, key) => {
    const { order, asked } = await world();
    expect(await refusal(await order(key))).toEqual([400, 'invalid_request']);
    expect(await asked()).toBe(0);
  });

  it.each([
    'x',
    '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    'x'.repeat(255),
    '~ !#%',
    "'; DROP TABLE orders; --",
    '__proto__',
  ])('takes the key %s', async (key) => {
    const { order } = await world();
    expect(await told(await order(key))).toEqual(first);
    expect(await told(await order(key))).toEqual(again);
  });

  it.each<[string, Ask, string?]>([
    ['a body that is no JSON', { body: undefined, raw: '{' }],
    ['a hook that may not be called', { body: { notify_hook: 'ftp://x' } }],
    ['an unknown vendor', {}, `/nobody${SUBMIT}`],
    ['a token of too little scope', { token: 'reads' }],
  ])('leaves the key free after %s', async (_, ask, path) => {
    const { order, asked } = await world(songs, { env: { API_TOKENS: 'test,r:read:reads' } });
    expect((await order(KEY, ask, path)).status).toBeGreaterThanOrEqual(400);
    expect(await told(await order(KEY))).toEqual(first);
    expect(await asked()).toBe(1);
  });

  const error = { code: 'fail', message: 'no', data: null };
  it.each<[string, Answer]>([
    ['400', { status: 400, body: error }],
    ['422', { status: 422, body: error }],
    ['500', { status: 500, body: error }],
    ['503 with Retry-After', { status: 503, body: error, headers: { 'retry-after': '7' } }],
    ['200 with an error inside', { body: { ...error, message: 'words are not allowed' } }],
    ['204', { status: 204 }],
  ])('repeats the vendor’s %s: the order itself is at fault, or may have been taken', async (_, answer) => {
    const { order, asked } = await world([answer, ...songs]);
    const one = await order(KEY);
    const other = await order(KEY);
    expect([other.status, await other.text()]).toEqual([one.status, await one.text()]);
    expect(['idempotent-replayed', 'retry-after'].map((name) => other.headers.get(name))).toEqual(['true', null]);
    expect(await asked()).toBe(1);
  });

  it.each<[string, Answer]>([
    ['its key is refused (401)', { status: 401, body: error }],
    ['its credit is used up (402)', { status: 402, body: error }],
    ['its credit is used up (403)', { status: 403, body: error }],
    ['its credit is used up (200)', { body: { ...error, code: 'insufficient_user_quota' } }],
    ['it has no such route', { status: 404, body: error }],
    ['it limits the rate', { status: 429, body: error }],
    ['it limits the rate (200)', { body: { ...error, code: 429 } }],
    ['it limits the rate, without JSON', { status: 429, body: '<h1>slow</h1>' }],
  ])('asks the vendor again after it made no song since %s', async (_, answer) => {
    const { order, asked } = await world([answer, ...songs]);
    expect(await told(await order(KEY))).toMatchObject({ replayed: null });
    expect(await told(await order(KEY))).toEqual(first);
    expect(await told(await order(KEY))).toEqual(again);
    expect(await asked()).toBe(2);
  });

  it.each<[string, Answer | null, number, string]>([
    ['breaks the connection off', { reset: true }, 503, 'vendor_unavailable'],
    ['does not answer in time', null, 503, 'vendor_unavailable'],
    ['answers HTML', { body: '<h1>Bad gateway</h1>', status: 502 }, 503, 'vendor_unavailable'],
    ['breaks its JSON off', { body: '{"code":"succ' }, 502, 'vendor_bad_answer'],
  ])('never orders a second time from a vendor that %s: it may have taken the order', async (_, answer, ...failed) => {
    const { order, asked, vendor } = await world(answer && [answer, ...songs], {
      relayTimeoutMs: answer ? 5_000 : 100,
    });
    if (answer === null) await vendor.vendor({ fault: 'hang' });
    const one = await order(KEY);
    const text = await one.clone().text();
    expect(await refusal(one)).toEqual(failed);
    expect(text).toContain('under another Idempotency-Key');
    expect(text).not.toContain(VENDOR_KEY);
    const other = await order(KEY);
    expect([other.status, await other.text()]).toEqual([one.status, text]);
    expect(['idempotent-replayed', 'retry-after'].map((name) => other.headers.get(name))).toEqual(['true', null]);
    expect(await asked()).toBe(1);
  });

  it('leaves the key free where our own limit kept the vendor from being asked', async () => {
    const { order, asked } = await world(songs, { budget: 0 });
    expect(await refusal(await order(KEY))).toEqual([503, 'vendor_unavailable']);
    expect((await order(KEY)).headers.get('idempotent-replayed')).toBeNull();
    expect(await asked()).toBe(0);
  });

  it('keeps answers that one row and one call hold, and tells of a larger one where to look', async () => {
    const large = (characters: number): Answer => ({ body: { data: 'task-one', note: '永'.repeat(characters) } });
    for (const [characters, status] of [
      [249_000, 200],
      [250_000, 409],
    ] as const) {
      const { order, asked } = await world([large(characters), ...songs]);
      const one = await (await order(KEY)).text();
      expect(one.length).toBeGreaterThan(characters);
      const other = await order(KEY);
      expect(other.status).toBe(status);
      if (status === 200) expect(await other.text()).toBe(one);
      expect(await asked()).toBe(1);
    }
  });

  it('keeps neither token, key nor order, and no secret that a vendor repeats', async () => {
    const secrets = { HOOK_SECRET: 'hush-hush-1', PUBLIC_BASE_URL: BASE };
    const said = { data: 'task-one', key: VENDOR_KEY, notify_hook: `${BASE}/hooks/relay/hush-hush-1` };
    const { order, ledger } = await world([{ body: said }], { env: secrets });
    const prompt = 'a rainy waltz';
    const texts = [await order(KEY, { body: { prompt } }), await order(KEY, { body: { prompt } })];
    const stored = await runInDurableObject(ledger, (_, { storage }) =>
      JSON.stringify(storage.sql.exec('SELECT * FROM orders').toArray()),
    );
    for (const text of [stored, ...(await Promise.all(texts.map((answer) => answer.text())))])
      for (const secret of [VENDOR_KEY, 'hush-hush-1', KEY, prompt, '"test"']) expect(text).not.toContain(secret);
  });

  it('is so with the Worker as it is put together: the song is made once, and tracked', async () => {
    const vendor = newSpace();
    await vendor.answers(`POST ${SUBMIT}`, songs);
    const worker = httpDeps(env, ok(settingsFor({ alpha: vendor })));
    const ask = { method: 'POST', token: 'test', body: {}, headers: { 'Idempotency-Key': crypto.randomUUID() } };
    const path = `/alpha${SUBMIT}`;
    expect(await told(await call(path, ask, worker))).toEqual(first);
    const rest = await Promise.all(Array.from({ length: 10 }, async () => told(await call(path, ask, worker))));
    expect(rest).toEqual(rest.map(() => again));
    expect(await vendor.log(SUBMIT)).toHaveLength(1);
    expect(await env.LEDGER.getByName(LEDGER_NAME).unknownOf('alpha', ['task-one', 'task-two'])).toEqual(['task-two']);
  });

  it('is no matter of other routes, which pass it by', async () => {
    const { order, vendor } = await world();
    await vendor.answers('POST /suno/other', [{ body: {} }]);
    const answer = await order(KEY, {}, '/suno/other');
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, null]);
    expect((await vendor.log())[0]?.headers['idempotency-key']).toBeUndefined();
  });
});
