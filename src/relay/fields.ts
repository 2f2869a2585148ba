// Pure: the names under which vendors keep each thing, which are closed, and one pass that reads an object by them.

/** What may be found under which keys, the preferred one first. Every name counts in all its spellings. */
export const KEYS = {
  task_id: ['task_id', 'job_id', 'task_batch_id'],
  clip_id: ['clip_id'],
  music_id: ['music_id'],
  song_id: ['audio_id', 'custom_id'],
  id: ['id'],
  status: ['status', 'state', 'task_status', 'success_flag'],
  title: ['title'],
  audio: [
    'audio_url',
    'cld2_audio_url',
    'audio',
    'song_url',
    'mp3_url',
    'file_url',
    'wav_url',
    'wav_file_url',
    'audio_wav_url',
  ],
  url: ['url'],
  stream: ['stream_audio_url', 'stream_url'],
  cover: ['image_large_url', 'image_url', 'cld2_image_url'],
  thumbnail: ['thumbnail'],
  video: ['video_url', 'cld2_video_url'],
  file_info: ['file_info'],
  duration: ['duration'],
  tags: ['tags', 'style'],
  prompt: ['prompt'],
  lyric: ['lyric', 'lyrics'],
  text: ['text'],
  word: ['word'],
  word_start: ['start_s', 'start'],
  description: ['gpt_description_prompt'],
  artist: ['display_name'],
  model: ['model_name', 'mv', 'model'],
  model_version: ['major_model_version'],
  video_pending: ['is_video_pending'],
  stem: ['stem_type_group_name', 'stem_type'],
  parent: ['edited_clip_id', 'stem_from_id', 'cover_clip_id', 'continue_clip_id'],
  metadata: ['metadata', 'meta_data'],
  error_message: ['error_message', 'fail_msg', 'err_msg', 'error_msg', 'errormsg'],
  error_type: ['error_type'],
  fail_reason: ['fail_reason'],
  error: ['error'],
  result_url: ['result_url'],
  message: ['message', 'msg'],
  submitted: ['submit_time', 'submitted_at'],
  started: ['start_time', 'started_at'],
  finished: ['finish_time', 'finished_at', 'ended_at', 'end_time', 'completed_at', 'complete_at', 'complete_time'],
  created: ['created_at', 'create_at', 'create_time', 'created'],
  updated: ['updated_at', 'update_time'],
  progress: ['progress'],
  action: ['action'],
  notify_hook: ['notify_hook'],
  code: ['code'],
  success: ['success'],
} as const satisfies Record<string, readonly string[]>;

export type Field = keyof typeof KEYS;

/** Fields that tasks have and clips do not. */
export const TASK_SIGNS = [
  'submitted',
  'started',
  'finished',
  'fail_reason',
  'action',
  'progress',
  'notify_hook',
] as const satisfies readonly Field[];

/** Fields that name a clip and nothing else, the preferred one first. */
export const CLIP_IDS = ['clip_id', 'music_id', 'song_id'] as const satisfies readonly Field[];

/** Fields that clips have before they have any audio; one alone may be an echo of the request. */
export const CLIP_SIGNS = [
  'cover',
  'video',
  'duration',
  'description',
  'artist',
  'model_version',
  'video_pending',
] as const satisfies readonly Field[];

/** One voice of a song under a key of its own, such as `vocal_url`, `backingVocalsUrl` and `drums`. */
export const VOICES = [
  'vocal',
  'vocals',
  'lead_vocal',
  'lead_vocals',
  'backing_vocal',
  'backing_vocals',
  'instrumental',
  'accompaniment',
  'drum',
  'drums',
  'bass',
  'guitar',
  'keyboard',
  'piano',
  'strings',
  'synth',
  'percussion',
  'brass',
  'woodwinds',
  'fx',
] as const;

/**
 * What went in is never what came out: nothing is read under a key that begins with one of these, in any spelling
 * (`source_clip`, `Source-Clip`, `sourceclip`), be it an object, a list or JSON text, …
 */
export const INPUTS = [
  'input',
  'prompt',
  'request',
  'param',
  'payload',
  'args',
  'arguments',
  'properties',
  'source',
  'reference',
  'refaudio',
  'upload',
  'persona',
  'voice',
  'user',
  'creator',
  'continue',
  'coverclip',
  'editedclip',
  'stemfrom',
  'histor',
  'recommend',
  'parent',
  'mediaurls',
  'originurl',
  'original',
  'similar',
  'related',
] as const;

/** … nor under one that ends with one of these: `task_params`, `audioInput`. */
export const INPUT_ENDINGS = [
  'input',
  'request',
  'param',
  'payload',
  'args',
  'arguments',
  'properties',
  'persona',
  'user',
  'creator',
  'history',
  'parent',
] as const;

/** Where relays put what came out; elsewhere less is taken for a clip or for lyrics. */
export const RESULT_KEYS = inEverySpelling([
  'data',
  'result',
  'results',
  'result_json',
  'response',
  'output',
  'outputs',
  'task',
  'tasks',
  'list',
  'items',
  'records',
  'clip',
  'clips',
  'song',
  'songs',
  'tracks',
  'music',
  'musics',
  'suno_data',
]);

/** Under these keys even an object without any URL is a clip: it has not been begun. */
export const CLIP_LISTS = inEverySpelling(['clips', 'songs', 'tracks', 'musics', 'suno_data', 'items']);

