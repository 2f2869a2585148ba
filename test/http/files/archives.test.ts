// Archives of songs: read back by another implementation of ZIP, from real buckets, and what happens when a file is gone.
import { env } from 'cloudflare:workers';
import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBuffer, type Entry } from 'yauzl';
import { readMedia } from '../../../src/archive/bucket.ts';
import { ok } from '../../../src/model/fault.ts';
import type { HttpDeps } from '../../../src/http/context.ts';
import { NEW_FILE, type ClipState, type FileRecord } from '../../../src/model/state.ts';
import type { ClipReading, Role } from '../../../src/model/task.ts';
import { makeMedia, sha256Hex } from '../../support/media.ts';
import { call, clip, errorPaths, fakeDeps, known, NOW, problem, reading, SLUG, stored, TASK_ID } from '../fixtures.ts';

const OTHER = SLUG.replaceAll('0', 'a');
const THIRD = SLUG.replaceAll('0', 'b');
const AUDIO = makeMedia({ kind: 'mp3', bytes: 300_000 });
const COVER = makeMedia({ kind: 'jpeg', bytes: 5_000 });

/** Puts a file into the bucket, and says what the ledger keeps of it. */
async function archive(slug: string, role: Role, ext: string, bytes: Uint8Array<ArrayBuffer>): Promise<FileRecord> {
  const key = `media/${slug}/${role}.${ext}`;
  await env.MEDIA.put(key, bytes, { httpMetadata: { contentType: 'x/y' } });
  const sha256 = await sha256Hex(bytes);
  const facts = { key, bytes: bytes.byteLength, sha256, archived_at: NOW - 60_000 };
  // Of the second song nobody has counted it yet.
  return { ...NEW_FILE, state: 'archived', ...facts, ...(slug === SLUG && { crc32: crc32(bytes) }) };
}

interface Song {
  clip: ClipState;
  reading: ClipReading;
}
let songs: Song[];
beforeAll(async () => {
  const one = { audio: await archive(SLUG, 'audio', 'mp3', AUDIO), cover: await archive(SLUG, 'cover', 'jpg', COVER) };
  const two = await archive(OTHER, 'audio', 'mp3', makeMedia({ kind: 'mp3', bytes: 70_000, seed: 2 }));
  songs = [
    { clip: { ...clip, files: { ...one, video: null } }, reading },
    {
      clip: { ...clip, slug: OTHER, clip_id: OTHER, files: { audio: two, cover: null, video: null } },
      reading: { ...reading, id: OTHER, lyrics: null },
    },
  ];
});

/** Knows these songs, and one task that holds them. */
function world(list: Song[] = songs, changes: Partial<HttpDeps> = {}) {
  const fake = fakeDeps(changes);
  const opened: string[] = [];
  const cancelled: string[] = [];
  const state = { ...stored.state, reading: { ...stored.state.reading, clips: list.map((song) => song.reading) } };
  const clips = list.map((song) => song.clip);
  const task = known({ state: { ...state, slugs: clips.map(({ slug }) => slug) }, clips });
  const deps: HttpDeps = {
    ...fake,
    readTasks: async (_vendor, ids, options) =>
      ids[0] === TASK_ID && !options.track ? new Map([[TASK_ID, ok(task)]]) : fake.readTasks(_vendor, ids, options),
    flows: {
      ...fake.flows,
      findClip: async (slug) => {
        const song = list.find((one) => one.clip.slug === slug);
        return song ? { ...song, over: true, seq: 1 } : null;
      },
    },
    media: {
      headMedia: async () => null,
      readMedia: async (key, range) => {
        opened.push(key);
        const object = await readMedia(env.MEDIA, key, range);
        if (object?.body) {
          const pipe = object.body.pipeTo.bind(object.body);
          object.body.pipeTo = (to, options) =>
            pipe(to, options).catch((error: unknown) => {
              cancelled.push(key);
              throw error;
            });
        }
        return object;
      },
    },
    ...(changes.media && { media: changes.media }),
  };
  return { deps, opened, cancelled, entries: fake.entries };
}

