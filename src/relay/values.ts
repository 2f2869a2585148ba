// Pure: tolerant readers of single values. Each takes anything and gives what it means, or null.
import { digitsOf, parseJson } from '../lib/json.ts';

/** `"a"` → `"a"`, `12` → `"12"`, a kept number → its digits; cut to `limit` code units, never through a surrogate pair. */
export function readText(value: unknown, limit: number): string | null {
  if (typeof value === 'string') {
    if (value === '') return null;
    return value.length <= limit ? value.toWellFormed() : cut(value, limit).toWellFormed();
  }
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null) return digitsOf(value);
  return null;
}

export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/** `["slow waltz", "accordion"]` → `"slow waltz, accordion"`. */
export function readWords(value: unknown, limit: number): string | null {
  if (!Array.isArray(value)) return readText(value, limit);
  const words: string[] = [];
  let length = 0;
  for (const item of value) {
    const word = readText(item, limit);
    if (word === null) continue;
    words.push(word);
    length += word.length + 2;
    if (length > limit) break;
  }
  return words.length === 0 ? null : cut(words.join(', '), limit).toWellFormed();
}

const DECIMAL = /^\s*([+-]?\d+(?:\.\d+)?)\s*%?\s*$/;

/** `30`, `"30"`, `"30%"`, `"119.5"`. */
export function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'object' && value !== null) return readNumber(Number(digitsOf(value) ?? Number.NaN));
  if (typeof value !== 'string' || value.length > 40) return null;
  const match = DECIMAL.exec(value);
  return match === null ? null : Number(match[1]);
}

const LONGEST_URL = 2048;

/** A host of plain letters, which no URL parser refuses; the rest of a URL cannot make it invalid. */
const PLAIN_HOST = /^https?:\/\/(?:[a-z0-9][a-z0-9-]*\.){1,8}[a-z]{2,}[/?#]/;
const WEB_SCHEME = /^https?:\/\//i;

/** An absolute http or https URL as the vendor wrote it. Anything else, `"None"` and plain words too, is no URL. */
export function readUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST_URL) return null;
  // Most URLs are plain: a batch has hundreds, and canParse alone would cost more than the rest of a clip.
  if (PLAIN_HOST.test(value) && !value.includes('xn--')) return value.toWellFormed();
  const url = value.trim();
  return WEB_SCHEME.test(url) && URL.canParse(url) ? url.toWellFormed() : null;
}

const [BRACE, BRACKET, QUOTE, BACKSLASH, SPACE] = [0x7b, 0x5b, 0x22, 0x5c, 0x20];

/** Whether a text may be JSON of an object or a list, or of a text that is such JSON, by its first characters. */
export function looksLikeJson(text: string): boolean {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) <= SPACE) at++;
  const code = text.charCodeAt(at);
  const start = code === QUOTE ? text.charCodeAt(at + 1) : code;
  return start === BRACE || start === BRACKET || (code === QUOTE && start === BACKSLASH);
}

/** The value of a JSON text, `undefined` for every other text (lyrics begin with `[Verse]` too). */
export function readJsonText(text: string): unknown {
  if (!looksLikeJson(text)) return undefined;
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : undefined;
}
