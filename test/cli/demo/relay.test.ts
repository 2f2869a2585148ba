import { decode } from 'jpeg-js';
import { beforeEach, describe, expect, it } from 'vitest';
import { LINKS_LIVE_MS, startRelay } from '../../../src/cli/demo/relay.ts';
import type { DemoRelay } from '../../../src/cli/demo/relay.ts';
import { readyAfterMs, SONGS } from '../../../src/cli/demo/songs.ts';
import type { DemoSong, Dialect } from '../../../src/cli/demo/songs.ts';
import { readBatch, readTask } from '../../../src/relay/normalize.ts';
import { playingSeconds } from './mpeg.ts';

const KEY = 'key-of-the-test';
let now = 0;
let relay: DemoRelay;
// Files are made once and kept, songs begin anew with each relay.
beforeEach(async () => {
  now = Date.UTC(2026, 10, 1);
  relay = await startRelay(KEY, () => now);
  return () => relay.close();
});

const song = (dialect: Dialect): DemoSong => SONGS.find((one) => one.dialect === dialect)!;
const authorization = `Bearer ${KEY}`;
const get = (path: string, headers: Record<string, string> = { authorization }) => fetch(path, { headers });
const askOne = async ({ vendor, task_id }: DemoSong) =>
  (await get(`${relay.vendors[vendor]}/suno/fetch/${task_id}`)).json();
const askMany = async (vendor: string, body: string) =>
  (await fetch(`${relay.vendors[vendor]}/suno/fetch`, { method: 'POST', headers: { authorization }, body })).json();

/** What our own reader makes of the answer. */
async function look(one: DemoSong) {
  const reading = readTask(await askOne(one), one.task_id, KEY);
  if (!reading.ok) throw new Error(reading.fault.detail);
  const batch = readBatch(await askMany(one.vendor, JSON.stringify({ ids: [one.task_id] })), [one.task_id], KEY);
  expect(batch.found.get(one.task_id)?.reading, 'a batch tells the same as a GET').toEqual(reading.value);
  return reading.value;
}

describe.each(['classic', 'camel', 'numeric'] as const)('the %s dialect', (dialect) => {
  it('grows: queued → streaming → its end', async () => {
    const one = song(dialect);
    expect((await look(one)).status).toBe('queued');
    now += 4_000;
    const streaming = await look(one);
    expect(streaming.status).toBe('running');
    expect(streaming.clips.map(({ id, status, audio_url }) => [id, status, audio_url])).toEqual(
      one.clips.map(({ id }) => [id, 'streaming', null]),
    );
    now += readyAfterMs(one);
    const over = await look(one);
    expect(over.status).toBe(one.failure === null ? 'succeeded' : 'failed');
    expect(over.failure).toBe(one.failure);
    expect(over.clips.map(({ status, title, tags }) => ({ status, title, tags }))).toEqual(
      one.clips.map(({ ending, title, tags }) => ({ status: ending === 'error' ? 'failed' : 'complete', title, tags })),
    );
  });

  it('names only real files, whose links work without the key', async () => {
    const one = song(dialect);
    await look(one);
    now += readyAfterMs(one);
    for (const [index, clip] of (await look(one)).clips.entries()) {
      const { ending } = one.clips[index]!;
      expect(clip.audio_url !== null, `${ending}: audio`).toBe(ending === 'complete');
      expect(clip.cover_url !== null, `${ending}: cover`).toBe(ending !== 'error');
      for (const url of [clip.audio_url, clip.cover_url])
        if (url !== null) expect((await get(url, {})).status).toBe(200);
      if (clip.audio_url === null) continue;
      const bytes = new Uint8Array(await (await get(clip.audio_url, {})).arrayBuffer());
      expect(Math.abs(playingSeconds(bytes) - (clip.duration_seconds ?? 0)), 'as long as its answer says').toBeLessThan(
        0.15,
      );
    }
  });
});

describe('GET /suno/fetch/{id}', () => {
  it('refuses a wrong key with 401', async () => {
    const { vendor, task_id } = song('classic');
    for (const headers of [{}, { authorization: 'Bearer wrong' }])
      expect(
        (await get(`${relay.vendors[vendor]}/suno/fetch/${task_id}`, headers as Record<string, string>)).status,
      ).toBe(401);
  });
  it('denies an id that is a broken escape', async () =>
    expect((await get(`${relay.vendors['demo']}/suno/fetch/%E0%A4%A`)).status).toBe(400));
  it('denies an id of another vendor with 400 task_not_exist', async () => {
    const response = await get(`${relay.vendors['demo']}/suno/fetch/${song('camel').task_id}`);
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'task_not_exist' }]);
  });
  it('answers 404 on other paths', async () => {
    for (const path of ['/suno/other', '/suno/fetch/a/b', '/x'])
      expect((await get(relay.vendors['demo'] + path)).status).toBe(404);
  });
});

