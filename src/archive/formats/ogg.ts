// Pure: Ogg: pages that each state their own length, and how far the sound has come by their end.
import { little32, nameAt, type Asking, type Subject, type Walk } from './byte-walk.ts';
import { shortOfClaim } from './duration.ts';

const HEADER_BYTES = 27;
const LAST_PAGE = 0x04;

/**
 * RFC 3533 6: a page's length is that of its header and of its segments. A last page says that nothing follows; live
 * streams are kept without one, and then the vendor's word is all there is. What leads to no page is not the file's own.
 */
export function* walkOgg({ start, duration_seconds }: Subject): Walk {
  const hertz = yield* hertzAt(start);
  let [at, seconds, isEnded] = [start, 0, false];
  for (;;) {
    const { bytes, size } = yield { at, bytes: HEADER_BYTES };
    if (nameAt(bytes, 0) !== 'OggS' || bytes[4] !== 0) break;
    if (size !== null) return `The page at byte ${at} is not whole`;
    const page = at;
    const granule = little32(bytes, 6) + little32(bytes, 10) * 2 ** 32;
    isEnded = ((bytes[5] ?? 0) & LAST_PAGE) !== 0;
    const segments = bytes[26] ?? 0;
    at += HEADER_BYTES + segments;
    if (segments > 0) {
      const table = yield { at: at - segments, bytes: segments };
      at += table.bytes.reduce((sum, length) => sum + length, 0);
      if (table.size !== null) return `The page at byte ${page} is not whole`;
    }
    const last = yield { at: at - 1, bytes: 1 };
    if (last.size !== null) return `The page at byte ${page} ends at byte ${at}, the file at ${last.size}`;
    // A page on which no packet ends has the largest number there is.
    if (hertz !== null && granule < Number.MAX_SAFE_INTEGER) seconds = Math.max(seconds, granule / hertz);
  }
  if (isEnded || hertz === null) return null;
  return seconds === 0 ? 'The file ends before its sound' : shortOfClaim(seconds, duration_seconds);
}

/** Samples a second, by the first packet: Vorbis I 4.2.2; RFC 7845 4, where it is always the same. Null: another codec. */
function* hertzAt(start: number): Asking<number | null> {
  const { bytes } = yield { at: start, bytes: HEADER_BYTES + 64 };
  const packet = bytes.subarray(HEADER_BYTES + (bytes[26] ?? 0));
  if (nameAt(packet, 0, 8) === 'OpusHead') return 48_000;
  return nameAt(packet, 0, 7) === '\x01vorbis' ? little32(packet, 12) || null : null;
}
