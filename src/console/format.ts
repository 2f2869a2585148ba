// Pure: numbers, sizes, lengths and times as people read them, in the language of the table that is in use.
import type { Labels, Span } from './english.ts';

const SIZES = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];
/** Longest first: the largest that fits counts. */
const SPANS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const satisfies readonly (readonly [number, Span])[];

/** 12345 → `12,345` */
export const numberText = (number: number): string => number.toLocaleString('en');

/** 3145728 → `3.15 MB` */
export function bytesText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), SIZES.length - 1);
  return `${(bytes / 1000 ** power).toLocaleString('en', { maximumSignificantDigits: 3 })} ${SIZES[power]}`;
}

/** 121.5 → `2:02` */
export function lengthText(seconds: number): string {
  const all = Math.round(seconds);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
}

function spanOf(ms: number): [count: number, span: Span] {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [size, span] = SPANS.find(([least]) => seconds >= least) ?? [1, 'second'];
  return [Math.floor(seconds / size), span];
}

/** `3 minutes ago`, `in 10 seconds`; '' where there is no time (RFC 3339). */
export function agoText(time: string | null, now: number, { times }: Labels): string {
  if (time === null) return '';
  const ms = now - Date.parse(time);
  if (Math.abs(ms) < 1_500) return times.now;
  const span = times.span(...spanOf(Math.abs(ms)));
  return ms > 0 ? times.ago(span) : times.in(span);
}

/** The same where there is little room: `3 min ago`. */
export const agoBrief = (time: string | null, now: number, { times }: Labels): string =>
  time === null ? '' : times.brief(...spanOf(now - Date.parse(time)));

/** In the reader's own zone. */
export const momentText = (time: string, { tag }: Labels): string =>
  new Date(time).toLocaleString(tag, { dateStyle: 'medium', timeStyle: 'short' });

/** As a shell takes it: the token is named, and not written. */
export const curlOf = (origin: string, path: string): string =>
  `curl -H "Authorization: Bearer $LONGPLAY_TOKEN" '${origin}${path.replaceAll("'", '%27')}'`;
