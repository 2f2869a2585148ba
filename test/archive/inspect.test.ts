import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Inspection } from '../../src/archive/inspect.ts';
import { type Role, ROLES } from '../../src/model/task.ts';
import { makeMedia, MEDIA_KINDS, type MediaKind } from '../support/media.ts';
// What FFmpeg 5.1 (LAME, libvorbis, libopus, libwebp) made of some tenths of a second of noise and of a test picture.
import encoded from './formats/encoded.json';
// What hosts really gave; the two mp3s are beginnings of longer ones.
import odd from './formats/odd.json';
import { big, bytesOf, frame, id3, little, mp3, type Part } from './formats/parts.ts';

type File = Uint8Array<ArrayBuffer>;
const samples = Object.entries(encoded).map(([name, text]) => [name, Uint8Array.fromBase64(text)] as [string, File]);

interface Given {
  step?: number;
  /** By the vendor's word. */
  seconds?: number | null;
  /** Whether its length is told before it comes, as most hosts do. */
  sized?: boolean;
}

function inspect(file: File, role: Role, { step = file.length, seconds = null, sized = true }: Given = {}) {
  const inspection = new Inspection({ role, duration_seconds: seconds, size: sized ? file.length : null });
  for (let at = 0; at < file.length; at += step) inspection.add(file.slice(at, at + step));
  return inspection.end();
}

/** As what role a file passes, or is at least known. */
function verdictOf(file: File, given: Given = {}) {
  const verdicts = ROLES.map((role) => inspect(file, role, given));
  return verdicts.find(({ ok }) => ok) ?? verdicts.find((one) => !one.ok && one.reason !== 'not_media') ?? verdicts[0]!;
}

/** What is missing of a file that comes in pieces of this length; null: it is whole. */
function missing(file: File, given: Given = {}): string | null {
  const verdict = verdictOf(file, given);
  return verdict.ok ? null : verdict.detail;
}
const real = (name: keyof typeof encoded): File => Uint8Array.fromBase64(encoded[name]);
const extOf = (file: File): string => {
  const verdict = verdictOf(file);
  return verdict.ok ? verdict.format.ext : verdict.reason;
};

/** The file tells nothing of its length. */
const SILENT = ['unsized.wav', 'uncounted.mp3'];
const telling = samples.filter(([name]) => !SILENT.includes(name));

describe('a file of a real encoder', () => {
  it.each(samples)('is whole, in one piece, in many and byte by byte: %s', (name, file) => {
    const seconds = name.endsWith('.wav') ? 0.1 : 0.4;
    for (const step of [file.length, 1_000, 63, 1]) expect(missing(file, { step, seconds })).toBeNull();
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
    const cuts = Array.from({ length: 40 }, (_, index) => Math.floor(100 + ((most - 100) * index) / 39)).filter(
      // A frame of FLAC does not state its length, and one of its blocks less is no loss.
      (cut) => !name.endsWith('.flac') || cut < file.length * 0.8,
    );
    // One cut may fall between two packets, or between a tag and the count behind it.
    for (const sized of [true, false])
      expect(cuts.filter((cut) => missing(file.slice(0, cut), { sized }) === null).length).toBeLessThanOrEqual(1);
  });

  it('is judged by the vendor’s duration where the file states none: under 60 % of it is truncated', () => {
    const uncounted = new Map(samples).get('uncounted.mp3') as File;
    const part = (share: number): File => uncounted.slice(0, Math.floor(uncounted.length * share));
    expect(missing(part(0.5), { seconds: 0.4 })).toBe('About 0 s came of a song of 0 s');
    expect(missing(part(0.7), { seconds: 0.4 })).toBeNull();
    expect(missing(part(0.5))).toBeNull();
    expect(missing(uncounted, { seconds: 240 })).toBe('About 0 s came of a song of 240 s');
  });

  it.each(telling.filter(([name]) => name !== 'frames.aac'))(
    'is never doubted by the vendor’s duration where the file states its own length: %s',
    (_, file) => expect(missing(file, { seconds: 200 })).toBeNull(),
  );
});

