import { describe, expect, it } from 'vitest';
import { decodeBucketCursor, encodeBucketCursor, walkBucket, type BucketCursor } from '../../src/flows/bucket-walk.ts';

const PARTS = ['one', 'two'] as const;

describe('decodeBucketCursor()', () => {
  it.each(['', 'clips/a.json', 'with space/ä 夜', 'media/😀'])('brings back the place after %j', (after) => {
    const place = { part: 'two', after } as const;
    expect(encodeBucketCursor(place)).toMatch(/^[\w-]+$/);
    expect(decodeBucketCursor(encodeBucketCursor(place), PARTS)).toEqual(place);
  });

  it.each(['', 'MTA', '%', '../..', 'a b', 'x'.repeat(2_000), encodeBucketCursor({ part: 'three', after: 'a' })])(
    'is null for %j',
    (text) => expect(decodeBucketCursor(text, PARTS)).toBeNull(),
  );
});

describe('walkBucket()', () => {
  const KEYS = { one: ['a', 'b', 'c', 'd', 'e'], two: ['f', 'g'] };
  /** In pages of four, taken two at a time; enough after `most`. */
  function steps(most: number) {
    const taken: string[] = [];
    const next = (from: BucketCursor<'one' | 'two'> | null) => {
      const begun = taken.length;
      return walkBucket(from, {
        parts: PARTS,
        list: async (part, after) => {
          const rest = KEYS[part].filter((key) => key > after);
          return { items: rest.slice(0, 4).map((key) => ({ key })), more: rest.length > 4 };
        },
        take: async (_, items) => void taken.push(...items.map(({ key }) => key)),
        at_once: { one: 2, two: 1 },
        isSpent: () => taken.length - begun >= most,
      });
    };
    return { taken, next };
  }

  it('goes through all parts in one call where that is not too much', async () => {
    const { taken, next } = steps(100);
    expect(await next(null)).toBeNull();
    expect(taken.join('')).toBe('abcdefg');
  });

  it.each([0, 1, 2, 3, 4, 5])(
    'takes each key once, in order, whatever is enough (%i), and always gets on',
    async (most) => {
      const { taken, next } = steps(most);
      let place: BucketCursor<'one' | 'two'> | null = null;
      let calls = 0;
      do place = await next(place);
      while (place && ++calls < 20);
      expect([taken.join(''), place]).toEqual(['abcdefg', null]);
    },
  );

  it('goes on behind a key that is gone by now', async () => {
    const { taken, next } = steps(100);
    await next({ part: 'one', after: 'cc' });
    expect(taken.join('')).toBe('defg');
  });
});
