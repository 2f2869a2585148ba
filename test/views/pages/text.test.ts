// Vendors' texts as pages show them.
import { describe, expect, it } from 'vitest';
import { clockOf, excerptOf, isoDurationOf, lineOf, stanzasOf, tagsOf } from '../../../src/views/pages/text.ts';

describe('lineOf()', () => {
  it.each([
    [' a\n b\tc ', 'a b c'],
    ['a\u0000b\u001b[31mc\u009f', 'a b [31mc'],
    ['a\ufffeb\u{1ffff}', 'a b'],
    ['\ud800a', '\ufffda'],
    ['\u202eevil\u202c \u2066x\u2069', 'evil x'],
    ['שלום 🌊', 'שלום 🌊'],
    ['\u200fשלום', '\u200fשלום'],
    ['', ''],
  ])('%j → %j', (text, line) => expect(lineOf(text)).toBe(line));

  it('shortens by code points, never within one', () => {
    expect(lineOf('🌊'.repeat(10), 10)).toBe('🌊'.repeat(10));
    expect(lineOf('🌊'.repeat(11), 10)).toBe(`${'🌊'.repeat(9)}…`);
    expect(lineOf('word '.repeat(200_000), 12)).toBe('word word w…');
    expect([...lineOf('x'.repeat(1_000_000))]).toHaveLength(300);
  });
});

describe('stanzasOf()', () => {
  it('parts at empty lines and at marks, and keeps lines as they are', () => {
    expect(stanzasOf('[Verse]\r\nOne\nTwo\n\n\nThree\n[Chorus]\n\nFour\n[Outro]')).toEqual([
      { mark: '[Verse]', lines: ['One', 'Two'] },
      { mark: null, lines: ['Three'] },
      { mark: '[Chorus]', lines: ['Four'] },
      { mark: '[Outro]', lines: [] },
    ]);
  });

  it.each(['a [b] c', '[a] b', '[]', '[[a]]'])('%j is a line, no mark', (line) => {
    expect(stanzasOf(line)).toEqual([{ mark: null, lines: [line] }]);
  });

  it('drops what no page can hold, and breaks where a line ends in any system', () => {
    expect(stanzasOf('a\u0000\u0007\u2028b\u2029c\rd')).toEqual([{ mark: null, lines: ['a', 'b', 'c', 'd'] }]);
    expect(stanzasOf(' \n\t\n')).toEqual([]);
  });
});

it('excerptOf() leaves marks out', () => {
  expect(excerptOf('[Verse]\nOne\nTwo\n\n[Chorus]\nThree', 100)).toBe('One / Two / Three');
  expect(excerptOf('One\nTwo\nThree', 8)).toBe('One / T…');
});

it('tagsOf() names each style once', () => {
  expect(tagsOf('folk,  quiet ,, folk; slow\nwarm')).toEqual(['folk', 'quiet', 'slow', 'warm']);
  expect(tagsOf(' ')).toEqual([]);
});

it.each([
  [0, '0:00', 'PT0S'],
  [59.6, '1:00', 'PT1M0S'],
  [75.4, '1:15', 'PT1M15S'],
  [3_725, '1:02:05', 'PT1H2M5S'],
])('%d seconds are %s and %s', (seconds, clock, iso) => {
  expect([clockOf(seconds), isoDurationOf(seconds)]).toEqual([clock, iso]);
});
