// Two published clients of these relays, changed in base URL and key only, get songs whose links outlive the relay.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { Product, stopAll, until } from './product.ts';
import { bytesOf, makeSong, newRelay, pollsOf, sha256, taskAnswer, type Song } from './world.ts';

const KEY = 'sk-e2e-clients-secret-key-0123456789';
const TOKEN = 'e2e-0';
const WITHIN_MS = 45_000;

let standIn: StandIn;
let relay: TestSpace;
let product: Product;

beforeAll(async () => {
  standIn = await startStandIn();
  relay = newRelay(standIn.url);
  product = await Product.start({ vendors: { relay: relay.url }, keys: { relay: KEY } });
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

/** A task's row as a typed client declares it. */
interface Row {
  task_id: string;
  status: string;
  fail_reason: string;
  submit_time: number;
  start_time: number;
  finish_time: number;
  data: { id: string; audio_url: string; image_url: string }[] | null;
}

/** What was stored by the client is fetched with nothing but the link, as a browser would, redirects and all. */
async function expectSong(url: string, song: Song, index: number): Promise<void> {
  const response = await fetch(url);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([response.status, sha256(bytes)]).toEqual([200, sha256(bytesOf(song.clips[index]!.audio))]);
}

/**
 * Modelled on lioensky/VCPToolBox, Plugin/SunoGen/SunoGen.mjs: axios with its default Accept, Content-Type on GET too;
 * polls one id, compares task_id, goes on when code or data is missing, ends at COMPLETE or at the first audio_url, downloads that.
 */
async function sunoGen(base: string, key: string, args: object): Promise<string> {
  const headers = {
    Accept: 'application/json, text/plain, */*',
    'Content-Type': 'application/json',
    Authorization: `Bearer ${key}`,
    'User-Agent': 'axios/1.7.2',
    'Accept-Encoding': 'gzip, compress, deflate, br',
  };
  const submitted = await fetch(`${base}/suno/submit/music`, { method: 'POST', headers, body: JSON.stringify(args) });
  const { code, data } = (await submitted.json()) as { code: string; data: unknown };
  if (!submitted.ok || code !== 'success' || typeof data !== 'string')
    throw new Error(`No task id: ${submitted.status}`);
  const id = data.trim();
  return until(
    `the song of ${id}`,
    async () => {
      const response = await fetch(`${base}/suno/fetch/${id}`, { headers });
      if (!response.ok) throw new Error(`axios throws at ${response.status}`);
      const body = (await response.json()) as { code: string; data: Row | null };
      if (body.code !== 'success' || !body.data || body.data.task_id !== id) return null;
      if (body.data.status === 'FAILED') throw new Error(body.data.fail_reason);
      return ['COMPLETE', 'IN_PROGRESS'].includes(body.data.status) ? body.data.data?.[0]?.audio_url || null : null;
    },
    WITHIN_MS,
  );
}

/**
 * Modelled on QuantumNous/new-api, relay/channel/task/suno/adaptor.go and controller/task.go: the action in capitals, the
 * caller's Accept handed on, an answer whose data must be a text; then every unfinished id in one POST, rows into typed fields.
 */
class NewApi {
  readonly stored = new Map<string, Row>();
  readonly #headers: Record<string, string>;
  readonly #base: string;

  constructor(base: string, key: string) {
    this.#base = base;
    this.#headers = {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${key}`,
      'User-Agent': 'Go-http-client/1.1',
    };
  }

  async submit(request: object): Promise<string> {
    const response = await fetch(`${this.#base}/suno/submit/MUSIC`, {
      method: 'POST',
      headers: { ...this.#headers, Accept: '*/*' },
      body: JSON.stringify({ ...request, make_instrumental: false }),
    });
    const { code, message, data } = (await response.json()) as Record<string, unknown>;
    if (code !== 'success' || typeof message !== 'string' || typeof data !== 'string') throw new Error('No task id');
    return data;
  }

  /** One turn of the loop over what is unfinished. */
  async update(ids: string[]): Promise<void> {
    const response = await fetch(`${this.#base}/suno/fetch`, {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify({ ids }),
    });
    if (response.status !== 200) throw new Error(`Get Task status code: ${response.status}`);
    const { code, data } = (await response.json()) as { code: string; data: Row[] };
    if (code !== 'success') throw new Error(`Get Task: ${code}`);
    for (const row of data) {
      // What its decoder would refuse.
      expect(row).toMatchObject({
        task_id: expect.any(String),
        status: expect.any(String),
        fail_reason: expect.any(String),
      });
      for (const time of [row.submit_time, row.start_time, row.finish_time]) expect(Number.isInteger(time)).toBe(true);
      if (['SUCCESS', 'FAILURE'].includes(row.status)) this.stored.set(row.task_id, row);
    }
  }
}

describe.concurrent('a client changed in base URL and key', () => {
  it('that polls by GET (SunoGen) gets a song whose link lasts', async () => {
    const song = await makeSong(relay, 'gen-1');
    const final = song.clips.map(({ id, audioName }) => ({
      id,
      title: 'A',
      status: 'complete',
      audio_url: `${relay.url}/media/${audioName}`,
      image_url: '',
    }));
    await relay.task('gen-1', [
      taskAnswer('gen-1', 'SUBMITTED', null),
      taskAnswer('gen-1', 'IN_PROGRESS', null),
      taskAnswer('gen-1', 'COMPLETE', final),
    ]);
    await relay.answers('POST /suno/submit/music', [{ body: { code: 'success', message: '', data: 'gen-1' } }]);
    const args = { prompt: '[Verse]', tags: 'folk', title: 'A', mv: 'chirp-v4', make_instrumental: false };
    const url = await sunoGen(product.url, TOKEN, args);
    expect(new URL(url).origin).toBe(product.url);
    await expectSong(url, song, 0);
    const [sent] = await relay.log('/suno/submit/music');
    expect([JSON.parse(sent?.body ?? ''), sent?.headers['authorization']]).toEqual([args, `Bearer ${KEY}`]);
    await product.settled('relay', 'gen-1', WITHIN_MS);
    await relay.media(song.clips[0]!.audioName, { recipe: song.clips[0]!.audio, fault: 'status', status: 403 });
    await expectSong(url, song, 0);
  });

  it('that polls by POST for many (new-api) gets all its songs, and its failure', async () => {
    const songs = [await makeSong(relay, 'api-1'), await makeSong(relay, 'api-2', { running: 2 })];
    const failed = taskAnswer('api-3', 'FAILURE', null);
    await relay.task('api-3', [
      {
        body: {
          ...(failed.body as object),
          data: { ...(failed.body as { data: object }).data, fail_reason: 'Moderated' },
        },
      },
    ]);
    const ids = ['api-1', 'api-2', 'api-3'];
    await relay.answers(
      'POST /suno/submit/MUSIC',
      ids.map((data) => ({ body: { code: 'success', message: '', data } })),
    );
    const client = new NewApi(`${product.url}/relay`, TOKEN);
    for (const id of ids) expect(await client.submit({ prompt: 'a', mv: 'chirp-v3-0' })).toBe(id);
    await until(
      'every end',
      async () => {
        await client.update(ids.filter((id) => !client.stored.has(id)));
        return client.stored.size === ids.length;
      },
      WITHIN_MS,
    );
    expect(client.stored.get('api-3')).toMatchObject({ status: 'FAILURE', fail_reason: 'Moderated' });
    for (const song of songs) {
      await product.settled('relay', song.id, WITHIN_MS);
      for (const [index, clip] of song.clips.entries()) {
        await relay.media(clip.audioName, { recipe: clip.audio, fault: 'status', status: 403 });
        const stored = client.stored.get(song.id)?.data?.[index];
        expect(stored?.id).toBe(clip.id);
        expect(new URL(stored?.audio_url ?? '').origin).toBe(product.url);
        await expectSong(stored?.audio_url ?? '', song, index);
      }
    }
    expect(JSON.stringify([...client.stored])).not.toMatch(/user_id|channel_id|quota|notify_hook/);
  });

  it('that leaves in the middle of a submit has its song all the same', async () => {
    const slow = newRelay(standIn.url);
    const own = await Product.start({ vendors: { slow: slow.url } });
    await makeSong(slow, 'left-1');
    await slow.vendor({ hold: true, fault: 'status', status: 200, body: { code: 'success', data: 'left-1' } });
    const caller = new AbortController();
    const submit = fetch(`${own.url}/suno/submit/music`, {
      method: 'POST',
      headers: { authorization: TOKEN, 'content-type': 'application/json' },
      body: '{}',
      signal: caller.signal,
    });
    const gone = expect(submit).rejects.toThrow();
    await until('the submit at the relay', async () => (await slow.log('/suno/submit')).length === 1, WITHIN_MS);
    caller.abort();
    await gone;
    await slow.release();
    await until('the relay’s answer', async () => (await slow.log('/suno/submit'))[0]?.ended, WITHIN_MS);
    await slow.vendor({});
    await own.settled('slow', 'left-1', WITHIN_MS);
    expect(await slow.log('/suno/submit')).toHaveLength(1);
  });

  it('that uploads 3 MB has it arrive whole, with its length', async () => {
    const body = new Uint8Array(3 * 1024 * 1024).fill(97);
    await relay.answers('POST /suno/uploads/audio', [{ status: 201, body: { id: 'up-1' } }]);
    const response = await fetch(`${product.url}/suno/uploads/audio`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'audio/mpeg' },
      body,
    });
    expect([response.status, await response.json()]).toEqual([201, { id: 'up-1' }]);
    const [sent] = await relay.log('/suno/uploads/audio');
    expect([sent?.body.length, sent?.headers['content-length']]).toEqual([body.length, String(body.length)]);
  });

  it('a callback brings news at once, however rarely the task is polled', async () => {
    const quiet = newRelay(standIn.url);
    const vars = { HOOK_SECRET: 'e2e-hook-secret', POLL_INTERVAL_SECONDS: 3_000 };
    const own = await Product.start({ vendors: { quiet: quiet.url }, vars });
    await makeSong(quiet, 'told-1', { running: 1 });
    await own.track('quiet', ['told-1']);
    await own.reach('quiet', 'told-1', (task) => task.tracking.polls > 0, WITHIN_MS);
    const call = () =>
      own.call('POST', '/hooks/quiet/e2e-hook-secret', { token: null, body: { data: { task_id: 'told-1' } } });
    await until(
      'the song',
      async () => {
        expect((await call()).status).toBe(204);
        return (await own.list('quiet')).find(({ status }) => status === 'succeeded');
      },
      WITHIN_MS,
    );
    expect((await pollsOf(quiet, 'told-1')).length).toBeGreaterThan(1);
    expect(own.output).not.toContain('e2e-hook-secret');
  });
});
