// Files made on the fly: tagged.mp3, read back by another implementation of ID3, and lyrics.txt.
import { env } from 'cloudflare:workers';
import { read } from 'node-id3';
import { beforeAll, describe, expect, it } from 'vitest';
import { headMedia, readMedia } from '../../../src/archive/bucket.ts';
import { ok } from '../../../src/model/fault.ts';
import type { HttpDeps } from '../../../src/http/context.ts';
import { NEW_FILE, type ClipState } from '../../../src/model/state.ts';
import type { ClipReading } from '../../../src/model/task.ts';
import { makeMedia } from '../../support/media.ts';
import { archived, BASE, call, clip, fakeDeps, NOW, problem, reading, settingsOf, SLUG } from '../fixtures.ts';

const TAGGED = `/media/${SLUG}/tagged.mp3`;
const LYRICS = `/media/${SLUG}/lyrics.txt`;
const KEY = `media/${SLUG}/audio.mp3`;
const COVER_KEY = `media/${SLUG}/cover.jpg`;
const SIZE = 50_000;
const AUDIO = makeMedia({ kind: 'mp3', bytes: SIZE });
const COVER = makeMedia({ kind: 'jpeg', bytes: 5_000 });

const complete: ClipState = {
  ...clip,
  files: {
    audio: { ...archived, key: KEY, bytes: SIZE },
    cover: { ...NEW_FILE, state: 'archived', key: COVER_KEY, bytes: COVER.byteLength },
    video: null,
  },
};

let uploaded: Date;
beforeAll(async () => {
  ({ uploaded } = await env.MEDIA.put(KEY, AUDIO, { httpMetadata: { contentType: 'audio/mpeg' } }));
  ({ uploaded } = await env.MEDIA.put(COVER_KEY, COVER, { httpMetadata: { contentType: 'image/jpeg' } }));
});

/** The real bucket, with a log of what is read of it. */
function world(clipChanges: Partial<ClipState> = {}, readingChanges: Partial<ClipReading> = {}) {
  const fake = fakeDeps({ settings: ok(settingsOf({ PUBLIC_BASE_URL: BASE })) });
  const reads: string[] = [];
  const known = { clip: { ...complete, ...clipChanges }, reading: { ...reading, ...readingChanges } };
  const deps: HttpDeps = {
    ...fake,
    flows: { ...fake.flows, knownClip: async (slug) => (slug === SLUG ? known : null) },
    media: {
      headMedia: (key) => headMedia(env.MEDIA, key),
      readMedia: (key, range) => {
        reads.push(`${key.split('/').at(-1)} ${JSON.stringify(range ?? 'whole')}`);
        return readMedia(env.MEDIA, key, range);
      },
    },
  };
  return { deps, reads };
}
type World = ReturnType<typeof world>;
const ask = (path: string, headers: Record<string, string> = {}, { deps }: World = world(), method = 'GET') =>
  call(path, { token: null, headers, method }, deps);
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());
const tagged = async (made: World = world()) => bytesOf(await ask(TAGGED, {}, made));
const tagsOf = async (made?: World) => read(Buffer.from(await tagged(made)));

