// No secret leaves its place: a relay repeats our key in every way it can; then answers, output, state and other hosts are searched.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { echoingRow, envelope, jsonSpellings, tracesOf } from './echo.ts';
import { Product, stopAll, until, isSettled } from './product.ts';
import { newRelay } from './world.ts';

const PIECES = { plain: 'MARKERplain0123456789', crypt: 'MARKERcrypt0123456789', refused: 'MARKERrefused01234567' };
type Name = keyof typeof PIECES;
/** The second holds everything that JSON, URLs and patterns have a meaning for. */
const KEYS: Record<Name, string> = {
  plain: `sk-${PIECES.plain}`,
  crypt: `"k\\/+${PIECES.crypt}\\\\%2F=&?#<'$&.*[(z"`,
  refused: `none-${PIECES.refused}`,
};
const WEBHOOK = 'MARKERwebhookMfKQ9r8GKYqrTwjUPD8';
const HOOK = 'MARKERhook-secret-0123456789';
const TOKEN = 'MARKERtoken0123456789';

let standIn: StandIn;
/** Another port is another host. */
let outside: StandIn;
let relays: Record<Name, TestSpace>;
let elsewhere: TestSpace;
let product: Product;
const ids: Record<Name, string[]> = { plain: [], crypt: [], refused: [] };

const call = (method: string, path: string, body?: unknown) =>
  product.call(method, path, { token: TOKEN, ...(body !== undefined && { body }) });

/** One song for each spelling, by GET and in every batch; files on another host, one of them by way of the relay. */
async function fill(name: Name): Promise<void> {
  const relay = relays[name];
  const rows: string[] = [];
  for (const [index, said] of jsonSpellings(KEYS[name]).entries()) {
    const id = `${name}-${index}`;
    const audio = await elsewhere.media(`${id}.mp3`, { recipe: { kind: 'mp3', bytes: 4_000, seed: index + 1 } });
    const cover = await relay.media(`${id}.jpeg`, {
      recipe: { kind: 'jpeg', bytes: 2_000, seed: index + 1 },
      fault: 'redirect',
      to: `${elsewhere.url}/media/${id}.jpeg?key=${encodeURIComponent(KEYS[name])}`,
    });
    const row = echoingRow(id, said, { audio, cover }, true);
    await relay.task(id, [
      { body: envelope(echoingRow(id, said, { audio, cover }, false), said) },
      { body: envelope(row, said) },
    ]);
    rows.push(row);
    ids[name].push(id);
  }
  const said = jsonSpellings(KEYS[name])[0] ?? '';
  await relay.answers('POST /suno/fetch', [{ body: envelope(`[${rows.join()}]`, said) }]);
  const headers = { 'x-echo': KEYS[name], 'x-oneapi-request-id': KEYS[name], 'retry-after': KEYS[name] };
  const echo = { body: `{"code":"success","message":"for ${said}","data":"${said}"}`, headers };
  const away = `${elsewhere.url}/suno/fetch/x?key=${encodeURIComponent(KEYS[name])}`;
  await relay.answers('GET /suno/echo', [echo]);
  await relay.answers('GET /suno/away', [{ status: 307, headers: { location: away } }]);
  await relay.answers('GET /suno/html', [{ status: 500, headers, body: `<p>${KEYS[name]}</p>` }]);
  await relay.answers('GET /suno/broken', [{ headers, body: `{"data": "${KEYS[name]}` }]);
  await relay.answers('GET /suno/limited', [{ status: 429, headers, body: `{"error":{"message":"${said}"}}` }]);
  await relay.answers('GET /suno/fetch/away', [{ status: 302, headers: { location: away } }]);
  await relay.answers('GET /suno/fetch/denied', [
    { status: 400, headers, body: `{"code":"task_not_exist","message":"${said}"}` },
  ]);
  await relay.answers('POST /suno/submit/music', [
    echo,
    { body: `{"code":"success","data":{"task_id":"${name}-0","key":"${said}"}}` },
  ]);
}

beforeAll(async () => {
  [standIn, outside] = await Promise.all([startStandIn(), startStandIn()]);
  relays = { plain: newRelay(standIn.url), crypt: newRelay(standIn.url), refused: newRelay(standIn.url) };
  elsewhere = newRelay(outside.url);
  await relays.refused.vendor({
    fault: 'status',
    status: 401,
    body: { error: { type: 'new_api_error', message: `The key ${KEYS.refused} is used up`, code: KEYS.refused } },
  });
  await fill('plain');
  await fill('crypt');
  product = await Product.start({
    vendors: { plain: relays.plain.url, crypt: relays.crypt.url, refused: relays.refused.url },
    keys: KEYS,
    vars: {
      API_TOKENS: `boss:${TOKEN}`,
      WEBHOOK_URL: await elsewhere.receiver(),
      WEBHOOK_SECRET: `whsec_${WEBHOOK}`,
      HOOK_SECRET: HOOK,
    },
  });
  await call('POST', '/v1/tasks', { vendor: 'refused', ids: ['refused-0'] });
  for (const name of ['plain', 'crypt'] as const) await live(name);
  await until('the pause of a vendor', async () => (await call('GET', '/v1/events?type=vendor.paused')).json.data[0]);
});
afterAll(async () => {
  await stopAll();
  await Promise.all([standIn.close(), outside.close()]);
});

