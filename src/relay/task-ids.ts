// Pure: which tasks an answer is about when nobody says which were asked for: saved, a callback, a submit's.
import { isPlain } from '../lib/json.ts';
import { isId } from '../model/id.ts';
import type { Reading } from '../model/task.ts';
import { refusalOf } from './envelope.ts';
import { count, first, inEverySpelling, TASK_SIGNS } from './fields.ts';
import { readBatch } from './normalize.ts';
import { isSong, LONGEST_ID, readOwnId } from './shape.ts';
import { readTaskStatus } from './status.ts';
import { readJsonText, readText } from './values.ts';
import { isIdLike, walk, type Found } from './walk.ts';

export interface TaskIn {
  readonly id: string;
  readonly reading: Reading;
  /** The vendor's own value for the task. */
  readonly row: unknown;
}

/** In the order in which the answer names them. */
export function tasksIn(answer: unknown, vendorKey: string | null = null): TaskIn[] {
  const { found } = readBatch(answer, taskIdsIn(answer), vendorKey);
  return [...found].map(([id, { reading, row }]) => ({ id, reading, row }));
}

/** The ids under which tasks lie in a value, each once. Ids inside a named task are its clips' or an outer vendor's. */
export function taskIdsIn(value: unknown): string[] {
  const named: { found: Found; id: string }[] = [];
  for (const found of walk(value)) {
    const id = taskOf(found);
    if (id !== null && isId(id)) named.push({ found, id });
  }
  // A wrapper around rows that name themselves is no row.
  const outer = new Set<Found>();
  for (const { found } of named) {
    for (let at = found.place.around; at !== null && !outer.has(at); at = at.place.around) outer.add(at);
  }
  return [...new Set(named.filter(({ found }) => !outer.has(found)).map(({ id }) => id))];
}

/** The id of the task that an object is, or that it is all there is of: its own, or the key under which it lies. */
function taskOf(found: Found): string | null {
  const { is, fields, row, task, place } = found;
  if (row !== null) return row === found ? task : null;
  const isWhole = is === 'clip' ? count(fields, TASK_SIGNS) > 1 : isRow(found);
  const own = isWhole ? readOwnId(fields) : null;
  if (own !== null || place.mapped || !isIdLike(place.key)) return own;
  // `{"<task id>": {"status": …}}`, `{"<task id>": [clip, clip]}`
  const isItsKey = is === 'clip' ? place.listed : !place.listed && first(fields, 'status') !== undefined;
  return isItsKey ? place.key : null;
}

/** Whether the object's `id` is a task's. Relays give a lone lyrics object its task's; variants in a list have their own. */
function isRow({ is, fields, place }: Found): boolean {
  if (is === 'lyrics') return !place.listed;
  return is === 'task' || (is === 'wrapper' && first(fields, 'status') !== undefined);
}

const MOST_IDS = 100;

/** Each of these names a task, or several, beside the keys that name one (fields.ts). */
export const SUBMIT_KEYS = inEverySpelling(['task_ids', 'lyrics_a_id', 'lyrics_b_id']);
/** Under these a bare text or number is a task's id. */
export const BARE_ID_KEYS = inEverySpelling(['data', 'result', 'task', 'tasks', 'ids']);

/** The tasks that an answer to a submit names. Null: the vendor refused. Empty: it did not, and names none. */
export function submittedIds(status: number, answer: unknown): string[] | null {
  const all = walk(answer);
  const refused = new Set(all.filter(isRefused));
  const [outermost] = all;
  const isWhole = outermost?.place.around === null && !outermost.place.listed;
  if (status >= 400 || (isWhole && refused.has(outermost))) return null;
  const found = all.filter((one) => !isWithin(one, refused));
  // The clearest names count alone: a word under `result` is no second task beside a `task_id`.
  for (const names of [namedIds(found), bareIds(answer, found), ownIds(found)]) {
    const ids = new Set(names.filter((id): id is string => id !== null && isId(id)));
    if (ids.size > 0) return [...ids].slice(0, MOST_IDS);
  }
  return [];
}

/** An error names no task: the id beside it is its request's. */
function isRefused({ fields }: Found): boolean {
  const error = first(fields, 'error');
  const isError = isPlain(error) ? Object.values(error).some((part) => Boolean(part)) : typeof error === 'string';
  return isError || first(fields, 'success') === false || refusalOf(fields.raw) !== null;
}

const isWithin = (one: Found, outer: ReadonlySet<Found>): boolean =>
  outer.has(one) || (one.place.around !== null && isWithin(one.place.around, outer));

const namedIds = (found: readonly Found[]): (string | null)[] =>
  found
    .filter((one) => one.row === null || one.row === one)
    .flatMap((one) => [...listed(first(one.fields, 'task_id')), ...valuesOf(one, SUBMIT_KEYS)])
    .map((id) => readText(id, LONGEST_ID));

const bareIds = (answer: unknown, found: readonly Found[]): (string | null)[] =>
  [...listed(answer), ...found.flatMap((one) => (isSong(one) ? [] : valuesOf(one, BARE_ID_KEYS)))].map(readBareId);

/** The `id` of what is no song; what lies inside of it has ids of its own. */
function ownIds(found: readonly Found[]): (string | null)[] {
  const named = new Set(found.filter((one) => !isSong(one) && readOwnId(one.fields) !== null));
  const isOuter = (one: Found): boolean => one.place.around === null || !isWithin(one.place.around, named);
  return [...named].filter(isOuter).map(({ fields }) => readOwnId(fields));
}

const valuesOf = ({ fields }: Found, keys: ReadonlySet<string>): unknown[] =>
  Object.entries(fields.raw).flatMap(([key, value]) => (keys.has(key) ? listed(value) : []));

function listed(value: unknown): readonly unknown[] {
  const inner = typeof value === 'string' ? (readJsonText(value) ?? value) : value;
  if (typeof inner === 'string' && inner !== value) return listed(inner);
  return Array.isArray(inner) ? inner.slice(0, MOST_IDS) : [inner];
}

/** No sentence and no URL. */
const BARE_ID = /^(?!\w+:\/\/)(?!\d{1,3}$)[\w.:~+/=@,-]{3,}$/;
/** `2025-01-01T00:00:00Z`, `10:30`. */
const TIME = /^\d{4}-\d\d-\d\d(?:\D|$)|^\d\d?:\d\d/;
/** What relays say of a request besides the words for states. */
export const PLAIN_WORDS: ReadonlySet<string> = new Set(['created', 'accepted', 'received', 'submit', 'successfully']);

function readBareId(value: unknown): string | null {
  const text = readText(value, LONGEST_ID);
  return text !== null && BARE_ID.test(text) && !TIME.test(text) && !isWording(text) ? text : null;
}

/** A word, or several of which one is known: `created`, `processing...`, `task_created`. An id has digits, or several parts. */
function isWording(text: string): boolean {
  const parts = text.split(/[^a-z0-9]+/i).filter((part) => part !== '');
  const isWord = (part: string): boolean => readTaskStatus(part) !== 'unknown' || PLAIN_WORDS.has(part.toLowerCase());
  return readTaskStatus(text) !== 'unknown' || (!/\d/.test(text) && (parts.length < 2 || parts.some(isWord)));
}