describe('GET /media/<slug>/tagged.mp3', () => {
  it('is the same audio with what is known of the song in front', async () => {
    const bytes = await tagged();
    expect(bytes.slice(-SIZE)).toEqual(AUDIO);
    expect([...bytes.slice(0, 6)]).toEqual([0x49, 0x44, 0x33, 3, 0, 0]);
    expect(read(Buffer.from(bytes))).toMatchObject({
      title: 'Low Water',
      artist: 'Heron',
      genre: 'folk',
      unsynchronisedLyrics: { language: 'und', text: 'la la' },
      image: { mime: 'image/jpeg', type: { id: 3 }, imageBuffer: Buffer.from(COVER) },
      audioSourceUrl: `${BASE}/s/${SLUG}`,
      userDefinedText: [{ description: 'SUNO_CLIP_ID', value: SLUG }],
    });
  });

  it.each<[string, Partial<ClipReading>, object]>([
    ['any script', { title: '夜のドライブ', lyrics: 'שלום\n🎸' }, { title: '夜のドライブ', lyrics: 'שלום\n🎸' }],
    ['no artist', { artist: null }, { artist: 'Suno' }],
    ['a blank artist', { artist: ' \t' }, { artist: 'Suno' }],
    ['no title, tags or lyrics', { title: null, tags: null, lyrics: null }, { artist: 'Heron' }],
    [
      'control characters',
      { title: 'a\u0000b\r\nc\u001b', lyrics: 'a\r\nb\u0000\tc' },
      { title: 'a b c', lyrics: 'a\nb\tc' },
    ],
    ['half a surrogate pair', { title: 'a\ud83c' }, { title: 'a\ufffd' }],
    ['tags that look like the number of a genre', { tags: '(live) folk' }, { genre: '((live) folk' }],
  ])('holds %s', async (_, changes, expected) => {
    const { title, artist, genre, unsynchronisedLyrics } = await tagsOf(world({}, changes));
    const lyrics = unsynchronisedLyrics?.text;
    expect({ title, artist, genre, lyrics }).toMatchObject(expected);
    if (changes.title === null) expect([title, genre, lyrics]).toEqual([undefined, undefined, undefined]);
  });

  it('names the song that it was made from, and its voice', async () => {
    const { userDefinedText } = await tagsOf(world({}, { parent_id: 'parent-1', stem: 'Vocals' }));
    expect(userDefinedText).toEqual([
      { description: 'SUNO_CLIP_ID', value: SLUG },
      { description: 'SUNO_PARENT_ID', value: 'parent-1' },
      { description: 'STEM', value: 'Vocals' },
    ]);
  });

  it('names no page where links follow the request: the edge keeps one answer for every host', async () => {
    const { deps } = world();
    const { settings } = fakeDeps();
    const answer = await call(TAGGED, { token: null }, { ...deps, settings });
    expect(read(Buffer.from(await answer.arrayBuffer())).audioSourceUrl).toBeUndefined();
  });

  it('follows a changed title', async () => {
    const before = await ask(TAGGED);
    const after = await ask(TAGGED, {}, world({ title: 'High Water', changed_at: NOW + 5_000 }));
    expect(read(Buffer.from(await after.arrayBuffer())).title).toBe('High Water');
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(after.headers.get('last-modified')).toBe(new Date(Math.max(NOW + 5_000, uploaded.getTime())).toUTCString());
  });

  const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
  const little = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
  const tag = (major: number, flags: number, ...size: number[]) => [...ascii('ID3'), major, 0, flags, ...size];
  const ID3V1 = [...ascii('TAG'), ...ascii('Vendor draft'), ...Array<number>(113).fill(0)];
  const appended = [...tag(4, 0x10, 0, 0, 0, 5), 1, 2, 3, 4, 5, ...ascii('3DI'), 4, 0, 0x10, 0, 0, 0, 5];
  /** An item `Title`, in a tag of either version, with a header or without. */
  const item = [...little(6), ...little(0), ...ascii('Title'), 0, ...ascii('Vendor')];
  const edge = (version: number, flags: number) => [
    ...ascii('APETAGEX'),
    ...little(version),
    ...little(item.length + 32),
    ...little(1),
    ...little(flags),
    ...little(0),
    ...little(0),
  ];
  const APE1 = [...item, ...edge(1_000, 0)];
  const APE2 = [...edge(2_000, 0xa000_0000), ...item, ...edge(2_000, 0x8000_0000)];
  const BARE = [...item, ...edge(2_000, 0)];

  it.each<[string, number[], number, number[], number]>([
    ['ID3v2.3', tag(3, 0, 0, 0, 1, 2), 10 + 130, [], 0],
    ['ID3v2.2', tag(2, 0, 0, 0, 0, 5), 10 + 5, [], 0],
    ['ID3v2.4 with a footer', tag(4, 0x10, 0, 0, 0, 5), 10 + 5 + 10, [], 0],
    ['a tag whose length is none', tag(3, 0, 0x80, 0, 0, 0), 0, [], 0],
    ['a tag longer than the file', tag(3, 0, 0x7f, 0, 0, 0), 0, [], 0],
    ['two tags', [...tag(3, 0, 0, 0, 0, 0), ...tag(4, 0, 0, 0, 0, 5)], 10 + 10 + 5, [], 0],
    ['tags without an end', Array.from({ length: 100 }, () => tag(3, 0, 0, 0, 0, 0)).flat(), 4 * 10, [], 0],
    ['APE in front', APE2, APE2.length, [], 0],
    ['APE and ID3v2 in front', [...APE2, ...tag(3, 0, 0, 0, 0, 0)], APE2.length + 10, [], 0],
    ['ID3v1', [], 0, ID3V1, 128],
    ['APE', [], 0, APE2, APE2.length],
    ['APE without a header', [], 0, BARE, BARE.length],
    ['APE of version 1', [], 0, APE1, APE1.length],
    ['APE and ID3v1, ID3v2 in front', tag(3, 0, 0, 0, 0, 7), 10 + 7, [...APE2, ...ID3V1], APE2.length + 128],
    ['ID3v2.4 at the end', [], 0, appended, appended.length],
    ['APE of no version that there is', [], 0, [...item, ...edge(3_000, 0)], 0],
    ['APE longer than the file', [], 0, edge(2_000, 0).with(14, 0x7f), 0],
    ['tags behind without an end', [], 0, Array.from({ length: 9 }, () => ID3V1).flat(), 4 * 128],
    ['an end that is cut off', [], 0, ID3V1.slice(0, 100), 0],
  ])('replaces what the vendor put there: %s', async (_, front, skipped, behind, left) => {
    const own = AUDIO.slice();
    own.set(front);
    own.set(behind, SIZE - behind.length);
    const key = `media/${SLUG}/audio.other.mp3`;
    await env.MEDIA.put(key, own, { httpMetadata: { contentType: 'audio/mpeg' } });
    const other = world({ files: { ...complete.files, audio: { ...archived, key } } });
    const bytes = await tagged(other);
    const { byteLength } = await tagged();
    expect(bytes.byteLength).toBe(byteLength - skipped - left);
    expect(bytes.slice(byteLength - SIZE)).toEqual(own.slice(skipped, SIZE - left));
    const { headers, body } = await ask(TAGGED, { Range: 'bytes=-9' }, other);
    expect(headers.get('content-range')).toBe(
      `bytes ${bytes.byteLength - 9}-${bytes.byteLength - 1}/${bytes.byteLength}`,
    );
    expect(new Uint8Array(await new Response(body).arrayBuffer())).toEqual(bytes.slice(-9));
  });

  it('gives any range, across the seam too, and never reads more of the audio', async () => {
    const whole = await tagged();
    const seam = whole.byteLength - SIZE;
    const parts = [
      [0, 9, []],
      [seam - 5, seam - 1, []],
      [seam - 5, seam + 4, ['audio.mp3 {"offset":0,"length":5}']],
      [seam, seam, ['audio.mp3 {"offset":0,"length":1}']],
      [seam + 100, whole.byteLength - 1, [`audio.mp3 {"offset":100,"length":${SIZE - 100}}`]],
      [0, whole.byteLength - 1, [`audio.mp3 {"offset":0,"length":${SIZE}}`]],
    ] as const;
    for (const [first, last, expected] of parts) {
      const made = world();
      const answer = await ask(TAGGED, { Range: `bytes=${first}-${last}` }, made);
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-range')).toBe(`bytes ${first}-${last}/${whole.byteLength}`);
      expect(answer.headers.get('content-length')).toBe(String(last - first + 1));
      expect(await bytesOf(answer)).toEqual(whole.slice(first, last + 1));
      const looks = ['audio.mp3 {"offset":0,"length":128}', `audio.mp3 {"offset":${SIZE - 128},"length":128}`];
      expect(made.reads.sort()).toEqual([...looks, 'cover.jpg "whole"', ...expected].sort());
    }
  });

  it('leaves out a cover that is missing or too large', async () => {
    const { image } = await tagsOf(world({ files: { ...complete.files, cover: null } }));
    const large = { ...complete.files, cover: { ...complete.files.cover!, bytes: 9_000_000 } };
    expect([image, (await tagsOf(world({ files: large }))).image]).toEqual([undefined, undefined]);
  });

  it.each([0, 1])('lets go of the audio when its reader goes away (after %i pieces)', async (pieces) => {
    const { deps } = world();
    const left = Promise.withResolvers<unknown>();
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
      cancel: left.resolve,
    });
    const { readMedia: read } = deps.media;
    const media: HttpDeps['media'] = {
      ...deps.media,
      readMedia: async (key, range) => {
        const object = await read(key, range);
        if (object === null || key !== KEY || (range !== undefined && 'length' in range && range.length === 128))
          return object;
        await object.body?.cancel();
        return { ...object, body: endless };
      },
    };
    const answer = await call(TAGGED, { token: null }, { ...deps, media });
    const reader = answer.body!.getReader();
    for (let piece = 0; piece < pieces; piece++) await reader.read();
    await reader.cancel();
    await left.promise;
  });

  it.each<[string, Partial<ClipState>, [number, string]]>([
    [
      'another format',
      { files: { ...complete.files, audio: { ...archived, key: KEY.replace('mp3', 'wav') } } },
      [404, 'not_found'],
    ],
    ['not archived', { files: { ...complete.files, audio: NEW_FILE } }, [404, 'not_found']],
    [
      'gone from the bucket',
      { files: { ...complete.files, audio: { ...archived, key: `media/x/audio.mp3` } } },
      [404, 'not_found'],
    ],
    ['taken down', { taken_down_at: NOW }, [410, 'gone']],
  ])('%s', async (_, changes, expected) => {
    expect(await problem(TAGGED, {}, world(changes).deps)).toEqual(expected);
  });
});

