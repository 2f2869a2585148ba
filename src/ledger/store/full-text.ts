// Pure: titles, tags and questions → words for SQLite's full-text index (unicode61 folds case and accents).

/** Scripts without spaces between words: each sign is a word, and a run of them is found wherever it stands. */
const SIGN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々〆]/gu;
const WORD = /[\p{L}\p{N}]/u;
/** A private-use sign stands between title and tags, so that no run of words reaches from one into the other. */
const BORDER = ' \uE000 ';

const spaced = (text: string): string => text.normalize('NFKC').replace(SIGN, ' $& ');

/** `夜の海`, `Blue` → `夜 の 海` + border + `Blue`. */
export const indexedText = (texts: readonly (string | null)[]): string =>
  texts.map((text) => spaced(text ?? '').replaceAll('\uE000', ' ')).join(BORDER);

/**
 * A question in FTS5's language: all words have to be there, in any order; signs that stand side by side, and the parts
 * of `don't` or `lo-fi`, stay together: `blue 夜の` → `"blue" "夜 の"`. Null: no word in it.
 */
export function matchOf(question: string): string | null {
  const phrases = question
    .normalize('NFKC')
    .split(/[\s"\uE000]+/u)
    .filter((part) => WORD.test(part))
    .map((part) => `"${spaced(part).trim().replace(/\s+/gu, ' ')}"`);
  return phrases.length === 0 ? null : phrases.join(' ');
}
