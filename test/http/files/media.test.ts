// Files and stable links, beside what the table of permanent links says (media-table.ts): failures, refusals, downloads.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MediaObject } from '../../../src/archive/bucket.ts';
import type { MediaDeps, StableTarget } from '../../../src/http/context.ts';
import { attachment } from '../../../src/http/files/file-name.ts';
import { serveMedia } from '../../../src/http/files/media.ts';
import { Problem } from '../../../src/http/problem.ts';

const SLUG = '0b5c6f0e-6d0a-4c0e-9a55-3f8f2d0c7a11';
const PATH = `/media/${SLUG}/audio.mp3`;
const KEY = PATH.slice(1);
const BASE = 'https://media.example';
const OWN = 'https://songs.example';
const SIZE = 300_000;
const BYTES = Uint8Array.from({ length: SIZE }, (_, at) => (at * 31) % 251);

beforeAll(async () => {
  await env.MEDIA.put(KEY, BYTES, { httpMetadata: { contentType: 'audio/mpeg' } });
});

const described = (object: R2Object, body: ReadableStream | null): MediaObject => ({
  body,
  size: object.size,
  etag: object.httpEtag,
  uploaded: object.uploaded,
  contentType: object.httpMetadata?.contentType ?? '',
});

/** The real bucket behind the deps, with a log of what was asked of whom and of bodies left unread. */
function world(overrides: Partial<MediaDeps> = {}) {
  const calls: string[] = [];
  const deps: MediaDeps = {
    mediaBase: BASE,
    async readMedia(key, range) {
      calls.push(`read ${JSON.stringify(range ?? 'whole')}`);
      const object = await env.MEDIA.get(key, range ? { range } : {});
      if (object === null) return null;
      const cancel = object.body.cancel.bind(object.body);
      object.body.cancel = (reason) => (calls.push('cancel'), cancel(reason));
      return described(object, object.body);
    },
    async headMedia(key) {
      calls.push('head');
      const object = await env.MEDIA.head(key);
      return object && described(object, null);
    },
    lookUp: async () => null,
    whyMissing: async () => 'missing',
    downloadTitle: async () => null,
    base: OWN,
    knownClip: async () => null,
    ...overrides,
  };
  return { calls, deps };
}

/** An answer or the Problem thrown instead of it, seen alike. */
async function ask(path: string, init: RequestInit = {}, overrides: Partial<MediaDeps> = {}) {
  const { calls, deps } = world(overrides);
  const url = new URL(path, 'https://longplay.example');
  try {
    const answer = await serveMedia(
      { request: new Request(url, init), path: url.pathname, download: url.searchParams.has('download') },
      deps,
    );
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, headers: answer.headers, bytes, calls };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return { status: problem.status, headers: new Headers(problem.headers), bytes: new Uint8Array(), calls };
  }
}

const get = (headers: Record<string, string> = {}, path = PATH) => ask(path, { headers });

describe('a bucket that fails', () => {
  it('tries once more when the bucket fails at a good range', async () => {
    let failures = 0;
    const { deps } = world();
    const readMedia: MediaDeps['readMedia'] = async (key, range) => {
      if (failures++ === 0) throw new Error('busy');
      return deps.readMedia(key, range);
    };
    const { status, bytes } = await ask(PATH, { headers: { Range: 'bytes=5-6' } }, { readMedia });
    expect(status).toBe(206);
    expect(bytes).toEqual(BYTES.slice(5, 7));
  });

  it('hides no failure of the bucket', async () => {
    const readMedia = async () => Promise.reject(new Error('down'));
    await expect(ask(PATH, {}, { readMedia })).rejects.toThrow('down');
  });
});

