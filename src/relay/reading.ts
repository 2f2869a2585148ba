// Pure: what was found of one task → Reading.
import { redact } from '../net/redact.ts';
import type { ClipReading, Reading, TaskStatus } from '../model/task.ts';
import { mergeClips, readClip } from './clip.ts';
import { readFailure } from './failure.ts';
import { first, firstOf, type Sorted } from './fields.ts';
import { readVariants } from './lyrics.ts';
import { readMoment } from './moment.ts';
import { readNumber, readText } from './values.ts';
import type { Finding } from './search.ts';
import { isFlatTask } from './shape.ts';
import { isEnded } from './status.ts';
import { envelopeWord, mostAdvanced } from './words.ts';

const MOST_CLIPS = 100;
/** Code units. */
const LONGEST_WORD = 200;

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
  const action = readText(firstOf(witnesses, 'action'), LONGEST_WORD)?.toLowerCase();
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
  if (states.length > 0) return states;
  const clips = parts.flatMap((part) => part.clips);
  const only = clips.length === 1 ? clips[0]?.sorted : undefined;
  // A flat dialect: the task is its only clip, with a task's times and failure beside the clip's URLs.
  return only !== undefined && isFlatTask(only) ? [only] : states;
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

function readProgress(witnesses: readonly Sorted[], parts: readonly Finding[]): number | null {
  const own = readNumber(firstOf(witnesses, 'progress'));
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
