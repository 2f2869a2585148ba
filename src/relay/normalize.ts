// Pure: the answer of the route that names one id → Reading, or why there is none.
import { fail, ok, type Result } from '../model/fault.ts';
import type { Reading } from '../model/task.ts';
import { isOkCode } from './code.ts';
import { compose } from './reading.ts';
import { search, type Finding, type Found } from './search.ts';

const NO_TASK = "Cannot read the vendor's answer: JSON without any task, clip or lyrics";

/** Reads the answer of the route that names one id: whatever task it holds is that task. */
export function readTask(body: unknown, taskId: string, vendorKey: string | null = null): Result<Reading> {
  const found = search(body, new Set([taskId]));
  const reading = compose(partsOf(found, taskId), found.outside.states, taskId, vendorKey);
  if (reading !== null) return ok(reading);
  if (found.refused || isHollow(body, 0))
    return fail({ reason: 'not_found', detail: 'The vendor does not know this task' });
  return fail({ reason: 'bad_answer', detail: NO_TASK, status: 200, what: 'no_task' });
}

/** Rows of other tasks are left out, unless the only row has another id: relays put their own vendor's id inside. */
function partsOf({ findings, outside }: Found, taskId: string): Finding[] {
  const own = findings.filter((finding) => finding.id === taskId);
  if (own.length > 0) return [...own, outside];
  const names = new Set(findings.map((finding) => finding.id).filter((id) => id !== null));
  return names.size > 1 ? [outside] : [...findings, outside];
}

/** Deeper than this nothing was looked for either. */
const DEEPEST = 20;

/** An answer with an empty place where a task would be: the vendor knows none (UPSTREAM 5). */
function isHollow(value: unknown, depth: number): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (typeof value !== 'object' || depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.every((item) => isHollow(item, depth + 1));
  const { code, data, ...others } = value as Record<string, unknown>;
  if (Object.hasOwn(value, 'data')) return isHollow(data, depth + 1);
  const rest = Object.values(others);
  // `{"code": "success", "message": "…"}`: the data is left out.
  const content = isOkCode(code) ? rest.filter((item) => typeof item === 'object') : rest;
  return (code === undefined || isOkCode(code)) && content.every((item) => isHollow(item, depth + 1));
}
