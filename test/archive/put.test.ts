import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { byteChunks } from '../../src/net/byte-chunks.ts';
import { CHUNK_BYTES, HELD_MAX_BYTES, MULTIPART_PART_BYTES } from '../../src/model/limits.ts';
import { makeMedia, sha256Hex } from '../support/media.ts';
import { newSpace } from '../support/space.ts';
import { bucketWith, newShelf } from './shelf.ts';

const MB = 1024 * 1024;
const song = { kind: 'mp3', bytes: 50_000 } as const;

describe('an object that is there already', () => {
  const old = makeMedia({ kind: 'mp3', bytes: 3_000, seed: 99 });

  it.each([
    ['a short file', 'ok', 50_000],
    ['a file without a length', 'chunked', 50_000],
    ['a file that is held', 'ok', 9 * MB],
    ['a long file', 'ok', 20 * MB],
    ['a long file without a length', 'chunked', 17 * MB],
  ] as const)('stays as it is and is adopted with its own hash and size instead of %s', async (_, fault, bytes) => {
    const shelf = newShelf();
    const key = `media/${shelf.slug}/audio.mp3`;
    await env.MEDIA.put(key, old);
    const url = await newSpace().media('song', { recipe: { kind: 'mp3', bytes }, fault });
    const sha256 = await sha256Hex(old);
    expect(await shelf.take(url)).toMatchObject({ ok: true, key, bytes: 3_000, sha256, content_type: 'audio/mpeg' });
    expect((await env.MEDIA.head(key))?.size).toBe(3_000);
    expect(await shelf.left()).toEqual([key]);
  });

  it('under another extension is adopted by a look first: one object a role, and nobody is asked', async () => {
    const shelf = newShelf();
    const space = newSpace();
    const flac = makeMedia({ kind: 'flac', bytes: 3_000 });
    await env.MEDIA.put(`media/${shelf.slug}/audio.flac`, flac);
    const taken = await shelf.take(await space.media('song', { recipe: song }), { look_first: true });
    const key = `media/${shelf.slug}/audio.flac`;
    expect(taken).toMatchObject({
      ok: true,
      key,
      bytes: 3_000,
      sha256: await sha256Hex(flac),
      content_type: 'audio/flac',
    });
    expect(await shelf.left()).toEqual([key]);
    expect(await space.log()).toEqual([]);
  });

  it('is not doubted because the vendor tells another duration by now', async () => {
    const shelf = newShelf();
    const key = `media/${shelf.slug}/audio.mp3`;
    await env.MEDIA.put(key, old);
    const url = await newSpace().media('song', { recipe: song });
    const told = { duration_seconds: 60, look_first: true };
    expect(await shelf.take(url, told)).toMatchObject({ ok: true, key, bytes: 3_000 });
  });

  it('of another role does not count', async () => {
    const shelf = newShelf();
    await env.MEDIA.put(`media/${shelf.slug}/video.mp4`, makeMedia({ kind: 'mp4', bytes: 3_000 }));
    const url = await newSpace().media('song', { recipe: song });
    expect(await shelf.take(url, { look_first: true })).toMatchObject({ key: `media/${shelf.slug}/audio.mp3` });
  });

  it.each([
    ['a look first', 'mp3', true],
    ['a put', 'mp3', false],
  ] as const)('and is not whole is never adopted, neither by %s', async (_, ext, look_first) => {
    const shelf = newShelf();
    await env.MEDIA.put(`media/${shelf.slug}/audio.${ext}`, makeMedia({ kind: 'info', bytes: 9_000 }).slice(0, 4_000));
    const url = await newSpace().media('song', { recipe: song });
    expect(await shelf.take(url, { look_first })).toMatchObject({ ok: false, reason: 'unreachable', final: false });
  });

  it('and is no media is never adopted', async () => {
    const shelf = newShelf();
    await env.MEDIA.put(`media/${shelf.slug}/audio.mp3`, 'a note');
    const url = await newSpace().media('song', { recipe: song });
    expect(await shelf.take(url, { look_first: true })).toMatchObject({
      ok: false,
      reason: 'unreachable',
      final: false,
    });
  });

  it('is met by two takers at once: one object, both tell its hash', async () => {
    const shelf = newShelf();
    const url = await newSpace().media('song', { recipe: song, then_seed: 5 });
    const [one, other] = await Promise.all([shelf.take(url), shelf.take(url)]);
    const stored = await env.MEDIA.get(`media/${shelf.slug}/audio.mp3`);
    const sha256 = await sha256Hex(new Uint8Array((await stored?.arrayBuffer()) ?? new ArrayBuffer()));
    expect([one, other]).toMatchObject([
      { ok: true, sha256 },
      { ok: true, sha256 },
    ]);
  });
});

