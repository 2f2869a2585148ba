// Pure: media bytes from a small recipe, the same in the stand-in (Node) and in the test (workerd). No Node APIs.

export const MEDIA_KINDS = [
  'mp3',
  'id3',
  'aac',
  'm4a',
  'wav',
  'ogg',
  'flac',
  'jpeg',
  'png',
  'webp',
  'mp4',
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

/** What stands at the beginning of n bytes of each kind; sizes in it are right. */
const HEAD = {
  mp3: () => [0xff, 0xfb, 0x90, 0x64],
  id3: () => [...ascii('ID3'), 3, 0, 0, 0, 0, 0, 0, 0xff, 0xfb, 0x90, 0x64],
  aac: () => [0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc],
  m4a: (n) => [...big(16), ...ascii('ftypM4A '), ...big(0), ...big(n - 16), ...ascii('mdat')],
  wav: (n) => [
    ...[...ascii('RIFF'), ...little(n - 8), ...ascii('WAVEfmt '), ...little(16), 1, 0, 1, 0],
    ...[...little(44_100), ...little(88_200), 2, 0, 16, 0, ...ascii('data'), ...little(n - 44)],
  ],
  ogg: () => [...ascii('OggS'), 0, 2, 0, 0, 0, 0, 0, 0, 0, 0],
  flac: () => [...ascii('fLaC'), 0x80, 0, 0, 34],
  jpeg: () => [0xff, 0xd8, 0xff, 0xe0, 0, 16, ...ascii('JFIF'), 0, 1, 2, 0, 0, 100, 0, 100, 0, 0],
  png: () => [
    0x89,
    ...ascii('PNG'),
    0x0d,
    0x0a,
    0x1a,
    0x0a,
    ...big(13),
    ...ascii('IHDR'),
    ...big(1),
    ...big(1),
    8,
    6,
    0,
    0,
    0,
  ],
  webp: (n) => [...ascii('RIFF'), ...little(n - 8), ...ascii('WEBPVP8L'), ...little(n - 20), 0x2f],
  mp4: (n) => [...big(16), ...ascii('ftypisom'), ...big(512), ...big(n - 16), ...ascii('mdat')],
  html: () => ascii('<!doctype html><title>Sign in</title><p>Please sign in. '),
  text: () => ascii('upstream connect error. '),
} satisfies Record<MediaKind, (n: number) => number[]> as Record<MediaKind, (n: number) => number[]>;

export const CONTENT_TYPE: Record<MediaKind, string> = {
  mp3: 'audio/mpeg',
  id3: 'audio/mpeg',
  aac: 'audio/aac',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
  html: 'text/html; charset=utf-8',
  text: 'text/plain',
};

/** MPEG-1 Layer III, 128 kbit/s, 44.1 kHz: every frame has this length. */
const MP3_FRAME_BYTES = 417;

/** The body of a recipe: its head, then noise made from the seed (xorshift32); an mp3 has a header on every frame. */
export function makeMedia({ kind, bytes, seed = 1 }: Recipe): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(bytes);
  let state = (seed * 0x9e3779b1) | 1;
  for (let at = 0; at < bytes; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    body[at] = state & 0x7f;
  }
  const head = HEAD[kind](bytes);
  body.set(head.slice(0, bytes));
  if (kind === 'mp3') {
    for (let at = 0; at + head.length <= bytes; at += MP3_FRAME_BYTES) body.set(head, at);
  }
  return body;
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
