// Pure: Retry-After of vendors and receivers → milliseconds from now.

/** RFC 9110 section 10.2.3: seconds, or an HTTP-date in its preferred form. Date.parse alone would take any words. */
const SECONDS = /^\s*(\d{1,9})\s*$/;
const HTTP_DATE = /^\s*[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\s*$/;

export function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = SECONDS.exec(value)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const wait = HTTP_DATE.test(value) ? Date.parse(value) - now : Number.NaN;
  return wait >= 0 ? wait : null;
}
