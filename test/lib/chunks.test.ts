import { expect, it } from 'vitest';
import { chunks } from '../../src/lib/chunks.ts';

it('chunks() keeps the order and loses nothing, the last piece being what is left', () => {
  expect(chunks(['a', 'b', 'c', 'd', 'e'], 2)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(chunks([], 50)).toEqual([]);
});