describe('a file that is not there', () => {
  const other = `/media/${SLUG}/audio.wav`;
  it.each([
    ['missing', 404],
    ['gone', 410],
  ] as const)('%s: %i, never cached', async (reason, expected) => {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await ask(other, { method }, { whyMissing: async () => reason });
      expect(status).toBe(expected);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('is gone when it goes between two reads', async () => {
    const { deps } = world();
    const readMedia: MediaDeps['readMedia'] = async (key, range) => (range ? deps.readMedia(key, range) : null);
    const { status } = await ask(PATH, { headers: { Range: 'bytes=0-9', 'If-Range': '"x"' } }, { readMedia });
    expect(status).toBe(410);
  });

  it.each([
    ['another extension', `/media/${SLUG}/audio.exe`],
    ['an extension of another role', `/media/${SLUG}/cover.mp3`],
    ['another role', `/media/${SLUG}/sheet.pdf`],
    ['a name that is no slug', '/media/abc/audio.mp3'],
    ['a slug in upper case', PATH.toUpperCase()],
    ['a path below', `${PATH}/x`],
    ['nothing', '/media/'],
  ])('404 without a look at the bucket: %s', async (_, path) => {
    const { status, headers, calls } = await get({}, path);
    expect(status).toBe(404);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(calls).toEqual([]);
  });
});

describe('GET /media/<slug>/audio', () => {
  const stable = (target: StableTarget, path = `/media/${SLUG}/audio`, init: RequestInit = {}) =>
    ask(path, init, { lookUp: async () => target });

  it('leads to the permanent link once archived', async () => {
    const { status, headers, calls } = await stable({ state: 'archived', key: KEY });
    expect(status).toBe(301);
    expect(headers.get('location')).toBe(`${BASE}/${KEY}`);
    // A takedown must win within minutes.
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(calls).toEqual([]);
  });
  it('names no origin where none is set, so that the edge cache, whose key has no host, may keep it', async () => {
    const lookUp = async () => ({ state: 'archived', key: KEY }) as const;
    const { headers } = await ask(`/media/${SLUG}/audio`, {}, { mediaBase: '', lookUp });
    expect([headers.get('location'), headers.get('cache-control')]).toEqual([`/${KEY}`, 'public, max-age=300']);
  });
  it('with ?download leads to the Worker, wherever files are: a bucket’s own domain would show it', async () => {
    const { headers } = await stable({ state: 'archived', key: KEY }, `/media/${SLUG}/audio?download`);
    expect(headers.get('location')).toBe(`${OWN}/${KEY}?download`);
    const lookUp = async () => ({ state: 'archived', key: KEY }) as const;
    const anywhere = await ask(`/media/${SLUG}/audio?download`, {}, { base: null, lookUp });
    expect(anywhere.headers.get('location')).toBe(`/${KEY}?download`);
  });
  it('leads to the vendor while pending', async () => {
    const { status, headers } = await stable({ state: 'pending', source_url: 'https://cdn.example/ä b.mp3?x=1' });
    expect(status).toBe(302);
    expect(headers.get('location')).toBe('https://cdn.example/%C3%A4%20b.mp3?x=1');
    expect(headers.get('cache-control')).toBe('no-store');
  });
  it.each<[string, StableTarget, number]>([
    ['pending without an URL', { state: 'pending', source_url: null }, 404],
    ['pending with no URL of the web', { state: 'pending', source_url: 'javascript:alert(1)' }, 404],
    ['pending with no URL at all', { state: 'pending', source_url: 'nonsense' }, 404],
    ['unavailable', { state: 'unavailable' }, 404],
    ['unknown', null, 404],
    ['gone', { state: 'gone' }, 410],
  ])('%s', async (_, target, expected) => {
    const { status, headers } = await stable(target);
    expect(status).toBe(expected);
    expect(headers.get('cache-control')).toBe('no-store');
  });
  it('cannot be made to split a header by a URL', async () => {
    const { headers } = await stable({ state: 'pending', source_url: 'https://cdn.example/a\r\nSet-Cookie: b' });
    expect(headers.get('location')).toBe('https://cdn.example/aSet-Cookie:%20b');
  });
  it('answers HEAD alike', async () => {
    const { status } = await stable({ state: 'archived', key: KEY }, undefined, { method: 'HEAD' });
    expect(status).toBe(301);
  });
});

describe('GET /media/<slug>/audio.mp3?download', () => {
  const download = (downloadTitle: MediaDeps['downloadTitle'], init: RequestInit = {}) =>
    ask(`${PATH}?download`, init, { downloadTitle });

  it('names the file after the song, for five minutes since titles change', async () => {
    const { status, headers, bytes } = await download(async () => 'Night Drive');
    expect(status).toBe(200);
    expect(bytes).toEqual(BYTES);
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="Night Drive.mp3"; filename*=UTF-8''Night%20Drive.mp3`,
    );
    expect(headers.get('cache-control')).toBe('public, max-age=300');
  });
  it('serves ranges and 304 as long', async () => {
    const partly = await download(async () => 'x', { headers: { Range: 'bytes=0-1' } });
    const unchanged = await download(async () => 'x', { headers: { 'If-None-Match': '*' } });
    expect([partly.status, unchanged.status]).toEqual([206, 304]);
    expect(partly.headers.get('cache-control')).toBe('public, max-age=300');
    expect(unchanged.headers.get('cache-control')).toBe('public, max-age=300');
  });
  it('gives the file even while its title cannot be read', async () => {
    const { status, headers } = await download(async () => Promise.reject(new Error('down')));
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain(`filename="${SLUG}.mp3"`);
  });
});

describe('attachment()', () => {
  const names = (title: string | null) => {
    const [, plain, extended] =
      /^attachment; filename="([^"]*)"; filename\*=UTF-8''(.*)$/.exec(attachment(title, SLUG, 'mp3')) ?? [];
    return { plain, extended: extended === undefined ? undefined : decodeURIComponent(extended) };
  };

  it.each([
    ['plain words', 'Night Drive', 'Night Drive.mp3', 'Night Drive.mp3'],
    ['accents', 'Café Señor', 'Cafe Senor.mp3', 'Café Señor.mp3'],
    ['another script', '夜のドライブ', `${SLUG}.mp3`, '夜のドライブ.mp3'],
    ['emoji', '🎸 Rock 👩‍🎤', 'Rock.mp3', '🎸 Rock 👩‍🎤.mp3'],
    ['quotes and backslashes', 'say "hi" \\ bye', 'say hi bye.mp3', 'say hi bye.mp3'],
    ['slashes', '../../etc/passwd', 'etc passwd.mp3', 'etc passwd.mp3'],
    ['line breaks', 'a\r\nSet-Cookie: b=1', 'a Set-Cookie b=1.mp3', 'a Set-Cookie b=1.mp3'],
    ['direction marks', 'song\u202e3pm.exe', 'song 3pm.exe.mp3', 'song 3pm.exe.mp3'],
    ['Hebrew', 'שלום', `${SLUG}.mp3`, 'שלום.mp3'],
    ['per cent signs', '100% %41', '100 41.mp3', '100% %41.mp3'],
    ['apostrophes and brackets', "it's (live)", "it's (live).mp3", "it's (live).mp3"],
    ['a slash that only decomposes to one', 'a／b', 'a b.mp3', 'a／b.mp3'],
    ['half a surrogate pair', 'a\ud83c', 'a.mp3', 'a\ufffd.mp3'],
    ['nothing', '', `${SLUG}.mp3`, `${SLUG}.mp3`],
    ['only blanks and dots', ' .. ', `${SLUG}.mp3`, `${SLUG}.mp3`],
    ['a device of Windows', 'NUL', '_NUL.mp3', '_NUL.mp3'],
    ['no title', null, `${SLUG}.mp3`, `${SLUG}.mp3`],
  ])('%s', (_, title, plain, extended) => expect(names(title)).toEqual({ plain, extended }));

  it("percent-encodes what RFC 8187 does not leave as it is ('()*)", () => {
    expect(attachment("it's (live)", SLUG, 'mp3')).toContain("filename*=UTF-8''it%27s%20%28live%29.mp3");
  });
  it('cuts a long title between characters', () => {
    const { extended = '' } = names('夜'.repeat(500));
    expect(extended).toBe(`${'夜'.repeat(66)}.mp3`);
  });
  it('is always a valid header', () => {
    for (let code = 0; code < 0x3000; code++) {
      expect(() => new Headers({ a: attachment(`x${String.fromCodePoint(code)}y`, SLUG, 'mp3') })).not.toThrow();
    }
  });
});