describe('the files that tests make', () => {
  it.each(MEDIA_KINDS.filter((kind) => !['html', 'text', 'avif'].includes(kind)))('are whole: %s', (kind) => {
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
const pngMark = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
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
    ['mp3 that ends within its tag', id3(200).slice(0, 150), /^The tag/],
    ['mp3 that ends with its tag', id3(200), /^The tag/],
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
        fc.double({ min: 0, max: 4_000, noNaN: true }),
        (file, step, seconds) => {
          for (const role of ROLES)
            expect(inspect(file, role, { step, seconds })).toEqual(inspect(file, role, { seconds }));
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each<[Role, string, string, Part, Part]>([
    ['video', 'mp4', 'boxes of 8 bytes', ftyp, box('free', 8)],
    ['cover', 'jpg', 'empty segments', JPEG_START, jpegSegment(0xe0)],
    ['audio', 'wav', 'empty chunks', riff(0, 'WAVE'), chunk('none', 0, 0)],
    ['cover', 'png', 'empty chunks', new Uint8Array(8), new Uint8Array(12)],
    ['audio', 'ogg', 'empty pages', page(2, 1), bytesOf('OggS', new Uint8Array(23))],
    ['audio', 'mp3', 'empty tags', id3(0), id3(0)],
    ['audio', 'mp3', 'the first byte of a frame', [0xff, 0xfb, 0x90, 0x64], [0xff]],
    ['audio', 'aac', 'frames of their header alone', [], [0xff, 0xf1, 0x50, 0x80, 0x00, 0xff, 0xfc]],
  ])('cost no more than their length: as %s, %s of %s', { timeout: 10_000 }, (role, _, __, first, again) => {
    const one = bytesOf(again);
    const file = new Uint8Array(4 * 1024 * 1024);
    for (let at = 0; at < file.length; at += one.length) file.set(one.subarray(0, file.length - at), at);
    file.set(bytesOf(first));
    for (const sized of [true, false])
      expect(() => inspect(file, role, { step: 65_536, seconds: 100, sized })).not.toThrow();
  });
});

describe('what a kind of test media shows when it is cut in half', () => {
  const cut: MediaKind[] = ['info', 'vbri', 'id3', 'aac', 'm4a', 'wav', 'ogg', 'jpeg', 'png', 'webp', 'mp4'];
  it.each(cut)('%s: truncated', (kind) => {
    expect(missing(makeMedia({ kind, bytes: 20_000 }).slice(0, 10_000))).not.toBeNull();
  });
});

/** Pages of an Ogg file, so that it can be cut between them. */
function pagesOf(file: File): File[] {
  const pages: File[] = [];
  for (let at = 0; at < file.length;) {
    const segments = file[at + 26] ?? 0;
    const table = file.subarray(at + 27, at + 27 + segments);
    const end = table.reduce((sum, length) => sum + length, at + 27 + segments);
    pages.push(file.slice(at, end));
    at = end;
  }
  return pages;
}
const half = (file: File): File => file.slice(0, file.length >> 1);
const frames = (count: number): Part[] => Array<Part>(count).fill(frame());
const ape = bytesOf('APETAGEX', little(2_000), little(40), little(1), [0, 0, 0, 0xa0], new Uint8Array(8 + 40));
const id3v1 = bytesOf('TAG', new Uint8Array(125).fill(0x20));
const adts = (count: number): Part[] =>
  Array<Part>(count).fill(bytesOf([0xff, 0xf1, 0x50, 0x80, 0x0b, 0x9f, 0xfc], new Uint8Array(92 - 7)));

describe('a file that claims to be media', () => {
  it.each<[string, Role, File, 'not_media' | 'truncated']>([
    ['an ID3 header before HTML', 'audio', Uint8Array.fromBase64(odd['fake_id3.mp3']), 'not_media'],
    ['an Ogg mark before a text', 'audio', Uint8Array.fromBase64(odd['o_fake.ogg']), 'not_media'],
    ['a FLAC mark and a few bytes', 'audio', Uint8Array.fromBase64(odd['fake_flac.flac']), 'not_media'],
    ['a WAVE of 12 bytes', 'audio', riff(4, 'WAVE'), 'truncated'],
    ['a WAVE of 12 bytes without a size', 'audio', riff(0, 'WAVE'), 'truncated'],
    ['a WAV without samples', 'audio', riff(36, 'WAVE', chunk('fmt ', 16, 16), chunk('data', 0, 0)), 'truncated'],
    ['a WAV that promises samples', 'audio', riff(0, 'WAVE', chunk('fmt ', 16, 16), chunk('data', 9, 0)), 'truncated'],
    ['a box `ftyp` of 32 bytes', 'audio', box('ftyp', 32), 'truncated'],
    ['a box `ftyp` of 32 bytes as a film', 'video', box('ftyp', 32), 'truncated'],
    ['boxes with nothing in them', 'audio', bytesOf(ftyp, box('moov', 8), box('mdat', 8)), 'truncated'],
    ['a last box with nothing in it', 'audio', bytesOf(ftyp, box('moov', 8), big(0), 'mdat'), 'truncated'],
    ['a JPEG of its beginning and its end', 'cover', Uint8Array.fromBase64(odd['p_only_soi_eoi.jpg']), 'truncated'],
    ['a JPEG without a scan', 'cover', bytesOf(JPEG_START, jpegSegment(0xe0, 'JFIF'), JPEG_END), 'truncated'],
    ['a PNG of its mark and its end', 'cover', bytesOf(pngMark, big(0), 'IEND', big(0)), 'truncated'],
    ['a PNG of empty data', 'cover', bytesOf(pngMark, big(0), 'IDAT', big(0), big(0), 'IEND', big(0)), 'truncated'],
    ['a WebP of 12 bytes', 'cover', Uint8Array.fromBase64(odd['w_12.webp']), 'truncated'],
    ['a WebP of an empty picture', 'cover', riff(12, 'WEBP', 'VP8 ', little(0)), 'truncated'],
    ['a WebP of something else', 'cover', riff(16, 'WEBP', 'EXIF', little(4), 'text'), 'truncated'],
    ['one frame of an mp3 before a text', 'audio', bytesOf(frame(), 'Access denied. Please sign in.'), 'not_media'],
    ['one frame of AAC before a text', 'audio', bytesOf(...adts(1), 'Access denied. Please sign in.'), 'not_media'],
    ['text in UTF-16', 'audio', bytesOf([0xff, 0xfe, 0x7b, 0, 0x22, 0], new Uint8Array(2_000)), 'not_media'],
    ['mp3 in AVI', 'audio', riff(2_000, 'AVI ', ...frames(5)), 'not_media'],
    ['an AVIF', 'audio', bytesOf(big(24), 'ftypavif', new Uint8Array(99)), 'not_media'],
    ['an AVIF as a film', 'video', bytesOf(big(24), 'ftypavis', new Uint8Array(99)), 'not_media'],
    ['a HEIC', 'audio', bytesOf(big(24), 'ftypheic', new Uint8Array(99)), 'not_media'],
    ['a HEIC as a film', 'video', bytesOf(big(24), 'ftypmif1', new Uint8Array(99)), 'not_media'],
    ['an AVIF as a cover', 'cover', bytesOf(big(24), 'ftypavif', new Uint8Array(99)), 'not_media'],
    ['the first half of a frame', 'audio', frame().slice(0, 200), 'truncated'],
    ['the first half of a frame of AAC', 'audio', bytesOf(...adts(1)).slice(0, 50), 'truncated'],
  ])('and is none: %s, as %s', (_, role, file, reason) => {
    for (const step of [file.length, 1]) expect(inspect(file, role, { step })).toMatchObject({ ok: false, reason });
  });
});

describe('half a file of a song of known length', () => {
  const vorbis = pagesOf(real('vorbis.ogg'));
  const soundPage = (granule: number): File =>
    bytesOf('OggS', [0, 0], little(granule), new Uint8Array(16), [1, 99], new Uint8Array(99));
  const zeros = (file: File): File => bytesOf(half(file), new Uint8Array(file.length - (file.length >> 1)));
  const samplesOf = (file: File, count: number): File => {
    const other = file.slice();
    // The lowest 32 of 36 bits of the count (RFC 9639 8.2).
    other.set(big(count), 8 + 14);
    return other;
  };
  const flac = real('plain.flac');
  it.each<[string, File, number]>([
    ['FLAC', half(flac), 0.4],
    ['FLAC of an encoder that did not count', half(samplesOf(flac, 0)), 0.4],
    ['Ogg, cut between pages', bytesOf(...vorbis.slice(0, 2), soundPage(9_000), soundPage(18_000)), 1],
    ['Ogg, cut behind its headers', bytesOf(...vorbis.slice(0, 2)), 0.4],
    ['mp3 whose second half is zeros', zeros(bytesOf(...frames(100))), 2.6],
    ['mp3 that counts its bytes, whose second half is zeros', zeros(mp3({ name: 'Info', bytes: 41_700 }, 100)), 2.6],
    ['mp3 that counts its frames, whose second half is zeros', zeros(mp3({ name: 'Xing', frames: 99 }, 100)), 2.6],
    ['WAV of a writer that could not go back', half(real('unsized.wav')), 0.1],
    ['AAC, cut between frames', bytesOf(...adts(20)), (40 * 1_024) / 44_100],
  ])('is truncated: %s', (_, file, seconds) => {
    for (const sized of [true, false])
      for (const step of [file.length, 700])
        expect(inspect(file, 'audio', { seconds, sized, step })).toMatchObject({ ok: false, reason: 'truncated' });
  });

  it.each<[string, File, number]>([
    ['FLAC of an encoder that did not count', samplesOf(flac, 0), 0.4],
    ['mp3 with silence behind it', bytesOf(...frames(100), new Uint8Array(9_000)), 2.6],
    ['mp3 with a damaged place', bytesOf(...frames(50), new Uint8Array(5_000), ...frames(50)), 2.9],
    ['Ogg of a live stream', bytesOf(...vorbis.slice(0, 2), soundPage(90_000)), 2],
    ['AAC with a tag behind it', bytesOf(...adts(40), id3v1), (40 * 1_024) / 44_100],
  ])('is whole: %s', (_, file, seconds) => expect(missing(file, { seconds })).toBeNull());

  it.each([
    ['over an hour', 3_601],
    ['in milliseconds', 1_306],
  ])('is no half by a claim %s', (_, seconds) => expect(missing(bytesOf(...frames(50)), { seconds })).toBeNull());
});

describe('tags change nothing of what a file is', () => {
  const m4a = bytesOf(ftyp, box('moov', 50), box('mdat', 90));
  const flac = real('plain.flac');
  it.each<[string, string, File]>([
    ['m4a with an ID3v1 tag behind it', 'm4a', bytesOf(m4a, id3v1)],
    ['m4a with an APE tag behind it', 'm4a', bytesOf(m4a, ape)],
    ['m4a with a text behind it', 'm4a', bytesOf(m4a, '\n<!-- served by cache 7 -->\n')],
    ['m4a behind an ID3 tag', 'm4a', bytesOf(id3(99), m4a)],
    ['mp3 behind zeros', 'mp3', bytesOf(new Uint8Array(417), ...frames(9))],
    ['mp3 behind many zeros', 'mp3', bytesOf(new Uint8Array(65_000), ...frames(9))],
    ['mp3 behind an APE tag', 'mp3', bytesOf(ape, ...frames(9))],
    ['mp3 behind half a frame', 'mp3', bytesOf(frame().slice(209), ...frames(9))],
    ['mp3 behind the first half of a frame', 'mp3', bytesOf(frame().slice(0, 209), ...frames(9))],
    ['mp3 with tags on all sides', 'mp3', bytesOf(id3(99), ape, ...frames(9), ape, id3v1)],
    ['mp3 behind a tag that states more than a song', 'mp3', bytesOf('ID3', [3, 0, 0, 0, 9, 9, 0x80], ...frames(9))],
    ['FLAC behind an ID3 tag', 'flac', bytesOf(id3(999), flac)],
    ['FLAC with an ID3v1 tag behind it', 'flac', bytesOf(flac, id3v1)],
    ['AAC behind an ID3 tag', 'aac', bytesOf(id3(99), ...adts(9))],
    ['WAV behind an ID3 tag', 'wav', bytesOf(id3(99), real('sized.wav'))],
    ['Ogg behind an ID3 tag', 'ogg', bytesOf(id3(99), real('opus.ogg'))],
    [
      'MPEG audio of Layer II',
      'mp3',
      bytesOf(...Array<Part>(9).fill(bytesOf([0xff, 0xfd, 0x80, 0x64], new Uint8Array(413)))),
    ],
  ])('%s: %s', (_, ext, file) => {
    for (const step of [file.length, 1_000])
      expect(inspect(file, 'audio', { step })).toMatchObject({ ok: true, format: { ext } });
  });

  it('more than 64 KB in front of its frames is no mp3', () => {
    expect(extOf(bytesOf(new Uint8Array(65_537), ...frames(9)))).toBe('not_media');
  });

  it('the beginning of an mp3 behind zeros, and of one with an APE tag behind it, is told by its own count', () => {
    for (const name of ['nulls-first.mp3', 'ape-only.mp3'] as const)
      expect(missing(Uint8Array.fromBase64(odd[name]))).toMatch(/^The audio ends at byte 32[01]\d{3}/);
  });
});
