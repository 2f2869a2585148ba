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
}
export interface Inner {
  readonly key: string;
  readonly value: object | string;
}

const CLOSED_SLOT = -1;
const slotOf = new Map<string, number>();
const ranges = {} as Record<Concept, readonly [from: number, to: number]>;
let slotCount = 0;
for (const [concept, names] of Object.entries(KEYS) as [Concept, readonly string[]][]) {
  ranges[concept] = [slotCount, slotCount + names.length];
  for (const name of names) {
    slotOf.set(name, slotCount).set(camelCase(name), slotCount);
    slotCount++;
  }
}
for (const name of CLOSED) {
  for (const spelling of [name, camelCase(name)]) if (!slotOf.has(spelling)) slotOf.set(spelling, CLOSED_SLOT);
}
const SLOTS = slotCount;

const NOTHING: readonly Inner[] = [];

export function sortValues(raw: object): Sorted {
  const slots: unknown[] = new Array<unknown>(SLOTS);
  let inside: Inner[] | undefined;
  const values = raw as Record<string, unknown>;
  for (const key in values) {
    const value = values[key];
    const slot = slotOf.get(key);
    if (slot === CLOSED_SLOT) continue;
    if (slot !== undefined) {
      const before = slots[slot];
      // Both spellings at once: an empty one must not hide the other.
      if (before === undefined || before === null || before === '') slots[slot] = value;
    }
    if (typeof value === 'object' ? value !== null : slot === undefined && typeof value === 'string' && mayBeJson(value)) {
      (inside ??= []).push({ key, value: value as object | string });
    }
  }
  return { raw, slots, inside: inside ?? NOTHING };
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

/** Every value under a concept's keys, in the table's order, unset ones too. */
export function each(sorted: Sorted, concept: Concept): unknown[] {
  const [from, to] = ranges[concept];
  return sorted.slots.slice(from, to);
}

/** Whether any of a concept's keys is there, even with nothing in it. */
export function has(sorted: Sorted, concept: Concept): boolean {
  const [from, to] = ranges[concept];
  for (let slot = from; slot < to; slot++) if (sorted.slots[slot] !== undefined) return true;
  return false;
}

/** Most texts are titles and URLs: only those that begin like JSON are kept for a closer look. */
function mayBeJson(text: string): boolean {
  const start = text.charCodeAt(0);
  return start === 0x7b || start === 0x5b || start <= 0x20;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
