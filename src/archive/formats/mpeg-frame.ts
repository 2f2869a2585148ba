// Pure: one frame of MPEG audio by its header of four bytes, and where two follow on (ISO/IEC 11172-3, 13818-3).

export interface Frame {
  /** Header, side information and data. */
  bytes: number;
  /** Of any frame of this kind: bitrates change from frame to frame. */
  mostBytes: number;
  seconds: number;
  /** Where an encoder's own frame has its statement: right behind the side information of Layer III. */
  sideEnd: number;
  /** Version, layer and sample rate, which stay the same within a song. */
  kind: number;
}

export const FRAME_HEADER_BYTES = 4;
/** Layer II, 160 kbit/s at 8 kHz, padded. */
export const FRAME_MAX_BYTES = 2_881;

const MPEG_1 = 3;
const RESERVED_VERSION = 1;
const [LAYER_3, LAYER_2, LAYER_1] = [1, 2, 3] as const;
const MONO = 3;
/** By the two bits of the version: 2.5, reserved, 2, 1. */
const HERTZ_DIVISOR = [4, 1, 2, 1] as const;
const HERTZ = [44_100, 48_000, 32_000] as const;
/** Index 0 is "free format", whose frames state no length; 15 is reserved. The first list is of MPEG-1, the second of 2 and 2.5. */
const KBPS: Readonly<Record<number, readonly [readonly number[], readonly number[]]>> = {
  [LAYER_3]: [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
  [LAYER_2]: [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
  [LAYER_1]: [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  ],
};

/** The frame whose header stands at `at`; null where none does, or one without a length. */
export function frameAt(bytes: Uint8Array, at: number): Frame | null {
  if (bytes[at] !== 0xff || at + FRAME_HEADER_BYTES > bytes.byteLength) return null;
  const [sync, rates, mode] = [bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0];
  const version = (sync >> 3) & 3;
  const layer = (sync >> 1) & 3;
  if ((sync & 0xe0) !== 0xe0 || version === RESERVED_VERSION) return null;
  const isFirst = version === MPEG_1;
  const table = KBPS[layer]?.[isFirst ? 0 : 1] ?? [];
  const kbps = table[rates >> 4];
  const hertz = (HERTZ[(rates >> 2) & 3] ?? 0) / (HERTZ_DIVISOR[version] ?? 1);
  if (!kbps || hertz === 0) return null;
  const samples = layer === LAYER_1 ? 384 : layer === LAYER_3 && !isFirst ? 576 : 1_152;
  // Layer I counts and pads in slots of four bytes.
  const slot = layer === LAYER_1 ? 4 : 1;
  const bytesAt = (rate: number, padding: number): number =>
    (Math.floor((samples * rate * 125) / hertz / slot) + padding) * slot;
  const isMono = mode >> 6 === MONO;
  const side = isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return {
    bytes: bytesAt(kbps, (rates >> 1) & 1),
    mostBytes: bytesAt(table.at(-1) ?? 0, 1),
    seconds: samples / hertz,
    sideEnd: FRAME_HEADER_BYTES + side,
    kind: (sync & 0x1e) | ((rates & 0x0c) << 4),
  };
}

export interface FoundFrame {
  at: number;
  frame: Frame;
}

/** The first of these bytes, from `from` on and before `until`, where two headers of one kind follow each other: by chance hardly any do. */
export function pairAt(bytes: Uint8Array, from: number, until: number): FoundFrame | null {
  for (let at = bytes.indexOf(0xff, from); at !== -1 && at < until; at = bytes.indexOf(0xff, at + 1)) {
    const frame = frameAt(bytes, at);
    if (frame && frameAt(bytes, at + frame.bytes)?.kind === frame.kind) return { at, frame };
  }
  return null;
}