describe('POST /suno/fetch', () => {
  it('leaves unknown ids out', async () => {
    const answer = await askMany('demo', JSON.stringify({ ids: ['nobody', song('classic').task_id] }));
    expect(answer).toMatchObject({ data: [{ task_id: song('classic').task_id }] });
  });
  it.each(['', 'null', '{', '{"ids":"x"}', '7'])('takes the body %s as no ids', async (body) =>
    expect(await askMany('demo', body)).toMatchObject({ data: [] }),
  );
});

describe('POST /suno/submit/music', () => {
  const order = (vendor: string, body: string, headers: Record<string, string> = { authorization }) =>
    fetch(`${relay.vendors[vendor]}/suno/submit/music`, { method: 'POST', headers, body });
  const IDS = { classic: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, camel: /^[\da-f]{32}$/, numeric: /^\d{19}$/ };

  it.each(['classic', 'camel', 'numeric'] as const)(
    'begins a song of the order’s own in the %s dialect',
    async (dialect) => {
      const { vendor } = song(dialect);
      const wishes = { gpt_description_prompt: 'a slow waltz about rain on tin roofs', tags: 'waltz' };
      const { code, data: task_id } = (await (await order(vendor, JSON.stringify(wishes))).json()) as {
        code: string;
        data: string;
      };
      expect(code).toBe('success');
      expect(task_id).toMatch(IDS[dialect]);
      const one = { ...song(dialect), task_id };
      expect((await look(one)).status).toBe('queued');
      now += 60_000;
      const { status, clips } = await look(one);
      expect(status).toBe('succeeded');
      expect(clips.map(({ title, tags }) => [title, tags])).toEqual(
        Array(2).fill(['a slow waltz about rain', 'waltz']),
      );
      for (const { audio_url } of clips) expect((await get(audio_url!, {})).status).toBe(200);
    },
  );

  it('sings the words that it is given', async () => {
    const wishes = { prompt: '[Verse]\nHello there', title: 'Hello' };
    const { data: task_id } = (await (await order('demo', JSON.stringify(wishes))).json()) as { data: string };
    const one = { ...song('classic'), task_id };
    await look(one);
    now += 60_000;
    expect((await look(one)).clips).toMatchObject(Array(2).fill({ title: 'Hello', lyrics: '[Verse]\nHello there' }));
  });

  it.each(['', '{}', '[]', '{"prompt":" "}', '{"prompt":7}'])('refuses %j with 400', async (body) => {
    const answer = await order('demo', body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_request', data: null }]);
  });

  it('refuses a wrong key with 401', async () => expect((await order('demo', '{"prompt":"a"}', {})).status).toBe(401));
});

describe('the media host', () => {
  const whole = song('classic');
  let urls: string[] = [];

  const finish = async () => {
    await look(whole);
    now += readyAfterMs(whole);
    const { clips } = await look(whole);
    urls = clips.flatMap(({ audio_url, cover_url }) => [audio_url!, cover_url!]);
  };
  const bytesOf = async (url: string) => new Uint8Array(await (await get(url, {})).arrayBuffer());

  it('gives each clip its own mp3 of several seconds', async () => {
    await finish();
    const audio = await Promise.all(urls.filter((url) => url.endsWith('.mp3')).map(bytesOf));
    expect(audio).toHaveLength(2);
    for (const file of audio) expect(playingSeconds(file)).toBeGreaterThan(8);
    expect(Buffer.compare(audio[0]!, audio[1]!)).not.toBe(0);
  });

  it('gives a 512 × 512 JPEG', async () => {
    await finish();
    const cover = await bytesOf(urls.find((url) => url.endsWith('.jpeg'))!);
    expect([...cover.subarray(0, 2), ...cover.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    expect(decode(cover, { useTArray: true })).toMatchObject({ width: 512, height: 512 });
  });

  it('refuses audio that is not ready, and everything once its links have died', async () => {
    await finish();
    now -= 8_000;
    expect((await get(urls[0]!, {})).status).toBe(403);
    now += 8_000 + LINKS_LIVE_MS;
    expect((await get(urls[0]!, {})).status).toBe(200);
    now += 1;
    for (const url of urls) expect((await get(url, {})).status).toBe(403);
  });

  it('has nothing behind placeholders and made-up names', async () => {
    const host = new URL(relay.vendors['demo']!).origin;
    const statuses = ['/api/forbidden', '/files/None.mp3', '/files/x.mp3'].map(
      async (path) => (await get(host + path, {})).status,
    );
    expect(await Promise.all(statuses)).toEqual([403, 404, 404]);
  });
});
