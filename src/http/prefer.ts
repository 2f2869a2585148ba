// Pure: `Prefer: wait=N` (RFC 7240 4.3): how long a caller would wait for news.

const WAIT_MAX_SECONDS = 60;

/** `respond-async, wait=90; x` → 60. Null: none, malformed or 0. Of several the first counts (RFC 7240 2). */
export function preferredWait(header: string | null): number | null {
  for (const preference of (header ?? '').split(',')) {
    const [, value] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (value === undefined) continue;
    const seconds = Math.min(Number(value), WAIT_MAX_SECONDS);
    return seconds > 0 ? seconds : null;
  }
  return null;
}
