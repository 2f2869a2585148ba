// Pure: a JSON value → the saved answers and the task ids that it holds. The server decides in the end what an answer tells (src/relay/task-ids.ts).
import { isId, isNamedId, isPlainlyId, mayBeId } from './gather-id.js';
import { idsInLine } from './gather-lines.js';
import { parseJson } from './gather-scan.js';

/** As deep as the server looks. */
const DEEPEST = 20;

/** @param {string[]} names */
const both = (...names) =>
  new Set(names.flatMap((name) => [name, name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase())]));

// What vendors call each thing, as src/relay/fields.ts has it.
const TASK_ID = both('task_id', 'task_batch_id');
const AUDIO = both('audio_url', 'cld2_audio_url', 'audio', 'song_url', 'stream_audio_url', 'stream_url');
const STATUS = both('status', 'state', 'task_status');
const OF_TASKS = [
  both('submit_time', 'submitted_at'),
  both('start_time', 'started_at'),
  both('finish_time', 'finished_at', 'ended_at', 'end_time', 'completed_at', 'complete_time'),
  both('fail_reason'),
  both('action'),
  both('progress'),
  both('notify_hook'),
];
const OF_CLIPS = [
  both('image_large_url', 'image_url', 'cld2_image_url'),
  both('video_url', 'cld2_video_url'),
  both('duration'),
  both('gpt_description_prompt'),
  both('display_name'),
  both('major_model_version'),
  both('is_video_pending'),
  both('metadata', 'meta_data'),
];
const CLIP_ID = both('clip_id');
const LYRICS = both('text', 'lyric', 'lyrics');
const CLOSED = both('input', 'param', 'params', 'request', 'request_body', 'properties', 'history', 'concat_history');
const SUCCEEDED = /^(?:success|succeeded|succeed|completed?|finished|done|30)$/i;

/** A line of a log: what it says of how things went is said of the program. */
const OF_LOGS = new Set(['level', 'severity', 'levelname', 'lvl', 'loglevel', 'log_level', '@timestamp', 'logger']);
/** Under these names whatever is a text is a task's id. */
const NAMES_TASKS = both('task_id', 'task_ids', 'task_batch_id', 'ids', 'suno_task_id', 'task', 'tasks');
const NAMES_OTHERS =
  /(?:request|req|trace|span|parent|correlation|session|user|account|client|customer|channel|clip|song|message|event|device|order|run|token|key|hash|sha|etag|commit)[_-]?(?:uu)?(?:id)?s?$/i;

/** @typedef {Record<string, unknown>} Plain */
/**
 * @typedef {object} Held
 * @property {unknown[]} answers
 * @property {string[]} ids
 */

