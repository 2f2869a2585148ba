// The whole way of a song: tracked, polled, archived; then the relay and the media host are gone, and everything still answers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import type { Task } from '../../src/model/task.ts';
import { Product, stopAll } from './product.ts';
import { bytesOf, makeSong, newRelay, sha256, type Song } from './world.ts';

const KEY = 'sk-e2e-journey-secret-key-0123456789';
const INTERNAL = /"(user_id|group|channel_id|quota|platform|username|handle|notify_hook)"/;

let standIn: StandIn;
let relay: TestSpace;
let product: Product;
let song: Song;
let words: Task;
let task: Task;

beforeAll(async () => {
  standIn = await startStandIn();
  relay = newRelay(standIn.url);
  product = await Product.start({ vendors: { relay: relay.url }, keys: { relay: KEY } });
  song = await makeSong(relay, 'song-1');
  const lyrics = {
    task_id: 'words-1',
    action: 'LYRICS',
    status: 'SUCCESS',
    data: { title: 'Tide', text: '[Verse]\nOut', status: 'complete' },
  };
  await relay.task('words-1', [{ body: { code: 'success', message: '', data: lyrics } }]);
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

/** Every way to a settled song, none of which needs the relay. */
async function everythingAnswers(): Promise<void> {
  for (const [index, clip] of song.clips.entries()) {
    for (const role of ['audio', 'cover'] as const) {
      const file = task.clips[index]?.[role];
      const bytes = bytesOf(clip[role]);
      expect(file).toMatchObject({
        state: 'archived',
        bytes: bytes.length,
        sha256: sha256(bytes),
        attempts: 1,
        reason: null,
      });
      const [url, link] = [file?.url ?? '', file?.link ?? ''];
      const whole = await product.get(url, { token: null });
      expect([whole.status, sha256(whole.bytes)]).toEqual([200, sha256(bytes)]);
      expect(whole.headers.get('content-type')).toBe(role === 'audio' ? 'audio/mpeg' : 'image/jpeg');
      expect(whole.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      const etag = whole.headers.get('etag') ?? '';
      const part = await product.get(url, { token: null, headers: { range: 'bytes=100-199' } });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${bytes.length}`]);
      expect(sha256(part.bytes)).toBe(sha256(bytes.subarray(100, 200)));
      const head = await product.call('HEAD', url, { token: null });
      expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([
        200,
        String(bytes.length),
        0,
      ]);
      const unchanged = await product.get(url, { token: null, headers: { 'if-none-match': etag } });
      expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, etag]);
      const stable = await product.get(link, { token: null });
      expect([stable.status, new URL(stable.headers.get('location') ?? '', product.url).href]).toEqual([301, url]);
    }
  }

  const one = await product.get('/v1/tasks/song-1?vendor=relay');
  expect([one.status, one.json]).toEqual([200, task]);
  const many = await product.call('POST', '/v1/tasks/fetch', {
    body: { vendor: 'relay', ids: ['words-1', 'song-1', 'words-1'] },
  });
  expect([many.status, many.json]).toEqual([
    200,
    {
      results: [
        { id: 'words-1', task: words },
        { id: 'song-1', task },
        { id: 'words-1', task: words },
      ],
    },
  ]);
  expect((await product.list('relay')).map(({ id }) => id).sort()).toEqual(['song-1', 'words-1']);

  const links = task.clips.map(({ audio, cover }) => [audio?.url, cover?.url]);
  const linksOf = (row: { data: { audio_url: string; image_url: string }[] }) =>
    row.data.map((clip) => [clip.audio_url, clip.image_url]);
  for (const path of ['/relay/suno/fetch/song-1', '/suno/fetch/song-1']) {
    const answer = await product.get(path);
    expect([answer.status, answer.json.code, answer.json.data.task_id, linksOf(answer.json.data)]).toEqual([
      200,
      'success',
      'song-1',
      links,
    ]);
    expect(answer.text).not.toMatch(INTERNAL);
    expect(answer.text).not.toContain(relay.url);
  }
  const batch = await product.call('POST', '/relay/suno/fetch', { body: { ids: ['words-1', 'song-1'] } });
  expect([batch.status, batch.json.code, batch.json.data.map((row: { task_id: string }) => row.task_id)]).toEqual([
    200,
    'success',
    ['words-1', 'song-1'],
  ]);
  expect(linksOf(batch.json.data[1])).toEqual(links);
  expect(batch.text).not.toMatch(INTERNAL);
}

describe('a song on its way', () => {
  it('is tracked, polled and archived: settled, complete, with what the vendor told of it', async () => {
    const tracked = await product.call('POST', '/v1/tasks', { body: { vendor: 'relay', ids: ['song-1', 'words-1'] } });
    expect([tracked.status, tracked.json]).toEqual([
      202,
      {
        results: [
          { id: 'song-1', created: true },
          { id: 'words-1', created: true },
        ],
      },
    ]);
    const again = await product.call('POST', '/v1/tasks', { body: { vendor: 'relay', ids: ['song-1'] } });
    expect([again.status, again.json]).toEqual([200, { results: [{ id: 'song-1', created: false }] }]);

    task = await product.settled('relay', 'song-1');
    expect(task).toMatchObject({
      kind: 'music',
      status: 'succeeded',
      vendor_status: 'SUCCESS',
      partial: false,
      progress: 100,
    });
    expect(task.tracking).toMatchObject({ polls: 3, last_error: null, next_poll_at: null, stalled: false });
    expect(task.archive).toEqual({ state: 'complete', archived: 4, pending: 0, unavailable: 0 });
    expect(task.clips.map(({ id, slug }) => [id, slug])).toEqual(song.clips.map(({ id }) => [id, id]));
    expect(task.clips[0]).toMatchObject({
      title: 'Harbour Light',
      lyrics: '[Verse]\nIn and out again',
      tags: 'folk, quiet',
    });
    const lyrics = await product.settled('relay', 'words-1');
    expect(lyrics).toMatchObject({
      kind: 'lyrics',
      status: 'succeeded',
      lyrics: { title: 'Tide', text: '[Verse]\nOut' },
    });
    words = lyrics;
  });

  it('costs the vendor one request a poll, and its files one download each, without the key', async () => {
    const log = await relay.log();
    const files = log.filter(({ path }) => path.startsWith('/media/'));
    expect(files.map(({ path }) => path).sort()).toEqual(
      song.clips.flatMap((clip) => [`/media/${clip.audioName}`, `/media/${clip.coverName}`]).sort(),
    );
    expect(
      files.filter(({ headers }) => headers['authorization'] !== undefined || headers['cookie'] !== undefined),
    ).toEqual([]);
    expect(
      log.filter(({ path, headers }) => path.startsWith('/suno/') && headers['authorization'] !== `Bearer ${KEY}`),
    ).toEqual([]);
  });
});

describe('once the relay and its media host are gone', () => {
  it('permanent and stable links, reads, list and drop-in routes answer', async () => {
    await standIn.close();
    await everythingAnswers();
  });

  it('an unknown id is the vendor’s failure, not a missing task', async () => {
    const answer = await product.get('/v1/tasks/never-heard-of?vendor=relay');
    expect([answer.status, answer.json.code, answer.json.retryable]).toEqual([503, 'vendor_unavailable', true]);
  });

  it('SIGTERM ends it cleanly, and after a restart on the same state all answers are the same', async () => {
    await product.call('DELETE', '/v1/tasks/never-heard-of?vendor=relay');
    expect(await product.stop()).toBe(0);
    await product.start();
    await everythingAnswers();
  });

  it('the key shows in no answer, no output and no file of the state', () => {
    expect(product.placesOf(KEY)).toEqual([]);
  });
});
