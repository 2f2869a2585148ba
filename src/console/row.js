// Pure: a task or an archived song → one row of the list: only what the row shows, since there may be many thousands.
import { countText } from './format.js';
import { clipVerdict, isMoving, isTakenDown, verdictOf } from './verdict.js';
import { KINDS, VISIBILITIES } from './words.js';

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {string} title
 * @property {string} note
 * @property {string | null} cover
 * @property {import('./verdict.js').Verdict} verdict
 * @property {string | null} at When it was tracked or archived.
 * @property {boolean} moving It still changes by itself.
 */

/** @param {{vendor: string, id: string}} task A vendor's name has no slash. */
export const taskKey = ({ vendor, id }) => `${vendor}/${id}`;

/** @param {import('../model/task.ts').Task} task */
export const taskTitle = ({ clips, lyrics, id }) =>
  clips.find((clip) => clip.title?.trim())?.title ?? (lyrics?.title?.trim() ? lyrics.title : null) ?? id;

/** @param {import('../model/task.ts').Task} task @returns {Row} */
export function taskRow(task) {
  const { clips, kind, vendor, id, tracking } = task;
  const title = taskTitle(task);
  const what = clips.length > 0 ? countText(clips.length, 'song') : kind === 'unknown' ? null : KINDS[kind];
  const cover = clips.find((clip) => clip.cover?.state === 'archived' && !isTakenDown(clip))?.cover?.url ?? null;
  const verdict = verdictOf(task);
  // What is wrong is what one looks for.
  const wrong = verdict.tone === 'bad' || verdict.tone === 'warn' ? verdict.why : null;
  return {
    key: taskKey(task),
    title,
    note: [what, vendor, wrong ?? (title === id ? null : id)].filter(Boolean).join(' · '),
    cover,
    verdict,
    at: tracking.tracked_at,
    moving: isMoving(task),
  };
}

/** @param {import('../model/task.ts').Clip} clip @returns {Row} */
export function clipRow(clip) {
  return {
    key: clip.slug,
    title: clip.title ?? clip.id,
    note: [clip.artist, clip.tags, clip.vendor, VISIBILITIES[clip.visibility]].filter(Boolean).join(' · '),
    cover: clip.cover?.url ?? null,
    verdict: clipVerdict(clip),
    at: clip.audio?.archived_at ?? null,
    moving: false,
  };
}
