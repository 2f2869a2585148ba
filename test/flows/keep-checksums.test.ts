// Checksums of songs that were archived before any were counted: the first archive counts them, and none does after it.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { httpDeps } from '../../src/app/fetch.ts';
import { clipRecordKey, taskRecordKey } from '../../src/archive/keys.ts';
import { ClipRecord, readClipRecord, saveTask } from '../../src/archive/records.ts';
import { takeDown } from '../../src/flows/edit-clip.ts';
import { keepChecksums } from '../../src/flows/keep-checksums.ts';
import { untrack } from '../../src/flows/track.ts';
import { createRouter } from '../../src/http/router.ts';
import { ok } from '../../src/model/fault.ts';
import type { CountedFile } from '../../src/model/files.ts';
import { slugOf } from '../../src/model/id.ts';
import { LEDGER_NAME } from '../../src/model/limits.ts';
import type { Task } from '../../src/model/task.ts';
import { newSpace, type TestSpace } from '../support/space.ts';
import { checksumDeps, clipDeps, emptyBuckets, trackDeps, verifyAll } from './archive.ts';
import { records, settingsFor, settle, song, system, type System } from './system.ts';

let space: TestSpace;
let test: System;
/** Keys that were read from the media bucket, in order. */
let read: string[];
let slugs: string[];

const keysOf = (slug: string): string[] => [`media/${slug}/audio.mp3`, `media/${slug}/cover.jpg`];
const sumOf = async (key: string): Promise<number> =>
  crc32(new Uint8Array(await (await env.MEDIA.get(key))!.arrayBuffer()));

beforeEach(async () => {
  await emptyBuckets();
  space = newSpace();
  test = system({ alpha: space }, { ledger: env.LEDGER.getByName(LEDGER_NAME) });
  await test.ledger.untrack('alpha', 'song');
  read = [];
  const ids = [crypto.randomUUID(), crypto.randomUUID()];
  slugs = ids.map((id) => slugOf('alpha', id));
  const clips = [];
  for (const [index, id] of ids.entries()) {
    const audio = await space.media(`${index}.mp3`, { recipe: { kind: 'mp3', bytes: 90_000, seed: index + 1 } });
    const cover = await space.media(`${index}.jpeg`, { recipe: { kind: 'jpeg', bytes: 3_000, seed: index + 1 } });
    clips.push({ id, audio, cover });
  }
  await space.task('song', [song('song', { clips })]);
  await test.ledger.track('alpha', ['song'], { webhook_url: null, visibility: null });
  await settle(test);
  await forgetSums();
});

/** As a version left it that counted none: in the ledger and in all records. */
async function forgetSums(): Promise<void> {
  await runInDurableObject(test.ledger, (_, { storage: { sql } }) => {
    sql.exec(`UPDATE clips SET state = json_remove(state, '$.files.audio.crc32', '$.files.cover.crc32')`);
  });
  for (const key of [taskRecordKey('alpha', 'song'), ...slugs.map(clipRecordKey)]) {
    const text = (await (await env.RECORDS.get(key))!.text()).replaceAll(/,"crc32":\d+/g, '');
    await env.RECORDS.put(key, text);
  }
}

/** The ledger keeps the songs, and their task no more. */
const prune = (): Promise<void> =>
  runInDurableObject(test.ledger, (_, { storage: { sql } }) => {
    sql.exec(`DELETE FROM tasks`);
  });

async function zip(path = '/v1/tasks/song/archive.zip?vendor=alpha'): Promise<Uint8Array> {
  read.splice(0);
  const media = new Proxy(env.MEDIA, {
    get: (bucket, name) => {
      if (name === 'get') return (key: string, options?: R2GetOptions) => (read.push(key), bucket.get(key, options));
      const value: unknown = Reflect.get(bucket, name);
      return typeof value === 'function' ? (value.bind(bucket) as unknown) : value;
    },
  });
  const router = createRouter(httpDeps({ ...env, MEDIA: media }, ok(settingsFor({ alpha: space }))));
  const work: Promise<unknown>[] = [];
  const request = new Request(`https://songs.example${path}`, { headers: { Authorization: 'Bearer test' } });
  const answer = await router.fetch(request, { waitUntil: (promise) => void work.push(promise) });
  expect(answer.status).toBe(200);
  const bytes = await answer.bytes();
  await Promise.all(work);
  return bytes;
}

