import { describe, expect, it } from 'vitest';
import { digitsOf, parseJson } from '../../src/lib/json.ts';
import { readJsonText, readNumber, readText, readTime, readUrl, readWords } from '../../src/relay/values.ts';

const table = <T>(rows: readonly (readonly [unknown, T])[]): [string, unknown, T][] =>
  rows.map(([value, expected]) => [JSON.stringify(value)?.slice(0, 60) ?? 'undefined', value, expected]);

describe('readTime()', () => {
  it.each(
    table([
      [1739244000, '2025-02-11T03:20:00.000Z'],
      ['1739244000', '2025-02-11T03:20:00.000Z'],
      [1761200090123, '2025-10-23T06:14:50.123Z'],
      ['2025-02-11T03:20:11.512Z', '2025-02-11T03:20:11.512Z'],
      ['2025-02-11T03:20:11Z', '2025-02-11T03:20:11.000Z'],
      ['2025-02-11t03:20:11.5z', '2025-02-11T03:20:11.500Z'],
      ['2024-08-19T06:02:31.417302948Z', '2024-08-19T06:02:31.417Z'],
      ['2026-06-14T09:05:30.000+08:00', '2026-06-14T01:05:30.000Z'],
      ['2026-01-01T00:30:00-0130', '2026-01-01T02:00:00.000Z'],
      ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
      ['2025-02-29T00:00:00Z', null],
      ['2025-04-31T00:00:00Z', null],
      ['2025-13-01T00:00:00Z', null],
      ['0001-01-01T00:00:00Z', null],
      ['2025-02-11', null],
      ['yesterday at five o clock', null],
      [0, null],
      ['0', null],
      [-5, null],
      [Number.NaN, null],
      [1e300, null],
      ['', null],
      [null, null],
      [undefined, null],
      [{}, null],
    ]),
  )('%s', (_text, value, expected) => expect(readTime(value)).toBe(expected));
});

describe('readNumber()', () => {
  it.each(
    table([
      [30, 30],
      ['30%', 30],
      ['119.5', 119.5],
      [' 7 ', 7],
      ['', null],
      ['0x10', null],
      ['2:11', null],
      ['1e9', null],
      [Infinity, null],
      [null, null],
      [[3], null],
      [true, null],
    ]),
  )('%s', (_text, value, expected) => expect(readNumber(value)).toBe(expected));
});

describe('readUrl()', () => {
  it.each(
    table([
      ['https://a.example/b.mp3', 'https://a.example/b.mp3'],
      ['http://127.0.0.1:8080/b', 'http://127.0.0.1:8080/b'],
      [' https://a.example/b ', 'https://a.example/b'],
      ['HTTPS://A.example/b', 'HTTPS://A.example/b'],
      ['https://a.example/灯.mp3', 'https://a.example/灯.mp3'],
      [`https://a.example/${'x'.repeat(2030)}`, `https://a.example/${'x'.repeat(2030)}`],
      [`https://a.example/${'x'.repeat(2031)}`, null],
      ['//a.example/b', null],
      ['/b.mp3', null],
      ['ftp://a.example/b', null],
      ['data:audio/mp3;base64,AAAA', null],
      ['javascript:alert(1)', null],
      ['http://[', null],
      ['https://', null],
      ['None', null],
      [7, null],
    ]),
  )('%s', (_text, value, expected) => expect(readUrl(value)).toBe(expected));
});

describe('readText() and readWords()', () => {
  it('take numbers as text, and nothing as null', () => {
    expect([
      readText('a', 9),
      readText(12, 9),
      readText('', 9),
      readText(null, 9),
      readText({}, 9),
      readText(true, 9),
    ]).toEqual(['a', '12', null, null, null, null]);
  });
  it('cut long texts, but never through a surrogate pair', () => {
    expect(readText('abc', 2)).toBe('ab');
    expect(readText('a\u{1f600}b', 2)).toBe('a');
    expect(readText('\ud800', 5)).toBe('\ufffd');
  });
  it('join lists by commas and leave out what is no word', () => {
    expect(readWords(['slow waltz', null, '', {}, 3], 100)).toBe('slow waltz, 3');
    expect(readWords([], 100)).toBeNull();
  });
});

describe('parseJson()', () => {
  it('keeps long integers as they were written, and gives short ones as numbers', () => {
    const parsed = parseJson(
      '{"a":12345678901234567890,"b":[ -12345678901234567],"c":9007199254740991,"d":1.5,"e":"12345678901234567890"}',
    );
    const { a, b, c, d, e } = (parsed.ok ? parsed.value : {}) as {
      a: object;
      b: object[];
      c: unknown;
      d: unknown;
      e: unknown;
    };
    expect([digitsOf(a), digitsOf(b[0] ?? {}), c, d, e]).toEqual([
      '12345678901234567890',
      '-12345678901234567',
      9007199254740991,
      1.5,
      '12345678901234567890',
    ]);
    expect(JSON.stringify(parsed.ok && parsed.value)).toContain('"a":12345678901234567890,');
  });
  it('reads past a byte order mark and white space', () => {
    expect(parseJson('\ufeff\r\n {"a":1}\n')).toEqual({ ok: true, value: { a: 1 } });
  });
  it.each(['', ' ', '{', '{"a":"tr', '<html>', 'undefined'])('refuses %j', (text) =>
    expect(parseJson(text)).toEqual({ ok: false }),
  );
});

describe('readJsonText()', () => {
  it('reads objects, lists and JSON of JSON, nothing else', () => {
    expect(readJsonText(' {"a":1}')).toEqual({ a: 1 });
    expect(readJsonText('"[1]"')).toBe('[1]');
    for (const text of ['12', 'true', 'null', '', '"plain"', '[Verse]\nla']) expect(readJsonText(text)).toBeUndefined();
  });
});
