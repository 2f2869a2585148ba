import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sniff } from '../../../src/archive/formats/sniff.ts';
import { Structure } from '../../../src/archive/formats/integrity.ts';
import { ROLES } from '../../../src/model/task.ts';
import { makeMedia, MEDIA_KINDS, type MediaKind } from '../../support/media.ts';
// What FFmpeg 5.1 (LAME, libvorbis, libopus, libwebp) made of some tenths of a second of noise and of a test picture.
import encoded from './encoded.json';
import { big, bytesOf, frame, id3, little, mp3, type Part } from './parts.ts';

type File = Uint8Array<ArrayBuffer>;
const samples = Object.entries(encoded).map(([name, text]) => [name, Uint8Array.fromBase64(text)] as [string, File]);

const extOf = (file: File): string | null =>
  ROLES.map((role) => sniff(file.subarray(0, 64), role)).find((format) => format !== null)?.ext ?? null;

/** What is missing of a file that comes in pieces of this length; null: it is whole. */
function missing(file: File, { step = file.length, seconds = null as number | null, ext = extOf(file) } = {}) {
  const structure = new Structure(ext ?? 'none', { duration_seconds: seconds });
  for (let at = 0; at < file.length; at += step) structure.add(file.slice(at, at + step));
  return structure.end();
}

/** The file tells nothing of its length. */
const SILENT = ['plain.flac', 'unsized.wav', 'uncounted.mp3'];
const telling = samples.filter(([name]) => !SILENT.includes(name));

describe('a file of a real encoder', () => {
  it.each(samples)('is whole, in one piece, in many and byte by byte: %s', (_, file) => {
    for (const step of [file.length, 1_000, 63, 1]) expect(missing(file, { step, seconds: 0.4 })).toBeNull();
  });

  it.each(samples.filter(([name]) => /mp3|jpg|png|webp|wav|flac/.test(name)))(
    'is whole with other bytes behind it: %s',
    (_, file) => {
      expect(missing(bytesOf(file, new Uint8Array(300).fill(0x41)))).toBeNull();
    },
  );

  it.each(telling)('is truncated wherever it is cut: %s', (name, file) => {
    // The last frame of an mp3, of the largest size there is, and a tag behind it may be missing from a file that is whole.
    const most = name.endsWith('.mp3') ? file.length - 128 - 1_045 : file.length - 1;
    const cuts = Array.from({ length: 40 }, (_, index) => Math.floor(100 + ((most - 100) * index) / 39));
    const ext = extOf(file);
    // One cut may fall between two packets, or between a tag and the count behind it.
    expect(cuts.filter((cut) => missing(file.slice(0, cut), { ext }) === null).length).toBeLessThanOrEqual(1);
  });

  it('is judged by the vendor’s duration where the file states none: under 60 % of it is truncated', () => {
    const uncounted = new Map(samples).get('uncounted.mp3') as File;
    const part = (share: number): File => uncounted.slice(0, Math.floor(uncounted.length * share));
    expect(missing(part(0.5), { seconds: 0.4 })).toBe('About 0 s came of a song of 0 s');
    expect(missing(part(0.7), { seconds: 0.4 })).toBeNull();
    expect(missing(part(0.5))).toBeNull();
    expect(missing(uncounted, { seconds: 240 })).toBe('About 0 s came of a song of 240 s');
  });

  it('is never doubted by the vendor’s duration where the file states its own length', () => {
    for (const [, file] of telling) expect(missing(file, { seconds: 3_600 })).toBeNull();
  });
});

describe('the files that tests make', () => {
  it.each(MEDIA_KINDS.filter((kind) => kind !== 'html' && kind !== 'text'))('are whole: %s', (kind) => {
    for (const bytes of [900, 1_078, 3_001, 20_007]) expect(missing(makeMedia({ kind, bytes }))).toBeNull();
  });
});

const riff = (size: number, form: string, ...parts: Part[]): File => bytesOf('RIFF', little(size), form, ...parts);
const chunk = (name: string, size: number, bytes: number): File => bytesOf(name, little(size), new Uint8Array(bytes));
const box = (name: string, size: number, bytes = Math.max(size - 8, 0)): File =>
  bytesOf(big(size), name, new Uint8Array(bytes));
const ftyp = box('ftyp', 16);
const jpegSegment = (code: number, ...parts: Part[]): File => {
  const body = bytesOf(...parts);
  return bytesOf([0xff, code], big(body.length + 2).slice(2), body);
};
const JPEG_START = [0xff, 0xd8];
const JPEG_END = [0xff, 0xd9];
const scan = bytesOf(jpegSegment(0xda, new Uint8Array(8)), [1, 0xff, 0x00, 2, 0xff, 0xd3, 3, 0xff, 0xff, 0x00]);
const thumbnail = jpegSegment(0xe1, 'Exif', JPEG_START, scan, JPEG_END);
const page = (flags: number, body: number): File =>
  bytesOf('OggS', [0, flags], new Uint8Array(20), [1, body], new Uint8Array(body));

