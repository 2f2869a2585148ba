// Sizes of pictures, of real encoders and of none.
import fc from 'fast-check';
import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { dimensionsOf } from '../../../src/archive/formats/dimensions.ts';
import { paintDefaultCover } from '../../../src/views/default-cover.ts';
import { makeMedia } from '../../support/media.ts';

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const big = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, at) => (value >> (8 * (bytes - 1 - at))) & 0xff);
const little = (value: number, bytes: number): number[] => big(value, bytes).reverse();
const size = fc.record({ width: fc.integer({ min: 1, max: 16_383 }), height: fc.integer({ min: 1, max: 16_383 }) });
type Size = { width: number; height: number };
const tail = Array<number>(16).fill(0);

const jpeg = ({ width, height }: Size, code: number, front: readonly number[][], filling: number): number[] => [
  ...[0xff, 0xd8],
  ...front.flatMap((bytes) => [0xff, 0xe1, ...big(bytes.length + 2, 2), ...bytes]),
  ...[0xff, 0xc4, 0, 4, 1, 2],
  ...Array<number>(filling).fill(0xff),
  ...[0xff, code, 0, 17, 8, ...big(height, 2), ...big(width, 2), 3, ...tail],
];
const webp = (chunk: string, ...body: number[]): number[] => [
  ...ascii('RIFF'),
  ...little(100, 4),
  ...ascii(`WEBP${chunk}`),
  ...little(50, 4),
  ...body,
  ...tail,
];

describe('dimensionsOf()', () => {
  it('reads what an encoder has written', () => {
    const { data } = encode({ width: 37, height: 19, data: new Uint8Array(37 * 19 * 4) }, 80);
    expect(dimensionsOf(new Uint8Array(data))).toEqual({ width: 37, height: 19 });
    expect(dimensionsOf(paintDefaultCover())).toEqual({ width: 1_400, height: 1_400 });
  });

  it('reads a JPEG of any kind of frame, whatever stands before it', () => {
    const codes = fc.constantFrom(0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc9, 0xcf);
    const front = fc.array(fc.array(fc.nat(255), { maxLength: 300 }), { maxLength: 4 });
    fc.assert(
      fc.property(size, codes, front, fc.nat(3), (told, code, before, filling) => {
        expect(dimensionsOf(Uint8Array.from(jpeg(told, code, before, filling)))).toEqual(told);
      }),
    );
  });

  it('reads a WebP of each kind', () => {
    fc.assert(
      fc.property(size, (told) => {
        const { width, height } = told;
        const lossless = ((width - 1) | ((height - 1) << 14)) >>> 0;
        for (const bytes of [
          webp('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, ...little(width | 0x4000, 2), ...little(height | 0x8000, 2)),
          webp('VP8L', 0x2f, ...little(lossless, 4)),
          webp('VP8X', 0, 0, 0, 0, ...little(width - 1, 3), ...little(height - 1, 3)),
        ])
          expect(dimensionsOf(Uint8Array.from(bytes))).toEqual(told);
      }),
    );
  });

  it('tells nothing of what says nothing, and throws at no bytes', () => {
    const beginnings = [
      [0xff, 0xd8, 0xff],
      [0x89, ...ascii('PNG')],
      ascii('RIFF1234WEBPVP8 '),
      ascii('RIFF1234WEBPVP8X'),
      [],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.array(fc.nat(255), { maxLength: 60 }), (start, rest) => {
        const told = dimensionsOf(Uint8Array.from([...start, ...rest]));
        expect(told === null || (told.width > 0 && told.height > 0)).toBe(true);
      }),
    );
    for (const kind of ['mp3', 'html', 'jpeg'] as const)
      expect(dimensionsOf(makeMedia({ kind, bytes: 500 }))).toBeNull();
    expect(dimensionsOf(Uint8Array.from(jpeg({ width: 9, height: 0 }, 0xc0, [], 0)))).toBeNull();
  });
});
