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
export const isMoving = ({ tracking }: Task): boolean =>
  tracking.state === 'watching' || tracking.state === 'archiving';

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

const say = (tone: Tone, label: string, why: string | null): Status => ({ tone, label, why, progress: null });
function of(tone: Tone, words: string, progress: number | null = null): Status {
  const { what, then } = partsOf(words);
  return { tone, label: what, why: then, progress };
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
      return of('busy', words.archiving(done, all), all === 0 ? null : (100 * done) / all);
    }
    case 'settled':
      return settled(task, labels);
  }
}

function watched({ status, progress, tracking, failure }: Task, labels: Labels): Status {
  const words = labels.status;
  if (tracking.last_error !== null) return say('warn', words.waiting, problemWords(labels, tracking.last_error.code));
  if (tracking.stalled) return of('warn', words.stalled);
  switch (status) {
    case 'running':
      return of('busy', words.making(progress && Math.round(progress)), progress);
    case 'succeeded':
      return of('busy', words.ended_early);
    case 'failed':
      return say('busy', words.failed, whyFailed(failure, labels));
    case 'queued':
      return of('busy', words.queued);
    case 'unknown':
      return of('busy', words.unseen);
  }
}

function settled(task: Task, labels: Labels): Status {
  const { archive, status, kind, failure, clips, tracking } = task;
  const words = labels.status;
  if (clips.length > 0 && clips.every(isTakenDown)) return of('idle', labels.file_reasons.taken_down);
  const failed = clips.filter((clip) => clip.status === 'failed').length;
  const lost = whyLost(task, labels) || words.files_lost;
  if (status === 'failed' && archive.archived === 0) return say('bad', words.failed, whyFailed(failure, labels));
  if (archive.state === 'unavailable') return say('bad', words.lost, lost);
  const without = clips.filter((clip) => clip.audio?.state === 'unavailable' && !isTakenDown(clip)).length;
  if (without > 0 && without === clips.length) return say('bad', words.audio_lost, lost);
  if (without > 0) return say('warn', words.kept_but_lost(labels.count(without, 'song')), lost);
  if (archive.state === 'partial')
    return say('warn', words.kept_but_lost(labels.count(archive.unavailable, 'file')), lost);
  if (task.partial || failed > 0)
    return say(
      'warn',
      words.kept_but_failed(labels.count(failed, 'song')),
      whyFailed(clips.find((clip) => clip.failure)?.failure ?? failure, labels),
    );
  if (clips.some(isWithoutAudio)) return of('warn', words.no_audio);
  if (archive.state === 'complete') return say('good', words.kept, null);
  if (kind === 'lyrics' && status === 'succeeded' && task.lyrics !== null) return say('good', words.lyrics_kept, null);
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
function whyLost({ clips }: Task, { file_reasons, sentence }: Labels): string {
  const files = clips.flatMap((clip) => ROLES.map((role) => clip[role]));
  const reasons = files.flatMap((file) => (file?.state === 'unavailable' && file.reason !== null ? [file.reason] : []));
  const [first, ...others] = [...new Set(reasons)].map((reason) => file_reasons[reason]);
  if (first === undefined) return '';
  return others.reduceRight((then, other) => sentence(partsOf(other).what, then), first);
}

export const isTakenDown = (clip: Clip): boolean => ROLES.some((role) => clip[role]?.reason === 'taken_down');

export function clipStatus(clip: Clip, labels: Labels): Status {
  const words = labels.status;
  if (isTakenDown(clip)) return of('idle', labels.file_reasons.taken_down);
  if (clip.audio?.state === 'archived') return say('good', words.kept, null);
  if (clip.status === 'failed') return say('bad', words.failed, whyFailed(clip.failure, labels));
  if (clip.audio?.state === 'unavailable')
    return say('bad', words.lost, clip.audio.reason && labels.file_reasons[clip.audio.reason]);
  if (clip.audio?.state === 'pending') return say('busy', words.archiving_clip, null);
  if (isWithoutAudio(clip)) {
    const { what, then } = partsOf(words.no_audio);
    return say('warn', what, clip.failure ?? then);
  }
  return say('busy', labels.clips[clip.status], clip.failure);
}

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

export interface Family {
  readonly clip: Clip;
  /** Voices of this song, of its own task or of others. */
  readonly stems: readonly Clip[];
}

/** Songs, each with its stems among them and the others; what is a stem of none of them is a song of its own. */
export function familiesOf(songs: readonly Clip[], others: Iterable<Clip>): Family[] {
  const here = new Set(songs.map(({ id }) => id));
  const isStemHere = ({ stem, parent_id }: Clip): boolean => stem != null && parent_id != null && here.has(parent_id);
  const stems = new Map([...others, ...songs].filter(isStemHere).map((clip) => [clip.slug, clip]));
  return songs
    .filter((clip) => !isStemHere(clip))
    .map((clip) => ({ clip, stems: [...stems.values()].filter(({ parent_id }) => parent_id === clip.id) }));
}