describe('a file that states its length', () => {
  const frames = (count: number): Part[] => Array<Part>(count).fill(frame());
  it.each<[string, File]>([
    ['mp3 of one frame less than its Info counts', mp3({ name: 'Info', frames: 10, bytes: 417 * 10 }, 9)],
    ['mp3 of more frames than its Info counts', mp3({ name: 'Info', frames: 10, bytes: 417 * 10 }, 40)],
    ['mp3 whose count leaves out its own frame', mp3({ name: 'Info', frames: 9, bytes: 417 * 9 }, 10)],
    ['mp3 that counts frames alone', mp3({ name: 'Xing', frames: 9 }, 10)],
    ['mp3 that counts bytes alone', mp3({ name: 'Xing', bytes: 417 * 10 }, 10)],
    ['mp3 whose encoder could not go back to count', mp3({ name: 'Xing', frames: 0, bytes: 0xffff_ffff }, 10)],
    ['mp3 with VBRI', mp3({ name: 'VBRI', frames: 9, bytes: 417 * 10 }, 10)],
    [
      'mp3 behind two tags, one with a footer, and padding',
      bytesOf(id3(300), id3(90, true), new Uint8Array(5_000), ...frames(9)),
    ],
    ['mp3 with a tag that has no valid size', bytesOf('ID3', [3, 0, 0, 0xff, 0xff, 0xff, 0xff], ...frames(9))],
    ['mp3 in free format', bytesOf([0xff, 0xfb, 0x00, 0x64], new Uint8Array(5_000))],
    [
      'WAV that counts its header into its size',
      riff(1_044, 'WAVE', chunk('fmt ', 16, 16), chunk('data', 1_000, 1_000)),
    ],
    [
      'WAV of a writer that could not go back',
      riff(0xffff_ffff, 'WAVE', chunk('fmt ', 16, 16), chunk('data', 0xffff_ffff, 99)),
    ],
    ['WAV of SoX into a pipe', riff(0x7fff_f024, 'WAVE', chunk('fmt ', 16, 16), chunk('data', 0x7fff_f000, 99))],
    ['WAV with sizes of 0', riff(0, 'WAVE', chunk('fmt ', 16, 16), chunk('data', 0, 99))],
    ['MP4 with a box of 64 bits', bytesOf(ftyp, box('moov', 8), big(1), 'mdat', big(0), big(116), new Uint8Array(100))],
    ['MP4 with a last box of size 0', bytesOf(ftyp, box('moov', 8), big(0), 'mdat', new Uint8Array(100))],
    ['MP4 with a few bytes behind it', bytesOf(ftyp, box('mdat', 90), box('moov', 50), 'bytes')],
    ['Ogg whose last page is no last page', bytesOf(page(2, 30), page(0, 200))],
    ['JPEG with a thumbnail', bytesOf(JPEG_START, thumbnail, scan, JPEG_END)],
    ['JPEG in several scans', bytesOf(JPEG_START, scan, jpegSegment(0xc4, 'table'), scan, JPEG_END)],
    ['JPEG with stray bytes between segments', bytesOf(JPEG_START, jpegSegment(0xe0, 'JFIF'), [0, 0], scan, JPEG_END)],
  ])('is whole: %s', (_, file) => {
    for (const step of [file.length, 100, 1]) expect(missing(file, { step })).toBeNull();
  });

  it.each<[string, File, RegExp]>([
    [
      'mp3 of two frames less than its Info counts',
      mp3({ name: 'Info', frames: 10, bytes: 417 * 10 }, 8),
      /^The audio ends/,
    ],
    [
      'mp3 of too few frames, behind a tag',
      bytesOf(id3(200), mp3({ name: 'Xing', frames: 30 }, 20)),
      /^20 of 30 frames/,
    ],
    ['mp3 of half its VBRI', mp3({ name: 'VBRI', frames: 29, bytes: 417 * 30 }, 15), /^The audio ends/],
    ['mp3 that ends within its tag', id3(200).slice(0, 150), /^The ID3 tag/],
    ['mp3 that ends with its tag', id3(200), /^The ID3 tag/],
    [
      'WAV without its last sample',
      riff(1_036, 'WAVE', chunk('fmt ', 16, 16), chunk('data', 1_000, 999)),
      /^The data chunk/,
    ],
    [
      'WAV without what follows its samples',
      riff(1_136, 'WAVE', chunk('fmt ', 16, 16), chunk('data', 1_000, 1_000)),
      /^The RIFF chunk/,
    ],
    ['WAV that ends before its samples', riff(0xffff_ffff, 'WAVE', chunk('fmt ', 16, 16)), /^No data chunk/],
    ['WebP without its last byte', riff(104, 'WEBP', new Uint8Array(99)), /^The RIFF chunk/],
    ['MP4 that ends before its moov', bytesOf(ftyp, box('mdat', 90)), /^No box moov/],
    ['MP4 that ends before its mdat', bytesOf(ftyp, box('moov', 90)), /^No box mdat/],
    ['MP4 that ends within its moov', bytesOf(ftyp, box('mdat', 90), box('moov', 500, 400)), /^The box moov/],
    ['MP4 that ends within a size of 64 bits', bytesOf(ftyp, box('moov', 8), big(1), 'mdat', big(0)), /^The header/],
    ['Ogg that ends within a page', bytesOf(page(2, 30), page(0, 200).slice(0, 100)), /^The page at byte 58/],
    [
      'Ogg that ends within the header of a page',
      bytesOf(page(2, 30), page(0, 200).slice(0, 20)),
      /^The page at byte 58/,
    ],
    ['FLAC that ends within its metadata', bytesOf('fLaC', [0, 0, 0, 34], new Uint8Array(20)), /metadata/],
    ['FLAC that ends with its metadata', bytesOf('fLaC', [0x80, 0, 0, 34], new Uint8Array(34)), /no frame/],
    ['JPEG whose thumbnail alone has its end', bytesOf(JPEG_START, thumbnail, scan), /end of the image/],
    ['JPEG that ends within a segment', bytesOf(JPEG_START, thumbnail.slice(0, 20)), /end of the image/],
    ['JPEG without the last byte of its end', bytesOf(JPEG_START, scan, [0xff]), /end of the image/],
  ])('is truncated: %s', (_, file, says) => {
    for (const step of [file.length, 100, 1]) expect(missing(file, { step })).toMatch(says);
  });
});

