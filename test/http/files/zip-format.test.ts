import fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { directory, localHeader, zipLength } from '../../../src/http/files/zip-format.ts';
import { textEntry, writeZip } from '../../../src/http/files/zip.ts';

const GB = 2 ** 30;
const modified = new Date('2026-11-28T12:34:56Z');
const file = (path: string, size: number) => ({ path, size, modified, crc32: 0x1234_5678 });
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

describe('zipLength()', () => {
  it('is what is written, whatever the names and files', async () => {
    const files = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(files, async (list) => {
        const entries = list.map(([path, text]) => textEntry(path, text, modified));
        const { readable, writable } = new TransformStream<Uint8Array>();
        const [whole] = await Promise.all([new Response(readable).arrayBuffer(), writeZip(entries, writable)]);
        expect(whole.byteLength).toBe(zipLength(entries));
      }),
      { numRuns: 50 },
    );
  });

  it('counts the fields that files and archives beyond 4 GB need', () => {
    const plain = [file('a', GB), file('b', GB)];
    expect(zipLength(plain)).toBe(2 * (30 + 1 + GB + 46 + 1) + 22);
    // A place beyond 4 GB takes 12 bytes more, and the end of such an archive 76.
    const far = [file('a', 3 * GB), file('b', 3 * GB), file('c', 1)];
    expect(zipLength(far)).toBe(6 * GB + 1 + 3 * (30 + 1 + 46 + 1) + 12 + 76 + 22);
    // Two sizes beyond 4 GB take 20 more at each place.
    expect(zipLength([file('a', 5 * GB)])).toBe(5 * GB + 30 + 1 + 20 + 46 + 1 + 20 + 76 + 22);
  });
});

describe('localHeader()', () => {
  it('has size, checksum, time and a name in UTF-8', () => {
    const view = viewOf(localHeader(file('é', 77), crc32('x')));
    expect([view.getUint16(6, true), view.getUint16(8, true)]).toEqual([0x0800, 0]);
    expect(view.getUint16(10, true)).toBe((12 << 11) | (34 << 5) | 28);
    expect(view.getUint16(12, true)).toBe((46 << 9) | (11 << 5) | 28);
    expect([14, 18, 22].map((at) => view.getUint32(at, true))).toEqual([crc32('x'), 77, 77]);
    expect([view.getUint16(26, true), view.getUint16(28, true)]).toEqual([2, 0]);
  });

  it('has sizes beyond 4 GB in 64 bits', () => {
    const view = viewOf(localHeader(file('a', 5 * GB), 0));
    expect([18, 22].map((at) => view.getUint32(at, true))).toEqual([0xffff_ffff, 0xffff_ffff]);
    expect([view.getUint16(31, true), view.getUint16(33, true)]).toEqual([1, 16]);
    expect([view.getBigUint64(35, true), view.getBigUint64(43, true)]).toEqual([BigInt(5 * GB), BigInt(5 * GB)]);
  });

  it('knows no time before 1980', () => {
    const view = viewOf(localHeader({ ...file('a', 1), modified: new Date(0) }, 0));
    expect([view.getUint16(10, true), view.getUint16(12, true)]).toEqual([0, (1 << 5) | 1]);
  });
});

describe('directory()', () => {
  it('names places beyond 4 GB in 64 bits, and where it begins itself', () => {
    const bytes = directory([file('a', 3 * GB), file('b', 3 * GB), file('c', 1)]);
    const view = viewOf(bytes);
    const third = 2 * 47;
    expect(view.getUint32(third + 42, true)).toBe(0xffff_ffff);
    expect(view.getBigUint64(third + 47 + 4, true)).toBe(BigInt(6 * GB + 2 * 31));
    const end = bytes.byteLength - 22;
    expect(view.getUint32(end, true)).toBe(0x0605_4b50);
    expect(view.getUint32(end + 16, true)).toBe(0xffff_ffff);
    expect(view.getUint32(end - 20, true)).toBe(0x0706_4b50);
    expect(view.getBigUint64(end - 20 - 8, true)).toBe(BigInt(6 * GB + 1 + 3 * 31));
  });
});
