import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldTag, planAnswer, wantedRange, type Plan } from '../../src/http/conditional.ts';

const ETAG = '"9e107d9d372bb6826bd81d3542a419d6"';
const MODIFIED = new Date('1994-11-06T08:49:37.900Z');
const SAME = 'Sun, 06 Nov 1994 08:49:37 GMT';
const EARLIER = 'Sun, 06 Nov 1994 08:49:36 GMT';
const LATER = 'Sun, 06 Nov 1994 08:49:38 GMT';

const WHOLE = { status: 200 } as const;
const UNCHANGED = { status: 304 } as const;
const FAILED = { status: 412 } as const;
const UNSATISFIABLE = { status: 416 } as const;
const part = (offset: number, length: number): Plan => ({ status: 206, offset, length });

type Fields = Record<string, string>;
/** Headers of any text whatsoever: the platform's own would refuse some of it before range.ts could. */
const asked = (fields: Fields, method = 'GET') => ({
  method,
  headers: { get: (name: string) => fields[name] ?? null },
});
const wanted = (range: string, method?: string) => wantedRange(asked({ range }, method));

/** A file of 100 bytes, asked for with these headers. */
function plan(fields: Fields, { method = 'GET', size = 100, etag = ETAG, lastModified = MODIFIED } = {}): Plan {
  const request = asked(fields, method);
  return planAnswer({ ...request, size, etag, lastModified, range: wantedRange(request) });
}

describe('wantedRange()', () => {
  it.each([
    ['bytes=0-0', { offset: 0, length: 1 }],
    ['bytes=2-5', { offset: 2, length: 4 }],
    ['bytes=2-', { offset: 2 }],
    ['bytes=-3', { suffix: 3 }],
    ['bytes=-0', { suffix: 0 }],
    ['BYTES=2-5', { offset: 2, length: 4 }],
    ['bytes=007-008', { offset: 7, length: 2 }],
    ['bytes= 2-5', { offset: 2, length: 4 }],
    ['bytes=\t2-5 ', { offset: 2, length: 4 }],
    ['bytes=,2-5, ,', { offset: 2, length: 4 }],
    ['bytes=0-9007199254740991', { offset: 0, length: Number.MAX_SAFE_INTEGER }],
    ['bytes=5-99999999999999999999999999', { offset: 5, length: Number.MAX_SAFE_INTEGER }],
    ['bytes=99999999999999999999999999-', { offset: Number.MAX_SAFE_INTEGER }],
    ['bytes=-99999999999999999999999999', { suffix: Number.MAX_SAFE_INTEGER }],
    [`bytes=-${'9'.repeat(8_000)}`, { suffix: Number.MAX_SAFE_INTEGER }],
  ])('reads one range (%s)', (text, expected) => expect(wanted(text)).toEqual(expected));

  it.each([
    ['several ranges', 'bytes=0-10,20-30'],
    ['another unit', 'seconds=0-10'],
    ['a first byte after the last', 'bytes=5-4'],
    ['a first byte after the last, both beyond 2^53', 'bytes=90071992547409930-90071992547409920'],
    ['no bound at all', 'bytes=-'],
    ['no range', 'bytes='],
    ['no unit', '0-10'],
    ['no hyphen', 'bytes=5'],
    ['blanks inside', 'bytes=0 - 10'],
    ['blanks before the equals sign', 'bytes =0-10'],
    ['two hyphens', 'bytes=--5'],
    ['a sign', 'bytes=+1-5'],
    ['a fraction', 'bytes=1.5-5'],
    ['an exponent', 'bytes=1e1-20'],
    ['hexadecimal', 'bytes=0x1-0x5'],
    ['digits of another script', 'bytes=١-٥'],
    ['two ranges by two headers', 'bytes=0-1, bytes=2-3'],
    ['nothing', ''],
  ])('ignores %s (%s)', (_, text) => expect(wanted(text)).toBeNull());

  it('wants the whole file without a Range', () => expect(wantedRange(asked({}))).toBeNull());
  it.each(['HEAD', 'POST', 'OPTIONS'])('ignores Range on %s', (method) =>
    expect(wanted('bytes=0-1', method)).toBeNull(),
  );
});

