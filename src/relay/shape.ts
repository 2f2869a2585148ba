// Pure: what an object is, by its keys and the place where it lies: clip, lyrics, timed word, task or wrapper.
import { isPlain } from '../lib/json.ts';
import { AUDIO_FILES, isAboutAudio } from './bare-urls.ts';
import { readCode } from './code.ts';
import {
  CLIP_IDS,
  CLIP_LISTS,
  CLIP_SIGNS,
  count,
  find,
  first,
  has,
  isClosed,
  readFields,
  RESULT_KEYS,
  TASK_SIGNS,
  type Field,
  type Fields,
} from './fields.ts';
import { extensionOf, readJsonText, readText, readUrl } from './values.ts';

/** `bare`: a song by its URL alone: one of a list, or one voice under a key such as `drumsUrl`. */
export type Thing = 'clip' | 'bare' | 'lyrics' | 'timed_word' | 'task' | 'wrapper';

export const isSong = ({ is }: { readonly is: Thing }): boolean => is === 'clip' || is === 'bare';

/** Code units: one more than an id may have, so that what is longer is told apart from what was cut. */
export const LONGEST_ID = 401;

/** What of a place decides what lies there. */
export interface Surroundings {
  /** The key under which it lies, or the list that it stands in; empty at the top. */
  readonly key: string;
  readonly listed: boolean;
  /** It is one entry of a map whose keys are names: `{"clips": {"<clip id>": {…}}}`. */
  readonly mapped: boolean;
  /** Something beside it in its list has audio. */
  readonly besideClip: boolean;
  /** Something beside it in its list names a task that was asked for: it is another task. */
  readonly besideRow: boolean;
  /** It lies in a task that calls itself one of lyrics. */
  readonly inLyricsTask: boolean;
}

/** `named`: the object, or its key, has the id of a task that was asked for. */
export function thingOf(fields: Fields, place: Surroundings, named: boolean): Thing {
  if (isTimedWord(fields)) return 'timed_word';
  if (hasAudio(fields, place)) return listsItsClips(fields) ? 'task' : 'clip';
  if (isWaitingClip(fields, place, named) && !holdsTimedWords(fields)) return 'clip';
  const isNamedTask = namesTask(fields) || count(fields, TASK_SIGNS) > 1;
  if (isLyrics(fields) && !isNamedTask && !holdsResults(fields)) return 'lyrics';
  return named || isTask(fields) ? 'task' : 'wrapper';
}

export const namesTask = (fields: Fields): boolean => first(fields, 'task_id') !== undefined;

/** `{"code": 500, "status": "error", "task_id": …}`: an error that repeats what it was asked for. */
export function isErrorEcho(fields: Fields): boolean {
  const code = first(fields, 'code');
  if (code === undefined || holdsMore(fields)) return false;
  const meaning = readCode(code);
  return meaning !== null && meaning !== 'ok' && meaning !== 'running';
}

/** Whether an object that names a task says more of it than a state and a message. */
export const holdsMore = (fields: Fields): boolean => count(fields, TASK_SIGNS) > 0 || holdsResults(fields);

const holdsResults = ({ inside }: Fields): boolean =>
  inside.some(({ key, value }) => RESULT_KEYS.has(key) && !isEmpty(value));

/** Nothing but inputs, or a page. */
function isEmpty(value: object | string): boolean {
  if (typeof value !== 'string') return Object.keys(value).every(isClosed);
  return readUrl(value) !== null && !AUDIO_FILES.has(extensionOf(value));
}

export function isTask(fields: Fields): boolean {
  if (namesTask(fields)) return true;
  const signs = count(fields, TASK_SIGNS);
  return signs > 1 || (signs === 1 && first(fields, 'status') !== undefined);
}

/** A clip by what it holds, wherever it may lie. */
export const isClip = (fields: Fields): boolean => hasAudio(fields, ANYWHERE) || isWaitingClip(fields, ANYWHERE, false);

const ANYWHERE: Surroundings = {
  key: '',
  listed: true,
  mapped: false,
  besideClip: false,
  besideRow: false,
  inLyricsTask: false,
};

/** Whether an object that is no clip has the shape of lyrics: words, or an empty place for them. */
export function isLyrics(fields: Fields): boolean {
  const words = first(fields, 'text') ?? first(fields, 'lyric');
  return words === undefined ? has(fields, 'text') : typeof words === 'string';
}

/** `{"word": "Row ", "start_s": 9.1}`: neither lyrics nor a clip. */
const isTimedWord = (fields: Fields): boolean =>
  has(fields, 'word_start')
    ? typeof first(fields, 'word') === 'string' || typeof first(fields, 'text') === 'string'
    : has(fields, 'started') && typeof first(fields, 'word') === 'string';

/** `{"id": …, "audio_url": "", "aligned_words": […]}`: the words of a song, and no song. */
const holdsTimedWords = ({ inside }: Fields): boolean =>
  inside.some(({ value }) => {
    const one: unknown = Array.isArray(value) ? value.find(isPlain) : undefined;
    return isPlain(one) && isTimedWord(readFields(one));
  });

/** A URL of its own for its audio, or of a stream of it. */
export function hasAudio(fields: Fields, place: Surroundings): boolean {
  if (find(fields, 'audio', isSongUrl) ?? find(fields, 'stream', isSongUrl) ?? false) return true;
  const file = first(fields, 'file_info');
  if (isPlain(file) && find(readFields(file), 'audio', isSongUrl) !== null) return true;
  return readBareUrl(fields, place) !== null;
}

