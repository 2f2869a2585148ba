// Pure: two readings of one task → one. Nothing that was seen is lost to an emptied, older or regressed answer.
import { SEQ_PER_MS, slugOf } from './id.ts';
import type { ClipState } from './state.ts';
import { CLIP_STATUSES, type ClipReading, type Reading, ROLES, TASK_STATUSES } from './task.ts';

const taskRank = (status: Reading['status']): number => TASK_STATUSES.indexOf(status);
const clipRank = (status: ClipReading['status']): number => CLIP_STATUSES.indexOf(status);

export const hasEnded = (reading: Reading): boolean => reading.status === 'succeeded' || reading.status === 'failed';

/** `next` was asked for later than `known`. The most advanced status counts; a later `succeeded` replaces `failed`. */
export function mergeReadings(known: Reading, next: Reading): Reading {
  const advanced = taskRank(next.status) >= taskRank(known.status);
  const [front, back] = advanced ? [next, known] : [known, next];
  return {
    kind: next.clips.length + known.clips.length > 0 ? 'music' : next.kind === 'unknown' ? known.kind : next.kind,
    status: front.status,
    vendor_status: front.vendor_status ?? back.vendor_status,
    progress: front.progress ?? back.progress,
    failure: front.status === 'succeeded' ? front.failure : (front.failure ?? back.failure),
    submitted_at: next.submitted_at ?? known.submitted_at,
    started_at: next.started_at ?? known.started_at,
    finished_at: front.finished_at ?? back.finished_at,
    lyrics: next.lyrics ?? known.lyrics,
    lyrics_variants:
      next.lyrics_variants.length >= known.lyrics_variants.length ? next.lyrics_variants : known.lyrics_variants,
    clips: mergeClips(known.clips, next.clips),
    timed_words: next.timed_words || known.timed_words,
    keys: next.keys,
  };
}

/**
 * Clips keep their places; new ones come behind. A clip that had no id of its own yet (`<task id>#<position>`) and no
 * final audio gives its place to the clip that the vendor now names there: it was the same song all along.
 */
function mergeClips(known: readonly ClipReading[], next: readonly ClipReading[]): ClipReading[] {
  if (known.length === 0) return [...next];
  const byId = new Map(next.map((clip) => [clip.id, clip]));
  const knownIds = new Set(known.map((clip) => clip.id));
  const merged = known.map((clip, position) => {
    const again = byId.get(clip.id);
    if (again) return mergeClip(clip, again);
    const inItsPlace = next[position];
    if (
      inItsPlace &&
      !knownIds.has(inItsPlace.id) &&
      isInvented(clip.id) &&
      !isInvented(inItsPlace.id) &&
      clip.audio_url === null
    ) {
      return { ...mergeClip(clip, inItsPlace), id: inItsPlace.id };
    }
    return clip;
  });
  const placed = new Set(merged.map((clip) => clip.id));
  return [...merged, ...next.filter((clip) => !placed.has(clip.id))];
}

const isInvented = (id: string): boolean => /#\d+$/.test(id);

function mergeClip(known: ClipReading, next: ClipReading): ClipReading {
  const advanced = clipRank(next.status) >= clipRank(known.status);
  const merged: ClipReading = { ...known };
  for (const key of Object.keys(next) as (keyof ClipReading)[]) {
    if (next[key] !== null) Object.assign(merged, { [key]: next[key] });
  }
  merged.id = known.id;
  merged.status = advanced ? next.status : known.status;
  merged.failure =
    merged.status === 'complete' ? (advanced ? next.failure : known.failure) : (next.failure ?? known.failure);
  return merged;
}

/** Does an answer tell less than what is known: an earlier state, a clip or a file's URL gone? */
export function isRegression(known: Reading, next: Reading): boolean {
  if (taskRank(next.status) < taskRank(known.status)) return true;
  const byId = new Map(next.clips.map((clip) => [clip.id, clip]));
  return known.clips.some((clip) => {
    const again = byId.get(clip.id);
    return (
      !again ||
      (['audio_url', 'cover_url', 'video_url'] as const).some((key) => clip[key] !== null && again[key] === null)
    );
  });
}

/** What outlives its task: a song whose audio is archived, and a tombstone. */
export const isLasting = ({ files, taken_down_at }: ClipState): boolean =>
  files.audio?.state === 'archived' || taken_down_at !== null;

/**
 * The same clip where the record adds nothing. A ledger that does not know of an archived file has lost it: then the
 * record is the older memory, and the caller's title and visibility are in it.
 */
export function completeClip(known: ClipState, recorded: ClipState): ClipState {
  const lost = ROLES.filter((role) => isArchived(recorded, role) && !isArchived(known, role));
  const isTombstone = recorded.taken_down_at !== null && known.taken_down_at === null;
  if (lost.length === 0 && !isTombstone) return known;
  const files = { ...known.files };
  for (const role of lost) files[role] = recorded.files[role];
  const base = lost.length > 0 ? { ...recorded, title: known.title ?? recorded.title } : known;
  return {
    ...base,
    listed: known.listed ?? base.listed,
    files,
    taken_down_at: known.taken_down_at ?? recorded.taken_down_at,
  };
}

/**
 * An archived song without a place: it gets the
 * recorded one, else that of its time. The same clip where none is missing.
 */
export function restoreSequence(clip: ClipState, recorded: number | null): ClipState {
  const { audio } = clip.files;
  if (clip.listed !== null || audio?.state !== 'archived' || clip.taken_down_at !== null) return clip;
  return { ...clip, listed: recorded ?? (audio.archived_at ?? 0) * SEQ_PER_MS + 1 };
}

/** With the song that it was made from, as its own task tells it. No song is made from itself, whatever a vendor says. */
export function withParent(clip: ClipState, { parent_id }: ClipReading): ClipState {
  const named = parent_id === null ? null : slugOf(clip.vendor, parent_id);
  const parent = named === clip.slug ? null : named;
  return parent === (clip.parent ?? null) ? clip : { ...clip, parent };
}

const isArchived = ({ files }: ClipState, role: (typeof ROLES)[number]): boolean => files[role]?.state === 'archived';