describe('GET /media/<slug>/lyrics.txt', () => {
  it('is the words in UTF-8 with a line feed at the end', async () => {
    const answer = await ask(LYRICS, {}, world({}, { lyrics: '[Verse]\n夜\n' }));
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual([
      'text/plain; charset=utf-8',
      '[Verse]\n夜\n',
    ]);
  });
  it.each([null, '', ' \n'])('is 404 without words (%j)', async (lyrics) => {
    expect(await problem(LYRICS, {}, world({}, { lyrics }).deps)).toEqual([404, 'not_found']);
  });
  it.each([{}, { Range: 'bytes=1-2' }])(
    'is not to be compressed on its way, which would change its length (%j)',
    async (asked) => {
      const { headers } = await ask(LYRICS, { 'Accept-Encoding': 'gzip', ...asked });
      expect(headers.get('content-encoding')).toBe('identity');
    },
  );
  it('is 410 taken down', async () => {
    expect(await problem(LYRICS, {}, world({ taken_down_at: NOW }).deps)).toEqual([410, 'gone']);
  });
  it('has no date before anything is archived, and ignores conditions on one', async () => {
    const made = () => world({ files: { audio: NEW_FILE, cover: null, video: null } });
    const answer = await ask(LYRICS, { 'If-Unmodified-Since': 'Sun, 06 Nov 1994 08:49:37 GMT' }, made());
    expect([answer.status, answer.headers.has('last-modified')]).toEqual([200, false]);
    const since = await ask(LYRICS, { 'If-Modified-Since': new Date(NOW * 2).toUTCString() }, made());
    expect(since.status).toBe(200);
  });
});