describe('bytes that nobody sends on purpose', () => {
  const heads: Part[] = [
    ...samples.map(([, file]) => file.slice(0, 200)),
    ...[id3(5), JPEG_START, bytesOf(big(8), 'ftyp'), riff(90, 'WAVE'), page(2, 1)],
  ];
  const hostile = fc
    .record({
      head: fc.constantFrom(...heads),
      tail: fc.uint8Array({ maxLength: 3_000 }),
      at: fc.nat(200),
      byte: fc.nat(255),
    })
    .map(({ head, tail, at, byte }) => {
      const file = bytesOf(head, tail);
      if (at < file.length) file[at] = byte;
      return file;
    });

  it('end in a verdict, the same one however the pieces fall', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.integer({ min: 1, max: 700 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (file, step, seconds) => {
          for (const ext of ['mp3', 'aac', 'm4a', 'wav', 'ogg', 'flac', 'jpg', 'png', 'webp', 'mp4']) {
            expect(missing(file, { ext, step, seconds })).toBe(missing(file, { ext, seconds }));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each<[string, string, Part, Part]>([
    ['mp4', 'boxes of 8 bytes', ftyp, box('free', 8)],
    ['jpg', 'empty segments', JPEG_START, jpegSegment(0xe0)],
    ['wav', 'empty chunks', riff(0, 'WAVE'), chunk('none', 0, 0)],
    ['png', 'empty chunks', new Uint8Array(8), new Uint8Array(12)],
    ['ogg', 'empty pages', page(2, 1), bytesOf('OggS', new Uint8Array(23))],
    ['mp3', 'empty tags', id3(0), id3(0)],
    ['mp3', 'the first byte of a frame', [0xff, 0xfb, 0x90, 0x64], [0xff]],
    ['aac', 'frames of their header alone', [], [0xff, 0xf1, 0x50, 0x80, 0x00, 0xff, 0xfc]],
  ])('cost no more than their length: %s of %s', { timeout: 10_000 }, (ext, _, first, again) => {
    const one = bytesOf(again);
    const file = new Uint8Array(4 * 1024 * 1024);
    for (let at = 0; at < file.length; at += one.length) file.set(one.subarray(0, file.length - at), at);
    file.set(bytesOf(first));
    expect(() => missing(file, { ext, step: 65_536, seconds: 100 })).not.toThrow();
  });
});

describe('what a kind of test media shows when it is cut in half', () => {
  const cut: MediaKind[] = ['info', 'vbri', 'id3', 'aac', 'm4a', 'wav', 'ogg', 'jpeg', 'png', 'webp', 'mp4'];
  it.each(cut)('%s: truncated', (kind) => {
    expect(missing(makeMedia({ kind, bytes: 20_000 }).slice(0, 10_000))).not.toBeNull();
  });
});