describe('the hash of a file', () => {
  it.each([
    ['a short one', 'ok', 50_000, true],
    ['one without a length that ends within a part', 'chunked', 50_000, true],
    ['the longest that is held', 'ok', HELD_MAX_BYTES, true],
    ['one byte more', 'ok', HELD_MAX_BYTES + 1, false],
    ['a long one without a length', 'chunked', 17 * MB, true],
  ] as const)('is what the bucket holds its bytes against: %s', async (_, fault, bytes, isTold) => {
    const told: (string | undefined)[] = [];
    const media = bucketWith(env.MEDIA, {
      put: (key: string, value: ReadableStream, options: R2PutOptions) => {
        told.push(options.sha256 as string | undefined);
        return env.MEDIA.put(key, value, options);
      },
    });
    const recipe = { kind: 'mp3', bytes } as const;
    const url = await newSpace().media('song', { recipe, fault });
    const sha256 = await sha256Hex(makeMedia(recipe));
    expect(await newShelf().take(url, { media })).toMatchObject({ ok: true, sha256 });
    expect(told).toEqual([isTold ? sha256 : undefined]);
  });
});

describe('a bucket that fails', () => {
  const fails = (): Promise<never> => Promise.reject(new Error('R2 is away'));
  const parts = (methods: Partial<R2MultipartUpload>): Record<string, unknown> => ({
    createMultipartUpload: async (key: string) => {
      const upload = await env.RECORDS.createMultipartUpload(key);
      const { abort, complete, uploadPart } = R2_METHODS(upload);
      return { abort, complete, uploadPart, ...methods };
    },
  });
  const R2_METHODS = (upload: R2MultipartUpload): Pick<R2MultipartUpload, 'abort' | 'complete' | 'uploadPart'> => ({
    abort: () => upload.abort(),
    complete: (list) => upload.complete(list),
    uploadPart: (number, value) => upload.uploadPart(number, value),
  });

  it.each([
    ['at a look', { media: bucketWith(env.MEDIA, { list: fails }), look_first: true }, 50_000],
    ['at a put', { media: bucketWith(env.MEDIA, { put: fails }) }, 50_000],
    ['at the put of a file that is held', { media: bucketWith(env.MEDIA, { put: fails }) }, 9 * MB],
    ['at the put of a long file', { media: bucketWith(env.MEDIA, { put: fails }) }, 20 * MB],
    ['as soon as parts are opened', { records: bucketWith(env.RECORDS, { createMultipartUpload: fails }) }, 17 * MB],
    ['at a part', { records: bucketWith(env.RECORDS, parts({ uploadPart: fails })) }, 17 * MB],
    ['when parts are completed', { records: bucketWith(env.RECORDS, parts({ complete: fails })) }, 17 * MB],
    ['when parts are read back', { records: bucketWith(env.RECORDS, { get: fails }) }, 17 * MB],
  ])('%s: unreachable, to be tried again, and nothing stays', async (_, options, bytes) => {
    const shelf = newShelf();
    const fault = 'records' in options ? 'chunked' : 'ok';
    const url = await newSpace().media('song', { recipe: { kind: 'mp3', bytes }, fault });
    const detail = 'The bucket refused the file: R2 is away';
    expect(await shelf.take(url, options)).toEqual({ ok: false, reason: 'unreachable', final: false, detail });
    expect(await shelf.left()).toEqual([]);
  });
});

interface UnderlyingByteSource {
  type: 'bytes';
  pull(controller: ReadableByteStreamController): void;
}