describe('planAnswer() of a range', () => {
  it.each<[string, Plan]>([
    ['bytes=0-0', part(0, 1)],
    ['bytes=10-19', part(10, 10)],
    ['bytes=99-', part(99, 1)],
    ['bytes=0-', part(0, 100)],
    ['bytes=90-99', part(90, 10)],
    ['bytes=90-100', part(90, 10)],
    ['bytes=90-99999999999999999999', part(90, 10)],
    ['bytes=-1', part(99, 1)],
    ['bytes=-100', part(0, 100)],
    ['bytes=-101', part(0, 100)],
    ['bytes=-99999999999999999999', part(0, 100)],
    ['bytes=100-', UNSATISFIABLE],
    ['bytes=100-200', UNSATISFIABLE],
    ['bytes=99999999999999999999-', UNSATISFIABLE],
    ['bytes=-0', UNSATISFIABLE],
    ['bytes=5-4', WHOLE],
    ['bytes=0-1,5-6', WHOLE],
  ])('of 100 bytes (%s)', (range, expected) => expect(plan({ range })).toEqual(expected));

  it.each<[string, Plan]>([
    ['bytes=0-', UNSATISFIABLE],
    ['bytes=0-0', UNSATISFIABLE],
    ['bytes=-0', UNSATISFIABLE],
    // Satisfiable (14.1.2), but an empty part has no Content-Range.
    ['bytes=-5', WHOLE],
  ])('of an empty file (%s)', (range, expected) => expect(plan({ range }, { size: 0 })).toEqual(expected));

  it('ignores Range on HEAD', () => expect(plan({ range: 'bytes=500-' }, { method: 'HEAD' })).toEqual(WHOLE));
});

describe('planAnswer() of If-Match', () => {
  it.each([
    ['the tag', ETAG, WHOLE],
    ['a list with the tag', `"x", ${ETAG} ,"y"`, WHOLE],
    ['a list with empty elements', `,, ${ETAG},`, WHOLE],
    ['*', '*', WHOLE],
    ['another tag', '"x"', FAILED],
    ['the tag, weak', `W/${ETAG}`, FAILED],
    ['the tag without quotes', ETAG.slice(1, -1), FAILED],
    ['the tag inside a longer one', `"x,${ETAG.slice(1)}`, FAILED],
    ['an unclosed quote', ETAG.slice(0, -1), FAILED],
    ['* in a list', '"x", *', FAILED],
    ['nothing', '', FAILED],
  ])('%s (%s)', (_, value, expected) => expect(plan({ 'if-match': value })).toEqual(expected));

  it('reads a tag that holds a comma', () =>
    expect(plan({ 'if-match': '"x", "a,b"' }, { etag: '"a,b"' })).toEqual(WHOLE));
  it('never matches a weak tag of ours', () => {
    expect(plan({ 'if-match': 'W/"a"' }, { etag: 'W/"a"' })).toEqual(FAILED);
  });
});

describe('planAnswer() of If-None-Match', () => {
  it.each([
    ['the tag', ETAG, UNCHANGED],
    ['the tag, weak', `W/${ETAG}`, UNCHANGED],
    ['a list with the tag', `W/"x",W/${ETAG}`, UNCHANGED],
    ['*', ' * ', UNCHANGED],
    ['another tag', '"x"', WHOLE],
    ['the tag without quotes', ETAG.slice(1, -1), WHOLE],
    ['w/ in lower case', `w/${ETAG}`, WHOLE],
    ['nothing', '', WHOLE],
  ])('%s (%s)', (_, value, expected) => {
    expect(plan({ 'if-none-match': value })).toEqual(expected);
    expect(plan({ 'if-none-match': value }, { method: 'HEAD' })).toEqual(expected);
  });
});

describe('heldTag()', () => {
  it.each([
    ['a tag', '"abc"', 'abc'],
    ['a weak tag', 'W/"abc"', 'abc'],
    ['a list', '"abc", "def"', null],
    ['any', '*', null],
    ['no quotes', 'abc', null],
    ['an empty tag', '""', null],
    ['w/ in lower case', 'w/"abc"', null],
  ])('%s (%s)', (_, value, expected) => expect(heldTag(asked({ 'if-none-match': value }).headers)).toBe(expected));
  it('nothing, without the header', () => expect(heldTag(asked({}).headers)).toBe(null));
});