interface Unzipped {
  entries: Entry[];
  files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** yauzl checks the form of every name; the checksums it leaves to us. */
function unzip(bytes: ArrayBuffer): Promise<Unzipped> {
  const { promise, resolve, reject } = Promise.withResolvers<Unzipped>();
  const [entries, files]: [Entry[], Map<string, Uint8Array<ArrayBuffer>>] = [[], new Map()];
  fromBuffer(Buffer.from(bytes), { lazyEntries: true, strictFileNames: true }, (failure, zip) => {
    if (failure) return reject(failure);
    zip.on('error', reject);
    zip.on('end', () => resolve({ entries, files }));
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, (broken, stream) => {
        if (broken) return reject(broken);
        const chunks: Uint8Array[] = [];
        stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
        stream.on('error', reject);
        stream.on('end', () => {
          const content = new Uint8Array(Buffer.concat(chunks));
          expect(crc32(content)).toBe(entry.crc32);
          entries.push(entry);
          files.set(entry.fileName, content);
          zip.readEntry();
        });
      });
    });
    zip.readEntry();
  });
  return promise;
}

const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

async function zipOf(path: string, list?: Song[]) {
  const answer = await call(path, { token: 'reading' }, world(list).deps);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const bytes = await answer.arrayBuffer();
  expect(answer.headers.get('content-length')).toBe(String(bytes.byteLength));
  const zip = await unzip(bytes);
  await expectSums(zip);
  return { ...zip, answer, bytes };
}

/** Every entry but itself, by its path, with its hash. */
async function expectSums({ files }: Unzipped): Promise<void> {
  const lines = textOf(files.get('SHA256SUMS')).split('\n').slice(0, -1);
  const expected = [...files].filter(([path]) => path !== 'SHA256SUMS');
  expect(lines).toEqual(await Promise.all(expected.map(async ([path, bytes]) => `${await sha256Hex(bytes)}  ${path}`)));
}

const TASK_ZIP = `/v1/tasks/${TASK_ID}/archive.zip`;

