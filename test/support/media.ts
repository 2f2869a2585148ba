// Pure: media bytes from a small recipe, the same in the stand-in (Node) and in the test (workerd). No Node APIs.

export const MEDIA_KINDS = [
  'mp3', // frames alone
  'info', // an mp3 whose first frame counts bytes and frames
  'vbri', // the same by Fraunhofer's encoder
  'id3', // an mp3 whose tag takes more than half of it
  'zeros-mp3', // with zeros in front
  'aac',
  'id3-aac', // behind a tag
  'm4a',
  'm4a-tail', // with an ID3v1 tag behind it
  'wav',
  'ogg',
  'flac',
  'id3-flac',
  'jpeg',
  'jpeg-tail', // with bytes behind its end
  'png',
  'png-tail',
  'webp',
  'mp4',
  'avif',
  'html',
  'text',
] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];
export interface Recipe {
  kind: MediaKind;
  bytes: number;
  /** Another seed, other bytes. */
  seed?: number;
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const big = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
const little = (value: number): number[] => big(value).reverse();

/** Bytes that stand at one place; between them is noise. */
type Mark = [at: number, bytes: readonly number[]];

/** MPEG-1 Layer III, 128 kbit/s, 44.1 kHz, stereo: every frame has this length. */
const MP3_FRAME_BYTES = 417;
const MP3_FRAME = [0xff, 0xfb, 0x90, 0x64] as const;
const frames = (n: number, from = 0): Mark[] =>
  Array.from({ length: Math.ceil((n - from) / MP3_FRAME_BYTES) }, (_, index) => [
    from + index * MP3_FRAME_BYTES,
    MP3_FRAME,
  ]);
const framesBehindFirst = (n: number): number => Math.floor(n / MP3_FRAME_BYTES) - 1;

const syncsafe = (value: number): number[] => [21, 14, 7, 0].map((shift) => (value >>> shift) & 0x7f);

/** n bytes in packets of this length; the last one is longer by up to `least`, so that none is too short for its header. */
function packets(n: number, bytes: number, least: number, header: (length: number, index: number) => number[]): Mark[] {
  const marks: Mark[] = [];
  for (let at = 0; at < n;) {
    const length = n - at < bytes + least ? n - at : bytes;
    marks.push([at, header(length, marks.length)]);
    at += length;
  }
  return marks;
}

/** RFC 3533 6. The lacing values of a page say how long its body is. */
function oggPage(length: number, index: number): number[] {
  const segments = Math.ceil((length - 27) / 256);
  const lacing = [...Array<number>(segments - 1).fill(255), length - 27 - segments - 255 * (segments - 1)];
  return [...ascii('OggS'), 0, index === 0 ? 2 : 0, ...Array<number>(20).fill(0), segments, ...lacing];
}

const adtsFrame = (length: number): number[] => [
  ...[0xff, 0xf1, 0x50, 0x80 | (length >> 11)],
  ...[(length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc],
];

const boxes = (brand: string, n: number): Mark[] => [
  [
    0,
    [...big(16), ...ascii(`ftyp${brand}`), ...big(512), ...big(8), ...ascii('moov'), ...big(n - 24), ...ascii('mdat')],
  ],
];

const TAG = [...ascii('ID3'), 3, 0, 0, ...syncsafe(90), ...Array<number>(90).fill(0)];
const behindTag = (marks: Mark[]): Mark[] => [[0, TAG], ...marks.map(([at, bytes]): Mark => [at + TAG.length, bytes])];

/** What is not noise in n bytes of each kind: each is whole by all that it states of itself. */
const MARKS = {
  mp3: (n) => frames(n),
  info: (n) => [...frames(n), [36, [...ascii('Info'), ...big(3), ...big(framesBehindFirst(n)), ...big(n)]]],
  vbri: (n) => [...frames(n), [36, [...ascii('VBRI'), 0, 1, 0, 0, 0, 0, ...big(n), ...big(framesBehindFirst(n))]]],
  id3: (n) => {
    // Two frames at least, or it is no mp3.
    const tag = Math.max(10, Math.min(Math.floor(n * 0.6), n - 2 * MP3_FRAME_BYTES));
    return [[0, [...ascii('ID3'), 3, 0, 0, ...syncsafe(tag - 10)]], ...frames(n, tag)];
  },
  'zeros-mp3': (n) => [[0, Array<number>(300).fill(0)], ...frames(n, 300)],
  aac: (n) => packets(n, 371, 7, adtsFrame),
  'id3-aac': (n) => behindTag(MARKS.aac(n - TAG.length)),
  m4a: (n) => boxes('M4A ', n),
  'm4a-tail': (n) => [...MARKS.m4a(n - 128), [n - 128, [...ascii('TAG'), ...Array<number>(125).fill(0x20)]]],
  wav: (n) => [
    [
      0,
      [
        ...[...ascii('RIFF'), ...little(n - 8), ...ascii('WAVEfmt '), ...little(16), 1, 0, 1, 0],
        ...[...little(44_100), ...little(88_200), 2, 0, 16, 0, ...ascii('data'), ...little(n - 44)],
      ],
    ],
  ],
  ogg: (n) => packets(n, 1_051, 28, oggPage),
  flac: () => [[0, [...ascii('fLaC'), 0x80, 0, 0, 34]]],
  'id3-flac': (n) => behindTag(MARKS.flac(n - TAG.length)),
  jpeg: (n) => [
    [0, [0xff, 0xd8, 0xff, 0xe0, 0, 16, ...ascii('JFIF'), 0, 1, 2, 0, 0, 100, 0, 100, 0, 0]],
    [20, [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]],
    [n - 2, [0xff, 0xd9]],
  ],
  png: (n) => [
    [0, [0x89, ...ascii('PNG'), 0x0d, 0x0a, 0x1a, 0x0a]],
    [8, [...big(13), ...ascii('IHDR'), ...big(1), ...big(1), 8, 6, 0, 0, 0]],
    [33, [...big(n - 57), ...ascii('IDAT')]],
    [n - 12, [...big(0), ...ascii('IEND'), 0xae, 0x42, 0x60, 0x82]],
  ],
  'jpeg-tail': (n) => MARKS.jpeg(n - 300),
  'png-tail': (n) => MARKS.png(n - 300),
  webp: (n) => [[0, [...ascii('RIFF'), ...little(n - 8), ...ascii('WEBPVP8L'), ...little(n - 20), 0x2f]]],
  mp4: (n) => boxes('isom', n),
  avif: () => [[0, [...big(24), ...ascii('ftypavif')]]],
  html: () => [[0, ascii('<!doctype html><title>Sign in</title><p>Please sign in. ')]],
  text: () => [[0, ascii('upstream connect error. ')]],
} satisfies Record<MediaKind, (n: number) => Mark[]> as Record<MediaKind, (n: number) => Mark[]>;

export const CONTENT_TYPE: Record<MediaKind, string> = {
  mp3: 'audio/mpeg',
  info: 'audio/mpeg',
  vbri: 'audio/mpeg',
  id3: 'audio/mpeg',
  'zeros-mp3': 'audio/mpeg',
  aac: 'audio/aac',
  'id3-aac': 'audio/mpeg',
  m4a: 'audio/mp4',
  'm4a-tail': 'audio/mp4',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  'id3-flac': 'audio/mpeg',
  jpeg: 'image/jpeg',
  'jpeg-tail': 'image/jpeg',
  png: 'image/png',
  'png-tail': 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
  avif: 'image/avif',
  html: 'text/html; charset=utf-8',
  text: 'text/plain',
};

/** The body of a recipe: noise made from the seed (xorshift32), and the marks of its kind. No byte of the noise has its first bit set. */
export function makeMedia({ kind, bytes, seed = 1 }: Recipe): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(bytes);
  let state = (seed * 0x9e3779b1) | 1;
  for (let at = 0; at < bytes; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    body[at] = state & 0x7f;
  }
  for (const [at, mark] of MARKS[kind](bytes)) if (at >= 0 && at < bytes) body.set(mark.slice(0, bytes - at), at);
  return body;
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
