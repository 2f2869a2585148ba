// One POST to a receiver over real HTTP, and what its answer means.
import { describe, expect, it } from 'vitest';
import { RETRY_AFTER_MAX_MS } from '../../src/model/limits.ts';
import { postTo, type Posting, type PostRules } from '../../src/net/webhook.ts';
import { newSpace } from '../support/space.ts';
import type { Answer } from '../support/stand-in-types.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const LOCAL: PostRules = { address: { allowPrivate: true, ownOrigins: [] }, now: () => NOW };
const letter = { body: '{"a":"ö"}', headers: { 'webhook-id': 'evt_1_1' } };

async function post(answer: Answer, rules: Partial<PostRules> = {}, change: Partial<Posting> = {}) {
  const space = newSpace();
  const url = `${await space.receiver([answer])}?token=secret`;
  const posted = await postTo({ ...letter, url, ...change }, { ...LOCAL, ...rules });
  return { ...posted, host: new URL(url).host, log: await space.log() };
}

describe('postTo()', () => {
  it('POSTs the body as it is, as JSON, with the headers given, and says who asks', async () => {
    const { log } = await post({});
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({
      method: 'POST',
      path: expect.stringMatching(/\?token=secret$/),
      body: '{"a":"ö"}',
      headers: { 'content-type': 'application/json', 'user-agent': 'longplay', 'webhook-id': 'evt_1_1' },
    });
    expect(Object.keys(log[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/auth|cookie|referer|key/)]),
    );
  });

  it.each([200, 201, 202, 204, 299])('%i is delivered', async (status) => {
    expect(await post({ status })).toMatchObject({ status, outcome: { ok: true } });
  });

  it.each([301, 302, 303, 307, 308])('%i is a failed try: no redirect is followed', async (status) => {
    const space = newSpace();
    const location = await space.receiver();
    const url = await space.receiver([{ status, headers: { location } }]);
    const { outcome } = await postTo({ ...letter, url }, LOCAL);
    expect(outcome).toMatchObject({ ok: false, final: false, detail: expect.stringMatching(`answers ${status}$`) });
    expect((await space.log()).map(({ path }) => space.url + path)).toEqual([url]);
  });

  it.each([304, 400, 401, 403, 404, 408, 429, 500, 502, 503])('%i is a failed try that says so', async (status) => {
    const { outcome, host } = await post({ status });
    expect(outcome).toEqual({
      ...{ ok: false, final: false, retry_after_ms: null },
      detail: `The receiver ${host} answers ${status}`,
    });
  });

  it('410 is final', async () => {
    expect(await post({ status: 410 })).toMatchObject({ status: 410, outcome: { ok: false, final: true } });
  });

  it.each([
    [429, '7', 7_000],
    [503, '120', 120_000],
    [503, 'Sat, 21 Nov 2026 10:01:00 GMT', 60_000],
    [429, '86400', RETRY_AFTER_MAX_MS],
    [429, 'soon', null],
    [500, '7', null],
    [302, '7', null],
  ])('%i with Retry-After: %s is to be tried again in %s ms', async (status, header, retry_after_ms) => {
    const { outcome } = await post({ status, headers: { 'retry-after': header } });
    expect(outcome).toMatchObject({ ok: false, final: false, retry_after_ms });
  });

  it('has a time for the whole try: who does not answer in it has not got it', async () => {
    const space = newSpace();
    const url = await space.receiver([{ hold: true }]);
    const { status, outcome } = await postTo({ ...letter, url }, { ...LOCAL, timeoutMs: 30 });
    expect({ status, outcome }).toEqual({
      status: null,
      outcome: {
        ...{ ok: false, final: false, retry_after_ms: null },
        detail: `The receiver ${new URL(url).host} does not answer within 30 ms`,
      },
    });
    await expect.poll(async () => (await space.log())[0]?.ended).not.toBeNull();
  });

  it('does not read the answer, however long it takes to come (a body that never ends)', async () => {
    const space = newSpace();
    const url = await space.media('endless', { recipe: { kind: 'mp3', bytes: 50_000 }, fault: 'endless' });
    expect((await postTo({ ...letter, url }, LOCAL)).outcome).toEqual({ ok: true });
    await expect.poll(async () => (await space.log())[0]?.ended).not.toBeNull();
  });

  it.each([
    ['a connection that breaks', { reset: true }, {}],
    ['a host that is not there', {}, { url: 'http://127.0.0.1:1/hook?token=secret' }],
  ])('takes %s for a failed try', async (_, answer, change) => {
    const { status, outcome } = await post(answer, {}, change);
    expect(status).toBeNull();
    expect(outcome).toMatchObject({ ok: false, final: false, detail: expect.stringMatching(/:\d+ does not answer$/) });
  });

  it.each([
    'http://10.0.0.1/hook?token=secret',
    'http://169.254.169.254/hook?token=secret',
    'http://[fe80::1]/hook?token=secret',
    'http://user:secret@127.0.0.1/hook',
    'https://songs.example/hook?token=secret',
    'ftp://127.0.0.1/hook?token=secret',
    'secret',
  ])('asks nobody at %s, for good', async (url) => {
    const address = { allowPrivate: true, ownOrigins: ['https://songs.example'] };
    const { status, outcome, log } = await post({}, { address }, { url });
    expect({ status, outcome }).toMatchObject({ status: null, outcome: { ok: false, final: true } });
    expect(log).toEqual([]);
  });

  it('asks no private host where settings do not allow it', async () => {
    const { outcome, log } = await post({}, { address: { allowPrivate: false, ownOrigins: [] } });
    expect([outcome, log]).toMatchObject([{ ok: false, final: true }, []]);
  });

  it.each<[string, Answer, Partial<Posting>]>([
    ['an answer', { status: 500 }, {}],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1/secret' } }, {}],
    ['a broken connection', { reset: true }, {}],
    ['a blocked address', {}, { url: 'http://10.0.0.1/receiver?token=secret' }],
  ])('names the host alone, never path or query, of %s', async (_, answer, change) => {
    const { outcome } = await post(answer, {}, change);
    expect(JSON.stringify(outcome)).not.toMatch(/secret|receiver\/|http:/);
  });
});
