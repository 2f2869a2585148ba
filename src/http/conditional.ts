// Pure: range and conditions of a request → a plan: 200, 206, 304, 412 or 416 (RFC 9110, 13 and 14).
import { sha256Hex } from '../lib/hash.ts';
import type { Task } from '../model/task.ts';

/** In the bucket's words, so that one read can serve it: `bytes=2-5` is {offset: 2, length: 4}, `2-` {offset: 2}, `-3` {suffix: 3}. */
export type WantedRange = { offset: number; length?: number } | { suffix: number };

export type Plan =
  | { status: 200 }
  | { status: 206; offset: number; length: number }
  | { status: 304 }
  | { status: 412 }
  | { status: 416 };

/** As much of a Request as a plan needs. */
export interface ConditionalRequest {
  method: string;
  headers: Pick<Headers, 'get'>;
}

export interface Facts extends ConditionalRequest {
  size: number;
  /** Quoted and strong. */
  etag: string;
  /** Null: nobody could say; conditions on a date are ignored then (13.1.3, 13.1.4). */
  lastModified: Date | null;
  /** What wantedRange() said of the same request. */
  range: WantedRange | null;
}

/** Units are case-insensitive (14.1); a list may have empty elements and blanks around its commas (5.6.1). */
const ONE_RANGE = /^bytes=[ \t,]*(\d*)-(\d*)[ \t,]*$/i;

/** The single range to read, or null for the whole file: several ranges, other units and malformed ones are ignored (14.2). */
export function wantedRange({ method, headers }: ConditionalRequest): WantedRange | null {
  // GET is the only method that knows ranges (14.2).
  if (method !== 'GET') return null;
  const [, first = '', last = ''] = ONE_RANGE.exec(headers.get('range') ?? '') ?? [];
  if (first === '') return last === '' ? null : { suffix: bounded(BigInt(last)) };
  if (last === '') return { offset: bounded(BigInt(first)) };
  const length = BigInt(last) - BigInt(first) + 1n;
  return length > 0n ? { offset: bounded(BigInt(first)), length: bounded(length) } : null;
}

/** No file reaches 2^53 bytes, so beyond it a number needs no exact value. */
const bounded = (value: bigint): number => Number(value < Number.MAX_SAFE_INTEGER ? value : Number.MAX_SAFE_INTEGER);

const ONE_TAG = /^(?:W\/)?"([\x21\x23-\x7e]+)"$/;

/** The tag, without its quotes, of the one file that the caller has; null: none, or several may be. */
export const heldTag = (headers: ConditionalRequest['headers']): string | null =>
  ONE_TAG.exec(headers.get('if-none-match') ?? '')?.[1] ?? null;

/** The conditions in the order of 13.2.2, then the range. */
export function planAnswer(facts: Facts): Plan {
  const { method, headers } = facts;
  if (!mayProceed(facts)) return { status: 412 };
  if ((method === 'GET' || method === 'HEAD') && isUnchanged(facts)) return { status: 304 };
  const { range, size } = facts;
  return range !== null && sameFile(headers.get('if-range'), facts) ? cut(range, size) : { status: 200 };
}

/** If-Match, which compares strongly; only without it If-Unmodified-Since (13.1.1, 13.1.4). */
function mayProceed({ headers, etag, lastModified }: Facts): boolean {
  const tags = headers.get('if-match');
  if (tags !== null) return isAny(tags) || listedTags(tags).some((tag) => tag === etag && !isWeak(tag));
  const date = httpDate(headers.get('if-unmodified-since'), lastModified);
  return lastModified === null || date === null || inSeconds(lastModified) <= date;
}

/** If-None-Match, which compares weakly; only without it If-Modified-Since (13.1.2, 13.1.3). */
function isUnchanged({ headers, etag, lastModified }: Facts): boolean {
  const tags = headers.get('if-none-match');
  if (tags !== null) return !noneMatches(tags, etag);
  const date = httpDate(headers.get('if-modified-since'), lastModified);
  return lastModified !== null && date !== null && inSeconds(lastModified) <= date;
}

