// Pure: what an answer tells of one task → Reading.
import { fail, ok, type Result } from '../fault.ts';
import { redact } from '../redact.ts';
import type { ClipReading, Reading, TaskStatus } from '../task.ts';
import { mergeClips, readClip } from './clip.ts';
import { isOkCode } from './code.ts';
import { each, first, sortValues, type Concept, type Sorted } from './keys.ts';
import { readLyricsFailure, readVariants } from './lyrics.ts';
import { readNumber, readText, readTime, readUrl } from './pick.ts';
import { search, type Finding, type Found } from './search.ts';
import { isFlatTask } from './shape.ts';
import { isEnded, rankOf, readTaskStatus } from './status.ts';

const MOST_CLIPS = 100;
/** Code units. */
const LONGEST = { word: 200, failure: 2_000 } as const;
const NO_TASK = "Cannot read the vendor's answer: JSON without any task, clip or lyrics";

/** Reads the answer of the route that names one id: whatever task it holds is that task. */
export function readTask(body: unknown, taskId: string, vendorKey: string | null = null): Result<Reading> {
  const found = search(body, new Set([taskId]));
  const reading = compose(partsOf(found, taskId), found.outside.states, taskId, vendorKey);
  if (reading !== null) return ok(reading);
  if (found.refused || isHollow(body, 0)) return fail({ reason: 'not_found', detail: 'The vendor does not know this task' });
  return fail({ reason: 'bad_answer', detail: NO_TASK, status: 200, what: 'no_task' });
}

/** Rows of other tasks are left out, unless the only row has another id: relays put their own vendor's id inside. */
function partsOf({ findings, outside }: Found, taskId: string): Finding[] {
  const own = findings.filter((finding) => finding.id === taskId);
  if (own.length > 0) return [...own, outside];
  const names = new Set(findings.map((finding) => finding.id).filter((id) => id !== null));
  return names.size > 1 ? [outside] : [...findings, outside];
}

/** `parts` are all the rows of one task; `envelopes` the objects around them, whose status may be the envelope's own. */
export function compose(
  parts: readonly Finding[],
  envelopes: readonly Sorted[],
  taskId: string,
  vendorKey: string | null,
): Reading | null {
  const clips = readClips(parts, taskId, vendorKey);
  const items = parts.flatMap((part) => part.lyrics);
  const variants = clips.length > 0 ? [] : readVariants(items);
  const states = statesOf(parts, envelopes);
  const derived = deriveStatus(clips, variants.length > 0);
  const word =
    mostAdvanced(states) ??
    envelopeWord(envelopes, clips.length + variants.length > 0, derived) ??
    (clips.length > 0 ? null : mostAdvanced(items));
  if (word === null && states.length === 0 && clips.length === 0 && variants.length === 0) return null;

  const status = word?.status ?? derived;
  const witnesses = word === null ? states : [word.state, ...states.filter((state) => state !== word.state)];
  const action = readText(pick(witnesses, 'action'), LONGEST.word)?.toLowerCase();
  // A music task may echo the words that it was asked to sing.
  const isMusic = clips.length > 0 || (action === 'music' && items.every((item) => states.includes(item)));
  const kind = isMusic ? 'music' : items.length > 0 || action === 'lyrics' ? 'lyrics' : 'unknown';
  const lyrics = kind === 'lyrics' ? variants : [];
  const failure = readFailure(parts, witnesses, clips, items, status);
  return {
    kind,
    status,
    vendor_status: word?.text ?? null,
    progress: readProgress(witnesses, parts),
    failure: failure === null ? null : redact(failure, vendorKey),
    submitted_at: readMoment(witnesses, 'submitted', 'created'),
    started_at: readMoment(witnesses, 'started', null),
    // A task that goes on is updated all the time; only an ended one was last updated at its end.
    finished_at: readMoment(witnesses, 'finished', isEnded(status) ? 'updated' : null),
    lyrics: lyrics[0] ?? null,
    lyrics_variants: lyrics,
    clips,
  };
}

function statesOf(parts: readonly Finding[], envelopes: readonly Sorted[]): Sorted[] {
  const states: Sorted[] = [];
  for (const part of parts) if (part.states !== envelopes) states.push(...part.states);
  const clips = parts.flatMap((part) => part.clips);
  const only = clips.length === 1 ? clips[0]?.sorted : undefined;
  // A flat dialect: the task is its only clip, with a task's times and failure beside the clip's URLs.
  if (states.length === 0 && only !== undefined && isFlatTask(only)) states.push(only);
  return states;
}

function readClips(parts: readonly Finding[], taskId: string, vendorKey: string | null): ClipReading[] {
  const clips: ClipReading[] = [];
  const places = new Map<string, number>();
  for (const part of parts) {
    for (const raw of part.clips) {
      const invented = `${taskId}#${clips.length + 1}`;
      const clip = readClip(raw, invented, vendorKey);
      // Without an id only the URL can tell that two places show the same clip.
      const url = clip.audio_url ?? clip.stream_url;
      const mark = clip.id === invented && url !== null ? url : clip.id;
      const place = places.get(mark);
      const known = place === undefined ? undefined : clips[place];
      if (place === undefined || known === undefined) {
        if (clips.length === MOST_CLIPS) continue;
        places.set(mark, clips.length);
        clips.push(clip);
      } else {
        clips[place] = { ...mergeClips(known, clip), id: known.id };
      }
    }
  }
  return clips;
}

