// Pure: a vendor's answer → the Readings of the tasks that were asked for, or why there are none.
import { fail, ok, type Fault, type Result } from '../model/fault.ts';
import type { Reading } from '../model/task.ts';
import { isOkCode } from './code.ts';
import { errorOf, faultInside, refusalOf, type Refusal } from './envelope.ts';
import { isClosed, readFields, RESULT_KEYS } from './fields.ts';
import { compose, holdsSeveral, keysOf, type Material } from './reading.ts';
import { isSong, namesTask } from './shape.ts';
import { mostAdvanced, rankOf } from './status.ts';
import { readJsonText } from './values.ts';
import { walk, type Found } from './walk.ts';

const noTask = (keys: readonly string[]): Fault => ({
  reason: 'bad_answer',
  detail: `Cannot read the vendor's answer: JSON without any task, clip or lyrics; it has the keys ${keys.join(', ')}`,
  status: 200,
  what: 'no_task',
});

/** Reads the answer of the route that names one id: whatever task it holds is that task. */
export function readTask(body: unknown, taskId: string, vendorKey: string | null = null): Result<Reading> {
  const found = walk(body, new Set([taskId]));
  const material = materialOf(found, taskId);
  const reading = compose(material, taskId, vendorKey);
  const refused = refusedIn(found, material, reading);
  if (refused !== null) return fail(faultInside(refused.refusal, refused.raw, vendorKey));
  if (reading !== null) return ok(reading);
  if (isHollow(body, 0)) return fail({ reason: 'not_found', detail: 'The vendor does not know this task' });
  return fail(noTask(keysOf(material, vendorKey)));
}

export interface Batch {
  /** `row` is the vendor's own value for the task, for callers who want the vendor's own format. */
  readonly found: Map<string, { reading: Reading; row: unknown }>;
  /** In the order in which they were asked. Absent is not yet unknown: one relay cuts a batch silently. */
  readonly absent: string[];
}

/** Reads the answer to a request for many ids. Who asked for one id gets what names none. */
export function readBatch(body: unknown, askedIds: readonly string[], vendorKey: string | null = null): Batch {
  const asked = new Set(askedIds);
  const found = walk(body, asked);
  const inside = new Map<string, Found[]>();
  if (asked.size > 1) {
    for (const one of found) {
      const id = one.row?.task;
      if (id === undefined || id === null || !asked.has(id)) continue;
      const known = inside.get(id);
      if (known === undefined) inside.set(id, [one]);
      else known.push(one);
    }
  }
  const batch: Batch = { found: new Map(), absent: [] };
  for (const id of asked) {
    const material = asked.size === 1 ? materialOf(found, id) : ownMaterial(inside.get(id) ?? [], id);
    const reading = compose(material, id, vendorKey);
    if (reading === null || (material.rows.length > 0 && refusedIn([], material, reading) !== null))
      batch.absent.push(id);
    else batch.found.set(id, { reading, row: rowOf(material, body) });
  }
  return batch;
}

const ownMaterial = (inside: readonly Found[], taskId: string): Material => ({
  rows: inside.filter((found) => found.row === found && found.task === taskId),
  inside,
  unowned: [],
});

/** Rows of other tasks are left out, unless the only row has another id: relays put their own vendor's id inside. */
function materialOf(found: readonly Found[], taskId: string): Material {
  const own = ownMaterial(
    found.filter(({ row }) => row?.task === taskId),
    taskId,
  );
  const names = new Set(found.map(({ row }) => row?.task ?? null));
  names.delete(null);
  const isAlone = own.rows.length === 0 && names.size === 1;
  return { ...own, unowned: found.filter(({ row }) => row === null || isAlone) };
}

/** An error in a row that says nothing else of its task, around everything, or where a task would be. */
function refusedIn(
  found: readonly Found[],
  { rows }: Material,
  reading: Reading | null,
): { refusal: Refusal; raw: unknown } | null {
  if (rows.length > 0 && (reading === null || !isMute(reading))) return null;
  for (const one of [...rows, ...found.filter(isAround)]) {
    const { raw } = one.fields;
    const refusal = one.row === one ? errorOf(raw) : refusalOf(raw);
    if (refusal !== null) return { refusal, raw };
  }
  return null;
}

/** What lies under keys of results or is all there is, and is no song. */
function isAround(found: Found): boolean {
  if (isSong(found) || found.row !== null) return false;
  const { around, key, list } = found.place;
  if (list !== null && holdsSeveral(list)) return false;
  if (around === null) return true;
  return (RESULT_KEYS.has(key) || around.fields.size === 1) && isAround(around);
}

/** Nothing is told of the task but its id. */
const isMute = ({ status, vendor_status, clips, timed_words }: Reading): boolean =>
  status === 'unknown' && vendor_status === null && clips.length === 0 && !timed_words;

/** Of several rows the one whose state counted; bare clips that name their task are a row together. */
function rowOf({ rows, unowned }: Material, body: unknown): unknown {
  const [first, ...others] = rows;
  if (first === undefined) return unowned.find(({ row }) => row !== null)?.row?.raw ?? body;
  if (rows.every(({ is }) => is === 'clip')) return rows.map(({ raw }) => raw);
  const best = others.reduce((one, other) => (rankOfRow(other) > rankOfRow(one) ? other : one), first);
  // `{"status": "ON_QUEUE", "data": {"jobId": …}}`: the state is told around the id.
  const { around, list } = best.place;
  const isInList = list === null && around !== null && around.place.listed && mostAdvanced([best.fields]) === null;
  return isInList ? around.raw : best.raw;
}

const rankOfRow = ({ fields }: Found): number => rankOf(mostAdvanced([fields])?.status ?? 'unknown');

/** Deeper than this nothing was looked for either. */
const DEEPEST = 20;

/** An answer with an empty place where a task would be: the vendor knows none. */
function isHollow(value: unknown, depth: number): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (depth > DEEPEST) return false;
  if (typeof value === 'string') return isHollowText(value, depth);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every((item) => isHollow(item, depth + 1));
  const { code, data, success: _, ...others } = value as Record<string, unknown>;
  if (Object.hasOwn(value, 'data')) return isHollow(data, depth + 1) && !namesTask(readFields(value));
  const named = Object.entries(others).filter(([key]) => !isClosed(key));
  const rest = named.map(([, item]) => item);
  const places = rest.filter((item) => typeof item === 'object');
  // `{"code": "success", "message": "…"}`: the data is left out. `{"items": [], "total": 0}`: a page without entries.
  const content = isOkCode(code) ? places : rest.filter((item) => !isScalar(item) || places.length === 0);
  return (code === undefined || isOkCode(code)) && content.every((item) => isHollow(item, depth + 1));
}

/** Beside a place these count or page; alone they say something else: `{"captcha": true}`. */
const isScalar = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean';

function isHollowText(text: string, depth: number): boolean {
  const inner = readJsonText(text);
  return inner !== undefined && isHollow(inner, depth + 1);
}

/** Null: nested so deeply that it cannot be written again. */
export function jsonText(value: unknown): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    // RangeError: the recursion's depth is the only thing that parsed JSON can lack for it.
    return null;
  }
}

/** A row that cannot be written again is kept by what was read of it. */
export const rowText = (id: string, reading: Reading, row: unknown): string =>
  jsonText(row) ?? JSON.stringify({ task_id: id, status: reading.vendor_status, data: null });
