// Pure: audio in packets that each state their own length: Ogg, FLAC and ADTS. None of them states the length of the whole.
import { big24, nameAt, type Walk } from './byte-walk.ts';

const OGG_HEADER_BYTES = 27;
const OGG_FIRST_PAGE = 0x02;

/**
 * RFC 3533 6: a page's length is that of its header and of its segments. An end-of-stream flag is not asked for: live
 * streams are kept without one. What does not begin with a first page or leads to no page states nothing.
 */
export function* walkOgg(): Walk {
  for (let at = 0; ;) {
    const { bytes, size } = yield { at, bytes: OGG_HEADER_BYTES };
    const isPage = nameAt(bytes, 0) === 'OggS' && bytes[4] === 0;
    if (bytes.byteLength === 0) return null;
    if (size !== null) return isPage ? `The page at byte ${at} is not whole` : null;
    const segments = bytes[26] ?? 0;
    if (!isPage || (at === 0 && (bytes[5] !== OGG_FIRST_PAGE || segments === 0))) return null;
    const start = at;
    if (segments > 0) {
      const table = yield { at: at + OGG_HEADER_BYTES, bytes: segments };
      at += table.bytes.reduce((sum, length) => sum + length, 0);
      if (table.size !== null) return `The page at byte ${start} is not whole`;
    }
    at += OGG_HEADER_BYTES + segments;
    const last = yield { at: at - 1, bytes: 1 };
    if (last.size !== null) return `The page at byte ${start} ends at byte ${at}, the file at ${last.size}`;
  }
}

const FLAC_MARK_BYTES = 4;
const FLAC_BLOCK_HEADER_BYTES = 4;
const FLAC_LAST_BLOCK = 0x80;

/** RFC 9639 8.1: blocks of metadata, the last one marked; then frames, whose length nothing tells. */
export function* walkFlac(): Walk {
  for (let at = FLAC_MARK_BYTES; ;) {
    const { bytes, size } = yield { at, bytes: FLAC_BLOCK_HEADER_BYTES };
    if (size !== null) return `The file ends at byte ${size}, within its metadata`;
    at += FLAC_BLOCK_HEADER_BYTES + big24(bytes, 1);
    if (((bytes[0] ?? 0) & FLAC_LAST_BLOCK) === 0) continue;
    const frame = yield { at, bytes: 1 };
    return frame.size === null ? null : `The metadata ends at byte ${at}, the file at ${frame.size}: no frame came`;
  }
}

const ADTS_HEADER_BYTES = 7;

/** ISO/IEC 13818-7 6.2: 13 bits of each header are the frame's length. A tag behind the last frame is no frame. */
export function* walkAac(): Walk {
  for (let at = 0; ;) {
    const { bytes } = yield { at, bytes: ADTS_HEADER_BYTES };
    const isFrame = bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0;
    if (!isFrame) return null;
    if (bytes.byteLength < ADTS_HEADER_BYTES) return `The frame at byte ${at} is not whole`;
    const length = (big24(bytes, 3) >> 5) & 0x1fff;
    if (length < ADTS_HEADER_BYTES) return null;
    const { size } = yield { at: at + length - 1, bytes: 1 };
    if (size !== null) return `The frame at byte ${at} ends at byte ${at + length}, the file at ${size}`;
    at += length;
  }
}