function deriveStatus(clips: readonly ClipReading[], hasLyrics: boolean): TaskStatus {
  if (clips.length === 0) return hasLyrics ? 'succeeded' : 'unknown';
  if (clips.every((clip) => clip.status === 'complete' || clip.status === 'failed')) {
    return clips.some((clip) => clip.status === 'complete') ? 'succeeded' : 'failed';
  }
  return clips.some((clip) => clip.status !== 'pending') ? 'running' : 'queued';
}

interface Word {
  readonly state: Sorted;
  readonly text: string;
  readonly status: TaskStatus;
}

/** The vendor's word for the most advanced of several states, the first of equals. */
export function mostAdvanced(states: readonly Sorted[]): Word | null {
  let best: Word | null = null;
  for (const state of states) {
    for (const value of each(state, 'status')) {
      const text = readText(value, LONGEST.word);
      if (text === null) continue;
      const status = readTaskStatus(text);
      if (best === null || rankOf(status) > rankOf(best.status)) best = { state, text, status };
    }
  }
  return best;
}

/** `{"status": "success", "message": "", "data": …}` speaks of the request, not of the task. */
const OF_REQUESTS = ['code', 'message', 'msg', 'success'] as const;

/**
 * The word of an object that nothing shows to be a task. It may say that things go on; that they have ended
 * only the clips or lyrics beside it can show.
 */
function envelopeWord(envelopes: readonly Sorted[], holdsResults: boolean, derived: TaskStatus): Word | null {
  const inner = envelopes.filter(({ raw }) => !OF_REQUESTS.some((key) => Object.hasOwn(raw, key)));
  const word = mostAdvanced(inner) ?? mostAdvanced(envelopes);
  if (word === null || word.status === 'queued' || word.status === 'running') return word;
  if (!holdsResults || (word.status === 'unknown' && readNumber(word.text) !== null)) return null;
  return word.status !== 'unknown' && isEnded(derived) ? word : { ...word, status: derived };
}

function readFailure(
  parts: readonly Finding[],
  witnesses: readonly Sorted[],
  clips: readonly ClipReading[],
  items: readonly Sorted[],
  status: TaskStatus,
): string | null {
  const own = readOwnFailure(witnesses) ?? readOwnFailure(parts.flatMap((part) => part.asides));
  if (own !== null) return own;
  const failed = clips.find((clip) => clip.status === 'failed' && clip.failure !== null);
  const isPartial = failed !== undefined && clips.some((clip) => clip.status === 'complete');
  if (failed !== undefined && (status === 'failed' || isPartial)) return failed.failure;
  const words = clips.length === 0 ? readLyricsFailure(items) : null;
  if (words !== null || status !== 'failed') return words;
  // new-api falls back to the failure's text where a result's URL would stand (UPSTREAM 3).
  const result = readText(pick(witnesses, 'result_url'), LONGEST.failure);
  return result !== null && readUrl(result) === null ? result : null;
}

function readOwnFailure(states: readonly Sorted[]): string | null {
  for (const state of states) {
    const error = first(state, 'error');
    const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
    for (const value of [first(state, 'fail_reason'), first(state, 'error_message'), message]) {
      const text = readText(value, LONGEST.failure);
      if (text !== null) return text;
    }
  }
  return null;
}

function readProgress(witnesses: readonly Sorted[], parts: readonly Finding[]): number | null {
  const own = readNumber(pick(witnesses, 'progress'));
  if (own !== null) return Math.min(100, Math.max(0, own));
  // One dialect counts per clip: the task is as far as the slowest.
  let slowest: number | null = null;
  for (const part of parts) {
    for (const { sorted } of part.clips) {
      const progress = readNumber(first(sorted, 'progress'));
      if (progress === null) return null;
      slowest = Math.min(slowest ?? 100, Math.max(0, progress));
    }
  }
  return slowest;
}

/** The task's own time, else that of its metadata (GoAPI), else the next best thing. */
function readMoment(witnesses: readonly Sorted[], concept: Concept, substitute: Concept | null): string | null {
  return (
    findTime(witnesses, concept) ??
    findTime(metadataOf(witnesses), concept) ??
    (substitute === null ? null : (findTime(witnesses, substitute) ?? findTime(metadataOf(witnesses), substitute)))
  );
}

function findTime(states: readonly Sorted[], concept: Concept): string | null {
  for (const state of states) {
    for (const value of each(state, concept)) {
      const time = readTime(value);
      if (time !== null) return time;
    }
  }
  return null;
}

function metadataOf(states: readonly Sorted[]): Sorted[] {
  const inner: Sorted[] = [];
  for (const state of states) {
    const metadata = first(state, 'metadata');
    if (typeof metadata === 'object' && metadata !== null) inner.push(sortValues(metadata));
  }
  return inner;
}

function pick(states: readonly Sorted[], concept: Concept): unknown {
  for (const state of states) {
    const value = first(state, concept);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Deeper than this nothing was looked for either. */
const DEEPEST = 20;

/** An answer with an empty place where a task would be: the vendor knows none (UPSTREAM 5). */
function isHollow(value: unknown, depth: number): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (typeof value !== 'object' || depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.every((item) => isHollow(item, depth + 1));
  const { code, data, ...others } = value as Record<string, unknown>;
  if (Object.hasOwn(value, 'data')) return isHollow(data, depth + 1);
  const rest = Object.values(others);
  // `{"code": "success", "message": "…"}`: the data is left out.
  const content = isOkCode(code) ? rest.filter((item) => typeof item === 'object') : rest;
  return (code === undefined || isOkCode(code)) && content.every((item) => isHollow(item, depth + 1));
}
