// Pure: a task or song → how it stands at a glance, why it is not ready and what to do; and its row of the list.
import type { Clip, Task } from '../model/task.ts';
import type { Trouble } from './api.ts';
import type { Labels, TroubleCode } from './english.ts';
import { clockText } from './format.ts';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';
export interface Status {
  readonly tone: Tone;
  readonly label: string;
  readonly why: string | null;
  /** 0 to 100, where there is a measure. */
  readonly progress: number | null;
}

export const ROLES = ['audio', 'cover', 'video'] as const;

/** Whether it still changes by itself. */
export const isMoving = (item: Task | Clip): boolean =>
  'tracking' in item && (item.tracking.state === 'watching' || item.tracking.state === 'archiving');

/** A code that a newer server has and this page does not know yet is shown as it is. */
export const problemWords = ({ trouble }: Labels, code: string): string =>
  Object.hasOwn(trouble.codes, code) ? trouble.codes[code as TroubleCode] : trouble.unknown(code);

/** `Given up. Retry asks again.` → what is so, without its end, and what to do then. */
export function partsOf(words: string): { what: string; then: string } {
  const [, what = '', then = ''] = /^(.*?)(?:[.。]\s*(.*))?$/s.exec(words) ?? [];
  return { what, then };
}
/** What is so and what to do; what the server says of it stands beside, as it is. */
export function troubleWords({ code, until }: Trouble, labels: Labels): string {
  const words = problemWords(labels, code);
  return until == null ? words : labels.sentence(partsOf(words).what, labels.trouble.goes_on(clockText(until, labels)));
}

/** `words` say what is so, and behind their first end why and what to do, where `told` does not say it better. */
function of(tone: Tone, words: string, told: string | null = null, progress: number | null = null): Status {
  const { what, then } = partsOf(words);
  return { tone, label: what, why: told ?? (then || null), progress };
}

export function statusOf(task: Task, labels: Labels): Status {
  const { tracking, archive } = task;
  const words = labels.status;
  switch (tracking.state) {
    case 'untracked':
      return of('idle', words.untracked);
    case 'expired':
      return of('bad', task.status === 'unknown' ? words.never_known : words.given_up);
    case 'watching':
      return watched(task, labels);
    case 'archiving': {
      const all = archive.archived + archive.pending + archive.unavailable;
      const done = all - archive.pending;
      return of('busy', words.archiving(done, all), null, all === 0 ? null : (100 * done) / all);
    }
    case 'settled':
      return settled(task, labels);
  }
}

function watched({ status, progress, tracking, failure }: Task, labels: Labels): Status {
  const words = labels.status;
  if (tracking.last_error !== null) return of('warn', words.waiting, problemWords(labels, tracking.last_error.code));
  if (tracking.stalled) return of('warn', words.stalled);
  if (status === 'failed') return of('busy', words.failed, whyFailed(failure, labels));
  if (status === 'running') return of('busy', words.making(progress && Math.round(progress)), null, progress);
  return of('busy', { succeeded: words.ended_early, queued: words.queued, unknown: words.unseen }[status]);
}

function settled(task: Task, labels: Labels): Status {
  const { archive, status, kind, failure, clips, tracking } = task;
  const words = labels.status;
  if (clips.length > 0 && clips.every(isTakenDown)) return of('idle', labels.file_reasons.taken_down);
  if (status === 'failed' && archive.archived === 0) return of('bad', words.failed, whyFailed(failure, labels));
  const lost = whyLost(task, labels);
  if (archive.state === 'unavailable') return of('bad', words.lost, lost);
  const without = clips.filter((clip) => clip.audio?.state === 'unavailable' && !isTakenDown(clip)).length;
  if (without > 0 && without === clips.length) return of('bad', words.audio_lost, lost);
  if (without > 0) return of('warn', words.kept_but_lost(labels.count(without, 'song')), lost);
  if (archive.state === 'partial')
    return of('warn', words.kept_but_lost(labels.count(archive.unavailable, 'file')), lost);
  const failed = clips.filter((clip) => clip.status === 'failed');
  if (failed.length > 0) {
    const why = whyFailed(failed.find((clip) => clip.failure)?.failure ?? failure, labels);
    return of('warn', words.kept_but_failed(labels.count(failed.length, 'song')), why);
  }
  if (clips.some(isWithoutAudio)) return of('warn', words.no_audio);
  if (archive.state === 'complete') return of('good', words.kept);
  if (kind === 'lyrics' && status === 'succeeded' && task.lyrics !== null) return of('good', words.lyrics_kept);
  if (tracking.last_error?.code === 'vendor_bad_answer')
    return of('bad', words.nothing_readable(keysSeen(tracking.last_error.message)));
  return of('idle', words.no_files);
}

