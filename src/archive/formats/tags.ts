// Pure: tags in front of the sound: they do not change what a file is.
import { big32, little32, nameAt, reaching, type Asking } from './byte-walk.ts';

const ID3_HEADER_BYTES = 10;
const ID3_HAS_FOOTER = 0x10;
/** APEv2: `APETAGEX`, a version, a size that leaves out this header, a count, flags, and 8 bytes of nothing. */
const APE_HEADER_BYTES = 32;

/** Where the sound begins, or what is missing before it. Some files have several tags. */
export function* pastTags(): Asking<{ end: number; missing: string | null }> {
  for (let at = 0; ;) {
    const { bytes } = yield { at, bytes: APE_HEADER_BYTES };
    const length = id3Length(bytes) ?? apeLength(bytes);
    if (length === null) return { end: at, missing: null };
    // One byte more than the tag: a song that is all tag has lost its sound.
    const missing = yield* reaching('The tag and the first byte of sound', at + length + 1, at);
    if (missing !== null) return { end: at, missing };
    at += length;
  }
}

/** ID3v2.4 3.1: a size of four times seven bits, which leaves out header and footer. */
function id3Length(bytes: Uint8Array): number | null {
  const size = bytes.subarray(6, ID3_HEADER_BYTES);
  if (nameAt(bytes, 0, 3) !== 'ID3' || size.some((byte) => byte > 0x7f)) return null;
  const footer = (bytes[5] ?? 0) & ID3_HAS_FOOTER ? ID3_HEADER_BYTES : 0;
  return ID3_HEADER_BYTES + size.reduce((sum, byte) => sum * 128 + byte, 0) + footer;
}

const apeLength = (bytes: Uint8Array): number | null =>
  nameAt(bytes, 0, 8) === 'APETAGEX' && big32(bytes, 8) !== 0 ? APE_HEADER_BYTES + little32(bytes, 12) : null;