/** The names that an object may have beside a bare `url`: it has else only a state, or is one of a list of files. */
const BESIDE_URL = ['url', 'status'] as const satisfies readonly Field[];

/** A `url` is a file's where its extension says so and nothing else stands beside it, files stand, or a flat task ends. */
export function readBareUrl(fields: Fields, place: Surroundings): string | null {
  const url = readUrl(first(fields, 'url'));
  if (url === null || !AUDIO_FILES.has(extensionOf(url))) return null;
  const isNamed = namesTask(fields) || first(fields, 'id') !== undefined;
  if (isNamed && first(fields, 'status') !== undefined) return url;
  if (namesTask(fields)) return null;
  const bare = fields.size <= count(fields, BESIDE_URL);
  return bare || place.listed || RESULT_KEYS.has(place.key) || isAboutAudio(place.key) ? url : null;
}

const isSongUrl = (value: unknown): true | null => (readUrl(urlOf(value)) === null ? null : true);

/** `{"url": "https://…"}` stands for its URL. */
export const urlOf = (value: unknown): unknown => (isPlain(value) ? first(readFields(value), 'url') : value);

/** A task may repeat its first clip's URL beside its clips: then it is a task and no clip. */
function listsItsClips(fields: Fields): boolean {
  if (!fields.inside.some(({ key }) => RESULT_KEYS.has(key))) return false;
  if (!namesTask(fields) && first(fields, 'id') === undefined) return false;
  const own = find(fields, 'audio', readUrl) ?? find(fields, 'stream', readUrl) ?? find(fields, 'url', readUrl);
  const isTask = namesTask(fields) && count(fields, TASK_SIGNS) > 0;
  return clipsInside(fields, 0).some(
    (clip) => (isTask && first(clip, 'id') !== undefined) || (own !== null && find(clip, 'audio', readUrl) === own),
  );
}

/** More than an envelope and a list within a task are not looked into for this. */
const DEEPEST_LIST = 3;

function clipsInside(fields: Fields, depth: number): Fields[] {
  if (depth > DEEPEST_LIST) return [];
  return fields.inside
    .filter(({ key }) => RESULT_KEYS.has(key))
    .flatMap(({ key, value }) => {
      const inner = typeof value === 'string' ? readJsonText(value) : value;
      if (Array.isArray(inner)) return clipsOf(inner);
      if (!isPlain(inner)) return [];
      return CLIP_LISTS.has(key) ? clipsOf(Object.values(inner)) : clipsInside(readFields(inner), depth + 1);
    });
}

const clipsOf = (items: readonly unknown[]): Fields[] =>
  items
    .filter(isPlain)
    .map(readFields)
    .filter((item) => find(item, 'audio', isSongUrl) !== null);

/** A clip that has no audio yet, or never will: by an empty place for it, by ids, or by what only clips have. */
function isWaitingClip(fields: Fields, place: Surroundings, named: boolean): boolean {
  if (count(fields, TASK_SIGNS) > 1) return false;
  const id = CLIP_IDS.some((field) => first(fields, field) !== undefined);
  const known = id || first(fields, 'id') !== undefined;
  // One of a list: a clip that names its task, or has its task's id. By itself it would be the task that has not begun.
  if (named || namesTask(fields))
    return place.listed && known && hasEmptyPlace(fields) && (namesTask(fields) || count(fields, CLIP_SIGNS) > 0);
  if (place.besideRow) return false;
  const told = known || first(fields, 'status') !== undefined;
  if (hasEmptyPlace(fields) && (told || first(fields, 'title') !== undefined)) return true;
  if (!told || !(place.listed || place.mapped || place.key === '' || RESULT_KEYS.has(place.key))) return false;
  if (place.besideClip || id || count(fields, CLIP_SIGNS) > 1) return true;
  if (has(fields, 'text') || place.inLyricsTask) return false;
  if (CLIP_LISTS.has(place.key) || place.mapped)
    return fields.inside.every(({ key }) => key === 'metadata' || key === 'tags');
  return hasClipMetadata(fields) && first(fields, 'error_message') === undefined;
}

/** An empty place for a URL. A list in that place is no URL of one clip. */
const hasEmptyPlace = (fields: Fields): boolean =>
  (['audio', 'stream'] as const).some(
    (field) => has(fields, field) && typeof (first(fields, field) ?? '') === 'string',
  );

const OF_CLIP_METADATA = [
  'tags',
  'prompt',
  'duration',
  'description',
  'error_type',
  'error_message',
] as const satisfies readonly Field[];

function hasClipMetadata(fields: Fields): boolean {
  const metadata = metadataOf(fields);
  return metadata !== null && OF_CLIP_METADATA.some((field) => has(metadata, field));
}

/** `metadata` is part of its clip or task, as an object or as JSON text. */
export function metadataOf(fields: Fields): Fields | null {
  const metadata = first(fields, 'metadata');
  const inner = typeof metadata === 'string' ? readJsonText(metadata) : metadata;
  return isPlain(inner) ? readFields(inner) : null;
}

export const readTaskId = (fields: Fields): string | null => readText(first(fields, 'task_id'), LONGEST_ID);
export const readOwnId = (fields: Fields): string | null => readText(first(fields, 'id'), LONGEST_ID);

/** The task calls itself one of lyrics: what stands in its lists and has no audio is no clip. */
export const isLyricsAction = (action: unknown): boolean =>
  typeof action === 'string' && action.trim().toLowerCase() === 'lyrics';
