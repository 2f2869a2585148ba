// Pure: the picture of a song that has none: a record in its sleeve, as a PNG that every app and preview takes.
import { crc32, deflateSync } from 'node:zlib';

/** Square, and as large as podcast directories want a cover to be at least. */
const SIDE = 1_400;
export const DEFAULT_COVER = { path: '/picture.png', type: 'image/png', width: SIDE, height: SIDE } as const;

/** Red, green and blue of each colour, by its number. */
const PALETTE = [0xf5f4f1, 0x17181b, 0x26282c, 0xe4572e] as const;
const [SLEEVE, BLACK, GROOVE, LABEL] = [0, 1, 2, 3] as const;

/** From the outside in: the radius of each disc, and what it is painted in. */
const DISCS: readonly (readonly [radius: number, colour: number])[] = [
  [590, BLACK],
  ...Array.from({ length: 12 }, (_, ring) => [
    [566 - 26 * ring, GROOVE] as const,
    [562 - 26 * ring, BLACK] as const,
  ]).flat(),
  [216, LABEL],
  [30, SLEEVE],
];

// PNG (W3C) 5 and 11: a signature; chunks of length, type, data and CRC; each row behind the number of its filter, here none.
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BITS_A_PIXEL = 2;
const PIXELS_A_BYTE = 4;
const INDEXED = 3;
/** The least work: it is painted by the Worker, and then kept by caches. */
const LEVEL = 1;

export function paintDefaultCover(): Uint8Array<ArrayBuffer> {
  const size = new DataView(new ArrayBuffer(13));
  size.setUint32(0, SIDE);
  size.setUint32(4, SIDE);
  size.setUint8(8, BITS_A_PIXEL);
  size.setUint8(9, INDEXED);
  const colours = PALETTE.flatMap((colour) => [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]);
  return joined(
    SIGNATURE,
    chunk('IHDR', new Uint8Array(size.buffer)),
    chunk('PLTE', Uint8Array.from(colours)),
    chunk('IDAT', deflateSync(rows(), { level: LEVEL })),
    chunk('IEND', new Uint8Array(0)),
  );
}

function rows(): Uint8Array {
  const width = 1 + SIDE / PIXELS_A_BYTE;
  const bytes = new Uint8Array(width * SIDE);
  const pixels = new Uint8Array(SIDE);
  for (let y = 0; y < SIDE / 2; y++) {
    const height = SIDE / 2 - y;
    pixels.fill(SLEEVE);
    for (const [radius, colour] of DISCS) {
      if (radius <= height) break;
      const half = Math.round(Math.sqrt(radius * radius - height * height));
      pixels.fill(colour, SIDE / 2 - half, SIDE / 2 + half);
    }
    const row = bytes.subarray(y * width + 1, (y + 1) * width);
    for (let x = 0; x < SIDE; x++) row[x >> 2] = ((row[x >> 2] ?? 0) << BITS_A_PIXEL) | (pixels[x] ?? 0);
    // What is below the middle is what is above it, upside down.
    bytes.set(row, (SIDE - 1 - y) * width + 1);
  }
  return bytes;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = joined(new TextEncoder().encode(type), data);
  return joined(big32(data.byteLength), named, big32(crc32(named)));
}

function big32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
