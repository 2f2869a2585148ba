// Pure: files that state the size of each of their parts: RIFF (WAV, WebP) and the boxes of MP4.
import { big32, little32, nameAt, reaching, sizeAtEnd, type Subject, type Walk } from './byte-walk.ts';
import { shortOfClaim } from './duration.ts';

/**
 * Writers that cannot seek back leave 0 or the largest size: 0xffffffff (ffmpeg), 0x7ffff000 and some more (SoX).
 * That states nothing.
 */
const UNSTATED_FROM_BYTES = 0x7fff_f000;
const isStated = (size: number): boolean => size > 0 && size < UNSTATED_FROM_BYTES;

/** A chunk's name and size; the size of `RIFF` counts neither. */
const CHUNK_HEADER_BYTES = 8;
const RIFF_HEADER_BYTES = 12;
/** What of `fmt ` says how the samples are to be read; four bytes of it, how many there are in a second. */
const FORMAT_BYTES = 16;
const BYTE_RATE_AT = 8;

/**
 * RIFF in "Multimedia Programming Interface and Data Specifications 1.0". The size of `data` is exact; some writers
 * count the header into that of `RIFF`, so those few bytes may be missing at the end of the whole.
 */
export function* walkWav({ start, duration_seconds }: Subject): Walk {
  const { bytes: head } = yield { at: start, bytes: RIFF_HEADER_BYTES };
  const riff = little32(head, 4);
  let from = start + RIFF_HEADER_BYTES;
  let bytesPerSecond = 0;
  for (;;) {
    const { bytes, size } = yield { at: from, bytes: CHUNK_HEADER_BYTES + FORMAT_BYTES };
    if (bytes.byteLength < CHUNK_HEADER_BYTES) return `No data chunk came; the file ends at byte ${size}`;
    const length = little32(bytes, 4);
    const at = from + CHUNK_HEADER_BYTES;
    const name = nameAt(bytes, 0);
    if (name === 'fmt ') bytesPerSecond = little32(bytes, CHUNK_HEADER_BYTES + BYTE_RATE_AT);
    if (name === 'data') {
      const missing = yield* reaching('The data chunk', at + (isStated(length) ? length : 1), from);
      if (missing !== null) return missing;
      if (isStated(riff)) return yield* reaching('The RIFF chunk', start + riff, isStated(length) ? at + length : at);
      if (isStated(length) || bytesPerSecond === 0) return null;
      return shortOfClaim(((yield* sizeAtEnd()) - at) / bytesPerSecond, duration_seconds);
    }
    // Chunks begin at even places.
    from = at + length + (length & 1);
  }
}

/** Pictures alone, or with more beside them: still, lossless, extended (WebP Container Specification). */
const WEBP_CHUNKS = ['VP8 ', 'VP8L', 'VP8X'];

/** The size of `RIFF` is exact, and a picture is in it. */
export function* walkWebp({ start }: Subject): Walk {
  const { bytes } = yield { at: start, bytes: RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES };
  const end = start + CHUNK_HEADER_BYTES + little32(bytes, 4);
  const missing = yield* reaching('The RIFF chunk', end, start + RIFF_HEADER_BYTES);
  if (missing !== null) return missing;
  const isPicture =
    WEBP_CHUNKS.includes(nameAt(bytes, RIFF_HEADER_BYTES)) && little32(bytes, RIFF_HEADER_BYTES + 4) > 0;
  const isWithin = end > start + RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES;
  return isPicture && isWithin ? null : 'No picture came';
}

const BOX_HEADER_BYTES = 8;
const LONG_BOX_HEADER_BYTES = 16;
/** Without the one nothing can be played, without the other there is nothing to play: each may be what a file was cut before. */
const NEEDED_BOXES: readonly string[] = ['moov', 'mdat'];
/** What may follow those two. Anything else behind them is no box but a tag or a text, and none of the file's own. */
const LATER_BOXES = new Set([
  ...['ftyp', 'styp', 'moov', 'mdat', 'moof', 'mfra', 'sidx', 'ssix', 'emsg', 'prft', 'meta', 'udta', 'uuid'],
  ...['free', 'skip', 'wide'],
]);

/** ISO/IEC 14496-12 4.2: size 1 is followed by a size of 64 bits, size 0 reaches to the file's end. */
export function* walkMp4({ start }: Subject): Walk {
  let lacking = NEEDED_BOXES;
  const needed = (): string | null => (lacking[0] === undefined ? null : `No box ${lacking[0]} came`);
  let at = start;
  for (;;) {
    const { bytes, size } = yield { at, bytes: LONG_BOX_HEADER_BYTES };
    const name = nameAt(bytes, 4);
    // Fewer bytes than a header, behind a box's end: not the file's own any more.
    if (bytes.byteLength < BOX_HEADER_BYTES || (lacking.length === 0 && !LATER_BOXES.has(name))) return needed();
    const isLong = big32(bytes, 0) === 1;
    if (isLong && size !== null && bytes.byteLength < LONG_BOX_HEADER_BYTES)
      return `The header of the box ${name} is not whole`;
    const length = isLong ? big32(bytes, 8) * 2 ** 32 + big32(bytes, 12) : big32(bytes, 0);
    const header = isLong ? LONG_BOX_HEADER_BYTES : BOX_HEADER_BYTES;
    const isLast = big32(bytes, 0) === 0;
    // No size is below its own header: what stands here is no box, and so nothing behind it is known.
    if (!isLast && length < header) return needed();
    const missing = yield* reaching(`The box ${name}`, isLast ? at + header + 1 : at + length, at);
    if (missing !== null) return missing;
    // One without anything in it is as good as none.
    if (name !== 'mdat' || isLast || length > header) lacking = lacking.filter((box) => box !== name);
    if (isLast) return needed();
    at += length;
  }
}
