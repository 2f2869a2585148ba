// Pure: the header of one MPEG audio frame, Layer III (ISO/IEC 11172-3 2.4.1.3, 13818-3 for half the sample rates, "2.5" for a quarter).

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