/** A list of tags, compared weakly, or `*` (13.1.2). A header that is neither matches nothing. */
export const noneMatches = (header: string, etag: string): boolean =>
  !isAny(header) && !listedTags(header).some((tag) => opaque(tag) === opaque(etag));

/** If-Range (13.1.5): this very tag, strongly compared, or this very second. Whatever else it says means another file. */
function sameFile(condition: string | null, { etag, lastModified }: Facts): boolean {
  if (condition === null) return true;
  if (condition === etag) return !isWeak(etag);
  return lastModified !== null && httpDate(condition, lastModified) === inSeconds(lastModified);
}

function cut(range: WantedRange, size: number): Plan {
  if ('suffix' in range) {
    if (range.suffix === 0) return { status: 416 };
    // Of an empty file a suffix is satisfiable (14.1.2), but no Content-Range can say so.
    if (size === 0) return { status: 200 };
    const length = Math.min(range.suffix, size);
    return { status: 206, offset: size - length, length };
  }
  const { offset, length = Infinity } = range;
  return offset < size ? { status: 206, offset, length: Math.min(length, size - offset) } : { status: 416 };
}

/** An entity-tag between commas (8.8.3); it may hold a comma itself. */
const LISTED_TAG = /(?:^|,)[ \t]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)/g;

/** `"a", W/"b,c"` → both. What is no tag in a list names none, so a malformed If-Match fails and nothing is served by mistake. */
const listedTags = (list: string): string[] => Array.from(list.matchAll(LISTED_TAG), ([, tag = '']) => tag);

const isAny = (list: string): boolean => list.trim() === '*';
const isWeak = (tag: string): boolean => tag.startsWith('W/');
const opaque = (tag: string): string => (isWeak(tag) ? tag.slice(2) : tag);
/** Last-Modified is told in whole seconds, so only they can be compared. */
const inSeconds = (time: Date): number => Math.floor(time.getTime() / 1_000);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';
/** 5.6.7: the form to send, and two obsolete ones that a recipient still has to read. */
const DATE_FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT`,
  // Sunday, 06-Nov-94 08:49:37 GMT
  `(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT`,
  // Sun Nov  6 08:49:37 1994
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>\\d{2}| \\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/** Seconds since 1970, or null for what is no HTTP-date: such a condition is ignored (13.1.3, 13.1.4). */
function httpDate(text: string | null, lastModified: Date | null): number | null {
  if (text === null || lastModified === null) return null;
  const parts = DATE_FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return null;
  const { year = '', month = '', day, hour, minute, second } = parts;
  const fullYear = year.length === 2 ? nearestYear(Number(year), lastModified.getUTCFullYear()) : Number(year);
  const midnight = new Date(Date.UTC(fullYear, MONTHS.indexOf(month), Number(day)));
  // 31 February rolls over, and years before 100 are taken for 19xx.
  if (midnight.getUTCDate() !== Number(day) || midnight.getUTCFullYear() !== fullYear) return null;
  return inSeconds(midnight) + Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
}

/** 5.6.7: two digits mean at most 50 years ahead. Counted from the file's own date, which keeps the clock out of here. */
function nearestYear(twoDigits: number, reference: number): number {
  const year = reference - (reference % 100) + twoDigits;
  return year > reference + 50 ? year - 100 : year;
}

/** Strong: other bytes have another one. */
export const strongEtag = (content: string | Uint8Array): string => `"${sha256Hex(content).slice(0, 32)}"`;

export function etagOf(task: Task): string {
  const { polls: _polls, last_polled_at: _last, next_poll_at: _next, last_error: _error, ...tracking } = task.tracking;
  return strongEtag(JSON.stringify({ ...task, tracking }));
}
