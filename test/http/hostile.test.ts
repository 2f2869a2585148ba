// What hostile callers send: ids that would leave their place, names of every object, JSON of absurd form, headers of absurd size.
import { afterEach, describe, expect, it } from 'vitest';
import { attachment } from '../../src/http/files/file-name.ts';
import { type Ask, call, clip, fakeDeps, problem, reading, SLUG, TASK_ID } from './fixtures.ts';

const json = { 'Content-Type': 'application/json' };
const raw = (text: string, more: Ask = {}): Ask => ({ method: 'POST', raw: text, headers: json, ...more });
const MEBIBYTE = 1024 * 1024;
const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).sort().join();

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).sort().join()).toBe(PROTOTYPE);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

const ROUTES = [
  '/v1/tasks/ID',
  '/v1/tasks/ID/retry',
  '/suno/fetch/ID',
  '/other/suno/fetch/ID',
  '/v1/clips/ID',
  '/media/ID/audio.mp3',
];

describe('ids in paths', () => {
  it.each([
    ...['%0d%0aX-Injected:%20yes', '%0D%0A%0D%0A<script>', 'a%00b', '%7f', '%c2%85', '%e2%80%a8', '%e2%80%a9'],
    ...['%ed%a0%80', '%ff', '%c0%ae%c0%ae', '%', '%zz', '%u0041', 'a'.repeat(201), '%f0%9f%8e%b5'.repeat(201)],
    // What leaves its place once a vendor decodes it.
    ...['..%2f..%2fv1%2fstats', '%2e%2e%2f%2e%2e', '..%5c..', '%252e%252e', 'a%252fb', '%ff%252e%252e'],
  ])('%s is refused everywhere, and stands in no header', async (id) => {
    for (const route of ROUTES) {
      const method = route.endsWith('retry') ? 'POST' : 'GET';
      const answer = await call(route.replace('ID', id), { method });
      expect([route, [400, 404].includes(answer.status)]).toEqual([route, true]);
      expect(JSON.stringify([...answer.headers])).not.toMatch(/injected|script/i);
      expect(JSON.parse(await answer.text())).toMatchObject({
        code: expect.stringMatching(/^(invalid_request|not_found)$/),
      });
    }
  });

  it.each(['<script>', "'; DROP TABLE tasks; --", '%e2%80%aeabc', '%f0%9f%8e%b5'.repeat(200)])(
    '%s is an id like any other: looked up as it is, and encoded in its link',
    async (id) => {
      const asked: string[] = [];
      const deps = fakeDeps();
      const readTasks: typeof deps.readTasks = (vendor, ids, options) => (
        asked.push(...ids),
        deps.readTasks(vendor, ids, options)
      );
      const answer = await call(`/v1/tasks/${id}`, {}, { ...deps, readTasks });
      const { links } = (await answer.json()) as { links: { self: string } };
      expect([answer.status, asked]).toEqual([200, [decodeURIComponent(id)]]);
      const { pathname } = new URL(links.self);
      expect(pathname.split('/')).toHaveLength(4);
      expect(decodeURIComponent(pathname.slice('/v1/tasks/'.length))).toBe(decodeURIComponent(id));
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s is an id, and no vendor',
    async (name) => {
      expect(await (await call(`/v1/tasks/${name}`)).json()).toMatchObject({ id: name });
      expect(
        await (await call('/v1/tasks/fetch', { method: 'POST', body: { ids: [name, name] } })).json(),
      ).toMatchObject({
        results: [{ id: name, task: { id: name } }, { id: name }],
      });
      expect(await problem(`/v1/tasks/a?vendor=${name}`)).toEqual([404, 'not_found']);
      expect((await call(`/${name}/suno/fetch/a`)).status).toBe(404);
      expect((await call(`/hooks/${name}/secret`, { method: 'POST', raw: '{}' })).status).toBe(204);
      expect((await call(`/media/${name}/audio.mp3`)).status).toBe(404);
      expect((await call(`/media/${SLUG}/${name}`)).status).toBe(404);
    },
  );
});

describe('bodies', () => {
  it.each(['__proto__', 'constructor', 'toString', 'polluted'])(
    'a key %s is unknown: 400, and nothing is polluted',
    async (key) => {
      const ask = raw(`{"ids":["a"],"${key}":{"polluted":true}}`);
      for (const path of ['/v1/tasks', '/v1/tasks/fetch']) {
        const { status, errors } = (await (await call(path, ask)).json()) as { status: number; errors: unknown };
        expect([path, status, errors]).toEqual([path, 400, [{ path: key, message: 'is not known here' }]]);
      }
      const patch = raw(`{"title":"x","${key}":1}`, { method: 'PATCH' });
      expect(await problem(`/v1/clips/${SLUG}`, patch)).toEqual([400, 'invalid_request']);
      expect(await problem(`/v1/tasks?${key}=1`)).toEqual([400, 'invalid_request']);
      // Relays ignore what they do not know.
      expect((await call('/suno/fetch', ask)).status).toBe(200);
      expect((await call('/suno/submit/music', raw(`{"${key}":{"notify_hook":"x"}}`))).status).toBe(200);
    },
  );

  it('passes a submit with __proto__ on to the letter, and takes the hook out of it', async () => {
    const sent: string[] = [];
    const deps = fakeDeps();
    const submit: typeof deps.relay.submit = (vendor, submission, hook) => (
      sent.push(submission.text),
      deps.relay.submit(vendor, submission, hook)
    );
    const body = '{"__proto__":{"a":1},"constructor":2,"notify_hook":"https://hook.example/x"}';
    await call('/suno/submit/music', raw(body), { ...deps, relay: { ...deps.relay, submit } });
    expect(sent).toEqual(['{"__proto__":{"a":1},"constructor":2}']);
  });

  const DEEP = 100_000;
  const deep = (inner = ''): string => '['.repeat(DEEP) + inner + ']'.repeat(DEEP);
  const deepObject = `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`;
  it.each<[name: string, text: string]>([
    ['a list, 100,000 deep', deep()],
    ['an object, 100,000 deep', deepObject],
    ['ids, 100,000 deep', `{"ids":${deep('"a"')}}`],
    ['an unknown key, 100,000 deep', `{"ids":["a"],"x":${deepObject}}`],
    [
      'an answer, 100,000 deep, with a number that is kept by its digits',
      `{"answers":[${deep('1264818594046181786')}],"ids":["a"]}`,
    ],
    ['a megabyte of brackets that never close', '['.repeat(MEBIBYTE - 1)],
    ['a megabyte of empty lists', `[${'[],'.repeat(300_000)}[]]`],
    ['a hundred thousand keys', `{${Array.from({ length: 80_000 }, (_, index) => `"k${index}":1`).join()}}`],
    ['a hundred thousand ids', `{"ids":[${'"a",'.repeat(100_000)}"a"]}`],
    ['numbers beyond any', '{"ids":[1e999,-1e999,1e-999]}'],
  ])('%s is answered by 400 in time', async (_, text) => {
    const started = performance.now();
    // Relays ignore a key that they do not know, and take a body without ids, so what else is in it is no matter there.
    const isTaken =
      text.includes('"x"') || (!text.includes('"ids"') && text.endsWith(text.startsWith('[') ? ']' : '}'));
    const dropIn = isTaken ? [] : ['/suno/fetch'];
    const own = ['/v1/tasks', '/v1/tasks/fetch', '/v1/tasks/import', `/v1/tasks/${TASK_ID}/retry`];
    for (const path of [...own, ...dropIn]) expect([path, (await call(path, raw(text))).status]).toEqual([path, 400]);
    expect((await call('/hooks/relay/none', raw(text))).status).toBe(204);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each([
    ['a submit', `{"prompt":${deep()},"notify_hook":"https://hook.example/x"}`],
    ['a saved answer', `{"answers":[{"task_id":"t-1","status":"SUCCESS","data":${deep()}}]}`],
    ['a saved answer with an object', `{"answers":[{"task_id":"t-1","status":"SUCCESS","data":${deepObject}}]}`],
  ])('%s, 100,000 deep, is never a 500', async (name, text) => {
    const answer = await call(name === 'a submit' ? '/suno/submit/music' : '/v1/tasks/import', raw(text));
    expect([200, 202, 400]).toContain(answer.status);
  });

  it('of a key that is given twice the last one counts, in body and answer alike', async () => {
    expect(await (await call('/v1/tasks', raw('{"ids":["a"],"ids":["new-b"]}'))).json()).toEqual({
      results: [{ id: 'new-b', created: true }],
    });
    expect(await problem('/v1/tasks?limit=1&limit=2')).toEqual([400, 'invalid_request']);
  });
});

describe('headers', () => {
  it.each<[name: string, value: string]>([
    ['X-HTTP-Method-Override', 'DELETE'],
    ['X-HTTP-Method', 'DELETE'],
    ['X-Method-Override', 'DELETE'],
    ['X-Forwarded-Host', 'evil.example'],
    ['X-Original-URL', '/v1/stats'],
    ['X-Rewrite-URL', '/v1/stats'],
    ['Forwarded', 'host=evil.example;proto=http'],
    ['Accept-Encoding', 'gzip;q=0, *;q=1e999, identity;q=-1'],
    ['Accept', `text/html, ${'a/b,'.repeat(2_000)}`],
    ['Cookie', Array.from({ length: 500 }, (_, index) => `c${index}=${'x'.repeat(50)}`).join('; ')],
    ['Prefer', `wait=${'9'.repeat(5_000)}s, `.repeat(3)],
    ['If-None-Match', `"${'x'.repeat(60_000)}"`],
    ['X-Large', 'x'.repeat(200_000)],
  ])('%s changes nothing', async (name, value) => {
    const plain = await call(`/v1/tasks/${TASK_ID}`);
    const answer = await call(`/v1/tasks/${TASK_ID}`, { headers: { [name]: value } });
    expect([answer.status, await answer.text()]).toEqual([200, await plain.text()]);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('a token of a megabyte is unknown, in time', async () => {
    const started = performance.now();
    expect(await problem('/v1/tasks', { token: 'x'.repeat(MEBIBYTE) })).toEqual([401, 'unauthorized']);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('titles in Content-Disposition', () => {
  it.each([
    'a"; filename=evil.exe; x="',
    'a\r\nX-Injected: yes',
    '../../etc/passwd',
    'C:\\evil',
    '\u202egpj.exe',
    'a\u0000b',
    '\ud800lone',
    '🎵'.repeat(200),
    '%0d%0aX-Injected: yes',
    "'*=`${x}`",
    '\u2028\u2029',
  ])('%j stays a name', async (title) => {
    const deps = fakeDeps();
    const flows = { ...deps.flows, knownClip: async () => ({ clip, reading: { ...reading, title } }) };
    const answer = await call(`/media/${SLUG}/audio.mp3?download`, { token: null }, { ...deps, flows });
    const header = answer.headers.get('content-disposition') ?? '';
    expect([answer.status, header]).toEqual([200, attachment(title, SLUG, 'mp3')]);
    expect(header).toMatch(
      /^attachment; filename="[\x20\x21\x23-\x24\x26-\x5b\x5d-\x7e]+\.mp3"; filename\*=UTF-8''[\w%.!~-]+\.mp3$/,
    );
    expect(answer.headers.get('x-injected')).toBeNull();
    expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}"/\\]/u);
  });
});
