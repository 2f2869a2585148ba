// Published clients of these relays, changed in base URL and key only, get songs whose links outlive the relay: a chat bot's plugin, a relay that is chained, a ComfyUI node, a page in a browser.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { Product, stopAll, until } from './product.ts';
import { bytesOf, makeSong, newRelay, pollsOf, sha256, taskAnswer, type Song } from './world.ts';

const KEY = 'sk-e2e-clients-secret-key-0123456789';
const TOKEN = 'e2e-0';

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
  return until(`the song of ${id}`, async () => {
    const response = await fetch(`${base}/suno/fetch/${id}`, { headers });
    if (!response.ok) throw new Error(`axios throws at ${response.status}`);
    const body = (await response.json()) as { code: string; data: Row | null };
    if (body.code !== 'success' || !body.data || body.data.task_id !== id) return null;
    if (body.data.status === 'FAILED') throw new Error(body.data.fail_reason);
    return ['COMPLETE', 'IN_PROGRESS'].includes(body.data.status) ? body.data.data?.[0]?.audio_url || null : null;
  });
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

const lower = (value: unknown): string => (typeof value === 'string' ? value.trim().toLowerCase() : '');

/**
 * Modelled on htrert/ComfyUI-Tikpan-Pro, the node TikpanSunoMusicNode: python-requests with a name of its own; polls one id by GET,
 * where that is not 200 by `?id=`, then by POST; takes the task from `data` and the songs from its `data`; downloads both
 * and names the files by what Content-Type says.
 */
