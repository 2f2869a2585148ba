// Pure: numbers, sizes, lengths and times as people read them.

const whole = new Intl.NumberFormat('en');
const decimal = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const SIZES = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];
/** Longest first: the largest that fits counts. @type {readonly [seconds: number, one: string, many: string, brief: string][]} */
const SPANS = [
  [86_400, 'day', 'days', 'd'],
  [3_600, 'hour', 'hours', 'h'],
  [60, 'minute', 'minutes', 'min'],
  [1, 'second', 'seconds', 's'],
];

/** @param {number} number 12345 → `12,345` */
export const numberText = (number) => whole.format(number);

/** @param {number} count @param {string} one @param {string} [many] 2, song → `2 songs` */
export const countText = (count, one, many = `${one}s`) => `${whole.format(count)} ${count === 1 ? one : many}`;

/** @param {number} bytes 3145728 → `3.15 MB` */
export function bytesText(bytes) {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), SIZES.length - 1);
  return `${decimal.format(bytes / 1000 ** power)} ${SIZES[power]}`;
}

/** @param {number} seconds 121.5 → `2:02` */
export function lengthText(seconds) {
  const all = Math.round(seconds);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
}

/** @param {number} ms 90000 → `1 minute` */
export function spanText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [size, one, many] = SPANS.find(([least]) => seconds >= least) ?? [1, 'second', 'seconds'];
  return countText(Math.floor(seconds / size), one, many);
}

/** @param {string | null} time RFC 3339. @param {number} now `3 minutes ago`, `in 10 seconds`; '' where there is no time. */
export function agoText(time, now) {
  if (time === null) return '';
  const ms = now - Date.parse(time);
  if (Math.abs(ms) < 1_500) return 'just now';
  return ms > 0 ? `${spanText(ms)} ago` : `in ${spanText(-ms)}`;
}

/** The same where there is little room: `3 min ago`. @param {string | null} time @param {number} now */
export function agoBrief(time, now) {
  if (time === null) return '';
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const [size, , , brief] = SPANS.find(([least]) => seconds >= least) ?? [1, '', '', 's'];
  return `${Math.floor(seconds / size)} ${brief} ago`;
}

/** @param {string} time RFC 3339, in the reader's own zone. */
export const momentText = (time) => moment.format(Date.parse(time));
