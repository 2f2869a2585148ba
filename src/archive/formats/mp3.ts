// Pure: an mp3 is whole if it has the bytes or frames that its encoder counted; without a count, if it plays about as long as the vendor says.
import { big32, type Claim, type Look, LOOK_MAX_BYTES, nameAt, reaching, type Seen, type Walk } from './byte-walk.ts';

/** Vendors round, and count a song's planned end; half a file must still be told from a whole one. */
const SHARE_OF_CLAIM = 0.6;

/** Tags, then frames. The first frame may hold no sound but the encoder's count of what follows. */
export function* walkMp3({ duration_seconds }: Claim): Walk {
  const tags = yield* pastTags();
  if (tags.missing !== null) return tags.missing;
  const first = yield* firstFrame(tags.end);
  if (first === null) return null;
  const { bytes: head } = yield { at: first.at, bytes: COUNT_LOOK_BYTES };
  const count = countIn(head, first.frame);
  if (count?.bytes) {
    // Encoders disagree about the frame that holds the count: one frame more or less is no loss.
    return yield* reaching('The audio', first.at + count.bytes - count.slack, first.at);
  }
  if (!count?.frames && duration_seconds === null) return null;
  const sound = yield* soundFrom(first);
  if (count?.frames) {
    const frames = Math.floor(sound.frames);
    return frames + 1 < count.frames ? `${frames} of ${count.frames} frames came` : null;
  }
  const claimed = duration_seconds ?? 0;
  return sound.seconds < claimed * SHARE_OF_CLAIM
    ? `About ${Math.round(sound.seconds)} s came of a song of ${Math.round(claimed)} s`
    : null;
}

const TAG_HEADER_BYTES = 10;
const TAG_HAS_FOOTER = 0x10;

/** ID3v2.4 3.1: a size of four times seven bits, which leaves out header and footer. Some files have several tags. */
function* pastTags(): Generator<Look, { end: number; missing: string | null }, Seen> {
  for (let at = 0; ;) {
    const { bytes } = yield { at, bytes: TAG_HEADER_BYTES };
    const size = bytes.subarray(6, TAG_HEADER_BYTES);
    if (nameAt(bytes, 0, 3) !== 'ID3' || size.some((byte) => byte > 0x7f)) return { end: at, missing: null };
    const footer = (bytes[5] ?? 0) & TAG_HAS_FOOTER ? TAG_HEADER_BYTES : 0;
    const end = at + TAG_HEADER_BYTES + size.reduce((sum, byte) => sum * 128 + byte, 0) + footer;
    // One byte more than the tag: a song that is all tag has lost its sound.
    const missing = yield* reaching('The ID3 tag and the first byte of sound', end + 1, at);
    if (missing !== null) return { end, missing };
    at = end;
  }
}

interface Found {
  at: number;
  frame: Frame;
}

/** Padding may stand before it. Bytes that look like a header by chance are followed by none. */
function* firstFrame(from: number): Generator<Look, Found | null, Seen> {
  for (let at = from; ;) {
    const { bytes, size } = yield { at, bytes: LOOK_MAX_BYTES };
    let index = bytes.indexOf(0xff);
    for (; index !== -1 && (size !== null || index + FRAME_MAX_BYTES + FRAME_HEADER_BYTES <= bytes.byteLength);) {
      const frame = frameAt(bytes, index);
      const isFollowed = frame !== null && frameAt(bytes, index + frame.bytes) !== null;
      if (frame && (isFollowed || at + index === from)) return { at: at + index, frame };
      index = bytes.indexOf(0xff, index + 1);
    }
    if (size !== null) return null;
    at += index === -1 ? bytes.byteLength : index;
  }
}

const COUNT_LOOK_BYTES = 64;
const UNSTATED = 0xffff_ffff;
const HAS_FRAMES = 1;
const HAS_BYTES = 2;
/** Fraunhofer's header stands at one place in every kind of frame. */
const VBRI_AT = 36;

interface Count {
  bytes: number;
  frames: number;
  /** The length of one frame, in bytes. */
  slack: number;
}

/**
 * `Xing`, or `Info` where all frames have one bitrate: flags, then frames and bytes if flagged (LAME's "mp3 info tag",
 * revision 1). `VBRI`: version, delay, quality, then bytes and frames. 0 and the largest number are no count.
 */
