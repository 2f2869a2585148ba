// Pure: the names under which vendors keep each thing (UPSTREAM 3 and 4), and one pass that sorts an object's values by them.

/** What may be found under which keys, the preferred one first. Every name counts in snake_case and in camelCase. */
const KEYS = {
  task_id: ['task_id', 'task_batch_id'],
  clip_id: ['clip_id'],
  id: ['id'],
  status: ['status', 'state', 'task_status'],
  title: ['title'],
  audio: ['audio_url', 'cld2_audio_url', 'audio', 'song_url'],
  stream: ['stream_audio_url', 'stream_url'],
  cover: ['image_large_url', 'image_url', 'cld2_image_url'],
  video: ['video_url', 'cld2_video_url'],
  duration: ['duration'],
  tags: ['tags', 'style'],
  prompt: ['prompt'],
  lyric: ['lyric', 'lyrics'],
  text: ['text'],
  description: ['gpt_description_prompt'],
  artist: ['display_name'],
  model: ['model_name', 'mv', 'model'],
  model_version: ['major_model_version'],
  video_pending: ['is_video_pending'],
  metadata: ['metadata', 'meta_data'],
  error_message: ['error_message'],
  error_type: ['error_type'],
  fail_reason: ['fail_reason'],
  error: ['error'],
  result_url: ['result_url'],
  submitted: ['submit_time', 'submitted_at'],
  started: ['start_time', 'started_at'],
  finished: ['finish_time', 'finished_at', 'ended_at', 'end_time', 'completed_at', 'complete_time'],
  created: ['created_at', 'create_time'],
  updated: ['updated_at', 'update_time'],
  progress: ['progress'],
  action: ['action'],
  notify_hook: ['notify_hook'],
  code: ['code'],
} as const satisfies Record<string, readonly string[]>;

export type Concept = keyof typeof KEYS;

/** Concepts that are evidence by being there at all, even empty: one bit each, gathered while the values are sorted. */
const MARKS = {
  submitted: 1,
  started: 2,
  finished: 4,
  fail_reason: 8,
  action: 16,
  progress: 32,
  notify_hook: 64,
  cover: 128,
  video: 256,
  duration: 512,
  description: 1024,
  artist: 2048,
  model_version: 4096,
  video_pending: 8192,
} as const satisfies Partial<Record<Concept, number>>;
/** Keys that tasks have and clips do not. */
const OF_TASKS = 127;
/** Keys that clips have before they have any URL; one alone may be an echo of the request. */
const OF_CLIPS = 16_256;

/** Never looked into: a request's echo is no result, and what surrounds a clip is no other clip of its task. */
const CLOSED = [
  'input',
  'param',
  'params',
  'request',
  'request_body',
  'properties',
  'history',
  'concat_history',
  'media_urls',
] as const;

/** One object's values: `slots` by index of key, `inside` the objects, lists and JSON texts that may hold more. */
export interface Sorted {
  readonly raw: object;
  readonly slots: readonly unknown[];
  readonly inside: readonly Inner[];
  readonly marks: number;
}
export interface Inner {
  readonly key: string;
  readonly value: object | string;
}

const CLOSED_SLOT = -1;

interface Index {
  readonly slotOf: ReadonlyMap<string, number>;
  readonly markOf: readonly number[];
  readonly ranges: Readonly<Record<Concept, readonly [from: number, to: number]>>;
}

/** Every spelling of every key has its slot; the slots of one concept stand together, in order of preference. */
function indexKeys(): Index {
  const slotOf = new Map<string, number>();
  const markOf: number[] = [];
  const ranges = {} as Record<Concept, readonly [from: number, to: number]>;
  for (const [concept, names] of Object.entries(KEYS) as [Concept, readonly string[]][]) {
    ranges[concept] = [markOf.length, markOf.length + names.length];
    for (const name of names) {
      slotOf.set(name, markOf.length).set(camelCase(name), markOf.length);
      markOf.push((MARKS as Partial<Record<Concept, number>>)[concept] ?? 0);
    }
  }
  for (const name of CLOSED) {
    for (const spelling of [name, camelCase(name)]) if (!slotOf.has(spelling)) slotOf.set(spelling, CLOSED_SLOT);
  }
  return { slotOf, markOf, ranges };
}

const { slotOf, markOf, ranges } = indexKeys();
const SLOTS = markOf.length;

const NOTHING: readonly Inner[] = [];

export function sortValues(raw: object): Sorted {
  const slots: unknown[] = new Array<unknown>(SLOTS);
  let inside: Inner[] | undefined;
  let marks = 0;
  const values = raw as Record<string, unknown>;
  for (const key in values) {
    const value = values[key];
    const slot = slotOf.get(key);
    if (slot === CLOSED_SLOT) continue;
    if (slot !== undefined) {
      marks |= markOf[slot] ?? 0;
      const before = slots[slot];
      // Both spellings at once: an empty one must not hide the other.
      if (before === undefined || before === null || before === '') slots[slot] = value;
    }
    if (
      typeof value === 'object' ? value !== null : slot === undefined && typeof value === 'string' && mayBeJson(value)
    ) {
      (inside ??= []).push({ key, value: value as object | string });
    }
  }
  return { raw, slots, inside: inside ?? NOTHING, marks };
}

/** The first value that is set, in the table's order. */
export function first(sorted: Sorted, concept: Concept): unknown {
  const [from, to] = ranges[concept];
  const slots = sorted.slots;
  for (let slot = from; slot < to; slot++) {
    const value = slots[slot];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** The same over several objects. */
export function firstOf(states: readonly Sorted[], concept: Concept): unknown {
  for (const state of states) {
    const value = first(state, concept);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The first value of a concept, in the table's order, of which `read` makes anything. */
export function find<T>(sorted: Sorted, concept: Concept, read: (value: unknown) => T | null): T | null {
  const [from, to] = ranges[concept];
  for (let slot = from; slot < to; slot++) {
    const value = sorted.slots[slot];
    if (value === undefined || value === null || value === '') continue;
    const result = read(value);
    if (result !== null) return result;
  }
  return null;
}

/** Whether any of a concept's keys is there, even with nothing in it. */
export function has(sorted: Sorted, concept: Concept): boolean {
  const [from, to] = ranges[concept];
  for (let slot = from; slot < to; slot++) if (sorted.slots[slot] !== undefined) return true;
  return false;
}

export const taskSigns = ({ marks }: Sorted): number => countBits(marks & OF_TASKS);
export const clipSigns = ({ marks }: Sorted): number => countBits(marks & OF_CLIPS);

function countBits(marks: number): number {
  let count = 0;
  for (let left = marks; left !== 0; left &= left - 1) count++;
  return count;
}

/** Most texts are titles and URLs: only those that begin like JSON are kept for a closer look. */
function mayBeJson(text: string): boolean {
  const start = text.charCodeAt(0);
  return start === 0x7b || start === 0x5b || start <= 0x22;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