describe('planAnswer() of dates', () => {
  it.each([
    ['if-modified-since', LATER, UNCHANGED],
    ['if-modified-since', SAME, UNCHANGED],
    ['if-modified-since', EARLIER, WHOLE],
    ['if-unmodified-since', LATER, WHOLE],
    ['if-unmodified-since', SAME, WHOLE],
    ['if-unmodified-since', EARLIER, FAILED],
  ])('%s: %s', (field, date, expected) => {
    expect(plan({ [field]: date })).toEqual(expected);
    expect(plan({ [field]: date }, { method: 'HEAD' })).toEqual(expected);
  });

  // If-Range fits one second only, so it shows what a date was read as.
  it.each([
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['asctime', 'Sun Nov  6 08:49:37 1994'],
  ])('reads %s (%s)', (_, date) => expect(plan({ range: 'bytes=0-0', 'if-range': date })).toEqual(part(0, 1)));

  it.each([
    ['Sunday, 06-Nov-44 08:49:37 GMT', '2044-11-06T08:49:37Z', '2026-01-01T00:00:00Z'],
    ['Sunday, 06-Nov-77 08:49:37 GMT', '1977-11-06T08:49:37Z', '2026-01-01T00:00:00Z'],
  ])('takes two digits for a year at most 50 years ahead (%s is %s)', (date, instant, modified) => {
    const second = new Date(instant).getTime();
    const conditional = { 'if-unmodified-since': date };
    const ahead = second > new Date(modified).getTime();
    expect(plan(conditional, { lastModified: new Date(modified) })).toEqual(ahead ? WHOLE : FAILED);
  });

  it('ignores them where nobody could say when the file changed', () => {
    const undated = (fields: Fields) => {
      const request = asked(fields);
      return planAnswer({ ...request, size: 100, etag: ETAG, lastModified: null, range: wantedRange(request) });
    };
    expect(undated({ 'if-modified-since': LATER })).toEqual(WHOLE);
    expect(undated({ 'if-unmodified-since': EARLIER })).toEqual(WHOLE);
    expect(undated({ range: 'bytes=0-0', 'if-range': SAME })).toEqual(WHOLE);
    expect(undated({ range: 'bytes=0-0', 'if-range': ETAG })).toEqual(part(0, 1));
  });

  it.each([
    'garbage',
    '',
    '0',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Nov 0094 08:49:37 GMT',
    'Xyz, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 Okt 1994 08:49:37 GMT',
    `${SAME}, ${SAME}`,
  ])('ignores what is no HTTP-date (%s)', (date) => {
    expect(plan({ 'if-modified-since': date })).toEqual(WHOLE);
    expect(plan({ 'if-unmodified-since': date })).toEqual(WHOLE);
  });
});

describe('planAnswer() of If-Range', () => {
  it.each([
    ['the tag', ETAG, part(10, 10)],
    ['the very second', SAME, part(10, 10)],
    ['the tag, weak', `W/${ETAG}`, WHOLE],
    ['another tag', '"x"', WHOLE],
    ['a list with the tag', `${ETAG}, "x"`, WHOLE],
    ['*', '*', WHOLE],
    ['an earlier second', EARLIER, WHOLE],
    ['a later second', LATER, WHOLE],
    ['garbage', 'garbage', WHOLE],
    ['nothing', '', WHOLE],
  ])('%s (%s)', (_, value, expected) => {
    expect(plan({ range: 'bytes=10-19', 'if-range': value })).toEqual(expected);
  });

  it('never matches a weak tag of ours', () => {
    expect(plan({ range: 'bytes=0-1', 'if-range': 'W/"a"' }, { etag: 'W/"a"' })).toEqual(WHOLE);
  });
  it('says nothing without a Range', () => expect(plan({ 'if-range': '"x"' })).toEqual(WHOLE));
  it('makes an unsatisfiable range of another file the whole one', () => {
    expect(plan({ range: 'bytes=500-', 'if-range': '"x"' })).toEqual(WHOLE);
    expect(plan({ range: 'bytes=500-', 'if-range': ETAG })).toEqual(UNSATISFIABLE);
  });
});