function countIn(bytes: Uint8Array, frame: Frame): Count | null {
  const stated = (at: number): number => (big32(bytes, at) === UNSTATED ? 0 : big32(bytes, at));
  if (nameAt(bytes, VBRI_AT) === 'VBRI') {
    return { bytes: stated(VBRI_AT + 10), frames: stated(VBRI_AT + 14), slack: frame.mostBytes };
  }
  // Some encoders leave room for a checksum in front of it.
  for (const at of [frame.sideEnd, frame.sideEnd + 2]) {
    const name = nameAt(bytes, at);
    if (name !== 'Xing' && name !== 'Info') continue;
    const flags = big32(bytes, at + 4);
    const frames = flags & HAS_FRAMES ? stated(at + 8) : 0;
    const size = flags & HAS_BYTES ? stated(at + (flags & HAS_FRAMES ? 12 : 8)) : 0;
    return { bytes: size, frames, slack: name === 'Info' ? frame.bytes : frame.mostBytes };
  }
  return null;
}

/**
 * Frame by frame as far as one follows the other; what comes behind is taken to be like what was read. Looks at several
 * frames at a time: a song has ten thousand, and on the Free plan a file has 10 ms.
 */
function* soundFrom({ at: from }: Found): Generator<Look, { frames: number; seconds: number }, Seen> {
  let [at, frames, seconds] = [from, 0, 0];
  let size: number | null = null;
  for (let isChain = true; isChain && size === null;) {
    const seen: Seen = yield { at, bytes: LOOK_MAX_BYTES };
    size = seen.size;
    let end = 0;
    for (;;) {
      const frame = frameAt(seen.bytes, end);
      isChain = frame !== null;
      if (frame === null || end + frame.bytes > seen.bytes.byteLength) break;
      end += frame.bytes;
      frames++;
      seconds += frame.seconds;
    }
    // What is in view ends where the next header stands: that is no end of the chain.
    isChain ||= end + FRAME_HEADER_BYTES > seen.bytes.byteLength;
    at += end;
  }
  while (size === null) ({ size } = yield { at: Number.MAX_SAFE_INTEGER, bytes: 1 });
  const share = frames === 0 ? 0 : (size - from) / (at - from);
  return { frames: frames * share, seconds: seconds * share };
}

export interface Frame {
  /** Header, side information and data. */
  bytes: number;
  /** Of any frame at this sample rate: bitrates change from frame to frame. */
  mostBytes: number;
  seconds: number;
  /** Where the encoder's own frame has its statement (structure-mp3.ts): right behind the side information. */
  sideEnd: number;
}

export const FRAME_HEADER_BYTES = 4;
/** 320 kbit/s at 32 kHz, padded. */
export const FRAME_MAX_BYTES = 1_441;

const MPEG_1 = 3;
const RESERVED_VERSION = 1;
const LAYER_3 = 1;
const MONO = 3;
/** By the two bits of the version: 2.5, reserved, 2, 1. */
const HERTZ_DIVISOR = [4, 1, 2, 1] as const;
const HERTZ = [44_100, 48_000, 32_000] as const;
/** Index 0 is "free format", whose frames state no length; 15 is reserved. */
const KBPS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
const KBPS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;

/** The frame whose header stands at `at`; null where none does, or one of another layer or without a length. */
export function frameAt(bytes: Uint8Array, at = 0): Frame | null {
  const [kind, rates, mode] = [bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0];
  const version = (kind >> 3) & 3;
  const layer = (kind >> 1) & 3;
  if (bytes[at] !== 0xff || (kind & 0xe0) !== 0xe0 || version === RESERVED_VERSION || layer !== LAYER_3) return null;
  const isFirst = version === MPEG_1;
  const table: readonly number[] = isFirst ? KBPS_1 : KBPS_2;
  const kbps = table[rates >> 4];
  const hertz = (HERTZ[(rates >> 2) & 3] ?? 0) / (HERTZ_DIVISOR[version] ?? 1);
  if (!kbps || hertz === 0) return null;
  const samples = isFirst ? 1_152 : 576;
  const bytesAt = (rate: number): number => Math.floor((samples * rate * 125) / hertz);
  const isMono = mode >> 6 === MONO;
  const side = isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return {
    bytes: bytesAt(kbps) + ((rates >> 1) & 1),
    mostBytes: bytesAt(table.at(-1) ?? 0) + 1,
    seconds: samples / hertz,
    sideEnd: FRAME_HEADER_BYTES + side,
  };
}
