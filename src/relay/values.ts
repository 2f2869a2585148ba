// Pure: tolerant readers of single values. Each takes anything and gives what it means, or null.
import { digitsOf, isPlain, parseJson } from '../lib/json.ts';
import { first, readFields } from './fields.ts';

const [BRACE, BRACKET, QUOTE, BACKSLASH, SPACE] = [0x7b, 0x5b, 0x22, 0x5c, 0x20];

/** `"a"` → `"a"`, `12` → `"12"`, a kept number → its digits; cut to `limit` code units, never through a surrogate pair. A blank text is none. */
export function readText(value: unknown, limit: number): string | null {
  if (typeof value === 'string') {
    if (value === '' || (value.charCodeAt(0) <= SPACE && value.trim() === '')) return null;
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

/** Why something failed: `"why"`, `{"message": "why"}`, `["why"]`. */
export function readReason(value: unknown, limit: number): string | null {
  const reason: unknown = Array.isArray(value) ? value[0] : value;
  if (isPlain(reason)) return readText(first(readFields(reason), 'message'), limit);
  return reason === 0 ? null : readText(reason, limit);
}

/** `In Progress`, `in-progress` and `InProgress` → `in_progress`. */
export function snakeCase(text: string): string {
  const parted = text.trim().replace(/([a-z\d])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3_$2$4');
  return parted.replace(/[\s-]+/g, '_').toLowerCase();
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
const PLAIN_HOST = /^https?:\/\/(?:(?!xn--)[a-z0-9][a-z0-9-]*\.){1,8}(?!xn--)[a-z]{2,}[/?#]/;
const WEB_SCHEME = /^https?:\/\//i;

/** What people and Markdown put around a URL. */
const WRAPPING = /^[\s`'"<]+|[\s`'">]+$/g;

/** An absolute http or https URL, without what is wrapped around it. Anything else, `"None"` and plain words too, is no URL. */
export function readUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST_URL) return null;
  // Most URLs are plain: a batch has hundreds, and canParse alone would cost more than the rest of a clip.
  if (PLAIN_HOST.test(value) && isWordCode(value.charCodeAt(value.length - 1))) return value.toWellFormed();
  const url = value.replace(WRAPPING, '');
  return WEB_SCHEME.test(url) && URL.canParse(url) ? url.toWellFormed() : null;
}

/** A letter or a digit: no wrapping. */
const isWordCode = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);

/** The extension of a URL's path in lower case: `mp3`, or empty. */
export function extensionOf(url: string): string {
  return /^https?:\/\/[^/]*\/.*\.([a-z0-9]{1,5})$/i.exec(pathOf(url))?.[1]?.toLowerCase() ?? '';
}

/** A URL without query and fragment. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  const fragment = path.indexOf('#');
  return fragment === -1 ? path : path.slice(0, fragment);
}

/** Whether a text may be JSON of an object or a list, or of a text that is such JSON, by its first characters. */
function looksLikeJson(text: string): boolean {
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

/** Above this a number counts milliseconds, below it seconds. */
const FIRST_MILLISECOND = 1e12;
/** 9999-12-31T23:59:59.999Z, the last moment that RFC 3339 can write. */
const LAST_MOMENT = 253_402_300_799_999;
/** RFC 3339 section 5.6, which also allows a lower-case `t` and `z` and a space. The fraction may have nanoseconds; without a zone it is UTC. */
const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-]\d\d:?\d\d))?$/;
const SHORTEST = '2026-01-01 00:00:00'.length;
const LONGEST = 60;

/** `1739244000`, `1739244000000`, `"2025-02-11T11:20:00.5+08:00"`; 0, nonsense and years before 1970 → null. */
export function readTime(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value.length < SHORTEST) return fromNumber(readNumber(value));
  if (isCanonical(value)) return value;
  const match = value.length > LONGEST ? null : RFC_3339.exec(value);
  if (match === null) return null;
  const [, day, time, fraction = '', offset] = match;
  const local = `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  if (!isCanonical(local)) return null;
  if (offset === undefined) return local;
  const sign = offset.startsWith('-') ? -1 : 1;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return fromMilliseconds(Date.parse(local) - sign * minutes * 60_000);
}

function fromNumber(value: number | null): string | null {
  if (value === null) return null;
  return fromMilliseconds(Math.trunc(value > FIRST_MILLISECOND ? value : value * 1000));
}

const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** The same text as Date's toISOString, at a third of its cost. */
function fromMilliseconds(moment: number): string | null {
  if (!(moment > 0 && moment <= LAST_MOMENT)) return null;
  const date = new Date(moment);
  const milliseconds = date.getUTCMilliseconds();
  const day = `${date.getUTCFullYear()}-${TWO_DIGITS[date.getUTCMonth() + 1]}-${TWO_DIGITS[date.getUTCDate()]}`;
  const time = `${TWO_DIGITS[date.getUTCHours()]}:${TWO_DIGITS[date.getUTCMinutes()]}:${TWO_DIGITS[date.getUTCSeconds()]}`;
  return `${day}T${time}.${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`;
}

const FORM = '0000-00-00T00:00:00.000Z';
const ZERO = 0x30;
const NINE = 0x39;
const DAYS_IN_MONTH = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Already as we write it. Date.parse would roll the 30th of February over to March. */
function isCanonical(text: string): boolean {
  if (text.length !== FORM.length) return false;
  for (let at = 0; at < FORM.length; at++) {
    const wanted = FORM.charCodeAt(at);
    const code = text.charCodeAt(at);
    if (wanted === ZERO ? code < ZERO || code > NINE : code !== wanted) return false;
  }
  const year = numberAt(text, 0) * 100 + numberAt(text, 2);
  const month = numberAt(text, 5);
  const day = numberAt(text, 8);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > (DAYS_IN_MONTH[month] ?? 0)) return false;
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return false;
  return numberAt(text, 11) < 24 && numberAt(text, 14) < 60 && numberAt(text, 17) < 60;
}

function numberAt(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}