/** As `emptyEndError()` of the ledger's model says it (a test holds the two together); of anything else all of it. */
const keysSeen = (message: string): string => message.split('it has the keys ').at(-1) ?? message;

/** A vendor may call a song complete and hand out a link that leads to no file. */
const isWithoutAudio = (clip: Clip): boolean => clip.status === 'complete' && clip.audio === null;

const whyFailed = (failure: string | null, { sentence, status }: Labels): string =>
  sentence(failure ?? status.no_reason, status.failed_then);

/** Reasons of all files that are lost, each once, with what to do about the first. */
function whyLost({ clips }: Task, { file_reasons, sentence, status }: Labels): string {
  const reasons = clips.flatMap((clip) => ROLES.flatMap((role) => clip[role]?.reason ?? []));
  const [first, ...others] = [...new Set(reasons)].map((reason) => file_reasons[reason]);
  if (first === undefined) return status.files_lost;
  return others.reduceRight((then, other) => sentence(partsOf(other).what, then), first);
}

export const isTakenDown = (clip: Clip): boolean => ROLES.some((role) => clip[role]?.reason === 'taken_down');

export function clipStatus(clip: Clip, labels: Labels): Status {
  const words = labels.status;
  const { audio, failure } = clip;
  if (isTakenDown(clip)) return of('idle', labels.file_reasons.taken_down);
  if (audio?.state === 'archived') return of('good', words.kept);
  if (clip.status === 'failed') return of('bad', words.failed, whyFailed(failure, labels));
  if (audio?.state === 'unavailable') return of('bad', words.lost, audio.reason && labels.file_reasons[audio.reason]);
  if (audio?.state === 'pending') return of('busy', words.archiving_clip);
  if (isWithoutAudio(clip)) return of('warn', words.no_audio, failure);
  return of('busy', labels.clips[clip.status], failure);
}

/** A vendor's name has no slash. */
export const taskKey = ({ vendor, id }: { vendor: string; id: string }): string => `${vendor}/${id}`;
/** By which the list knows it. */
export const keyOf = (item: Task | Clip): string => ('slug' in item ? item.slug : taskKey(item));

export const taskTitle = ({ clips, lyrics, id }: Task): string =>
  [...clips, lyrics].find((one) => one?.title?.trim())?.title ?? id;

/** `at`: when it was tracked or archived. */
export const rowOf = (item: Task | Clip, labels: Labels) =>
  'slug' in item ? clipRow(item, labels) : taskRow(item, labels);

function taskRow(task: Task, labels: Labels) {
  const { clips, kind, vendor, id, tracking } = task;
  const title = taskTitle(task);
  const what = clips.length > 0 ? labels.count(clips.length, 'song') : kind === 'unknown' ? null : labels.kinds[kind];
  const status = statusOf(task, labels);
  // What is wrong is what one looks for.
  const wrong = status.tone === 'bad' || status.tone === 'warn' ? status.why : null;
  return {
    title,
    note: [what, vendor, wrong ?? (title === id ? null : id)],
    cover: clips.find((clip) => clip.cover?.url)?.cover?.url ?? null,
    status,
    at: tracking.tracked_at,
  };
}

function clipRow(clip: Clip, labels: Labels) {
  return {
    title: clip.title ?? clip.id,
    note: [clip.artist, clip.tags, clip.vendor, labels.visibilities[clip.visibility]],
    cover: clip.cover?.url ?? null,
    status: clipStatus(clip, labels),
    at: clip.audio?.archived_at ?? null,
  };
}

export interface Family {
  readonly clip: Clip;
  /** Voices of this song, of its own task or of others. */
  readonly stems: readonly Clip[];
}

/** Songs, each with its stems among them and the others; what is a stem of none of them is a song of its own. */
export function familiesOf(songs: readonly Clip[], others: Iterable<Clip>): Family[] {
  const here = new Set(songs.map(({ id }) => id));
  const isStemHere = ({ stem, parent_id }: Clip): boolean => stem !== null && parent_id !== null && here.has(parent_id);
  const stems = new Map([...others, ...songs].filter(isStemHere).map((clip) => [clip.slug, clip]));
  return songs
    .filter((clip) => !isStemHere(clip))
    .map((clip) => ({ clip, stems: [...stems.values()].filter(({ parent_id }) => parent_id === clip.id) }));
}