/** @param {unknown} value @returns {value is Plain} */
const isPlain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text that is JSON, as vendors hide it in texts, or the value itself. @param {unknown} value @returns {unknown} */
function opened(value) {
  if (typeof value !== 'string' || !/^\s*["[{]/.test(value)) return value;
  const parsed = parseJson(value);
  if (parsed !== undefined) return parsed;
  if (!/^\s*"\s*(?:\\"|[[{])/.test(value)) return value;
  try {
    return opened(JSON.parse(value));
  } catch {
    // SyntaxError: a text that only begins with a quotation mark.
    return value;
  }
}

/**
 * @param {unknown} value
 * @returns {Held}
 */
export function heldIn(value) {
  /** @type {Held} */
  const held = { answers: [], ids: [] };
  visit(opened(value), null, 0, true);
  return held;

  /**
   * @param {unknown} inner
   * @param {string | null} name
   * @param {number} depth
   * @param {boolean} mayTell False inside what tells nothing.
   */
  function visit(inner, name, depth, mayTell) {
    if (depth > DEEPEST) return;
    if (Array.isArray(inner)) visitList(inner, name, depth, mayTell);
    else if (isPlain(inner)) visitObject(inner, depth, mayTell);
    else if (typeof inner === 'string' || typeof inner === 'number') held.ids.push(...idsInScalar(inner, name));
  }

  /**
   * @param {unknown[]} list
   * @param {string | null} name
   * @param {number} depth
   * @param {boolean} mayTell
   */
  function visitList(list, name, depth, mayTell) {
    if (mayTell && list.some((item) => isPlain(item) && isClip(item)))
      for (const clips of clipsByTask(list)) held.answers.push(clips);
    else for (const item of list) visit(opened(item), name ?? 'ids of a list', depth + 1, mayTell);
  }

  /**
   * @param {Plain} plain
   * @param {number} depth
   * @param {boolean} mayTell
   */
  function visitObject(plain, depth, mayTell) {
    if (isOurs(plain)) return void held.ids.push(String(plain['id']));
    if (mayTell && tells(plain, 0, false)) return void held.answers.push(plain);
    const before = held.ids.length;
    for (const [key, inner] of Object.entries(plain))
      if (NAMES_TASKS.has(key)) visit(opened(inner), key, depth + 1, false);
    if (held.ids.length > before) return;
    for (const [key, inner] of Object.entries(plain)) {
      if (isPlainlyId(key)) held.ids.push(key);
      if (NAMES_OTHERS.test(key)) continue;
      // `{"code": "success", "data": "<task id>"}` is the answer to a submit.
      const named = key === 'data' && 'code' in plain ? 'ids of a list' : key === 'id' ? 'ids of a list' : key;
      visit(opened(inner), named, depth + 1, false);
    }
  }
}

/**
 * Clips that lie bare in a list are one answer for each task that they name.
 * @param {unknown[]} list
 */
function clipsByTask(list) {
  /** @type {Map<unknown, unknown[]>} */
  const groups = new Map();
  for (const item of list) {
    const id = isPlain(item) ? firstOf(item, TASK_ID) : undefined;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [item]);
    else group.push(item);
  }
  return groups.values();
}

/**
 * @param {string | number} scalar
 * @param {string | null} name
 */
function idsInScalar(scalar, name) {
  const text = String(scalar).trim();
  if (name !== null && NAMES_TASKS.has(name) && name !== 'tasks' && name !== 'task')
    return isNamedId(text) && !text.includes('://') ? [text] : idsInLine(text);
  if (name === 'ids of a list' || name === 'tasks' || name === 'task') return mayBeId(text) ? [text] : idsInLine(text);
  if (typeof scalar === 'number') return [];
  // In prose and in fields of other names only what shows itself counts.
  return isPlainlyId(text) ? [text] : mayBeId(text) ? [] : idsInLine(text);
}

/** A task as longplay itself shows it: it holds our links, not the vendor's answer. @param {Plain} plain */
const isOurs = (plain) =>
  isPlain(plain['tracking']) && 'vendor_status' in plain && typeof plain['id'] === 'string' && isId(plain['id']);

/**
 * Whether a value says how a task went: it holds clips or lyrics, or a task's state that is more than a word.
 * @param {unknown} value
 * @param {number} depth
 * @param {boolean} enclosed In a vendor's envelope.
 * @returns {boolean}
 */
function tells(value, depth, enclosed) {
  if (depth > DEEPEST) return false;
  const inner = opened(value);
  if (Array.isArray(inner)) return inner.some((item) => tells(item, depth + 1, enclosed));
  if (!isPlain(inner) || isOurs(inner)) return false;
  if (isClip(inner) || isLyrics(inner) || isTaskState(inner, enclosed)) return true;
  const envelope = enclosed || ('code' in inner && 'data' in inner);
  return Object.entries(inner).some(([key, one]) => !CLOSED.has(key) && tells(one, depth + 1, envelope));
}

/** @param {Plain} plain @param {ReadonlySet<string>} names */
const firstOf = (plain, names) => {
  for (const name of names) {
    const value = plain[name];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
};
/** @param {Plain} plain @param {ReadonlySet<string>} names */
const has = (plain, names) => [...names].some((name) => name in plain);
/** @param {Plain} plain @param {readonly ReadonlySet<string>[]} signs */
const count = (plain, signs) => signs.filter((names) => has(plain, names)).length;

/** @param {Plain} plain */
function isClip(plain) {
  for (const name of AUDIO) {
    const value = plain[name];
    const url = isPlain(value) ? value['url'] : value;
    if (typeof url === 'string' && /^\s*https?:\/\//i.test(url)) return true;
  }
  if (count(plain, OF_TASKS) > 1) return false;
  if (firstOf(plain, CLIP_ID) !== undefined && (has(plain, STATUS) || has(plain, AUDIO))) return true;
  const known = 'id' in plain || has(plain, STATUS);
  return known && ([...AUDIO].some((name) => name in plain && !isPlain(plain[name])) || count(plain, OF_CLIPS) > 1);
}

/** @param {Plain} plain */
function isLyrics(plain) {
  const words = firstOf(plain, LYRICS);
  if (typeof words !== 'string' || isLogLine(plain)) return false;
  return has(plain, STATUS) || 'title' in plain || 'tags' in plain;
}

/** @param {Plain} plain */
const isLogLine = (plain) => Object.keys(plain).some((key) => OF_LOGS.has(key));

/**
 * A success that holds nothing is asked for again rather than believed: as an answer it would end the task without its songs.
 * @param {Plain} plain
 * @param {boolean} enclosed
 */
function isTaskState(plain, enclosed) {
  const status = firstOf(plain, STATUS);
  const id = firstOf(plain, TASK_ID) ?? plain['id'];
  if (status === undefined || id === undefined || !isId(String(id)) || isLogLine(plain)) return false;
  if (SUCCEEDED.test(String(status).trim())) return false;
  return enclosed || count(plain, OF_TASKS) > 0;
}
