// Pure: how wide and high a picture is, told by its first bytes.

export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/** As much of a picture as tells its size: a JPEG may have a profile or a thumbnail in front of it. */
export const DIMENSIONS_HEAD_BYTES = 65_536;

/** Null: these bytes do not tell. */
export function dimensionsOf(head: Uint8Array): Dimensions | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const kind = [0xff_d8, 0x89_50, 0x52_49].indexOf(view.byteLength < LEAST_BYTES ? 0 : view.getUint16(0));
  const found = [ofJpeg, ofPng, ofWebp][kind]?.(view) ?? null;
  return found !== null && found.width > 0 && found.height > 0 ? found : null;
}

/** All that is read without a look at what is there lies within. */
const LEAST_BYTES = 30;

// ISO/IEC 10918-1 B.1.1.3 and B.2.2: a start of frame is C0 to CF but for three, and holds precision, height and width.
const FRAMES = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
const FRAME_BYTES = 9;

function ofJpeg(view: DataView): Dimensions | null {
  for (let at = 2; at + FRAME_BYTES <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const code = view.getUint8(at + 1);
    if (FRAMES.includes(code)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // A marker may have bytes of filling in front of it.
    at += code === 0xff ? 1 : 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/** PNG (W3C) 11.2.1: the first chunk holds them. */
const ofPng = (view: DataView): Dimensions | null =>
  nameAt(view, 12) === 'IHDR' ? { width: view.getUint32(16), height: view.getUint32(20) } : null;

const FOURTEEN_BITS = 0x3fff;

/** RFC 9649 2.5 to 2.7: three kinds of first chunk, which stands behind `RIFF`, a length and `WEBP`. */
function ofWebp(view: DataView): Dimensions | null {
  if (nameAt(view, 8) !== 'WEBP') return null;
  const little24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (nameAt(view, 12)) {
    case 'VP8X':
      return { width: little24(24) + 1, height: little24(27) + 1 };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & FOURTEEN_BITS) + 1, height: ((bits >>> 14) & FOURTEEN_BITS) + 1 };
    }
    case 'VP8 ':
      // RFC 6386 9.1: a tag of three bytes and a start code come before them; the upper bits say how to scale.
      return { width: view.getUint16(26, true) & FOURTEEN_BITS, height: view.getUint16(28, true) & FOURTEEN_BITS };
    default:
      return null;
  }
}

const nameAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((step) => view.getUint8(at + step)));