async function comfyNode(base: string, key: string, args: object): Promise<{ url: string; file: string }[]> {
  const headers = {
    Authorization: `Bearer ${key}`,
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'User-Agent': 'Tikpan-ComfyUI-Suno/1.0',
  };
  const send = (path: string, body?: object): Promise<Response> =>
    fetch(base + path, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  const submitted = await send('/suno/submit/music', args);
  const { data } = (await submitted.json()) as { data: unknown };
  if (submitted.status !== 200 || typeof data !== 'string') throw new Error('No task id');
  const rows = await until(`the songs of ${data}`, async () => {
    let answer = await send(`/suno/fetch/${data}`);
    if (answer.status !== 200) answer = await send(`/suno/fetch?id=${data}`);
    if (answer.status !== 200) answer = await send('/suno/fetch', { ids: [data] });
    const told = (await answer.json()) as { data: Row | Row[] };
    const task = Array.isArray(told.data) ? told.data[0] : told.data;
    if (['failed', 'error', 'failure'].includes(lower(task?.status))) throw new Error(task?.fail_reason);
    return ['success', 'completed'].includes(lower(task?.status)) && task?.data?.length ? task.data : null;
  });
  return Promise.all(
    rows.map(async ({ audio_url }, index) => {
      const response = await fetch(audio_url);
      const extension = response.headers.get('content-type')?.includes('audio/mpeg') ? '.mp3' : '';
      return { url: audio_url, file: `Tikpan_Suno_${data}_${index + 1}${extension}` };
    }),
  );
}

/**
 * Modelled on pages of plain JavaScript that ask a relay from the browser (suno-api.js, api.gpt.ge): a preflight for
 * Authorization and Content-Type, code compared in lower case, words of a lyrics task at `data.data.text`.
 */
class Page {
  readonly #base: string;
  readonly #key: string;
  readonly #origin: string;

  constructor(base: string, key: string, origin: string) {
    [this.#base, this.#key, this.#origin] = [base, key, origin];
  }

  /** What a browser lets a page of another origin have. */
  async #ask(path: string, body?: object): Promise<Record<string, unknown>> {
    const method = body === undefined ? 'GET' : 'POST';
    const wanted = body === undefined ? 'authorization' : 'authorization,content-type';
    const allowed = await fetch(this.#base + path, {
      method: 'OPTIONS',
      headers: {
        Origin: this.#origin,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': wanted,
      },
    });
    const mayAsk = lower(allowed.headers.get('access-control-allow-headers'));
    if (!allowed.ok || !wanted.split(',').every((name) => mayAsk.includes(name))) throw new Error('Refused by CORS');
    const answer = await fetch(this.#base + path, {
      method,
      headers: {
        Origin: this.#origin,
        Authorization: `Bearer ${this.#key}`,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const shown = answer.headers.get('access-control-allow-origin');
    if (shown !== this.#origin && shown !== '*') throw new Error('Not shown by CORS');
    return (await answer.json()) as Record<string, unknown>;
  }

  /** The task's `data` once it is done. */
  async run(action: string, args: object): Promise<unknown> {
    const { code, data: id } = await this.#ask(`/suno/submit/${action}`, args);
    if (lower(code) !== 'success' || typeof id !== 'string') throw new Error('No task id');
    return until(`the end of ${id}`, async () => {
      const answer = await this.#ask(`/suno/fetch/${id}`);
      const task = answer['data'] as Row | null;
      if (lower(answer['code']) !== 'success' || !task) return null;
      if (['FAIL', 'FAILED'].includes(task.status) || task.fail_reason) throw new Error(task.fail_reason);
      return ['SUCCESS', 'COMPLETE'].includes(task.status) ? task.data : null;
    });
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
    await product.settled('relay', 'gen-1');
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
    await until('every end', async () => {
      await client.update(ids.filter((id) => !client.stored.has(id)));
      return client.stored.size === ids.length;
    });
    expect(client.stored.get('api-3')).toMatchObject({ status: 'FAILURE', fail_reason: 'Moderated' });
    for (const song of songs) {
      await product.settled('relay', song.id);
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

  it('that asks by every route it knows (a ComfyUI node) gets both songs, named by their type', async () => {
    const studio = newRelay(standIn.url);
    const own = await Product.start({ vendors: { studio: studio.url } });
    const song = await makeSong(studio, 'node-1');
    await studio.answers('POST /suno/submit/music', [{ body: { code: 'success', message: '', data: 'node-1' } }]);
    const files = await comfyNode(own.url, TOKEN, { prompt: 'a', mv: 'chirp-fenix', generation_type: 'TEXT' });
    expect(files.map(({ file }) => file)).toEqual(['Tikpan_Suno_node-1_1.mp3', 'Tikpan_Suno_node-1_2.mp3']);
    await own.settled('studio', 'node-1');
    for (const [index, { url }] of files.entries()) {
      expect(new URL(url).origin).toBe(own.url);
      const { audioName, audio } = song.clips[index]!;
      await studio.media(audioName, { recipe: audio, fault: 'status', status: 403 });
      await expectSong(url, song, index);
    }
  });

  it('that is a page in a browser gets words and a song, where its origin is allowed', async () => {
    const web = newRelay(standIn.url);
    const ORIGIN = 'https://songs.page.example';
    const own = await Product.start({ vendors: { web: web.url }, vars: { CORS_ORIGINS: ORIGIN } });
    const song = await makeSong(web, 'page-1');
    await web.task('page-2', [
      taskAnswer('page-2', 'SUBMITTED', null),
      taskAnswer('page-2', 'SUCCESS', {
        id: 'page-2',
        title: 'Lamp',
        text: '[Verse]\nla',
        status: 'complete',
      } as never),
    ]);
    await web.answers('POST /suno/submit/music', [{ body: { code: 'success', message: '', data: 'page-1' } }]);
    await web.answers('POST /suno/submit/lyrics', [{ body: { code: 'success', message: '', data: 'page-2' } }]);
    const page = new Page(own.url, TOKEN, ORIGIN);
    expect(await page.run('lyrics', { prompt: 'a lamp' })).toMatchObject({ text: '[Verse]\nla' });
    const [first] = (await page.run('music', { prompt: '[Verse]', title: 'Lamp', tags: 'folk' })) as {
      audio_url: string;
    }[];
    await own.settled('web', 'page-1');
    await web.media(song.clips[0]!.audioName, { recipe: song.clips[0]!.audio, fault: 'status', status: 403 });
    await expectSong(first!.audio_url, song, 0);
    await expect(new Page(own.url, TOKEN, 'https://other.example').run('music', {})).rejects.toThrow('CORS');
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
    await until('the submit at the relay', async () => (await slow.log('/suno/submit')).length === 1);
    caller.abort();
    await gone;
    await slow.release();
    await until('the relay’s answer', async () => (await slow.log('/suno/submit'))[0]?.ended);
    await slow.vendor({});
    await own.settled('slow', 'left-1');
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
    await own.reach('quiet', 'told-1', (task) => task.tracking.polls > 0);
    const call = () =>
      own.call('POST', '/hooks/quiet/e2e-hook-secret', { token: null, body: { data: { task_id: 'told-1' } } });
    await until('the song', async () => {
      expect((await call()).status).toBe(204);
      return (await own.list('quiet')).find(({ status }) => status === 'succeeded');
    });
    expect((await pollsOf(quiet, 'told-1')).length).toBeGreaterThan(1);
    expect(own.output).not.toContain('e2e-hook-secret');
  });
});
