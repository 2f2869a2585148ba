// Pure: why a task failed, by the best of the places where vendors say so (UPSTREAM 3).
import type { ClipReading, TaskStatus } from '../model/task.ts';
import { first, firstOf, type Sorted } from './fields.ts';
import { readLyricsFailure } from './lyrics.ts';
import { readText, readUrl } from './values.ts';
import type { Finding } from './search.ts';

/** Code units. */
const LONGEST_FAILURE = 2_000;

export function readFailure(
  parts: readonly Finding[],
  witnesses: readonly Sorted[],
  clips: readonly ClipReading[],
  items: readonly Sorted[],
  status: TaskStatus,
): string | null {
  const own = readOwnFailure(witnesses) ?? readOwnFailure(parts.flatMap((part) => part.asides));
  if (own !== null) return own;
  const failed = clips.find((clip) => clip.status === 'failed' && clip.failure !== null);
  const isPartial = failed !== undefined && clips.some((clip) => clip.status === 'complete');
  if (failed !== undefined && (status === 'failed' || isPartial)) return failed.failure;
  const words = clips.length === 0 ? readLyricsFailure(items) : null;
  if (words !== null || status !== 'failed') return words;
  // new-api falls back to the failure's text where a result's URL would stand (UPSTREAM 3).
  const result = readText(firstOf(witnesses, 'result_url'), LONGEST_FAILURE);
  return result !== null && readUrl(result) === null ? result : null;
}

function readOwnFailure(states: readonly Sorted[]): string | null {
  for (const state of states) {
    const error = first(state, 'error');
    const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
    for (const value of [first(state, 'fail_reason'), first(state, 'error_message'), message]) {
      const text = readText(value, LONGEST_FAILURE);
      if (text !== null) return text;
    }
  }
  return null;
}