describe('planAnswer() in the order of RFC 9110 13.2.2', () => {
  it.each<[string, Fields, Plan]>([
    ['If-Match replaces If-Unmodified-Since', { 'if-match': ETAG, 'if-unmodified-since': EARLIER }, WHOLE],
    ['If-Match goes before If-None-Match', { 'if-match': '"x"', 'if-none-match': ETAG }, FAILED],
    ['If-Unmodified-Since goes before If-None-Match', { 'if-unmodified-since': EARLIER, 'if-none-match': '*' }, FAILED],
    ['If-None-Match still counts after If-Match', { 'if-match': ETAG, 'if-none-match': ETAG }, UNCHANGED],
    ['If-None-Match replaces If-Modified-Since', { 'if-none-match': '"x"', 'if-modified-since': LATER }, WHOLE],
    ['If-None-Match goes before Range', { 'if-none-match': ETAG, range: 'bytes=0-1' }, UNCHANGED],
    ['If-Match goes before an unsatisfiable Range', { 'if-match': '"x"', range: 'bytes=500-' }, FAILED],
    [
      'conditions that hold leave the Range',
      { 'if-match': ETAG, 'if-none-match': '"x"', range: 'bytes=0-1' },
      part(0, 2),
    ],
  ])('%s', (_, fields, expected) => expect(plan(fields)).toEqual(expected));
});

describe('planAnswer() of anything at all', () => {
  const FIELDS = ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
  const near = fc.stringMatching(/^(bytes=|W\/|"|Sun, |06 Nov 1994 |GMT|\d|-|,|\*| |\t){0,12}$/);
  const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), near);
  const anyFields = fc.dictionary(fc.constantFrom(...FIELDS), anyText, { noNullPrototype: true });

  it('never throws, and a part always lies inside the file', () => {
    fc.assert(
      fc.property(anyFields, fc.constantFrom('GET', 'HEAD'), fc.nat(), (fields, method, size) => {
        const answer = plan(fields, { method, size });
        if (answer.status !== 206) return;
        expect(answer.length).toBeGreaterThan(0);
        expect(answer.offset).toBeGreaterThanOrEqual(0);
        expect(answer.offset + answer.length).toBeLessThanOrEqual(size);
      }),
      { numRuns: 2_000 },
    );
  });

  const file = fc.uint8Array({ minLength: 1, maxLength: 300 });
  const number = fc.nat({ max: 400 });
  const bytesOf = (bytes: Uint8Array, range: string) => {
    const answer = plan({ range }, { size: bytes.length });
    if (answer.status === 200) return bytes;
    return answer.status === 206 ? bytes.slice(answer.offset, answer.offset + answer.length) : answer.status;
  };

  it('gives the bytes that slicing gives (a-b)', () => {
    fc.assert(
      fc.property(file, number, number, (bytes, first, more) => {
        const expected = first < bytes.length ? bytes.slice(first, first + more + 1) : 416;
        expect(bytesOf(bytes, `bytes=${first}-${first + more}`)).toEqual(expected);
      }),
    );
  });
  it('gives the bytes that slicing gives (a-)', () => {
    fc.assert(
      fc.property(file, number, (bytes, first) => {
        expect(bytesOf(bytes, `bytes=${first}-`)).toEqual(first < bytes.length ? bytes.slice(first) : 416);
      }),
    );
  });
  it('gives the bytes that slicing gives (-n)', () => {
    fc.assert(
      fc.property(file, number, (bytes, last) => {
        expect(bytesOf(bytes, `bytes=-${last}`)).toEqual(last > 0 ? bytes.slice(-last) : 416);
      }),
    );
  });
  it('takes the whole file where the first byte comes after the last', () => {
    fc.assert(
      fc.property(file, fc.bigInt({ min: 0n }), fc.bigInt({ min: 1n }), (bytes, last, more) => {
        expect(bytesOf(bytes, `bytes=${last + more}-${last}`)).toEqual(bytes);
      }),
    );
  });
});
