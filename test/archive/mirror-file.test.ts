import { env } from 'cloudflare:workers';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeMedia, sha256Hex, type MediaKind } from '../support/media.ts';
import { newSpace } from '../support/space.ts';
import type { MediaFault, MediaSettings } from '../support/stand-in-types.ts';
import { HELD_MAX_BYTES, WHOLE_MAX_BYTES } from '../../src/model/limits.ts';
import type { Role } from '../../src/model/task.ts';
import { newShelf, NOW, type TakeOptions } from './shelf.ts';

const MB = 1024 * 1024;
const song = { kind: 'mp3', bytes: 50_000 } as const;

/** What is taken, and what is in the buckets then. */
async function take(settings: Partial<MediaSettings>, options: TakeOptions = {}) {
  const shelf = newShelf();
  const url = await newSpace().media('song', { recipe: song, ...settings });
  return { shelf, taken: await shelf.take(url, options), left: await shelf.left() };
}

describe('mirrorFile() stores', () => {
  it('a plain file: key, type, size, hash and time tell of the very bytes', async () => {
    const { shelf, taken, left } = await take({});
    const key = `media/${shelf.slug}/audio.mp3`;
    const sha256 = await sha256Hex(makeMedia(song));
    const facts = {
      key,
      content_type: 'audio/mpeg',
      bytes: 50_000,
      sha256,
      crc32: crc32(makeMedia(song)),
      archived_at: new Date(NOW).toISOString(),
    };
    expect(taken).toEqual({ ok: true, ...facts });
    expect(left).toEqual([key]);
    const object = await env.MEDIA.get(key);
    expect(await sha256Hex(new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer()))).toBe(sha256);
  });

  it('its content type, a cache control for ever, its metadata and its hash with the object', async () => {
    const metadata = { vendor: 'alpha', clip: 'Lied № 1 ♪', source: 'cdn.example' };
    const { shelf } = await take({ type: 'application/octet-stream' }, { metadata });
    const object = await env.MEDIA.head(`media/${shelf.slug}/audio.mp3`);
    expect(object?.httpMetadata).toEqual({
      contentType: 'audio/mpeg',
      cacheControl: 'public, max-age=31536000, immutable',
    });
    expect(object?.customMetadata).toEqual(metadata);
    expect(object?.checksums.toJSON().sha256).toBe(await sha256Hex(makeMedia(song)));
  });

  it.each<[MediaKind, Role, string]>([
    ['id3', 'audio', 'audio.mp3'],
    ['aac', 'audio', 'audio.aac'],
    ['m4a', 'audio', 'audio.m4a'],
    ['wav', 'audio', 'audio.wav'],
    ['ogg', 'audio', 'audio.ogg'],
    ['flac', 'audio', 'audio.flac'],
    ['jpeg', 'cover', 'cover.jpg'],
    ['png', 'cover', 'cover.png'],
    ['webp', 'cover', 'cover.webp'],
    ['mp4', 'video', 'video.mp4'],
  ])('%s as %s under the name %s', async (kind, role, name) => {
    const { shelf, left } = await take({ recipe: { kind, bytes: 5_000 } }, { role });
    expect(left).toEqual([`media/${shelf.slug}/${name}`]);
  });

  it.each<[string, MediaFault, number]>([
    ['a body without a length below one part', 'chunked', 50_000],
    ['a body without a length that fills one part to the byte', 'chunked', 8 * MB],
    ['a body without a length, one byte beyond one part', 'chunked', 8 * MB + 1],
    ['a body without a length of two full parts', 'chunked', 16 * MB],
    ['a body without a length of three parts', 'chunked', 17 * MB + 123],
    ['a body that ends with its connection', 'until-close', 50_000],
    ['a body of known length, the longest that is taken in one', 'ok', WHOLE_MAX_BYTES],
    ['a body of known length, one byte more, which is held', 'ok', WHOLE_MAX_BYTES + 1],
    ['a body of known length, the longest that is held', 'ok', HELD_MAX_BYTES],
    ['a body of known length, one byte longer than that', 'ok', HELD_MAX_BYTES + 1],
    ['a body of known length that fills its last chunk to the byte', 'ok', 8 * MB],
    ['a body of 20 MB', 'ok', 20 * MB],
    ['a gzip body, decoded', 'gzip', 50_000],
    ['a gzip body beyond one part, decoded', 'gzip', 9 * MB],
    ['right bytes under a wrong content type', 'wrong-type', 50_000],
    ['a body in eight slow pieces', 'drip', 50_000],
    ['a file of two frame headers', 'ok', 421],
  ])('%s', { timeout: 60_000 }, async (_, fault, bytes) => {
    const recipe = { kind: 'mp3', bytes, seed: 7 } as const;
    const { shelf, taken, left } = await take({ recipe, fault, ms: 40 });
    const sha256 = await sha256Hex(makeMedia(recipe));
    expect(taken).toMatchObject({ ok: true, bytes, sha256, crc32: crc32(makeMedia(recipe)) });
    expect(left).toEqual([`media/${shelf.slug}/audio.mp3`]);
    const object = await env.MEDIA.get(`media/${shelf.slug}/audio.mp3`);
    const stored = new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer());
    expect(await sha256Hex(stored)).toBe(sha256);
    expect(object?.httpMetadata?.contentType).toBe('audio/mpeg');
  });

  it('a body under Content-Encoding: identity with its length still known', async () => {
    const { taken } = await take({ headers: { 'content-encoding': 'identity' } });
    expect(taken).toMatchObject({ ok: true, bytes: 50_000 });
  });

  it('what was promised of a host that sends more, where the file states no length: HTTP knows no more of the body', async () => {
    const { shelf, taken } = await take({ fault: 'longer' });
    expect(taken).toMatchObject({ ok: true, bytes: 25_000 });
    expect((await env.MEDIA.head(`media/${shelf.slug}/audio.mp3`))?.size).toBe(25_000);
  });

  it.each<[string, MediaKind, Role, number]>([
    ['a long file that counts its bytes', 'info', 'audio', 20 * MB],
    ['a picture with bytes behind its end', 'jpeg-tail', 'cover', 9_000],
  ])('%s', async (_, kind, role, bytes) => {
    const { taken } = await take({ recipe: { kind, bytes } }, { role, duration_seconds: 9_999 });
    expect(taken).toMatchObject({ ok: true, bytes });
  });

  it('a file after a first refusal, when asked again', async () => {
    const shelf = newShelf();
    const url = await newSpace().media('song', { recipe: song, fault: 'refused-then-ok', times: 1 });
    expect(await shelf.take(url)).toMatchObject({ ok: false, reason: 'source_forbidden', final: false });
    expect(await shelf.take(url, { look_first: true })).toMatchObject({ ok: true, bytes: 50_000 });
  });
});