/** Everything that a caller can do, with a relay that repeats the key in all its answers. */
async function live(name: Name): Promise<void> {
  const said = jsonSpellings(KEYS[name]);
  const hook = await elsewhere.receiver();
  for (const route of ['echo', 'away', 'html', 'broken', 'limited', 'fetch/away', 'fetch/denied'])
    await call('GET', `/${name}/suno/${route}`);
  await call('POST', `/${name}/suno/submit/music`, { prompt: 'a' });
  await call('POST', `/${name}/suno/submit/music`, { prompt: 'a', notify_hook: hook });
  await call('GET', `/${name}/suno/fetch/${ids[name][1]}`);
  const [first = ''] = ids[name];
  await call('POST', '/v1/tasks', { vendor: name, ids: ids[name] });
  const files = { audio: `${elsewhere.url}/media/${first}.mp3`, cover: `${elsewhere.url}/media/none.jpeg` };
  const saved = said.map((one, index) => echoingRow(`${name}-saved-${index}`, one, files, true));
  const { status, text } = await product.call('POST', '/v1/tasks/import', {
    token: TOKEN,
    body: { vendor: name, answers: [...saved, ...saved.map((one) => JSON.parse(one.replaceAll('-saved-', '-read-')))] },
  });
  expect([status, text]).toEqual([202, expect.not.stringContaining('error')]);
  await product.call('POST', `/hooks/${name}/${HOOK}`, {
    token: null,
    body: { data: { task_id: KEYS[name], id: `${KEYS[name]}-1` } },
  });
  await product.call('POST', `/hooks/${name}/${HOOK}-wrong`, { token: null, body: {} });
  const settled = async () => {
    const { json } = await call('GET', `/v1/tasks?vendor=${name}&limit=100`);
    return ids[name].every((id) =>
      json.data.some((task: Parameters<typeof isSettled>[0]) => task.id === id && isSettled(task)),
    );
  };
  await until(`the songs of ${name}`, settled);
  await until(
    'the callback of the submit',
    async () => (await elsewhere.log(new URL(hook).pathname.replace(/^\/[^/]+/, ''))).length > 0,
  );
  for (const id of ids[name]) {
    const task = await call('GET', `/v1/tasks/${id}?vendor=${name}`);
    for (const clip of task.json.clips) {
      await call('GET', `/v1/clips/${clip.slug}`);
      for (const role of ['audio', 'cover', 'video']) await call('GET', `/media/${clip.slug}/${role}`);
      await call('GET', `/media/${clip.slug}/audio.mp3?download`);
    }
    await call('GET', `/${name}/suno/fetch/${id}`);
  }
  await call('POST', `/${name}/suno/fetch`, { ids: ids[name] });
  for (const path of ['/v1/clips', '/v1/events?limit=100', '/v1/stats', '/metrics', '/health', '/openapi.json'])
    expect((await call('GET', path)).status).toBeLessThan(504);
}

/** The song came through, so that the search below has something to find. */
describe('the relay’s echo', () => {
  it.each(['plain', 'crypt'] as const)('of the key of %s was read, kept and shown without it', async (name) => {
    for (const id of ids[name]) {
      const { json } = await call('GET', `/v1/tasks/${id}?vendor=${name}`);
      expect([id, json.clips[0].title, json.clips[0].audio.state]).toEqual([id, 'Sung [redacted]', 'archived']);
    }
    expect((await relays[name].log()).some(({ headers }) => headers['authorization'] === `Bearer ${KEYS[name]}`)).toBe(
      true,
    );
    expect((await call('GET', `/${name}/suno/echo`)).json).toMatchObject({ data: '[redacted]' });
  });

  it('of the refused key pauses its vendor, in the vendor’s words', async () => {
    const { json } = await call('GET', '/v1/stats');
    expect(json.vendors.refused).toMatchObject({ health: 'paused', reason: expect.stringContaining('[redacted]') });
  });

  it('of a redirect that holds the key is not followed', async () => {
    const { json } = await call('GET', `/v1/tasks/${ids.plain[0]}?vendor=plain`);
    expect(json.clips[0].cover).toMatchObject({ state: 'unavailable', reason: 'blocked_address' });
    expect(
      (await elsewhere.log()).filter(({ path }) => path.startsWith('/suno') || path.includes('.jpeg?key')),
    ).toEqual([]);
  });
});

describe('no secret is found', () => {
  const SECRETS = { ...PIECES, webhook: WEBHOOK, hook: HOOK, token: TOKEN };

  it.each(Object.entries(SECRETS))('of %s in answers, output and state', (_, piece) => {
    expect(product.placesOf(...tracesOf(piece))).toEqual([]);
  });

  it('at other hosts, and no token or key in their headers', async () => {
    const log = await elsewhere.log();
    expect(log.filter(({ path }) => path.startsWith('/media/')).length).toBeGreaterThan(10);
    expect(log.filter(({ path }) => path.startsWith('/receiver/')).length).toBeGreaterThan(10);
    for (const { headers } of log) expect(Object.keys(headers)).not.toContain('authorization');
    const text = JSON.stringify(log).toLowerCase();
    for (const piece of Object.values(SECRETS))
      for (const trace of tracesOf(piece)) expect([piece, text.includes(trace.toLowerCase())]).toEqual([piece, false]);
  });

  it('at a vendor: neither another vendor’s key nor a caller’s token', async () => {
    for (const name of ['plain', 'crypt'] as const) {
      // A submit names to the vendor where it may call back: that is its own.
      const text = JSON.stringify(await relays[name].log()).replaceAll(`/hooks/${name}/${HOOK}`, '');
      const others = Object.entries(SECRETS).filter(([other]) => other !== name);
      for (const [other, piece] of others) expect([name, other, text.includes(piece)]).toEqual([name, other, false]);
    }
  });
});