describe.each([
  ['tagged.mp3', TAGGED, 'mp3'],
  ['lyrics.txt', LYRICS, 'txt'],
])('every answer of %s', (_, path, ext) => {
  it('obeys the rules of files but for caching', async () => {
    const first = await ask(path);
    const { headers } = first;
    const size = (await bytesOf(first)).byteLength;
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const modified = headers.get('last-modified') ?? '';
    const all: [Record<string, string>, number, string?][] = [
      [{}, 200],
      [{ Range: 'bytes=1-2' }, 206],
      [{ Range: 'bytes=1-2', 'If-Range': etag }, 206],
      [{ Range: 'bytes=1-2', 'If-Range': modified }, 206],
      [{ Range: 'bytes=1-2', 'If-Range': '"x"' }, 200],
      [{ Range: 'bytes=1-2,3-4' }, 200],
      [{ Range: `bytes=${size}-` }, 416],
      [{ Range: 'bytes=-0' }, 416],
      [{ 'If-Match': etag }, 200],
      [{ 'If-Match': '"x"' }, 412],
      [{ 'If-None-Match': `W/${etag}` }, 304],
      [{ 'If-Modified-Since': modified }, 304],
      [{ 'If-Unmodified-Since': 'Sun, 06 Nov 1994 08:49:37 GMT' }, 412],
    ];
    for (const [asked, status] of all) {
      const answer = await ask(path, asked);
      expect([asked, answer.status]).toEqual([asked, status]);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.headers.get('last-modified')).toBe(modified);
      const good = status < 400;
      expect(answer.headers.get('cache-control')).toBe(good ? 'public, max-age=300' : 'no-store');
      if (good) expect(answer.headers.get('cache-tag')).toBe(SLUG);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('accept-ranges')).toBe('bytes');
      if (status === 416) expect(answer.headers.get('content-range')).toBe(`bytes */${size}`);
      await answer.body?.cancel();
    }
  });

  it('is told by HEAD, opened by OPTIONS and refused to POST', async () => {
    const get = await ask(path);
    const head = await ask(path, { Range: 'bytes=0-1' }, world(), 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const name of ['content-length', 'content-type', 'etag', 'last-modified'])
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    expect(head.headers.get('content-length')).toBe(String((await bytesOf(get)).byteLength));
    expect((await ask(path, {}, world(), 'OPTIONS')).status).toBe(204);
    expect((await ask(path, {}, world(), 'POST')).status).toBe(405);
  });

  it('is saved under the title by ?download', async () => {
    const { headers, body } = await ask(`${path}?download`);
    expect(headers.get('content-disposition')).toContain(`filename="Low Water.${ext}"`);
    await body?.cancel();
  });

  it('is 404 for an unknown song', async () => {
    expect(await problem(path.replaceAll('0', 'c'), {}, world().deps)).toEqual([404, 'not_found']);
  });
});