/** Of each local header, in order, where it is of a file of the bucket. */
function sumsIn(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer);
  const sums: number[] = [];
  for (let at = 0; view.getUint32(at, true) === 0x0403_4b50;) {
    const [sum, size] = [view.getUint32(at + 14, true), view.getUint32(at + 18, true)];
    const [nameLength, extraLength] = [view.getUint16(at + 26, true), view.getUint16(at + 28, true)];
    const name = new TextDecoder().decode(bytes.subarray(at + 30, at + 30 + nameLength));
    if (/\.(mp3|jpg)$/.test(name)) sums.push(sum);
    at += 30 + nameLength + extraLength + size;
  }
  return sums;
}

const everyKey = (): string[] => slugs.flatMap(keysOf);
/** Answers what it was. */
async function spoil(key: string): Promise<Uint8Array> {
  const good = await (await env.MEDIA.get(key))!.bytes();
  await env.MEDIA.put(
    key,
    good.map((byte, index) => (index === 500 ? byte ^ 1 : byte)),
  );
  return good;
}
const recorded = async (slug: string) => (await readClipRecord(slug, records))?.clip.files;

describe('an archive of songs whose checksums nobody has counted', () => {
  it.each([
    ['of a task', () => '/v1/tasks/song/archive.zip?vendor=alpha', () => Promise.resolve()],
    ['of a task that the ledger keeps no more', () => '/v1/tasks/song/archive.zip?vendor=alpha', prune],
    ['of clips', () => `/v1/clips.zip?ids=${slugs.join(',')}`, () => Promise.resolve()],
  ])('%s counts each file once; the next one reads none for it', async (_, path, before) => {
    await before();
    const sums = await Promise.all(everyKey().map(sumOf));
    const first = await zip(path());
    expect(read).toEqual(everyKey().flatMap((key) => [key, key]));
    const second = await zip(path());
    expect(read).toEqual(everyKey());
    expect([sumsIn(first), sumsIn(second)]).toEqual([sums, sums]);
    expect(second).toEqual(first);
  });

  it('keeps them in the records too, so that a ledger that is lost takes none along', async () => {
    await zip();
    for (const slug of slugs) {
      const [audio = '', cover = ''] = keysOf(slug);
      expect(await recorded(slug)).toMatchObject({
        audio: { key: audio, crc32: await sumOf(audio) },
        cover: { key: cover, crc32: await sumOf(cover) },
      });
    }
  });

  it('keeps what was counted before its reader went away', async () => {
    const router = createRouter(httpDeps({ ...env }, ok(settingsFor({ alpha: space }))));
    const work: Promise<unknown>[] = [];
    const request = new Request('https://songs.example/v1/tasks/song/archive.zip', {
      headers: { Authorization: 'test' },
    });
    const answer = await router.fetch(request, { waitUntil: (promise) => void work.push(promise) });
    const reader = answer.body!.getReader();
    for (let seen = 0; seen < 10_000;) seen += ((await reader.read()).value as Uint8Array).byteLength;
    await reader.cancel();
    await Promise.all(work);
    const { clip } = (await test.ledger.clipFound(slugs[0]!))!;
    expect(clip.files.audio?.crc32).toBe(await sumOf(everyKey()[0]!));
  });

  it('shows callers nothing new', async () => {
    const router = createRouter(httpDeps({ ...env }, ok(settingsFor({ alpha: space }))));
    const look = async () => {
      const request = new Request('https://songs.example/v1/tasks/song', { headers: { Authorization: 'test' } });
      const answer = await router.fetch(request, { waitUntil: () => undefined });
      return [answer.headers.get('etag'), (await answer.json()) as Task];
    };
    const before = await look();
    await zip();
    expect(await look()).toEqual(before);
  });
});

