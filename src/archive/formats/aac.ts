// Pure: ADTS: frames that each state their own length; none states the length of the whole.
import { big24, LOOK_MAX_BYTES, type Subject, type Walk } from './byte-walk.ts';
import { shortOfClaim } from './duration.ts';

const HEADER_BYTES = 7;
/** ISO/IEC 14496-3 table 1.18; 13 to 15 are reserved. */
const HERTZ = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
const SAMPLES = 1_024;

/** ISO/IEC 13818-7 6.2: 12 bits of sync, layer always 0; 13 bits of each header are the frame's length. Null: no frame begins here. */
export function adtsFrameAt(bytes: Uint8Array, at: number): { bytes: number; seconds: number } | null {
  const [sync, second = 0, third = 0] = bytes.subarray(at, at + 3);
  const hertz = HERTZ[(third >> 2) & 15];
  if (sync !== 0xff || (second & 0xf6) !== 0xf0 || hertz === undefined || at + HEADER_BYTES > bytes.byteLength)
    return null;
  const length = (big24(bytes, at + 3) >> 5) & 0x1fff;
  const blocks = ((bytes[at + 6] ?? 0) & 3) + 1;
  return length < HEADER_BYTES ? null : { bytes: length, seconds: (SAMPLES * blocks) / hertz };
}

/** A tag behind the last frame is no frame. */
export function* walkAac({ start, duration_seconds }: Subject): Walk {
  let seconds = 0;
  for (let at = start; ;) {
    const { bytes, size } = yield { at, bytes: LOOK_MAX_BYTES };
    let next = 0;
    let frame = adtsFrameAt(bytes, 0);
    for (; frame && next + frame.bytes <= bytes.byteLength; frame = adtsFrameAt(bytes, next)) {
      next += frame.bytes;
      seconds += frame.seconds;
    }
    at += next;
    if (size === null && next > 0) continue;
    if (frame) return `The frame at byte ${at} ends at byte ${at + frame.bytes}, the file at ${size}`;
    const isCut = bytes[next] === 0xff && next + HEADER_BYTES > bytes.byteLength;
    return isCut ? `The frame at byte ${at} is not whole` : shortOfClaim(seconds, duration_seconds);
  }
}