/** A few turns of the event loop: a bucket that takes its time, by no clock. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn++) await new Promise((done) => setTimeout(done, 1));
};

describe('a body of another length than its host told', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['fewer bytes in one chunk', 50_000, 60_000, '50000 of 60000 bytes came'],
    ['fewer bytes, held', 5 * MB, 6 * MB, `${5 * MB} of ${6 * MB} bytes came`],
    ['more bytes, held', 6 * MB, 5 * MB, `The body is longer than the ${5 * MB} bytes that were promised`],
    ['fewer bytes of a long one', 20 * MB, 21 * MB, `${20 * MB} of ${21 * MB} bytes came`],
    ['more bytes of a long one', 21 * MB, 20 * MB, `The body is longer than the ${20 * MB} bytes that were promised`],
  ])('%s: truncated, and nothing stays', async (_, bytes, told, detail) => {
    const body = new Response(makeMedia({ kind: 'mp3', bytes })).body;
    vi.spyOn(globalThis, 'fetch').mockResolvedValue(
      new Response(body, { headers: { 'content-length': String(told) } }),
    );
    const shelf = newShelf();
    const taken = await shelf.take('http://localhost/a.mp3');
    expect(taken).toEqual({ ok: false, reason: 'truncated', final: false, detail });
    expect(await shelf.left()).toEqual([]);
  });
});

describe('a long body into a slow bucket', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Bytes drawn from the source less bytes that a bucket accepted: what is held in between, at most. */
  function gauge(bytes: number, length: number | null) {
    const PIECE = 64 * 1024;
    const held = { now: 0, most: 0 };
    const first = makeMedia({ kind: 'mp3', bytes: PIECE });
    let drawn = 0;
    // A stream of bytes, as a fetched body is; the types know of no such source.
    const source: UnderlyingByteSource = {
      type: 'bytes',
      pull(controller) {
        const size = Math.min(PIECE, bytes - drawn);
        if (size === 0) {
          controller.close();
          controller.byobRequest?.respond(0);
          return;
        }
        drawn += size;
        held.now += size;
        held.most = Math.max(held.most, held.now);
        controller.enqueue(first.slice(0, size));
      },
    };
    const body = new ReadableStream<Uint8Array>(source as unknown as UnderlyingSource<Uint8Array>);
    const headers: Record<string, string> = length === null ? {} : { 'content-length': String(length) };
    vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { headers }));
    const accepted = (size: number): void => void (held.now -= size);
    const media = bucketWith(env.MEDIA, {
      put: async (key: string, value: ReadableStream<Uint8Array>, options: R2PutOptions) => {
        // Without a length the parts are what is slow.
        if (length === null) return env.MEDIA.put(key, value, options);
        const slow = new FixedLengthStream(bytes);
        const put = env.MEDIA.put(key, slow.readable, options);
        const writer = slow.writable.getWriter();
        for await (const piece of byteChunks(value, 64 * 1024)) {
          await turns();
          await writer.write(piece);
          accepted(piece.byteLength);
        }
        await writer.close();
        return put;
      },
    });
    const records = bucketWith(env.RECORDS, {
      createMultipartUpload: async (key: string) => {
        const upload = await env.RECORDS.createMultipartUpload(key);
        return {
          uploadPart: async (number: number, value: Uint8Array) => {
            await turns();
            const part = await upload.uploadPart(number, value);
            accepted(value.byteLength);
            return part;
          },
          complete: (list: R2UploadedPart[]) => upload.complete(list),
          abort: () => upload.abort(),
        };
      },
    });
    return { held, media, records };
  }

  it('of 50 MB without a length is never held beyond three parts', { timeout: 60_000 }, async () => {
    const { held, media, records } = gauge(50 * MB, null);
    const shelf = newShelf();
    expect(await shelf.take('http://localhost/a.mp3', { media, records })).toMatchObject({ ok: true, bytes: 50 * MB });
    expect(held.now).toBe(0);
    expect(held.most).toBeLessThanOrEqual(3 * MULTIPART_PART_BYTES);
    expect(await shelf.left()).toEqual([`media/${shelf.slug}/audio.mp3`]);
  });

  it('of 20 MB of known length is never held beyond three chunks', { timeout: 60_000 }, async () => {
    const { held, media, records } = gauge(20 * MB, 20 * MB);
    const shelf = newShelf();
    expect(await shelf.take('http://localhost/a.mp3', { media, records })).toMatchObject({ ok: true, bytes: 20 * MB });
    expect(held.now).toBe(0);
    expect(held.most).toBeLessThanOrEqual(3 * CHUNK_BYTES);
  });
});
