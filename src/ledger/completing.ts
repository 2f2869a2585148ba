// Pure: a clip's record and what the ledger knows of the clip become one: nothing archived is lost, nothing taken down comes back.
import { SEQ_PER_MS } from './seq.ts';
import { ROLES } from '../model/task.ts';
import type { ClipState } from '../model/state.ts';

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
 * An archived song without a place was written by code of the version before, as a row or as a record: it gets the
 * recorded one, else that of its time. The same clip where none is missing.
 */
export function placedAgain(clip: ClipState, recorded: number | null): ClipState {
  const { audio } = clip.files;
  if (clip.listed !== null || audio?.state !== 'archived' || clip.taken_down_at !== null) return clip;
  return { ...clip, listed: recorded ?? (audio.archived_at ?? 0) * SEQ_PER_MS + 1 };
}

const isArchived = ({ files }: ClipState, role: (typeof ROLES)[number]): boolean => files[role]?.state === 'archived';
