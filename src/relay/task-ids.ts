// Pure: which tasks a saved answer of any dialect tells of, when nobody can say which were asked for.
import { isId } from '../model/id.ts';
import type { Reading } from '../model/task.ts';
import { readBatch } from './batch.ts';
import { isPlain } from '../lib/json.ts';
import { first, sortValues, type Sorted } from './fields.ts';
import { isLyrics } from './lyrics.ts';
import { readJsonText, readText } from './values.ts';
import { isClip, isFlatTask, isTask } from './shape.ts';

export interface TaskIn {
  readonly id: string;
  readonly reading: Reading;
  /** The vendor's own value for the task. */
  readonly row: unknown;
}

/** As deep and as far as an answer is searched for what its tasks hold (search.ts). */
const DEEPEST = 20;
const MOST_VISITS = 50_000;
/** One code unit more than an id may have: what is longer is told apart from what was cut. */
const LONGEST_ID = 401;

/** A key that may be a task's id and no word of any format: `1264818594046181786`, `60c7b051-…`, `task_cxu6…`. */
const ID_LIKE = /^(?=.*\d)[\w-]{6,200}$/;
/** What is keyed by id under these keys are clips. */
const CLIP_MAPS = new Set(['clips', 'songs', 'tracks', 'sunoData', 'suno_data', 'items', 'audio_urls', 'audioUrls']);

/** In the order in which the answer names them. */
export function tasksIn(answer: unknown, vendorKey: string | null = null): TaskIn[] {
  const { found } = readBatch(answer, taskIdsIn(answer), vendorKey);
  return [...found].map(([id, { reading, row }]) => ({ id, reading, row }));
}

/** Where a value lies: the key that names this one thing, and whether it is one of a list. */
interface Place {
  readonly name: string | null;
  readonly listed: boolean;
}

/** The ids under which tasks lie in a value, each once. Ids inside a named task are its clips' or an outer vendor's. */
export function taskIdsIn(value: unknown): string[] {
  const ids = new Set<string>();
  let visits = 0;
  visit(value, { name: null, listed: false }, 0);
  return [...ids];

  /** Answers whether a task was found. */
  function visit(inner: unknown, place: Place, depth: number): boolean {
    if (depth > DEEPEST || ++visits > MOST_VISITS) return false;
    if (typeof inner === 'string') {
      const parsed = readJsonText(inner);
      return parsed !== undefined && visit(parsed, place, depth + 1);
    }
    if (Array.isArray(inner)) return visitList(inner, place, depth);
    return isPlain(inner) && visitObject(sortValues(inner), place, depth);
  }

  function visitList(items: readonly unknown[], { name }: Place, depth: number): boolean {
    let found = false;
    for (const item of items) found = visit(item, { name: null, listed: true }, depth + 1) || found;
    // `{"<task id>": [clip, clip]}`
    const holdsClip = (item: unknown): boolean => isPlain(item) && isClip(sortValues(item), false);
    return found || (name !== null && items.some(holdsClip) && add(name));
  }

  function visitObject(sorted: Sorted, { name, listed }: Place, depth: number): boolean {
    if (add(readText(first(sorted, 'task_id'), LONGEST_ID))) return true;
    let found = false;
    for (const { key, value: inner } of sorted.inside) {
      const names = CLIP_MAPS.has(key) || (ID_LIKE.test(key) && (name === null || !CLIP_MAPS.has(name)));
      found = visit(inner, { name: names ? key : null, listed: false }, depth + 1) || found;
    }
    // A wrapper around rows that name themselves is no row.
    if (found) return true;
    if (isRow(sorted, listed) && add(readText(first(sorted, 'id'), LONGEST_ID))) return true;
    return first(sorted, 'status') !== undefined && !isClip(sorted, false) && add(name);
  }

  function add(id: string | null): boolean {
    if (id === null || !isId(id) || CLIP_MAPS.has(id)) return false;
    ids.add(id);
    return true;
  }
}

/** Whether the object's `id` is a task's. Relays give a lone lyrics object its task's; variants in a list have their own. */
function isRow(sorted: Sorted, listed: boolean): boolean {
  if (isClip(sorted, false)) return isFlatTask(sorted);
  if (isTask(sorted)) return true;
  if (isLyrics(sorted)) return !listed;
  return first(sorted, 'status') !== undefined && !isClip(sorted, true);
}
