// What may come in: ids, paths, queries, bodies; every mistake with its path.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  encodeCursor,
  FetchBody,
  Id,
  ListQuery,
  parseBody,
  parseIdSegment,
  parseQuery,
  TrackBody,
  vendorOf,
} from '../../src/http/input.ts';
import { Problem } from '../../src/http/problem.ts';
import { settingsOf } from './fixtures.ts';

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}
const paths = (work: () => unknown): string[] => (problemOf(work).errors ?? []).map(({ path }) => path);

describe('Id', () => {
  const isId = (id: unknown): boolean => v.safeParse(Id, id).success;

  it('takes 1 to 200 code points, counted as code points', () => {
    expect([isId(''), isId('a'), isId('a'.repeat(200)), isId('a'.repeat(201))]).toEqual([false, true, true, false]);
    expect([isId('🎵'.repeat(200)), isId('🎵'.repeat(201))]).toEqual([true, false]);
  });

  it.each([
    '.',
    '..',
    'a/b',
    'a\\b',
    '%2e',
    'a%2fb',
    'a%255Cb',
    'a\nb',
    'a\u0000',
    'a\u0085',
    '\ud800',
    'a\u2028',
    'a\u2029',
    7,
    null,
  ])('refuses %j', (id) => {
    expect(isId(id)).toBe(false);
  });

  it.each(['...', ' ', 'a%2eb', '日本', '#?&', '<b>'])('takes %j', (id) => {
    expect(isId(id)).toBe(true);
  });

  it('goes through a path segment and back, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (id) => {
        fc.pre(isId(id));
        expect(parseIdSegment(encodeURIComponent(id))).toBe(id);
      }),
    );
  });

  it('never throws anything but a Problem, whatever the segment is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (segment) => {
        try {
          parseIdSegment(segment);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });
});

describe('parseIdSegment()', () => {
  it('decodes once (%2525 → %25)', () => expect(parseIdSegment('%2525')).toBe('%25'));
  it.each(['%', '%zz', '%c0%80', '%ff', '..%2F..%2Fapi%2Fuser%2Fself', 'a%5Cb', '%ff%2f..'])(
    'refuses %s',
    (segment) => {
      expect(problemOf(() => parseIdSegment(segment))).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'id' }],
      });
    },
  );
});

describe('parseBody()', () => {
  it('names every mistake with its path', () => {
    const body = { ids: ['ok', 3, '..', 'fine'], visibility: 'secret', webhook_url: 5, colour: 'red' };
    expect(paths(() => parseBody(TrackBody, body)).sort()).toEqual([
      'colour',
      'ids.1',
      'ids.2',
      'visibility',
      'webhook_url',
    ]);
  });

  it.each([
    [null, 'body'],
    [[], 'ids'],
    ['text', 'body'],
    [{}, 'ids'],
    [{ ids: [] }, 'ids'],
    [{ ids: 'a' }, 'ids'],
    [{ ids: ['a'], __proto__x: 1 }, '__proto__x'],
  ])('refuses %j at %s', (body, path) => expect(paths(() => parseBody(FetchBody, body))).toEqual([path]));

  it('counts ids: 500 to fetch, 1000 to track', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `id-${index}`);
    expect(parseBody(TrackBody, { ids }).ids).toHaveLength(1000);
    expect(parseBody(FetchBody, { ids: ids.slice(500) }).ids).toHaveLength(500);
    expect(paths(() => parseBody(FetchBody, { ids: ids.slice(499) }))).toEqual(['ids']);
    expect(paths(() => parseBody(TrackBody, { ids: [...ids, 'one-more'] }))).toEqual(['ids']);
  });

  it('says the first mistake in its detail, for formats without a list', () => {
    expect(problemOf(() => parseBody(FetchBody, { ids: ['a', '.'] })).message).toBe(
      'ids.1 must not be . or .., nor hold / or \\, percent-encoded neither',
    );
  });
});

describe('parseQuery()', () => {
  const list = (text: string) => parseQuery(ListQuery, new URLSearchParams(text));

  it('reads a list’s filters', () => {
    expect(list(`status=failed&limit=100&cursor=${encodeCursor(1_763_719_200_000_001)}`)).toEqual({
      status: 'failed',
      limit: 100,
      cursor: 1_763_719_200_000_001,
    });
    expect(list('').limit).toBe(20);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=-1',
    'limit=',
    'status=done',
    'tracking=x',
    'archive=x',
    'kind=x',
    'cursor=%21',
    'cursor=YWJj',
    'nonsense=1',
    'limit=1&limit=2',
  ])('refuses ?%s', (text) => expect(paths(() => list(text))).toEqual([`query.${text.split('=')[0]}`]));
});

describe('vendorOf()', () => {
  it('takes the default vendor where none is named, and answers 404 for one that is not there', () => {
    expect(vendorOf(settingsOf(), undefined).id).toBe('relay');
    expect(vendorOf(settingsOf(), 'other').id).toBe('other');
    expect(problemOf(() => vendorOf(settingsOf(), 'nobody')).code).toBe('not_found');
    expect(problemOf(() => vendorOf(settingsOf(), '')).code).toBe('not_found');
  });
});
