// Pure: sample answers as data, and how what we read is compared with what they expect .
import { openEnvelope, type RequestKind } from '../../src/relay/envelope.ts';
import { readBatch, readTask } from '../../src/relay/normalize.ts';
import type { Fault } from '../../src/model/fault.ts';
import type { Reading } from '../../src/model/task.ts';

export interface Sample {
  name: string;
  request: { method: string; path: string; body: { ids: string[] } | null };
  response: { status: number; headers: Record<string, string>; body: unknown };
  expect: Record<string, unknown>;
  accept?: Record<string, unknown[]>;
  note?: string;
}

/** An answer to a submit, and exactly the tasks that it names. */
export interface Submit {
  name: string;
  status: number;
  body: unknown;
  ids: string[];
  note?: string;
}

/** One moment for every sample: Retry-After dates are counted from here. */
export const NOW = Date.parse('2026-11-21T00:00:00Z');

const ERROR_OF = {
  not_found: 'not_found',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  rate_limited: 'rate_limited',
  unavailable: 'vendor_unavailable',
  bad_answer: 'not_json',
  own_limit: 'own_limit',
} as const satisfies Record<Fault['reason'], string>;

export function bodyText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** What the system reads from a sample, in the form that `expect` has. */
export function readSample({ request, response }: Sample): Record<string, unknown> {
  const route: RequestKind = request.method === 'POST' ? 'batch' : 'get';
  const answer = {
    status: response.status,
    contentType: response.headers['content-type'] ?? null,
    retryAfter: response.headers['retry-after'] ?? null,
    body: bodyText(response.body),
  };
  const id = decodeURIComponent(request.path.split('/').at(-1) ?? '');
  const ids = request.body?.ids ?? [id];
  const opened = openEnvelope(answer, NOW, { route, ids });
  if (!opened.ok) return { error: ERROR_OF[opened.fault.reason] };
  if (route === 'get') {
    const read = readTask(opened.value, id);
    return read.ok ? withPartial(read.value) : { error: ERROR_OF[read.fault.reason] };
  }
  const { found } = readBatch(opened.value, ids);
  const tasks = ids.map((id) => {
    const reading = found.get(id)?.reading;
    return [id, reading === undefined ? { error: 'not_found' } : withPartial(reading)];
  });
  return { tasks: Object.fromEntries(tasks) };
}

function withPartial(reading: Reading): Record<string, unknown> {
  const holds = (status: string): boolean => reading.clips.some((clip) => clip.status === status);
  return { ...reading, partial: holds('complete') && holds('failed') };
}

/** Where what was read differs from what is expected: one line per field. */
export function differences(sample: Sample, read: unknown): string[] {
  const lines: string[] = [];
  compare(sample.expect, read, '');
  return lines;

  function compare(expected: unknown, actual: unknown, path: string): void {
    const further = sample.accept?.[path];
    if (further?.includes('*') || further?.some((other) => matches(other, actual))) return;
    if (Array.isArray(expected)) {
      if (!Array.isArray(actual) || actual.length !== expected.length)
        lines.push(`${path}: ${JSON.stringify(actual)} is not a list of ${expected.length}`);
      else expected.forEach((item, at) => compare(item, actual[at], join(path, String(at))));
    } else if (typeof expected === 'object' && expected !== null) {
      if (typeof actual !== 'object' || actual === null)
        lines.push(`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
      else
        for (const [key, value] of Object.entries(expected))
          compare(value, (actual as Record<string, unknown>)[key], join(path, key));
    } else if (!matches(expected, actual)) {
      lines.push(`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
    }
  }
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
const isTime = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value);

function matches(expected: unknown, actual: unknown): boolean {
  const [left, right] = [expected ?? '', actual ?? ''];
  if (isTime(left) && isTime(right)) return Math.abs(Date.parse(left) - Date.parse(right)) <= 1000;
  return typeof left === 'object' ? JSON.stringify(left) === JSON.stringify(right) : left === right;
}