describe('GET /v1/tasks/{id}/archive.zip', () => {
  it('holds the files of each song, its sidecars, the task and the sums of all', async () => {
    const { files, entries, answer } = await zipOf(TASK_ZIP);
    expect([...files.keys()]).toEqual([
      'task.json',
      '01 Low Water/Low Water.mp3',
      '01 Low Water/Low Water.jpg',
      '01 Low Water/lyrics.txt',
      '01 Low Water/clip.json',
      '02 Low Water/Low Water.mp3',
      '02 Low Water/clip.json',
      'SHA256SUMS',
    ]);
    expect(files.get('01 Low Water/Low Water.mp3')).toEqual(AUDIO);
    expect(files.get('01 Low Water/Low Water.jpg')).toEqual(COVER);
    expect(textOf(files.get('01 Low Water/lyrics.txt'))).toBe('la la\n');
    const { deps } = world();
    const task: unknown = await (await call(`/v1/tasks/${TASK_ID}`, { token: 'reading' }, deps)).json();
    expect(JSON.parse(textOf(files.get('task.json')))).toEqual(task);
    const one: unknown = await (await call(`/v1/clips/${SLUG}`, {}, deps)).json();
    expect(JSON.parse(textOf(files.get('01 Low Water/clip.json')))).toEqual(one);
    for (const entry of entries) {
      // Stored, by names in UTF-8, with the time of archiving.
      expect([entry.compressionMethod, (entry.generalPurposeBitFlag & 0x800) !== 0]).toEqual([0, true]);
      expect(entry.getLastModDate({ timezone: 'UTC' }).getTime()).toBe(NOW - 60_000);
    }
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="Low Water.zip"; filename*=UTF-8''Low%20Water.zip`,
    );
  });

  it('is the same bytes for the same songs', async () => {
    const bytes = async () => (await call(TASK_ZIP, {}, world().deps)).arrayBuffer();
    expect(await bytes()).toEqual(await bytes());
  });

  it('opens one file at a time, each when its turn comes', async () => {
    const { deps, opened } = world();
    const answer = await call(TASK_ZIP, {}, deps);
    const reader = answer.body!.getReader();
    await reader.read();
    expect(opened.length).toBeLessThan(2);
    while (!(await reader.read()).done);
    // One of them is read once more, for the checksum that is not known.
    expect(opened).toEqual([
      ...[`media/${SLUG}/audio.mp3`, `media/${SLUG}/cover.jpg`, `media/${OTHER}/audio.mp3`, `media/${OTHER}/audio.mp3`],
    ]);
  });

  it('has sizes and checksums in front of each file, so that it can be read as it comes', async () => {
    const { entries, bytes } = await zipOf(TASK_ZIP);
    const view = new DataView(bytes);
    for (const { relativeOffsetOfLocalHeader: at, crc32: sum, uncompressedSize, fileNameLength } of entries) {
      expect(view.getUint16(at + 6, true)).toBe(0x0800);
      expect([view.getUint32(at + 14, true), view.getUint32(at + 18, true), view.getUint32(at + 22, true)]).toEqual([
        ...[sum, uncompressedSize, uncompressedSize],
      ]);
      expect(view.getUint16(at + 26, true)).toBe(fileNameLength);
    }
  });

  it('holds a song once that its answer names twice, and what is archived of it only', async () => {
    const [first] = songs;
    const { files } = await zipOf(TASK_ZIP, [first!, first!]);
    expect([...files.keys()].filter((path) => path.endsWith('.mp3'))).toEqual(['01 Low Water/Low Water.mp3']);
  });

  it.each([
    ['nothing is archived', [{ clip: { ...clip, files: { audio: null, cover: null, video: null } }, reading }]],
    ['all was taken down', [{ clip: { ...clip, taken_down_at: NOW }, reading }]],
    ['it has no songs', []],
  ])('is 404 where %s', async (_, list) => {
    expect(await problem(TASK_ZIP, {}, world(list).deps)).toEqual([404, 'not_found']);
  });

  it('fails as a read of the task does', async () => {
    expect(await problem('/v1/tasks/denied/archive.zip')).toEqual([404, 'not_found']);
    expect(await problem('/v1/tasks/down/archive.zip')).toEqual([503, 'vendor_unavailable']);
    expect(await problem(`${TASK_ZIP}?vendor=nobody`)).toEqual([404, 'not_found']);
    expect(await errorPaths('/v1/tasks/%00/archive.zip')).toEqual(['id']);
  });
});

describe('GET /v1/clips.zip', () => {
  it('holds the named songs in their order; unknown, taken down and unarchived ones are left out', async () => {
    const gone = { clip: { ...clip, slug: THIRD, taken_down_at: NOW }, reading };
    const ids = [OTHER, 'no-slug', THIRD, SLUG, OTHER, SLUG.replaceAll('0', 'c')].join(',');
    const { files, answer } = await zipOf(`/v1/clips.zip?ids=${ids}`, [...songs, gone]);
    expect([...files.keys()].filter((path) => path.endsWith('/clip.json'))).toEqual([
      '01 Low Water/clip.json',
      '02 Low Water/clip.json',
    ]);
    expect(JSON.parse(textOf(files.get('01 Low Water/clip.json')))).toMatchObject({ slug: OTHER });
    expect(answer.headers.get('content-disposition')).toContain('filename="2 songs.zip"');
  });

  it('is 404 where none of them is archived', async () => {
    expect(await problem(`/v1/clips.zip?ids=${THIRD},x`, {}, world().deps)).toEqual([404, 'not_found']);
  });

  it.each(['', '?ids=', '?ids=,', `?ids=${Array.from({ length: 101 }, (_, n) => n).join(',')}`])(
    'refuses %.20s',
    async (query) => expect(await errorPaths(`/v1/clips.zip${query}`)).toEqual(['query.ids']),
  );

  it.each<[string | null, string, string?]>([
    ['../../etc/passwd', '01 etc passwd'],
    ['CON', '01 CON', '_CON'],
    ['a/b\\c:d*e?f"g<h>i|j', '01 a b c d e f g h i j'],
    ['dots and blanks. . ', '01 dots and blanks'],
    ['song\u202e3pm.exe', '01 song 3pm.exe'],
    ['夜のドライブ 🎸', '01 夜のドライブ 🎸'],
    ['line\r\nbreak\u0000', '01 line break'],
    [null, `01 ${SLUG}`],
    [' ... ', `01 ${SLUG}`],
    ['夜'.repeat(500), `01 ${'夜'.repeat(33)}`],
    ['\ud83c half', '01 \ufffd half'],
  ])('names the folder of %j and what is in it safely', async (title, folder, file) => {
    const [first] = songs;
    const { files } = await zipOf(`/v1/clips.zip?ids=${SLUG}`, [{ ...first!, reading: { ...reading, title } }]);
    const name = file ?? folder.slice(3);
    expect([...files.keys()].slice(0, 2)).toEqual([`${folder}/${name}.mp3`, `${folder}/${name}.jpg`]);
  });
});

describe('HEAD of an archive', () => {
  it('says its length and opens no file', async () => {
    const { deps, opened } = world();
    const head = await call(TASK_ZIP, { method: 'HEAD' }, deps);
    expect(opened).toEqual([]);
    const get = await call(TASK_ZIP, {}, deps);
    expect(head.headers.get('content-length')).toBe(String((await get.arrayBuffer()).byteLength));
  });
});

describe('an archive that cannot be whole', () => {
  /** Fails within the file, of which it promises all. */
  const breaking = (size: number) => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(999)),
      pull: () => Promise.reject(new Error('lost')),
    });
    return { body, size, etag: '"x"', uploaded: new Date(NOW), contentType: 'x/y' };
  };
  const changed = (bytes: Uint8Array<ArrayBuffer> | null): HttpDeps['media'] => ({
    headMedia: async () => null,
    readMedia: async (key) =>
      key.includes(OTHER)
        ? bytes && {
            body: new Response(bytes).body,
            size: bytes.byteLength,
            etag: '"x"',
            uploaded: new Date(NOW),
            contentType: 'x/y',
          }
        : readMedia(env.MEDIA, key),
  });

  it.each([
    ['a file is gone', changed(null)],
    ['a file is shorter', changed(new Uint8Array(69_999))],
    ['a file is longer', changed(new Uint8Array(70_001))],
    ['a file breaks off', { ...changed(null), readMedia: async () => breaking(AUDIO.byteLength) }],
    [
      'a file breaks off whose checksum is counted',
      {
        ...changed(null),
        readMedia: async (key) => (key.includes(OTHER) ? breaking(70_000) : readMedia(env.MEDIA, key)),
      },
    ],
    ['the bucket fails', { ...changed(null), readMedia: () => Promise.reject(new Error('down')) }],
  ])('breaks off and is logged where %s', async (_, media) => {
    const { deps, entries } = world(songs, { media });
    const answer = await call(TASK_ZIP, {}, deps);
    await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(entries).toMatchObject([{ event: 'error', at: 'zip', message: expect.stringMatching('Low Water.mp3') }]);
  });

  it('costs nothing more once its reader goes away', async () => {
    const { deps, opened, cancelled, entries } = world();
    const answer = await call(TASK_ZIP, {}, deps);
    const reader = answer.body!.getReader();
    for (let seen = 0; seen < 5_000;) seen += ((await reader.read()).value as Uint8Array).byteLength;
    await reader.cancel();
    await expect.poll(() => cancelled).toEqual([`media/${SLUG}/audio.mp3`]);
    expect([opened.length, entries]).toEqual([1, []]);
  });
});
