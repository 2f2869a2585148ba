// Pure: tolerant readers of single values. Each takes anything and gives what it means, or null.
import { digitsOf, parseJson } from './json.ts';

/** UPSTREAM 4: `""`, `null` and a missing value are equal. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

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

/** UPSTREAM 3: above this a number counts milliseconds, below it seconds. */
const FIRST_MILLISECOND = 1e12;
/** 9999-12-31T23:59:59.999Z, the last moment that RFC 3339 can write. */
const LAST_MOMENT = 253_402_300_799_999;
/** RFC 3339 section 5.6, which also allows a lower-case `t` and `z` and a space. The fraction may have nanoseconds. */
const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-]\d\d:?\d\d))$/;

/** Seconds, milliseconds or RFC 3339 → RFC 3339 in UTC; 0 and nonsense → null. */
export function readTime(value: unknown): string | null {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return fromNumber(readNumber(value));
  if (value.length < 19) return fromNumber(readNumber(value));
  const match = RFC_3339.exec(value);
  if (match === null) return fromNumber(readNumber(value));
  const [, day, time, fraction = '', offset] = match;
  const zone = offset === undefined ? 'Z' : offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  return fromMilliseconds(Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`));
}

function fromNumber(value: number | null): string | null {
  if (value === null) return null;
  return fromMilliseconds(value > FIRST_MILLISECOND ? value : value * 1000);
}

function fromMilliseconds(moment: number): string | null {
  return moment > 0 && moment <= LAST_MOMENT ? new Date(moment).toISOString() : null;
}

const LONGEST_URL = 2048;

/** An absolute http or https URL as the vendor wrote it. Anything else, `"None"` and plain words too, is no URL. */
export function readUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST_URL) return null;
  // The scheme is looked at first: canParse alone costs more than the rest of a clip.
  if (value.charCodeAt(4) !== 0x3a && value.charCodeAt(5) !== 0x3a) return readPaddedUrl(value);
  return isWebScheme(value) && URL.canParse(value) ? value.toWellFormed() : null;
}

function readPaddedUrl(value: string): string | null {
  const trimmed = value.trim();
  return trimmed.length < value.length && isWebScheme(trimmed) && URL.canParse(trimmed) ? trimmed : null;
}

const WEB_SCHEME = /^https?:\/\//i;
const isWebScheme = (text: string): boolean =>
  text.startsWith('https://') || WEB_SCHEME.test(text);

/** Whether a text may be JSON of an object or a list, by its first character that is not white space. */
export function looksLikeJson(text: string): boolean {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  const first = text.charCodeAt(at);
  return first === 0x7b || first === 0x5b;
}

/** The value of a JSON text, `undefined` for every other text (lyrics begin with `[Verse]` too). */
export function readJsonText(text: string): unknown {
  if (!looksLikeJson(text)) return undefined;
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : undefined;
}
