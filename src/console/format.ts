// Pure: numbers, sizes, lengths and times as people read them, in the language of the table that is in use.
import { type Language, LANGUAGE_TAGS } from '../model/language.ts';
import type { Labels } from './english.ts';

const SIZES = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
/** Longest first: the largest that fits counts. */
const SPANS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** 12345 → `12,345` */
export const numberText = (number: number): string => number.toLocaleString('en');

/** 3145728 → `3.15 MB` */
export function bytesText(bytes: number): string {
  const power = Math.max(0, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toLocaleString('en', { maximumSignificantDigits: 3 })} ${SIZES[power]}`;
}

/** 121.5 → `2:02` */
export function lengthText(seconds: number): string {
  const all = Math.round(seconds);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
}

/** Made once: a list that is scrolled says many times. */
const inStyle = (style: 'long' | 'narrow'): Record<Language, Intl.RelativeTimeFormat> => ({
  en: new Intl.RelativeTimeFormat(LANGUAGE_TAGS.en, { style }),
  zh: new Intl.RelativeTimeFormat(LANGUAGE_TAGS.zh, { style }),
});
const [LONG, NARROW] = [inStyle('long'), inStyle('narrow')];

function relative(ms: number, format: Intl.RelativeTimeFormat): string {
  const seconds = Math.round(ms / 1000);
  const [size, unit] = SPANS.find(([least]) => Math.abs(seconds) >= least) ?? [1, 'second'];
  return format.format(Math.trunc(seconds / size), unit);
}

/** `3 minutes ago`, `in 10 seconds`; '' where there is no time (RFC 3339). */
export function agoText(time: string | null, clock: number, { language, now }: Labels): string {
  if (time === null) return '';
  const ms = Date.parse(time) - clock;
  return Math.abs(ms) < 1_500 ? now : relative(ms, LONG[language]);
}

/** The same where there is little room: `3m ago`. */
export const agoBrief = (time: string, clock: number, { language }: Labels): string =>
  relative(Math.min(-1, Date.parse(time) - clock), NARROW[language]);

/** In the reader's own zone. */
export const momentText = (time: string, { language }: Labels): string =>
  new Date(time).toLocaleString(LANGUAGE_TAGS[language], { dateStyle: 'medium', timeStyle: 'short' });

/** The time of a day on which it is soon. */
export const clockText = (moment: number, { language }: Labels): string =>
  new Date(moment).toLocaleTimeString(LANGUAGE_TAGS[language], { timeStyle: 'medium' });

/** As a shell takes it: the token is named, and not written. */
export const curlOf = (origin: string, path: string): string =>
  `curl -H "Authorization: Bearer $LONGPLAY_TOKEN" '${origin}${path.replaceAll("'", '%27')}'`;
