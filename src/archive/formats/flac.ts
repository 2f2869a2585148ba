// Pure: FLAC: what its first block says of the whole, held against the number that the last frame bears.
import { big16, big24, big32, LOOK_MAX_BYTES, type Asking, type Subject, type Walk } from './byte-walk.ts';
import { shortOfClaim } from './duration.ts';

const MARK_BYTES = 4;
const BLOCK_HEADER_BYTES = 4;
const LAST_BLOCK = 0x80;
const STREAMINFO_BYTES = 34;

/** RFC 9639 8.1: blocks of metadata, the last one marked; then frames, whose length nothing tells, but which are numbered. */
export function* walkFlac({ start, size: whole, duration_seconds }: Subject): Walk {
  const { bytes: head } = yield { at: start, bytes: MARK_BYTES + BLOCK_HEADER_BYTES + STREAMINFO_BYTES };
  const stream = streamOf(head.subarray(MARK_BYTES + BLOCK_HEADER_BYTES));
  let at = start + MARK_BYTES;
  for (let isLast = false; !isLast;) {
    const { bytes, size } = yield { at, bytes: BLOCK_HEADER_BYTES };
    if (size !== null) return `The file ends at byte ${size}, within its metadata`;
    isLast = ((bytes[0] ?? 0) & LAST_BLOCK) !== 0;
    at += BLOCK_HEADER_BYTES + big24(bytes, 1);
  }
  const frame = yield { at, bytes: 1 };
  if (frame.size !== null) return `The metadata ends at byte ${at}, the file at ${frame.size}: no frame came`;
  const reached = yield* reachedFrom(whole === null ? at : Math.max(at, whole - LOOK_MAX_BYTES), stream);
  if (reached === null) return null;
  const { samples, hertz, blockSamples } = stream;
  // One block less is no loss: some encoders count what they have padded.
  if (samples > 0) return reached + blockSamples < samples ? `${reached} of ${samples} samples came` : null;
  return shortOfClaim(reached / hertz, duration_seconds);
}

interface Stream {
  blockSamples: number;
  hertz: number;
  /** 0: its encoder did not know. */
  samples: number;
}

/** RFC 9639 8.2. */
const streamOf = (info: Uint8Array): Stream => ({
  blockSamples: big16(info, 2),
  hertz: big24(info, 10) >> 4,
  samples: ((info[13] ?? 0) & 15) * 2 ** 32 + big32(info, 14),
});

/** How many samples there are up to the end of the last frame; null: no frame is in sight. */
function* reachedFrom(from: number, stream: Stream): Asking<number | null> {
  let reached: number | null = null;
  for (let at = from; ;) {
    const { bytes, size } = yield { at, bytes: LOOK_MAX_BYTES };
    const until = size === null ? bytes.byteLength - HEADER_MAX_BYTES : bytes.byteLength;
    for (let found = bytes.indexOf(0xff); found !== -1 && found < until; found = bytes.indexOf(0xff, found + 1)) {
      const end = frameEndAt(bytes, found, stream);
      if (end !== null) reached = Math.max(reached ?? 0, end);
    }
    if (size !== null) return reached;
    at += until;
  }
}

/** Sync, sizes and flags; a number of up to seven bytes; a size and a rate of up to two bytes each; a checksum. */
const HEADER_MAX_BYTES = 16;
const BLOCK_SAMPLES = [0, 192, 576, 1_152, 2_304, 4_608, 0, 0] as const;

/** RFC 9639 9.1. The number of the sample behind a frame; null: no frame's header stands here. */
function frameEndAt(bytes: Uint8Array, at: number, { blockSamples, samples }: Stream): number | null {
  const [sync = 0, sizes = 0, channels = 0] = bytes.subarray(at + 1, at + 4);
  const [block, rate] = [sizes >> 4, sizes & 15];
  if ((sync & 0xfe) !== 0xf8 || block === 0 || rate === 15 || channels >> 4 > 10 || (channels & 1) !== 0) return null;
  const number = codedNumber(bytes, at + 4);
  if (number === null) return null;
  let next = at + 4 + number.bytes;
  const own = block === 6 ? (bytes[next] ?? 0) + 1 : block === 7 ? big16(bytes, next) + 1 : null;
  next += block === 6 ? 1 : block === 7 ? 2 : 0;
  next += rate === 12 ? 1 : rate > 12 ? 2 : 0;
  if (next >= bytes.byteLength || checksum(bytes.subarray(at, next)) !== bytes[next]) return null;
  const length = own ?? (block >= 8 ? 256 << (block - 8) : (BLOCK_SAMPLES[block] ?? 0));
  // Frames of one length are numbered, others name their first sample.
  const end = ((sync & 1) === 1 ? number.value : number.value * blockSamples) + length;
  // A header by chance bears any number.
  return samples > 0 && end > samples + blockSamples ? null : end;
}

/** As UTF-8 has it, but for longer numbers. */
function codedNumber(bytes: Uint8Array, at: number): { value: number; bytes: number } | null {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { value: first, bytes: 1 };
  const length = Math.clz32(~first << 24);
  if (length < 2 || length > 7) return null;
  let value = first & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0;
    if (byte >> 6 !== 2) return null;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, bytes: length };
}

/** CRC-8, polynomial 0x07. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ (sum & 0x80 ? 0x07 : 0)) & 0xff;
  }
  return sum;
}
