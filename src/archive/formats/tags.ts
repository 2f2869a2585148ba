// Pure: tags before and behind the sound, which do not change what a file is: how long each of them is.
import { reaching, type Asking } from './byte-walk.ts';

/** Where the sound begins, or what is missing before it. Some files have several tags. */
export function* pastTags(): Asking<{ end: number; missing: string | null }> {
  for (let at = 0; ;) {
    const { bytes } = yield { at, bytes: APE_EDGE_BYTES };
    const length = tagBefore(bytes);
    if (length === 0) return { end: at, missing: null };
    // One byte more than the tag: a song that is all tag has lost its sound.
    const missing = yield* reaching('The tag and the first byte of sound', at + length + 1, at);
    if (missing !== null) return { end: at, missing };
    at += length;
  }
}

/** As much of a beginning, and of an end, as tells whether a tag stands there, and how long it is. */
export const TAG_LOOK_BYTES = 128;

/** Whether these bytes stand at this place; a place before the beginning has none. */
const has = (bytes: Uint8Array, at: number, mark: string): boolean =>
  at >= 0 && [...mark].every((letter, step) => bytes[at + step] === letter.charCodeAt(0));

const ID3_HEADER_BYTES = 10;
const FOOTER_FLAG = 0x10;

/** ID3v2.2 to 2.4, 3.1: the mark, a version, flags, and a size of four times seven bits, without header and footer. 0: it is none. */
function id3Length(head: Uint8Array): number {
  const [major = 0xff, revision = 0xff, flags = 0, ...size] = head.subarray(3, ID3_HEADER_BYTES);
  if (major === 0xff || revision === 0xff || size.length < 4 || size.some((byte) => byte > 0x7f)) return 0;
  const length = size.reduce((sum, byte) => sum * 128 + byte, 0);
  // Only 2.4 knows a footer.
  return ID3_HEADER_BYTES + length + (major === 4 && (flags & FOOTER_FLAG) !== 0 ? ID3_HEADER_BYTES : 0);
}

const APE_MARK = 'APETAGEX';
const APE_EDGE_BYTES = 32;

/** APEv1 and v2: header and footer alike hold mark, version, size, number of items and flags; the size leaves the header out. 0: it is none. */
function apeLength(edge: Uint8Array, isHeader: boolean): number {
  if (edge.byteLength < APE_EDGE_BYTES) return 0;
  const view = new DataView(edge.buffer, edge.byteOffset);
  const [version, size, flags] = [8, 12, 20].map((at) => view.getUint32(at, true));
  if ((version !== 1_000 && version !== 2_000) || size === undefined || size < APE_EDGE_BYTES) return 0;
  // Version 1 has no header, and its flags mean nothing.
  const hasHeader = isHeader || (version === 2_000 && (flags ?? 0) >>> 31 === 1);
  return size + (hasHeader ? APE_EDGE_BYTES : 0);
}

/** The length of the tag that begins here; 0: none does. */
export function tagBefore(head: Uint8Array): number {
  if (has(head, 0, 'ID3')) return id3Length(head);
  return has(head, 0, APE_MARK) ? apeLength(head, true) : 0;
}

const ID3V1_BYTES = 128;

/** The length of the tag that ends here; 0: none does. */
export function tagBehind(tail: Uint8Array): number {
  const edge = (bytes: number): number => tail.byteLength - bytes;
  if (has(tail, edge(ID3V1_BYTES), 'TAG')) return ID3V1_BYTES;
  if (has(tail, edge(APE_EDGE_BYTES), APE_MARK)) return apeLength(tail.subarray(edge(APE_EDGE_BYTES)), false);
  // ID3v2.4 3.4: a tag at the end of a file has a footer, by which it is found.
  return has(tail, edge(ID3_HEADER_BYTES), '3DI') ? id3Length(tail.subarray(edge(ID3_HEADER_BYTES))) : 0;
}