/** One object's values: `slots` by index of key, `voices` the keyed ones, `inside` what may hold more; `size`: how many keys it has. */
export interface Fields {
  readonly raw: object;
  readonly size: number;
  readonly slots: readonly unknown[];
  readonly voices: readonly Voice[];
  readonly inside: readonly Inner[];
}
export interface Inner {
  readonly key: string;
  readonly value: object | string;
}
export interface Voice {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

interface Index {
  readonly slotOf: ReadonlyMap<string, number>;
  readonly ranges: Readonly<Record<Field, readonly [from: number, to: number]>>;
}

/** Every name has its slot; the slots of one field stand together, in order of preference. */
function indexKeys(): Index {
  const slotOf = new Map<string, number>();
  const ranges = {} as Record<Field, readonly [from: number, to: number]>;
  let size = 0;
  for (const [field, names] of Object.entries(KEYS) as [Field, readonly string[]][]) {
    ranges[field] = [size, size + names.length];
    for (const name of names) {
      for (const spelling of spellings(name)) slotOf.set(spelling, size);
      size++;
    }
  }
  return { slotOf, ranges };
}

const { slotOf, ranges } = indexKeys();
const SLOTS = Object.values(KEYS).flat().length;
const voiceOf: ReadonlyMap<string, string> = new Map(
  VOICES.flatMap((voice) => [voice, `${voice}_url`].flatMap(spellings).map((key) => [key, nameOf(voice)] as const)),
);
const NOTHING: readonly never[] = [];
const [resultUrl] = ranges.result_url;

export function readFields(raw: object): Fields {
  const slots: unknown[] = new Array<unknown>(SLOTS);
  let voices: Voice[] | undefined;
  let inside: Inner[] | undefined;
  let size = 0;
  const values = raw as Record<string, unknown>;
  for (const key in values) {
    size++;
    const value = values[key];
    const slot = slotOf.get(key);
    if (slot !== undefined) {
      const before = slots[slot];
      // Both spellings at once: an empty one must not hide the other.
      if (before === undefined || before === null || before === '') slots[slot] = value;
    }
    const isText = typeof value === 'string';
    if (isText && slot === undefined) {
      const name = voiceOf.get(key);
      if (name !== undefined) (voices ??= []).push({ key, name, value });
    }
    const holdsMore = isText
      ? (slot === undefined || slot === resultUrl) && (mayBeJson(value) || isResultUrl(key, value))
      : typeof value === 'object' && value !== null;
    if (holdsMore && !isClosed(key)) (inside ??= []).push({ key, value: value as object | string });
  }
  return { raw, size, slots, voices: voices ?? NOTHING, inside: inside ?? NOTHING };
}

/** The first value that is set, in the table's order. */
export function first(fields: Fields, field: Field): unknown {
  const [from, to] = ranges[field];
  for (let slot = from; slot < to; slot++) {
    const value = fields.slots[slot];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** The same over several objects. */
export function firstOf(all: readonly Fields[], field: Field): unknown {
  for (const fields of all) {
    const value = first(fields, field);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The first value of a field, in the table's order, of which `read` makes anything. */
export function find<T>(fields: Fields, field: Field, read: (value: unknown) => T | null): T | null {
  const [from, to] = ranges[field];
  for (let slot = from; slot < to; slot++) {
    const value = fields.slots[slot];
    if (value === undefined || value === null || value === '') continue;
    const result = read(value);
    if (result !== null) return result;
  }
  return null;
}

/** Whether any of a field's keys is there, even with nothing in it. */
export function has(fields: Fields, field: Field): boolean {
  const [from, to] = ranges[field];
  for (let slot = from; slot < to; slot++) if (fields.slots[slot] !== undefined) return true;
  return false;
}

export const count = (fields: Fields, signs: readonly Field[]): number =>
  signs.reduce((total, field) => total + (has(fields, field) ? 1 : 0), 0);

const ABOUT_INPUT = new RegExp(`^(?:${INPUTS.join('|')})|(?:${INPUT_ENDINGS.join('|')})s?$`);

const isAboutInput = (key: string): boolean => ABOUT_INPUT.test(key.replace(/[^a-z]/gi, '').toLowerCase());

/** Most keys are known, and need no closer look. */
const OPEN_KEYS = new Set([...slotOf.keys(), ...RESULT_KEYS].filter((key) => !isAboutInput(key)));

/** Whether a key is about what went in. */
export const isClosed = (key: string): boolean => !OPEN_KEYS.has(key) && isAboutInput(key);

/** Most texts are titles and URLs: only those that begin like JSON are kept for a closer look. */
function mayBeJson(text: string): boolean {
  const start = text.charCodeAt(0);
  return start === 0x7b || start === 0x5b || start <= 0x22;
}

/** `"output": "https://…/1.mp3"` */
const isResultUrl = (key: string, text: string): boolean => text.startsWith('http') && mayHoldFiles(key);

/** Keys of URLs that may be anything: only an extension tells. */
const ABOUT_FILES = /^(results?|outputs?|files?|downloads?|music|tracks?)[_-]?(urls?|links?)$/i;

export const mayHoldFiles = (key: string): boolean => RESULT_KEYS.has(key) || ABOUT_FILES.test(key);

/** `audio_url`, `audioUrl`, `AudioUrl`, `audioURL`, `audio-url`, `AUDIO_URL`. */
export function spellings(name: string): string[] {
  const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const acronym = camel.replace(/(Id|Url)$/, (word) => word.toUpperCase());
  return [name, camel, capital(camel), acronym, capital(acronym), name.replaceAll('_', '-'), name.toUpperCase()];
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

export function inEverySpelling(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap(spellings));
}

/** `backing_vocals` → `Backing Vocals`. */
function nameOf(voice: string): string {
  return voice.replace(/(^|_)([a-z])/g, (_, gap: string, letter: string) => (gap && ' ') + letter.toUpperCase());
}
