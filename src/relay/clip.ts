// Pure: one raw clip of any dialect → ClipReading. Each clip is judged by itself, whatever its task says.
import type { ClipReading } from '../model/task.ts';
import { redact } from '../net/redact.ts';
import { find, first, type Concept, type Sorted } from './fields.ts';
import { readNumber, readText, readUrl, readWords } from './values.ts';
import { clipRankOf, readClipStatus } from './status.ts';
import { readTime } from './time.ts';

/** What the search found of one clip. */
export interface RawClip {
  readonly sorted: Sorted;
  readonly metadata: Sorted | null;
  /** The key of a map of clips, for clips that do not name themselves. */
  readonly key: string | null;
}

/** Code units. Longer texts are no honest answer, and every one of them would be stored and sent. */
const LONGEST = { line: 500, tags: 2_000, words: 100_000, failure: 2_000, id: 400 } as const;

/** UPSTREAM 6: last parts of paths that stand for "no file"; Suno's own placeholders of 2024 to 2026. */
const PLACEHOLDERS = new Set(['none.mp3', 'none.mp4', 'sil-100.mp3', 'sil-1s.mp3', 'forbidden']);
const LONGEST_PLACEHOLDER = 11;

/** UPSTREAM 4: plays while the song is being made, never a file. */
const STREAM_HOST = 'audiopipe.suno.ai';

export function readClip(
  { sorted, metadata, key }: RawClip,
  inventedId: string,
  vendorKey: string | null,
): ClipReading {
  const audio = find(sorted, 'audio', readFinal);
  const stream = find(sorted, 'stream', readFile) ?? (audio === null ? find(sorted, 'audio', readLive) : null);
  const problem = readFailure(sorted, metadata);
  const status = find(sorted, 'status', readStatusWord) ?? statusFromUrls(audio, stream, problem);
  return {
    id: readId(first(sorted, 'clip_id')) ?? readId(first(sorted, 'id')) ?? readId(key) ?? inventedId,
    title: readText(first(sorted, 'title'), LONGEST.line),
    status,
    failure: status === 'failed' && problem !== null ? redact(problem, vendorKey) : null,
    tags: readWords(inner(metadata, 'tags') ?? first(sorted, 'tags'), LONGEST.tags),
    lyrics: readText(
      inner(metadata, 'prompt') ??
        first(sorted, 'prompt') ??
        first(sorted, 'lyric') ??
        first(sorted, 'text') ??
        inner(metadata, 'lyric'),
      LONGEST.words,
    ),
    prompt: readText(inner(metadata, 'description') ?? first(sorted, 'description'), LONGEST.words),
    artist: readText(first(sorted, 'artist'), LONGEST.line),
    model: readText(first(sorted, 'model') ?? first(sorted, 'model_version'), LONGEST.line),
    model_version: readText(first(sorted, 'model_version'), LONGEST.line),
    duration_seconds: readDuration(inner(metadata, 'duration')) ?? readDuration(first(sorted, 'duration')),
    created_at: readTime(first(sorted, 'created')),
    stream_url: stream,
    audio_url: status === 'complete' ? audio : null,
    cover_url: find(sorted, 'cover', readFile),
    video_url: find(sorted, 'video', readFile),
  };
}

/** The same clip seen twice: the more advanced one, with what only the other had. */
export function mergeClips(one: ClipReading, other: ClipReading): ClipReading {
  const [best, rest] = clipRankOf(other.status) > clipRankOf(one.status) ? [other, one] : [one, other];
  const merged = { ...best } as Record<string, unknown>;
  for (const [field, value] of Object.entries(rest)) {
    // A failure belongs to the state that it explains.
    if (merged[field] === null && field !== 'failure') merged[field] = value;
  }
  return merged as ClipReading;
}

const inner = (metadata: Sorted | null, concept: Concept): unknown =>
  metadata === null ? undefined : first(metadata, concept);

/** Both `status` and `state` may be there; a word that nobody knows tells less than one that is known. */
function readStatusWord(value: unknown): ClipReading['status'] | null {
  return typeof value === 'string' || typeof value === 'number' ? readClipStatus(String(value)) : null;
}

function statusFromUrls(audio: string | null, stream: string | null, problem: string | null): ClipReading['status'] {
  if (audio !== null) return 'complete';
  if (problem !== null) return 'failed';
  return stream !== null ? 'streaming' : 'pending';
}

function readFailure(sorted: Sorted, metadata: Sorted | null): string | null {
  const value =
    inner(metadata, 'error_message') ??
    first(sorted, 'error_message') ??
    first(sorted, 'fail_reason') ??
    inner(metadata, 'error_type') ??
    first(sorted, 'error_type');
  return readText(value, LONGEST.failure);
}

function readDuration(value: unknown): number | null {
  const seconds = readNumber(value);
  return seconds !== null && seconds >= 0 ? seconds : null;
}

/** CONTRACT 1: control, surrogate and line-separator characters make no id. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
const SHORTEST_ID = 6;
const LONGEST_ID = 200;

function readId(value: unknown): string | null {
  if (typeof value === 'string' && value.length > LONGEST.id) return null;
  const id = typeof value === 'string' ? value : readText(value, LONGEST.id);
  if (id === null || id.length < SHORTEST_ID || UNFIT.test(id)) return null;
  // Only here can code points and code units disagree about the limits.
  if (id.length >= 2 * SHORTEST_ID && id.length <= LONGEST_ID) return id;
  const length = [...id].length;
  return length >= SHORTEST_ID && length <= LONGEST_ID ? id : null;
}

const urlOf = (value: unknown): string | null =>
  readUrl(typeof value === 'object' && value !== null ? (value as { url?: unknown }).url : value);

function readFile(value: unknown): string | null {
  const url = urlOf(value);
  return url !== null && !isPlaceholder(url) ? url : null;
}

export function readFinal(value: unknown): string | null {
  const url = readFile(value);
  return url !== null && !isLive(url) ? url : null;
}

function readLive(value: unknown): string | null {
  const url = readFile(value);
  return url !== null && isLive(url) ? url : null;
}

const isLive = (url: string): boolean =>
  url.toLowerCase().includes(STREAM_HOST) && URL.parse(url)?.hostname === STREAM_HOST;

function isPlaceholder(url: string): boolean {
  const path = pathOf(url);
  const slash = path.lastIndexOf('/');
  if (path.length - slash - 1 > LONGEST_PLACEHOLDER) return false;
  const last = path.slice(slash + 1).toLowerCase();
  return PLACEHOLDERS.has(last) && (last !== 'forbidden' || path.toLowerCase().endsWith('/api/forbidden'));
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  const fragment = path.indexOf('#');
  return fragment === -1 ? path : path.slice(0, fragment);
}
