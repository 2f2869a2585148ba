// Pure: what an object is, by the keys it has: a clip, a task, or a mere wrapper.
import { clipSigns, find, first, has, sortValues, taskSigns, type Concept, type Sorted } from './fields.ts';
import { readUrl } from './values.ts';

const OF_CLIP_METADATA = [
  'tags',
  'prompt',
  'duration',
  'description',
  'error_type',
  'error_message',
] as const satisfies readonly Concept[];

export function isTask(sorted: Sorted): boolean {
  if (first(sorted, 'task_id') !== undefined) return true;
  const signs = taskSigns(sorted);
  return signs > 1 || (signs === 1 && first(sorted, 'status') !== undefined);
}

/** A clip that is its whole task at once. */
export function isFlatTask(sorted: Sorted): boolean {
  return taskSigns(sorted) > 1;
}

/** `among`: it stands where clips stand, so less evidence will do. */
export function isClip(sorted: Sorted, among: boolean): boolean {
  if (hasUrl(sorted, 'audio') || hasUrl(sorted, 'stream')) return true;
  if (first(sorted, 'text') !== undefined) return false;
  if (taskSigns(sorted) > 1) return false;
  if (first(sorted, 'clip_id') !== undefined) return true;
  const known = first(sorted, 'id') !== undefined || first(sorted, 'status') !== undefined;
  if (!known) return hasPlace(sorted) && first(sorted, 'title') !== undefined;
  if (hasPlace(sorted)) return true;
  if (clipSigns(sorted) + (hasClipMetadata(sorted) ? 1 : 0) > 1) return true;
  if (hasClipMetadata(sorted) && first(sorted, 'error_message') === undefined && !isTask(sorted)) return true;
  return (
    among &&
    !isTask(sorted) &&
    !has(sorted, 'text') &&
    sorted.inside.every(({ key }) => key === 'metadata' || key === 'tags')
  );
}

/** Whether a value is an object such as `audio: {url}`, which is part of its clip. */
export function hasSongUrl(value: object): boolean {
  return !Array.isArray(value) && readUrl((value as { url?: unknown }).url) !== null;
}

function isSongUrl(value: unknown): true | null {
  if (typeof value === 'object' && value !== null) return hasSongUrl(value) || null;
  return readUrl(value) === null ? null : true;
}

const hasUrl = (sorted: Sorted, concept: 'audio' | 'stream'): boolean => find(sorted, concept, isSongUrl) !== null;

/** An empty place for a URL: the clip is queued. A list in that place is no URL of one clip. */
function hasPlace(sorted: Sorted): boolean {
  return (
    (has(sorted, 'audio') && !holdsMore(sorted, 'audio')) || (has(sorted, 'stream') && !holdsMore(sorted, 'stream'))
  );
}

const holdsMore = (sorted: Sorted, concept: Concept): boolean => typeof (first(sorted, concept) ?? '') !== 'string';

function hasClipMetadata(sorted: Sorted): boolean {
  const metadata = first(sorted, 'metadata');
  if (typeof metadata !== 'object' || metadata === null) return false;
  const inner = sortValues(metadata);
  return OF_CLIP_METADATA.some((concept) => has(inner, concept));
}
