// A domain of the media bucket's own (MEDIA_BASE_URL) answers from the object alone, without the Worker: it has to say the same.
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { headMedia, readMedia } from '../../src/archive/bucket.ts';
import { permanentLink } from '../../src/archive/keys.ts';
import { FORMATS } from '../../src/archive/formats/formats.ts';
import { serveMedia } from '../../src/http/files/media.ts';
import type { Role } from '../../src/model/task.ts';
import type { MediaKind } from '../support/media.ts';
import { newSpace } from '../support/space.ts';
import { newShelf } from './shelf.ts';

const OWN = 'https://files.example';

/** As R2 answers for a key on its own domain: what is stored with the object, its size, its ETag, its time. */
async function fromBucket(url: string): Promise<Headers> {
  const object = await env.MEDIA.head(new URL(url).pathname.slice(1));
  if (!object) throw new Error(`There is no object for ${url}`);
  const headers = new Headers({ ETag: object.httpEtag, 'Content-Length': String(object.size) });
  headers.set('Last-Modified', object.uploaded.toUTCString());
  object.writeHttpMetadata(headers);
  return headers;
}

async function fromWorker(url: string): Promise<Headers> {
  const { pathname } = new URL(url);
  const { headers, body } = await serveMedia(
    { request: new Request(`https://songs.example${pathname}`), path: pathname, download: false },
    {
      mediaBase: OWN,
      readMedia: (key, range) => readMedia(env.MEDIA, key, range),
      headMedia: (key) => headMedia(env.MEDIA, key),
      lookUp: async () => null,
      whyMissing: async () => 'missing',
      base: null,
      knownClip: async () => null,
      downloadTitle: async () => null,
    },
  );
  await body?.cancel();
  return headers;
}

describe('a permanent link on the bucket’s own domain', () => {
  it.each<[MediaKind, Role]>([
    ['mp3', 'audio'],
    ['m4a', 'audio'],
    ['wav', 'audio'],
    ['flac', 'audio'],
    ['jpeg', 'cover'],
    ['png', 'cover'],
    ['webp', 'cover'],
    ['mp4', 'video'],
  ])('has the headers that the Worker gives it, and is shown, not saved: %s as %s', async (kind, role) => {
    const shelf = newShelf();
    const source = await newSpace().media('file', {
      recipe: { kind, bytes: 5_000 },
      type: 'application/octet-stream',
    });
    const taken = await shelf.take(source, { role });
    if (!taken.ok) throw new Error(taken.reason);
    const url = permanentLink(OWN, taken.key);
    const [bucket, worker] = [await fromBucket(url), await fromWorker(url)];
    for (const [name, value] of bucket) expect([name, worker.get(name)]).toEqual([name, value]);
    expect([...bucket.keys()].sort()).toEqual([
      ...['cache-control', 'content-length', 'content-type', 'etag', 'last-modified'],
    ]);
    expect(bucket.get('cache-control')).toBe('public, max-age=31536000, immutable');
    // Whoever goes by the name alone reads the same type from it.
    const ext = url.split('.').at(-1);
    expect(FORMATS.filter((format) => format.ext === ext).map(({ type }) => type)).toEqual([taken.content_type]);
  });
});