describe('mirrorFile() stores nothing and leaves nothing behind of', () => {
  const long = { kind: 'mp3', bytes: 20 * MB } as const;
  const counted = { kind: 'info', bytes: 50_000 } as const;
  const longer = { kind: 'wav', bytes: 20 * MB } as const;
  const heldMp3 = { kind: 'mp3', bytes: 9 * MB } as const;
  const heldWav = { kind: 'wav', bytes: 9 * MB } as const;
  it.each<[string, Partial<MediaSettings>, string, TakeOptions?]>([
    ['half a body of known length', { fault: 'truncated' }, 'truncated'],
    ['half a body without a length', { fault: 'truncated-chunked' }, 'truncated'],
    ['half a body that is held', { fault: 'truncated', recipe: heldMp3 }, 'truncated'],
    [
      'a body that is held and breaks off before its end is said',
      { fault: 'unterminated', recipe: heldMp3 },
      'truncated',
    ],
    ['half a file that is held, as long as promised', { fault: 'cut', recipe: heldWav }, 'truncated'],
    ['a held mp3 of half its time', { recipe: heldMp3 }, 'truncated', { duration_seconds: 1_200 }],
    ['half a long body of known length', { fault: 'truncated', recipe: long }, 'truncated'],
    ['half a long body without a length', { fault: 'truncated-chunked', recipe: long }, 'truncated'],
    ['a body that breaks off before its end is said', { fault: 'unterminated' }, 'truncated'],
    ['a long body that breaks off before its end is said', { fault: 'unterminated', recipe: long }, 'truncated'],
    ['half a gzip body', { fault: 'gzip-truncated' }, 'truncated'],
    ['half a file, as long as promised', { fault: 'cut', recipe: counted }, 'truncated'],
    ['half a file without a length', { fault: 'cut-chunked', recipe: counted }, 'truncated'],
    ['half a file that ends with its connection', { fault: 'cut-until-close', recipe: counted }, 'truncated'],
    ['half a long file, as long as promised', { fault: 'cut', recipe: longer }, 'truncated'],
    ['half a long file without a length', { fault: 'cut-chunked', recipe: longer }, 'truncated'],
    ['half a file of a host that sends the rest beyond its promise', { fault: 'longer', recipe: counted }, 'truncated'],
    ['an mp3 of 3 of 6 seconds that counts nothing itself', {}, 'truncated', { duration_seconds: 6 }],
    ['a JSON error at an address of an mp3', { fault: 'json' }, 'not_media'],
    ['a JSON error under an audio type', { fault: 'json', type: 'audio/mpeg' }, 'not_media'],
    ['an error text of one frame header', { recipe: { kind: 'mp3', bytes: 4 } }, 'truncated'],
    ['half a picture', { fault: 'cut', recipe: { kind: 'jpeg', bytes: 9_000 } }, 'truncated', { role: 'cover' }],
    ['a body of length 0', { fault: 'empty' }, 'empty'],
    ['a body without a length and without bytes', { fault: 'empty-chunked' }, 'empty'],
    ['a login page', { fault: 'html' }, 'not_media'],
    ['a login page under an audio type', { fault: 'html-as-media' }, 'not_media'],
    ['an error text as long as a song', { recipe: { kind: 'text', bytes: 9 * MB }, type: 'audio/mpeg' }, 'not_media'],
    ['an image for a song', { recipe: { kind: 'jpeg', bytes: 5_000 } }, 'not_media'],
    ['a song for an image', {}, 'not_media', { role: 'cover' }],
    ['bytes that are not in the encoding they claim', { headers: { 'content-encoding': 'gzip' } }, 'truncated'],
    ['no answer: reset', { fault: 'reset' }, 'unreachable'],
  ])('%s: %s', async (_, settings, reason, options) => {
    const { taken, left } = await take(settings, options);
    expect(taken).toMatchObject({ ok: false, reason, final: false });
    expect(left).toEqual([]);
  });

  it.each<[string, Partial<MediaSettings>]>([
    ['by its length', {}],
    ['while it is read', { fault: 'chunked' }],
    ['while a compressed one is read', { fault: 'gzip' }],
    ['while an endless one is read', { fault: 'endless', recipe: { kind: 'mp3', bytes: MB } }],
  ])('a file larger than settings allow, seen %s: too_large for good', async (_, settings) => {
    const { taken, left } = await take(settings, { rules: { maxBytes: 49_999 } });
    expect(taken).toMatchObject({ ok: false, reason: 'too_large', final: true });
    expect(left).toEqual([]);
  });

  it('an endless body far beyond the buffer, and stops reading it', async () => {
    const space = newSpace();
    const shelf = newShelf();
    const url = await space.media('song', { recipe: { kind: 'mp3', bytes: MB }, fault: 'endless' });
    const taken = await shelf.take(url, { rules: { maxBytes: 20 * MB } });
    expect(taken).toMatchObject({ ok: false, reason: 'too_large', final: true });
    expect(await shelf.left()).toEqual([]);
    await expect.poll(async () => (await space.log())[0]?.ended).not.toBeNull();
  });

  it('what is seen to be no media while the rest of it is on its way, and asks for no more', async () => {
    const space = newSpace();
    const shelf = newShelf();
    const url = await space.media('song', { recipe: { kind: 'text', bytes: 9 * MB }, fault: 'stall' });
    expect(await shelf.take(url)).toMatchObject({ ok: false, reason: 'not_media', final: false });
    expect(await shelf.left()).toEqual([]);
    await expect.poll(async () => (await space.log())[0]?.ended).not.toBeNull();
  });

  it('a file of exactly the largest size is stored', async () => {
    const { taken } = await take({}, { rules: { maxBytes: 50_000 } });
    expect(taken.ok).toBe(true);
  });
});
