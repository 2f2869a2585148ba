// Pure: a JSON value → the saved answers and task ids in it. What an answer means, the relays' reader decides.
import { isId } from '../model/id.ts';
import type { Reading } from '../model/task.ts';
import { readTask } from '../relay/normalize.ts';
import { taskIdsIn, tasksIn } from '../relay/task-ids.ts';
import { isNamedId, isPlainlyId, isRounded, mayBeId } from './id-words.ts';
import { idsInLine } from './lines.ts';
import { parseJson } from './scan.ts';
import { withoutColours } from './colours.ts';

/** As deep as the server looks. */
const DEEPEST = 20;
/** A longer list is none of one task's clips. */
const CLIPS_MAX = 200;

/** A line of a log: what it says of how things went is said of the program. */
const OF_LOGS = new Set(['level', 'severity', 'levelname', 'lvl', 'loglevel', 'log_level', '@timestamp', 'logger']);
/** Under these names whatever is a text is a task's id. */
const NAMES_TASK = /^(?:suno_?)?(?:task_?(?:batch_?)?ids?|ids)$/i;
/** Under these what looks like one. */
const MAY_BE_TASKS = /^(?:tasks?|listed)$/i;
const LISTED = 'listed';
const OWN_ID = /^task_?(?:batch_?)?id$/i;
const NAMES_OTHERS =
  /(?:request|req|trace|span|parent|correlation|session|user|account|client|customer|channel|clip|song|message|event|device|order|run|token|key|hash|sha|etag|commit)[_-]?(?:uu)?(?:id)?s?$/i;

type Plain = Readonly<Record<string, unknown>>;
export interface Held {
  readonly answers: unknown[];
  readonly ids: string[];
  /** Ids that cannot be sent: a spreadsheet or a program has rounded them. */
  readonly rounded: string[];
}

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text that is JSON, as vendors hide it in texts, or the value itself. */
function opened(value: unknown): unknown {
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

/** What the relays' reader makes of a value: of each task that it names, else of the one that it may be about. */
export function readingsOf(value: unknown): Reading[] {
  const tasks = tasksIn(value).map(({ reading }) => reading);
  if (tasks.length > 0) return tasks;
  const lone = readTask(value, '');
  return lone.ok ? [lone.value] : [];
}

/** Songs or words are there: it is worth keeping even where its task is not. */
export const hasResults = (value: unknown): boolean =>
  readingsOf(value).some(({ clips, lyrics_variants }) => clips.length > 0 || lyrics_variants.length > 0);

export function heldIn(value: unknown): Held {
  const held: Held = { answers: [], ids: [], rounded: [] };
  visit(opened(value), null, 0);
  return held;

  function visit(inner: unknown, name: string | null, depth: number): void {
    if (depth > DEEPEST) return;
    if (Array.isArray(inner)) visitList(inner, name, depth);
    else if (isPlain(inner)) visitObject(inner, depth);
    else if (typeof inner === 'string' || typeof inner === 'number')
      visitScalar(String(inner).trim(), name, typeof inner === 'string');
  }

  function visitList(list: readonly unknown[], name: string | null, depth: number): void {
    for (const group of groupsOf(list)) {
      if (group.length > 1 && areClips(group)) held.answers.push(group);
      else for (const item of group) visit(opened(item), name ?? LISTED, depth + 1);
    }
  }

  function visitObject(plain: Plain, depth: number): void {
    const own = ownIdIn(plain);
    if (own !== null) return void held.ids.push(own);
    const bodies = bodiesIn(plain);
    if (bodies !== null) return bodies.forEach((body) => visit(opened(body), null, depth + 1));
    if (!holdsOwn(plain, 0) && tells(plain)) return void held.answers.push(plain);
    const states = holdsOwn(plain, 0) ? [] : taskIdsIn(plain).filter((id) => isNamedId(id));
    // What lies around and inside of tasks that the reader sees is theirs.
    if (states.length > 0) return void held.ids.push(...states);
    const before = held.ids.length + held.rounded.length;
    for (const [key, inner] of Object.entries(plain))
      if (NAMES_TASK.test(key) || /^tasks?$/i.test(key)) visit(opened(inner), key, depth + 1);
    if (held.ids.length + held.rounded.length > before) return;
    for (const [key, inner] of Object.entries(plain)) {
      if (isPlainlyId(key)) held.ids.push(key);
      if (NAMES_OTHERS.test(key)) continue;
      // `{"code": "success", "data": "<task id>"}` is the answer to a submit.
      const named = key === 'id' || (key === 'data' && 'code' in plain) ? LISTED : key;
      visit(opened(inner), named, depth + 1);
    }
  }

  function visitScalar(given: string, name: string | null, isText: boolean): void {
    const text = withoutColours(given);
    const [named, listed] = [name !== null && NAMES_TASK.test(name), name !== null && MAY_BE_TASKS.test(name)];
    if (named ? isNamedId(text) : listed ? mayBeId(text) : isText && isPlainlyId(text)) held.ids.push(text);
    else if ((named || listed) && isRounded(text)) held.rounded.push(text);
    // In prose and in fields of other names only what shows itself counts.
    else if (named || listed || (isText && !mayBeId(text))) held.ids.push(...idsInLine(text));
  }
}

/** Clips that lie bare in a list are one answer for each task that they name; all else stands by itself. */
function groupsOf(list: readonly unknown[]): unknown[][] {
  const groups = new Map<unknown, unknown[]>();
  list.forEach((item, index) => {
    const id = isPlain(item) ? (ownTaskOf(item) ?? 'none') : index;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [item]);
    else group.push(item);
  });
  return [...groups.values()];
}

