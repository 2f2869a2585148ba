// Pure: what are these bytes? They decide extension and content type, whatever the host claims; tags in front change nothing.
import type { Role } from '../../model/task.ts';
import { adtsFrameAt } from './aac.ts';
import { big24, nameAt, type Asking } from './byte-walk.ts';
import type { Ext, ExtOf } from './formats.ts';
import { frameAt, pairAt } from './mpeg-frame.ts';
import { SEARCH_BYTES, SEARCH_LOOK_BYTES } from './mp3.ts';
import { pastTags } from './tags.ts';

export type Identified =
  | { is: 'format'; ext: Ext; start: number }
  | { is: 'cut'; missing: string }
  /** No media of this role. */
  | { is: 'other' };

export function* identify(role: Role): Asking<Identified> {
  const tags = role === 'audio' ? yield* pastTags() : { end: 0, missing: null };
  if (tags.missing !== null) return { is: 'cut', missing: tags.missing };
  const { bytes, size } = yield { at: tags.end, bytes: SEARCH_LOOK_BYTES };
  for (const [ext, fits] of Object.entries(SIGNATURES[role]) as [Ext, Signature][]) {
    if (fits(bytes)) return { is: 'format', ext, start: tags.end };
  }
  // A single frame that should be followed by another one; FF FE begins a text in UTF-16 as well.
  const only = role === 'audio' && bytes[1] !== 0xfe ? (frameAt(bytes, 0) ?? adtsFrameAt(bytes, 0)) : null;
  if (only && size !== null && only.bytes >= bytes.byteLength)
    return { is: 'cut', missing: `The first frame ends at byte ${tags.end + only.bytes}, the file at ${size}` };
  return { is: 'other' };
}

/** Do the first bytes of a file, behind its tags, show what it is? */
type Signature = (head: Uint8Array) => boolean;

const begins = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);
const isRiff =
  (form: string): Signature =>
  (head) =>
    nameAt(head, 0) === 'RIFF' && nameAt(head, 8) === form;

/** Brands of pictures, and of moving ones, in boxes as songs and films are (ISO/IEC 23008-12 annex B, AV1 Image File Format). */
const PICTURE_BRANDS = new Set([
  ...['avif', 'avis', 'mif1', 'mif2', 'msf1', 'miaf', 'heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'],
  ...['jpeg', 'jpgs', 'avci', 'avcs', 'jxl '],
]);
const isFilm: Signature = (head) => nameAt(head, 4) === 'ftyp' && !PICTURE_BRANDS.has(nameAt(head, 8));
/** Such a file may well hold frames of MPEG audio; it is none all the same. */
const isContainer: Signature = (head) => nameAt(head, 0) === 'RIFF' || nameAt(head, 4) === 'ftyp';

const OGG_FIRST_PAGE = 0x02;
/** The block that comes first and says of what the rest is, and its length (RFC 9639 8.1 and 8.2). */
const [STREAMINFO, STREAMINFO_BYTES] = [0, 34];

/** The first that fits counts. */
const SIGNATURES: { readonly [R in Role]: { readonly [E in ExtOf<R>]: Signature } } = {
  audio: {
    aac: (head) => {
      const first = adtsFrameAt(head, 0);
      return first !== null && adtsFrameAt(head, first.bytes) !== null;
    },
    m4a: isFilm,
    wav: isRiff('WAVE'),
    // RFC 3533 6: version 0, and the first page of its stream.
    ogg: (head) => nameAt(head, 0) === 'OggS' && head[4] === 0 && head[5] === OGG_FIRST_PAGE,
    flac: (head) =>
      nameAt(head, 0) === 'fLaC' && ((head[4] ?? 0xff) & 0x7f) === STREAMINFO && big24(head, 5) === STREAMINFO_BYTES,
    mp3: (head) => !isContainer(head) && pairAt(head, 0, SEARCH_BYTES) !== null,
  },
  cover: {
    jpg: (head) => begins(head, [0xff, 0xd8, 0xff]),
    png: (head) => begins(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    webp: isRiff('WEBP'),
  },
  video: { mp4: isFilm },
};
