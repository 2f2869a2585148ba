// Pure: files that state the size of each of their parts: RIFF (WAV, WebP) and the boxes of MP4.
import { big32, little32, nameAt, reaching, type Look, type Seen, type Walk } from './byte-walk.ts';

/**
 * Writers that cannot seek back leave 0 or the largest size: 0xffffffff (ffmpeg), 0x7ffff000 and some more (SoX).
 * That states nothing.
 */
const UNSTATED_FROM_BYTES = 0x7fff_f000;
const isStated = (size: number): boolean => size > 0 && size < UNSTATED_FROM_BYTES;

/** A chunk's name and size; the size of `RIFF` counts neither. */
const CHUNK_HEADER_BYTES = 8;
const RIFF_HEADER_BYTES = 12;

/**
 * RIFF in "Multimedia Programming Interface and Data Specifications 1.0". The size of `data` is exact; some writers
 * count the header into that of `RIFF`, so those few bytes may be missing at the end of the whole.
 */
export function* walkWav(): Walk {
  const { bytes: head } = yield { at: 0, bytes: RIFF_HEADER_BYTES };
  const riff = little32(head, 4);
  let from = RIFF_HEADER_BYTES;
  for (;;) {
    const { bytes, size } = yield { at: from, bytes: CHUNK_HEADER_BYTES };
    if (size !== null) return isStated(riff) ? yield* reaching('The RIFF chunk', riff, from) : 'No data chunk came';
    const length = little32(bytes, 4);
    if (nameAt(bytes, 0) === 'data') {
      const end = from + CHUNK_HEADER_BYTES + length;
      const missing = isStated(length) ? yield* reaching('The data chunk', end, from) : null;
      if (missing !== null || !isStated(riff)) return missing;
      return yield* reaching('The RIFF chunk', riff, isStated(length) ? end : from);
    }
    // Chunks begin at even places.
    from += CHUNK_HEADER_BYTES + length + (length & 1);
  }
}

/** WebP Container Specification, "WebP file header". */
export function* walkWebp(): Walk {
  const { bytes } = yield { at: 0, bytes: RIFF_HEADER_BYTES };
  return yield* reaching('The RIFF chunk', CHUNK_HEADER_BYTES + little32(bytes, 4), RIFF_HEADER_BYTES);
}

const BOX_HEADER_BYTES = 8;
const LONG_BOX_HEADER_BYTES = 16;
/** Without the one nothing can be played, without the other there is nothing to play: each may be what a file was cut before. */
const NEEDED_BOXES = ['moov', 'mdat'] as const;

/** ISO/IEC 14496-12 4.2: size 1 is followed by a size of 64 bits, size 0 reaches to the file's end. */
export function* walkMp4(): Walk {
  let lacking: readonly string[] = NEEDED_BOXES;
  const needed = (): string | null => (lacking[0] === undefined ? null : `No box ${lacking[0]} came`);
  let at = 0;
  for (;;) {
    const { bytes, size } = yield { at, bytes: BOX_HEADER_BYTES };
    // Fewer bytes than a header, behind a box's end: not the file's own any more.
    if (size !== null) return needed();
    const name = nameAt(bytes, 4);
    const length = big32(bytes, 0) === 1 ? yield* longSize(at) : big32(bytes, 0);
    if (length === null) return `The header of the box ${name} is not whole`;
    lacking = lacking.filter((needed) => needed !== name);
    // No size is below its own header: what stands here is no box, and so nothing behind it is known.
    if (length < BOX_HEADER_BYTES) return needed();
    const missing = yield* reaching(`The box ${name}`, at + length, at);
    if (missing !== null) return missing;
    at += length;
  }
}

function* longSize(at: number): Generator<Look, number | null, Seen> {
  const { bytes, size } = yield { at, bytes: LONG_BOX_HEADER_BYTES };
  return size === null ? big32(bytes, 8) * 2 ** 32 + big32(bytes, 12) : null;
}