const ownTaskOf = (plain: Plain): string | null => {
  const id = Object.entries(plain).find(([key, value]) => OWN_ID.test(key) && value !== null && value !== '')?.[1];
  return id === undefined ? null : `of ${String(id)}`;
};

function areClips(group: readonly unknown[]): boolean {
  if (group.length > CLIPS_MAX) return false;
  const [first] = group;
  const named = isPlain(first) && ownTaskOf(first) !== null;
  if (!named && group.some((item) => taskIdsIn(item).length > 0)) return false;
  return (
    readingsOf(group).some(({ clips }) => clips.length > 0) &&
    !group.some((item) => isPlain(item) && ownIdIn(item) !== null)
  );
}

/** A task or a song as longplay itself shows it: it holds our links, not the vendor's answer. */
function ownIdIn(plain: Plain): string | null {
  const isTask = isPlain(plain['tracking']) && 'vendor_status' in plain;
  const id = isTask ? plain['id'] : 'slug' in plain && 'visibility' in plain ? plain['task_id'] : null;
  return typeof id === 'string' && isId(id) ? id : null;
}

/** Such as longplay's own lists and answers. */
function holdsOwn(value: unknown, depth: number): boolean {
  if (depth > OWN_DEPTH || typeof value !== 'object' || value === null) return false;
  if (isPlain(value) && ownIdIn(value) !== null) return true;
  return Object.values(value).some((inner) => holdsOwn(inner, depth + 1));
}
const OWN_DEPTH = 3;

/** What a browser’s recording (HAR 1.2) has of each request: the answer, else its address. */
function bodiesIn(plain: Plain): unknown[] | null {
  const log = plain['log'];
  if (!isPlain(log) || !Array.isArray(log['entries'])) return null;
  return log['entries'].flatMap((entry: unknown) => {
    if (!isPlain(entry) || !isPlain(entry['request'])) return [];
    const { url, postData } = entry['request'];
    const content = isPlain(entry['response']) ? entry['response']['content'] : null;
    const text = isPlain(content) ? content['text'] : null;
    const body =
      typeof text !== 'string' ? null : isPlain(content) && content['encoding'] === 'base64' ? fromBase64(text) : text;
    const sent = isPlain(postData) ? postData['text'] : null;
    const held = body === null ? null : heldIn(body);
    return held !== null && held.answers.length + held.ids.length > 0 ? [body] : [url, sent];
  });
}

function fromBase64(text: string): string | null {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));
  } catch {
    // InvalidCharacterError: no base64.
    return null;
  }
}

/**
 * Whether a value says how a task went: it holds clips, lyrics or timed words, or a task's state that is more than a word. A success that
 * holds nothing is asked for again rather than believed: as an answer it would end the task without its songs.
 */
function tells(plain: Plain): boolean {
  const isLog = Object.keys(plain).some((key) => OF_LOGS.has(key));
  const enclosed = 'code' in plain && 'data' in plain;
  return readingsOf(plain).some((reading) => {
    if (reading.clips.length > 0) return true;
    if (isLog) return false;
    if (reading.lyrics_variants.length > 0 || reading.timed_words) return true;
    if (reading.status === 'succeeded' || reading.status === 'unknown' || taskIdsIn(plain).length === 0) return false;
    const { submitted_at, started_at, finished_at, progress, failure, kind } = reading;
    const more = [submitted_at, started_at, finished_at, progress, failure].some((fact) => fact !== null);
    return more || kind !== 'unknown' || enclosed;
  });
}
