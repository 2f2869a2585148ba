// Pure: what an object is, by the keys it has: a clip, a task, or a mere wrapper.
import { each, first, has, sortValues, type Concept, type Sorted } from './keys.ts';
import { readUrl } from './pick.ts';

/** Keys that tasks have and clips do not. */
const OF_TASKS = ['submitted', 'started', 'finished', 'fail_reason', 'action', 'progress', 'notify_hook'] as const satisfies readonly Concept[];
/** Keys that clips have before they have any URL; one alone may be an echo of the request. */
const OF_CLIPS = ['cover', 'video', 'duration', 'description', 'artist', 'model_version', 'video_pending'] as const satisfies readonly Concept[];
const OF_CLIP_METADATA = ['tags', 'prompt', 'duration', 'description', 'error_type', 'error_message'] as const satisfies readonly Concept[];

export function isTask(sorted: Sorted): boolean {
  if (first(sorted, 'task_id') !== undefined) return true;
  const signs = count(sorted, OF_TASKS);
  return signs > 1 || (signs === 1 && first(sorted, 'status') !== undefined);
}

/** A clip that is its whole task at once. */
export function isFlatTask(sorted: Sorted): boolean {
  return count(sorted, OF_TASKS) > 1;
}

/** `among`: it stands where clips stand, so less evidence will do. */
export function isClip(sorted: Sorted, among: boolean): boolean {
  if (hasUrl(sorted, 'audio') || hasUrl(sorted, 'stream')) return true;
  if (first(sorted, 'text') !== undefined) return false;
  if (count(sorted, OF_TASKS) > 1) return false;
  if (first(sorted, 'clip_id') !== undefined) return true;
  const known = first(sorted, 'id') !== undefined || first(sorted, 'status') !== undefined;
  if (!known) return hasPlace(sorted) && first(sorted, 'title') !== undefined;
  if (hasPlace(sorted)) return true;
  if (count(sorted, OF_CLIPS) + (hasClipMetadata(sorted) ? 1 : 0) > 1) return true;
  if (hasClipMetadata(sorted) && first(sorted, 'error_message') === undefined && !isTask(sorted)) return true;
  return among && !isTask(sorted) && !has(sorted, 'text') && sorted.inside.every(({ key }) => key === 'metadata' || key === 'tags');
}

/** Whether a value is an object such as `audio: {url}`, which is part of its clip. */
export function hasSongUrl(value: object): boolean {
  return !Array.isArray(value) && readUrl((value as { url?: unknown }).url) !== null;
}

function hasUrl(sorted: Sorted, concept: 'audio' | 'stream'): boolean {
  for (const value of each(sorted, concept)) {
    if (typeof value === 'string' ? readUrl(value) !== null : typeof value === 'object' && value !== null && hasSongUrl(value)) return true;
  }
  return false;
}

/** An empty place for a URL: the clip is queued. A list in that place is no URL of one clip. */
function hasPlace(sorted: Sorted): boolean {
  return [...each(sorted, 'audio'), ...each(sorted, 'stream')].some((value) => value === null || typeof value === 'string');
}

function hasClipMetadata(sorted: Sorted): boolean {
  const metadata = first(sorted, 'metadata');
  return typeof metadata === 'object' && metadata !== null && count(sortValues(metadata), OF_CLIP_METADATA) > 0;
}

function count(sorted: Sorted, concepts: readonly Concept[]): number {
  let found = 0;
  for (const concept of concepts) if (has(sorted, concept)) found++;
  return found;
}
