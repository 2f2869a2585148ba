import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexedText, matchOf } from '../../../src/ledger/store/full-text.ts';

describe('matchOf()', () => {
  it.each([
    ['blue', '"blue"'],
    ['Blue  harbour', '"Blue" "harbour"'],
    ['夜の海', '"夜 の 海"'],
    ['夜の 海', '"夜 の" "海"'],
    ['夜blue', '"夜 blue"'],
    ['바다', '"바 다"'],
    ["don't", `"don't"`],
    ['ＢＬＵＥ', '"BLUE"'],
    ['NOT OR* (near) col:umn -x ^y', '"NOT" "OR*" "(near)" "col:umn" "-x" "^y"'],
    ['say "hi"', '"say" "hi"'],
  ])('asks for %s as %s', (question, match) => {
    expect(matchOf(question)).toBe(match);
  });

  it.each(['', '   ', '""', '!!!', '* - ('])('finds no word in %j', (question) => {
    expect(matchOf(question)).toBeNull();
  });

  it('never opens a quote that it does not close', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (question) => {
        expect(matchOf(question) ?? '').toMatch(/^(?:"[^"]+"(?: |$))*$/);
      }),
    );
  });
});

describe('indexedText()', () => {
  it('parts signs, and keeps title and tags apart', () => {
    expect(indexedText(['夜の海', 'lo-fi'])).toBe(' 夜  の  海  \uE000 lo-fi');
    expect(indexedText([null, 'a\uE000b'])).toBe(' \uE000 a b');
  });
});
