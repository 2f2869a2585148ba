// Pure: one clip of any dialect → ClipReading. Each clip is judged by itself, whatever its task says.
import { isId } from '../model/id.ts';
import { isPlain } from '../lib/json.ts';
import type { ClipReading, ClipStatus } from '../model/task.ts';
import { redact } from '../net/redact.ts';
import { CLIP_IDS, find, first, firstOf, readFields, type Field, type Fields } from './fields.ts';
import { metadataOf, namesTask, readBareUrl, urlOf } from './shape.ts';
import { clipRankOf, readClipStatus } from './status.ts';
import { pathOf, readNumber, readReason, readText, readTime, readUrl, readWords } from './values.ts';
import type { Found } from './walk.ts';

/** Code units. Longer texts are no honest answer, and every one of them would be stored and sent. */
const LONGEST = { line: 500, tags: 2_000, words: 100_000, failure: 2_000, id: 400 } as const;

/** Last parts of paths that stand for "no file"; Suno's own placeholders of 2024 to 2026. */
export const PLACEHOLDERS = ['none.mp3', 'none.mp4', 'sil-100.mp3', 'sil-1s.mp3', 'api/forbidden'] as const;

/** Plays while the song is being made, never a file. */
export const STREAM_HOSTS = ['audiopipe.suno.ai', 'audiopipe.suno.com'] as const;

export function readClip(song: Found, inventedId: string, vendorKey: string | null): ClipReading {
  const { fields, place } = song;
  const metadata = metadataOf(fields);
  const file = fileOf(fields);
  const parts = [metadata, fields, file].filter((part) => part !== null);
  const audio = findIn([fields, file], 'audio', readFinal) ?? readFinal(readBareUrl(fields, place));
  const stream = find(fields, 'stream', readFile) ?? (audio === null ? find(fields, 'audio', readLive) : null);
  const problem = readReason(problemOf(metadata, fields), LONGEST.failure);
  const status = find(fields, 'status', readStatusWord) ?? statusFromUrls(audio, stream, problem);
  const id = readClipId(song) ?? inventedId;
  const stem = readText(firstOf(parts, 'stem'), LONGEST.line);
  return {
    id,
    title: readText(first(fields, 'title'), LONGEST.line),
    status,
    failure: status === 'failed' && problem !== null ? redact(problem, vendorKey) : null,
    tags: readWords(firstOf(parts, 'tags'), LONGEST.tags),
    lyrics: readText(
      firstOf(parts, 'prompt') ?? first(fields, 'lyric') ?? first(fields, 'text') ?? firstOf(parts, 'lyric'),
      LONGEST.words,
    ),
    prompt: readText(firstOf(parts, 'description'), LONGEST.words),
    artist: readText(first(fields, 'artist'), LONGEST.line),
    model: readText(first(fields, 'model') ?? first(fields, 'model_version'), LONGEST.line),
    model_version: readText(first(fields, 'model_version'), LONGEST.line),
    duration_seconds: findIn(parts, 'duration', readDuration),
    created_at: readTime(first(fields, 'created')),
    parent_id: readParent(parts, id) ?? (id === inventedId || stem !== null ? readSource(song) : null),
    stem,
    stream_url: stream,
    audio_url: status === 'complete' ? audio : null,
    cover_url: find(fields, 'cover', readFile),
    video_url: find(fields, 'video', readFile),
  };
}

/** The id that the vendor gave, in the clip or as its key in a map. Null: none that may be one. */
export function readClipId({ fields, place }: Found): string | null {
  for (const field of CLIP_IDS) {
    // Beside a task's id the song that it was made from is meant.
    if (field === 'music_id' && namesTask(fields) && !place.listed) continue;
    const id = find(fields, field, readId);
    if (id !== null) return id;
  }
  return find(fields, 'id', readId) ?? readId(place.name);
}

/** The song that a clip says it was made from. A relay may name the clip itself there. */
function readParent(parts: readonly Fields[], own: string): string | null {
  return findIn(parts, 'parent', (value) => {
    const id = readId(value);
    return id === own ? null : id;
  });
}

/** The song that a conversion or a voice was made from, where its task names it. */
function readSource(song: Found): string | null {
  for (let at: Found | null = namesTask(song.fields) ? song : song.place.around; at !== null; at = at.place.around) {
    const id = find(at.fields, 'music_id', readId);
    if (id !== null) return id;
  }
  return null;
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

/** A fork keeps the file's facts in an object of their own. */
function fileOf(fields: Fields): Fields | null {
  const file = first(fields, 'file_info');
  return isPlain(file) ? readFields(file) : null;
}

function findIn<T>(parts: readonly (Fields | null)[], field: Field, read: (value: unknown) => T | null): T | null {
  for (const part of parts) {
    const value = part === null ? null : find(part, field, read);
    if (value !== null) return value;
  }
  return null;
}

/** Both `status` and `state` may be there; a word that nobody knows tells less than one that is known. */
function readStatusWord(value: unknown): ClipStatus | null {
  return typeof value === 'string' || typeof value === 'number' ? readClipStatus(String(value)) : null;
}

function statusFromUrls(audio: string | null, stream: string | null, problem: string | null): ClipStatus {
  if (audio !== null) return 'complete';
  if (problem !== null) return 'failed';
  return stream !== null ? 'streaming' : 'pending';
}

function problemOf(metadata: Fields | null, fields: Fields): unknown {
  const inner = (field: Field): unknown => (metadata === null ? undefined : first(metadata, field));
  return (
    inner('error_message') ??
    first(fields, 'error_message') ??
    first(fields, 'fail_reason') ??
    inner('error_type') ??
    first(fields, 'error_type') ??
    first(fields, 'error')
  );
}

function readDuration(value: unknown): number | null {
  const seconds = readNumber(value);
  return seconds !== null && seconds >= 0 ? seconds : null;
}

const SHORTEST_ID = 6;
/** What most ids are like, and all of which `isId` finds nothing to object to. */
const PLAIN_ID = /^[\w-]{6,200}$/;

function readId(value: unknown): string | null {
  const id = typeof value === 'string' ? value : readText(value, LONGEST.id);
  if (id === null || PLAIN_ID.test(id)) return id;
  return isId(id) && [...id].length >= SHORTEST_ID ? id : null;
}

function readFile(value: unknown): string | null {
  const url = readUrl(urlOf(value));
  return url !== null && !isPlaceholder(url) ? url : null;
}

/** A URL in a file's place that is a file and no stream. */
export function readFinal(value: unknown): string | null {
  const url = readFile(value);
  return url !== null && !isLive(url) ? url : null;
}

function readLive(value: unknown): string | null {
  const url = readFile(value);
  return url !== null && isLive(url) ? url : null;
}

const LIVE = new RegExp(STREAM_HOSTS.map(escaped).join('|'), 'i');

const isLive = (url: string): boolean =>
  LIVE.test(url) && (STREAM_HOSTS as readonly (string | undefined)[]).includes(URL.parse(url)?.hostname);

const LONGEST_PLACEHOLDER = Math.max(...PLACEHOLDERS.map(({ length }) => length));

/** At the end of a URL's path, whatever its query. */
function isPlaceholder(url: string): boolean {
  const path = pathOf(url);
  // Most names of files are longer than any of these.
  if (path.length - path.lastIndexOf('/') > LONGEST_PLACEHOLDER) return false;
  const end = path.slice(-LONGEST_PLACEHOLDER - 1).toLowerCase();
  return PLACEHOLDERS.some((placeholder) => end.endsWith(`/${placeholder}`));
}

function escaped(text: string): string {
  return text.replaceAll('.', '\\.');
}
