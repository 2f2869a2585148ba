// Pure: a task or an archived song → one row of the list: only what the row shows, since there may be many thousands.
import type { Clip, Task } from '../model/task.ts';
import type { Labels } from './language.ts';
import { clipStatus, isMoving, isTakenDown, type Status, statusOf } from './status.ts';

export interface Row {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly cover: string | null;
  readonly status: Status;
  /** When it was tracked or archived. */
  readonly at: string | null;
  /** It still changes by itself. */
  readonly moving: boolean;
}

/** A vendor's name has no slash. */
export const taskKey = ({ vendor, id }: { vendor: string; id: string }): string => `${vendor}/${id}`;

export const taskTitle = ({ clips, lyrics, id }: Task): string =>
  clips.find((clip) => clip.title?.trim())?.title ?? (lyrics?.title?.trim() ? lyrics.title : null) ?? id;

export function taskRow(task: Task, labels: Labels): Row {
  const { clips, kind, vendor, id, tracking } = task;
  const title = taskTitle(task);
  const what = clips.length > 0 ? labels.count(clips.length, 'song') : kind === 'unknown' ? null : labels.kinds[kind];
  const cover = clips.find((clip) => clip.cover?.state === 'archived' && !isTakenDown(clip))?.cover?.url ?? null;
  const status = statusOf(task, labels);
  // What is wrong is what one looks for.
  const wrong = status.tone === 'bad' || status.tone === 'warn' ? status.why : null;
  return {
    key: taskKey(task),
    title,
    note: [what, vendor, wrong ?? (title === id ? null : id)].filter(Boolean).join(' · '),
    cover,
    status,
    at: tracking.tracked_at,
    moving: isMoving(task),
  };
}

export function clipRow(clip: Clip, labels: Labels): Row {
  return {
    key: clip.slug,
    title: clip.title ?? clip.id,
    note: [clip.artist, clip.tags, clip.vendor, labels.visibilities[clip.visibility]].filter(Boolean).join(' · '),
    cover: clip.cover?.url ?? null,
    status: clipStatus(clip, labels),
    at: clip.audio?.archived_at ?? null,
    moving: false,
  };
}
