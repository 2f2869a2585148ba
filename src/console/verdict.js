// Pure: a task or a song → what is to be known of it at a glance: how it stands, in words and a tone, and why.
import { CLIPS, FILE_REASONS, problemWords, STATUSES } from './words.js';
import { countText } from './format.js';

/** @typedef {import('../model/task.ts').Task} Task */
/** @typedef {import('../model/task.ts').Clip} Clip */
/** @typedef {'good' | 'busy' | 'warn' | 'bad' | 'idle'} Tone */
/** @typedef {{tone: Tone, label: string, why: string | null, progress: number | null}} Verdict `progress`: 0 to 100, where there is a measure. */

const ROLES = /** @type {const} */ (['audio', 'cover', 'video']);

/** @param {Task} task Whether it still changes by itself. */
export const isMoving = ({ tracking }) => tracking.state === 'watching' || tracking.state === 'archiving';

/** @param {Task} task @returns {Verdict} */
export function verdictOf(task) {
  const { tracking, archive } = task;
  switch (tracking.state) {
    case 'untracked':
      return say('idle', 'Not tracked', 'It is followed no more, and not asked about.');
    case 'expired':
      return task.status === 'unknown'
        ? say('bad', 'Given up', 'The vendor does not know this id. Check the id and the vendor, then retry.')
        : say('bad', 'Given up', 'No end came within a day. Retry asks the vendor again.');
    case 'watching':
      return watched(task);
    case 'archiving': {
      const all = archive.archived + archive.pending + archive.unavailable;
      const share = all === 0 ? null : (100 * (all - archive.pending)) / all;
      return { ...say('busy', `Archiving, ${all - archive.pending} of ${all}`, null), progress: share };
    }
    case 'settled':
      return settled(task);
  }
}

/** @param {Task} task @returns {Verdict} */
function watched({ status, progress, tracking, failure }) {
  if (tracking.last_error !== null) {
    const { what, then } = problemWords(tracking.last_error.code);
    return say('warn', 'Waiting for the vendor', `${what}. ${then}`);
  }
  if (tracking.stalled)
    return say('warn', 'Stalled', 'Nothing has changed at the vendor for a quarter of an hour. It is asked on.');
  if (status === 'running') {
    const label = progress === null ? 'Being made' : `Being made, ${Math.round(progress)} %`;
    return { ...say('busy', label, null), progress };
  }
  return say('busy', capital(STATUSES[status]), failure);
}

/** @param {Task} task @returns {Verdict} */
function settled(task) {
  const { archive, status, kind, failure, clips } = task;
  if (clips.length > 0 && clips.every(isTakenDown)) return say('idle', 'Taken down', FILE_REASONS.taken_down.then);
  const failed = clips.filter((clip) => clip.status === 'failed').length;
  const lost = whyLost(task) || 'The files could not be kept.';
  if (status === 'failed' && archive.archived === 0)
    return say('bad', 'Failed', failure ?? 'The vendor gave no reason.');
  if (archive.state === 'unavailable') return say('bad', 'Lost', lost);
  const without = clips.filter((clip) => clip.audio?.state === 'unavailable' && !isTakenDown(clip)).length;
  if (without > 0 && without === clips.length) return say('bad', 'Audio lost', lost);
  if (without > 0) return say('warn', `Kept, but ${countText(without, 'song')} lost`, lost);
  if (archive.state === 'partial') return say('warn', `Kept, but ${countText(archive.unavailable, 'file')} lost`, lost);
  if (task.partial || failed > 0)
    return say(
      'warn',
      `Kept, but ${countText(failed, 'song')} failed`,
      clips.find((clip) => clip.failure)?.failure ?? failure,
    );
  if (clips.some(isWithoutAudio)) return say('warn', 'Made, but no audio', NO_AUDIO);
  if (archive.state === 'complete') return say('good', 'Kept', null);
  if (kind === 'lyrics' && status === 'succeeded') return say('good', 'Lyrics kept', null);
  return say('idle', 'Done, no files', 'The vendor named no files to keep.');
}

/** A vendor may call a song complete and hand out a link that leads to no file. @param {Clip} clip */
const isWithoutAudio = (clip) => clip.status === 'complete' && clip.audio === null;
const NO_AUDIO = 'The vendor says it is made, but named no audio file. Retry asks once more.';

/** Reasons of all files that are lost, each once. @param {Task} task */
function whyLost({ clips }) {
  const reasons = clips.flatMap((clip) =>
    ROLES.flatMap((role) => {
      const file = clip[role];
      return file?.state === 'unavailable' && file.reason !== null ? [FILE_REASONS[file.reason].what] : [];
    }),
  );
  return [...new Set(reasons)].join('. ');
}

/** @param {Clip} clip */
export const isTakenDown = (clip) => ROLES.some((role) => clip[role]?.reason === 'taken_down');

/** @param {Clip} clip @returns {Verdict} */
export function clipVerdict(clip) {
  if (isTakenDown(clip)) return say('idle', 'Taken down', FILE_REASONS.taken_down.then);
  if (clip.audio?.state === 'archived') return say('good', 'Kept', null);
  if (clip.status === 'failed') return say('bad', 'Failed', clip.failure ?? 'The vendor gave no reason.');
  if (clip.audio?.state === 'unavailable')
    return say('bad', 'Lost', clip.audio.reason === null ? null : FILE_REASONS[clip.audio.reason].what);
  if (clip.audio?.state === 'pending') return say('busy', 'Archiving', null);
  if (isWithoutAudio(clip)) return say('warn', 'Made, but no audio', clip.failure ?? NO_AUDIO);
  return say('busy', CLIPS[clip.status], clip.failure);
}

/** @param {Tone} tone @param {string} label @param {string | null} why @returns {Verdict} */
const say = (tone, label, why) => ({ tone, label, why, progress: null });

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
