import { describe, expect, it } from 'vitest';
import { upload } from '../../src/relay/transport.ts';

const PIECE = 1_000;

function given(pieces: number, end: 'close' | 'error' = 'close') {
  let moved = 0;
  let left = pieces;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(PIECE).fill(97));
      else if (end === 'close') controller.close();
      else controller.error(new Error('The caller left'));
    },
  });
  const watch = { signal: new AbortController().signal, moved: () => void moved++ };
  return { stream, watch, moved: () => moved };
}
const sizeOf = async (stream: ReadableStream): Promise<number> => (await new Response(stream).arrayBuffer()).byteLength;

describe('upload()', () => {
  it.each([3 * PIECE, null])(
    'hands every byte on, and tells of each piece: the clock is for a vendor that stands still (%s)',
    async (length) => {
      const { stream, watch, moved } = given(3);
      expect(await sizeOf(upload(stream, length, watch))).toBe(3 * PIECE);
      expect(moved()).toBe(3);
    },
  );

  it.each([
    ['fewer bytes than promised', given(2), 3 * PIECE],
    ['more bytes than promised', given(4), 3 * PIECE],
    ['a caller who leaves', given(1, 'error'), null],
  ])('%s: the other end breaks off', async (_, { stream, watch }, length) => {
    await expect(sizeOf(upload(stream, length, watch))).rejects.toThrow();
  });
});
