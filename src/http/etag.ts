// Pure: a task's ETag: it changes with every field but those that each look at the vendor moves (CONTRACT 6).
import { sha256Hex } from '../slug.ts';
import type { Task } from '../model/task.ts';

export function etagOf(task: Task): string {
  const { polls: _polls, last_polled_at: _last, next_poll_at: _next, last_error: _error, ...tracking } = task.tracking;
  return `"${sha256Hex(JSON.stringify({ ...task, tracking })).slice(0, 32)}"`;
}

/** RFC 9110 13.1.2: weak comparison over a list, or `*`. A header that is none matches nothing. */
export function noneMatches(header: string, etag: string): boolean {
  if (header.trim() === '*') return false;
  return ![...header.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, tag]) => tag === etag);
}
