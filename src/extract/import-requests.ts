// Pure: what was found in a text → requests within what the API takes, and what became of each item.
import type { Result } from '../model/fault.ts';
import { REQUEST_BODY_MAX_BYTES } from '../model/limits.ts';
import type { Extracted } from './extract.ts';

/** What `POST /v1/tasks` and `POST /v1/tasks/import` take at a time. */
const IDS_MAX = 1_000;
const ANSWERS_MAX = 100;
/** Room for what stands around the list in a body. */
const LIST_MAX_BYTES = REQUEST_BODY_MAX_BYTES - 1_024;

export interface ImportRequest {
  readonly path: '/v1/tasks' | '/v1/tasks/import';
  readonly kind: 'ids' | 'answers';
  readonly items: readonly Item[];
}
/** An id or an answer as JSON, and the line at which it begins. */
export interface Item {
  readonly json: string;
  readonly line: number;
}
export interface Plan {
  readonly requests: readonly ImportRequest[];
  /** Answers that no request can hold. */
  readonly too_large: readonly Item[];
}

/** Answers first: a task that its vendor has forgotten is then known before it is tracked. */
export function planImport({
  ids,
  answers,
  idLines,
  answerLines,
}: Pick<Extracted, 'ids' | 'answers' | 'idLines' | 'answerLines'>): Plan {
  const texts = answers.flatMap((answer, index) =>
    answerTexts(answer).map((json) => ({ json, line: answerLines[index] ?? 0 })),
  );
  const fits = ({ json }: Item): boolean => sizeOf(json) <= LIST_MAX_BYTES;
  const named = ids.map((id, index) => ({ json: JSON.stringify(id), line: idLines[index] ?? 0 }));
  return {
    requests: [
      ...portions(texts.filter(fits), ANSWERS_MAX).map(
        (items) => ({ path: '/v1/tasks/import', kind: 'answers', items }) as const,
      ),
      ...portions(named, IDS_MAX).map((items) => ({ path: '/v1/tasks', kind: 'ids', items }) as const),
    ],
    too_large: texts.filter((item) => !fits(item)),
  };
}

/** `beside`: the vendor, and the visibility of what is tracked. */
export function bodyOf(
  { kind, items }: ImportRequest,
  beside: { vendor?: string | null; visibility?: string | null },
): string {
  const { vendor = null, visibility = null } = beside;
  const target = { ...(vendor !== null && { vendor }), ...(visibility !== null && kind === 'ids' && { visibility }) };
  const list = `"${kind}":[${items.map(({ json }) => json).join(',')}]}`;
  return Object.keys(target).length === 0 ? `{${list}` : `${JSON.stringify(target).slice(0, -1)},${list}`;
}

function portions(items: readonly Item[], most: number): Item[][] {
  const all: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item.json);
    const last = all.at(-1);
    if (last === undefined || last.length === most || bytes + size > LIST_MAX_BYTES) {
      all.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return all;
}

const encoder = new TextEncoder();
/** With the comma behind it. */
const sizeOf = (json: string): number => encoder.encode(json).length + 1;

/** A batch too large for one request goes row by row, as far as its rows name their tasks. */
function answerTexts(answer: unknown): string[] {
  const whole = JSON.stringify(answer);
  if (whole.length < LIST_MAX_BYTES / 4 || sizeOf(whole) <= LIST_MAX_BYTES) return [whole];
  const list = Array.isArray(answer) ? answer : longestListIn(answer);
  return list.length > 0 && list.every(isNamed) ? list.flatMap(answerTexts) : [whole];
}

function longestListIn(answer: unknown): unknown[] {
  if (typeof answer !== 'object' || answer === null) return [];
  // A list within a task is its clips.
  if (isNamed(answer)) return [];
  return Object.values(answer)
    .map((value: unknown) => (Array.isArray(value) ? value : longestListIn(value)))
    .reduce<unknown[]>((longest, list) => (list.length > longest.length ? list : longest), []);
}

const isNamed = (row: unknown): boolean =>
  typeof row === 'object' && row !== null && ('task_id' in row || 'taskId' in row);

/** One entry of the answer's `results`. An answer of several tasks has several. */
export interface ImportResult {
  readonly id?: string;
  readonly created?: boolean;
  readonly error?: { readonly detail?: string | null; readonly title?: string };
}
export interface Outcome {
  created: number;
  known: number;
  /** Ids of the tasks that are there now. */
  readonly tasks: string[];
  readonly refused: Refused[];
}
export interface Refused {
  readonly line: number;
  readonly reason: string;
}

/** How a refusal begins: its item's place in the request. */
const PLACE = /^(?:answers|ids)\.(\d+)(?:\.\S*)? /;

const isThing = (one: unknown): one is object => typeof one === 'object' && one !== null;
/** Whoever stands between may answer anything. */
const isResult = (one: unknown): one is ImportResult =>
  isThing(one) && (!('error' in one) || one.error === undefined || isThing(one.error));

/** Whether it is an answer of longplay. */
function readResults(body: unknown, items: readonly Item[], outcome: Outcome): boolean {
  const results: unknown = typeof body === 'object' && body !== null && 'results' in body ? body.results : null;
  if (!Array.isArray(results) || !results.every(isResult)) return false;
  for (const { id, created, error } of results) {
    if (error === undefined) {
      if (created === true) outcome.created++;
      else outcome.known++;
      if (id !== undefined) outcome.tasks.push(id);
      continue;
    }
    const detail = String(error.detail ?? error.title ?? 'was refused');
    const item = items[Number(PLACE.exec(detail)?.[1] ?? 0)];
    outcome.refused.push({ line: item?.line ?? 0, reason: detail.replace(PLACE, '') });
  }
  return true;
}

/** Those of a refused request's items for which it is refused: `ids.3`, `answers.12.data`. */
function refusedOf(errors: Refusal['errors'] = []): Map<number, string> {
  const wrong = new Map<number, string>();
  if (!Array.isArray(errors) || !errors.every(isThing)) return wrong;
  for (const { path, message } of errors as NonNullable<Refusal['errors']>) {
    const [, index] = /^(?:ids|answers)\.(\d+)/.exec(path) ?? [];
    if (index !== undefined) wrong.set(Number(index), message);
  }
  return wrong;
}

interface Refusal {
  readonly errors?: readonly { path: string; message: string }[] | undefined;
}

/**
 * One item that is wrong does not hold back the others: a request that is refused for some is sent again without them.
 * `unreadable`: the fault of an answer that is not longplay's; `untaken`: items that came to nothing with all others.
 */
export async function handOver<Fault extends Refusal>(
  request: ImportRequest,
  post: (request: ImportRequest) => Promise<Result<unknown, Fault>>,
  unreadable: Fault,
): Promise<{ outcome: Outcome; untaken: { line: number; fault: Fault }[] }> {
  const outcome: Outcome = { created: 0, known: 0, tasks: [], refused: [] };
  let { items } = request;
  while (items.length > 0) {
    const answer = await post({ ...request, items });
    if (answer.ok && readResults(answer.value, items, outcome)) break;
    const fault = answer.ok ? unreadable : answer.fault;
    const wrong = refusedOf(fault.errors);
    const left = items.filter((_, index) => !wrong.has(index));
    if (left.length === items.length) return { outcome, untaken: items.map(({ line }) => ({ line, fault })) };
    for (const [index, reason] of wrong) outcome.refused.push({ line: items[index]?.line ?? 0, reason });
    items = left;
  }
  return { outcome, untaken: [] };
}
