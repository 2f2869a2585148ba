// Pure: the ids of the tasks that a vendor's answer to a submit names (UPSTREAM 1), in whatever form.
import { isId } from '../model/id.ts';
import { isOkCode } from './code.ts';
import { isPlain } from '../lib/json.ts';
import { first, sortValues, type Sorted } from './fields.ts';
import { readJsonText, readText } from './values.ts';
import { isClip } from './shape.ts';
import { readTaskStatus } from './status.ts';

const DEEPEST = 8;
const MOST_IDS = 100;
/** One code unit more than an id may have: what is longer is told apart from what was cut. */
const LONGEST_ID = 401;

/** Under these keys a bare text or number is a task's id. */
const NAMES_TASKS = ['data', 'result', 'task', 'tasks', 'task_ids', 'taskIds', 'ids'];
/** No sentence, no URL, no word with which a vendor says that all is well. */
const BARE_ID = /^(?!\w+:\/\/)[\w.:~+/=@-]+$/;
const NO_ID = /^(?:ok|true|false|null|none|undefined|[01])$/i;

/** Null: the vendor refused. Empty: it did not, and names none. */
export function submittedIds(status: number, answer: unknown): string[] | null {
  if (status >= 400) return null;
  const ids = new Set<string>();
  return visit(answer, 0) ? [...ids].slice(0, MOST_IDS) : null;

  /** False: an error. */
  function visit(value: unknown, depth: number): boolean {
    if (depth > DEEPEST) return true;
    if (Array.isArray(value)) {
      for (const item of value.slice(0, MOST_IDS)) visit(item, depth + 1);
      return true;
    }
    if (isPlain(value)) return visitObject(sortValues(value), depth);
    const inside = typeof value === 'string' ? readJsonText(value) : undefined;
    if (inside !== undefined) return visit(inside, depth + 1);
    const text = readText(value, LONGEST_ID);
    if (text !== null && isBareId(text)) ids.add(text);
    return true;
  }

  function visitObject(sorted: Sorted, depth: number): boolean {
    if (isRefusal(sorted)) return false;
    const before = ids.size;
    if (add(first(sorted, 'task_id'))) return true;
    for (const [key, value] of Object.entries(sorted.raw)) {
      if (NAMES_TASKS.includes(key)) visit(value, depth + 1);
    }
    if (ids.size > before) return true;
    // Elsewhere only objects that name a task count.
    for (const { key, value } of sorted.inside) {
      if (!NAMES_TASKS.includes(key) && key !== 'error')
        visit(typeof value === 'string' ? readJsonText(value) : value, depth + 1);
    }
    if (ids.size === before && !isClip(sorted, false)) add(first(sorted, 'id'));
    return true;
  }

  function add(value: unknown): boolean {
    const id = readText(value, LONGEST_ID);
    if (id === null || !isId(id)) return false;
    ids.add(id);
    return true;
  }
}

const isBareId = (text: string): boolean =>
  isId(text) && BARE_ID.test(text) && !NO_ID.test(text) && readTaskStatus(text) === 'unknown';

function isRefusal(sorted: Sorted): boolean {
  const code = first(sorted, 'code');
  return (code !== undefined && !isOkCode(code)) || (sorted.raw as { success?: unknown }).success === false;
}
