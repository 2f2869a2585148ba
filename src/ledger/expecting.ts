// Edge: which objects of the media bucket are still on their way into a record. Used by the ledger alone.
import { isDone } from '../model/lifecycle.ts';
import type { Book } from './book.ts';
import type { MediaName } from './messages.ts';

/**
 * Its clip is with the mirror, its file is still to come (an earlier try may have put it), or its record is not written
 * yet. What was taken down is expected no more once nobody works on it.
 */
export function isExpected({ slug, role, key }: MediaName, { store, planning, settings }: Book, now: number): boolean {
  const clip = store.clips.get(slug);
  if (!clip) return false;
  const flight = planning.flights.get(slug);
  if (flight && flight.until > now) return true;
  const row = clip.taken_down_at === null ? store.task(clip.vendor, clip.task_id) : null;
  if (!row) return false;
  const file = clip.files[role];
  if (file?.state === 'archived') return file.key === key && row.version !== row.saved_version;
  return file?.state !== 'unavailable' && !isDone(row, store.clips.all(row.state.slugs), settings);
}