describe('keepChecksums()', () => {
  async function counted(slug: string): Promise<CountedFile> {
    const { clip } = (await test.ledger.clipFound(slug))!;
    const { key, sha256 } = clip.files.audio!;
    return { slug, role: 'audio', key: key!, sha256: sha256!, crc32: 7 };
  }

  it.each<[string, Partial<CountedFile>]>([
    ['other bytes', { sha256: 'f'.repeat(64) }],
    ['another object', { key: 'media/x/audio.flac' }],
    ['another role', { role: 'video' }],
  ])('keeps nothing where the file is %s by now', async (_, other) => {
    const [slug = ''] = slugs;
    await keepChecksums([{ ...(await counted(slug)), ...other }], checksumDeps(test));
    expect((await test.ledger.clipFound(slug))?.clip.files.audio?.crc32).toBeUndefined();
    expect((await recorded(slug))?.audio?.crc32).toBeUndefined();
  });

  it('keeps none of an object that is spoilt while a ZIP counts it', async () => {
    const [key = ''] = everyKey();
    const good = await spoil(key);
    await zip();
    await env.MEDIA.put(key, good);
    expect(sumsIn(await zip())).toEqual(await Promise.all(everyKey().map(sumOf)));
  });

  it('never counts anew what is kept', async () => {
    const [slug = ''] = slugs;
    const file = await counted(slug);
    await keepChecksums([file], checksumDeps(test));
    await keepChecksums([{ ...file, crc32: 8 }], checksumDeps(test));
    expect((await test.ledger.clipFound(slug))?.clip.files.audio?.crc32).toBe(7);
    expect((await recorded(slug))?.audio?.crc32).toBe(7);
  });

  it('keeps nothing of a song that was taken down meanwhile, and leaves its tombstone', async () => {
    const [slug = ''] = slugs;
    const file = await counted(slug);
    await takeDown(slug, async () => undefined, clipDeps(test));
    await keepChecksums([file], checksumDeps(test));
    for (const clip of [(await test.ledger.clipFound(slug))?.clip, (await readClipRecord(slug, records))?.clip]) {
      expect(clip?.taken_down_at).not.toBeNull();
      expect(clip?.files.audio?.crc32).toBeUndefined();
    }
  });

  it('begins nothing for a song that is unknown by now', async () => {
    const [slug = ''] = slugs;
    const file = await counted(slug);
    await untrack('alpha', 'song', trackDeps(test));
    await runInDurableObject(test.ledger, (_, { storage: { sql } }) => void sql.exec(`DELETE FROM clips`));
    await env.RECORDS.delete(clipRecordKey(slug));
    await keepChecksums([file], checksumDeps(test));
    expect([await test.ledger.clipFound(slug), await readClipRecord(slug, records)]).toEqual([null, null]);
  });

  it('is outlived by no newer record of a writer who knows none', async () => {
    const [slug = ''] = slugs;
    const { stored } = (await test.ledger.peek('alpha', 'song'))!;
    await keepChecksums([await counted(slug)], checksumDeps(test));
    const later = stored.clips.map((clip) => ({ ...clip, version: clip.version + 1_000_000 }));
    await saveTask({ ...stored, version: stored.version + 1, clips: later }, records);
    const { value } = (await records.read(clipRecordKey(slug), ClipRecord))!;
    expect(value.clip).toMatchObject({ version: later[0]!.version, files: { audio: { crc32: 7 } } });
  });
});

describe('verify()', () => {
  it('keeps the checksum of each file that it reads whole, where none is kept', async () => {
    expect((await verifyAll(test)).problems).toEqual([]);
    await zip();
    expect(read).toEqual(everyKey());
  });

  it('keeps none of bytes that are not what they were', async () => {
    const [key = ''] = everyKey();
    await spoil(key);
    expect((await verifyAll(test)).problems).toEqual([{ key, problem: 'sha256' }]);
    expect((await recorded(slugs[0]!))?.audio?.crc32).toBeUndefined();
  });
});
