// Edge: POST /v1/tasks/import: saved answers of a vendor become tasks, for those that it has forgotten.
import type { Vendor } from '../../config/vendors.ts';
import type { Imported } from '../../ledger/api.ts';
import { parseJson } from '../../lib/json.ts';
import { redactJson } from '../../net/redact.ts';
import { jsonText, rowText } from '../../relay/normalize.ts';
import { type TaskIn, tasksIn } from '../../relay/task-ids.ts';
import type { MemberCall } from '../context.ts';
import { ImportBody, invalid, parseBody, vendorOf } from '../input.ts';
import { Problem } from '../problem.ts';
import { json } from '../respond.ts';
import type { JsonBodyOf } from '../route.ts';

/** Nobody is asked, so a retired vendor's answers are as welcome. */
export async function importTasks(call: MemberCall & JsonBodyOf<ImportBody>): Promise<Response> {
  const vendor = vendorOf(call.settings, call.body.vendor);
  const { answers } = withoutKey(call, vendor);
  const entries = answers.flatMap((answer, index) => importedFrom(answer, `answers.${index}`, vendor));
  const found = entries.filter((entry): entry is Imported => !(entry instanceof Problem));
  const imported = found.length === 0 ? [] : await call.deps.flows.importAnswers(vendor.id, found);
  if (imported.length !== found.length) throw new Error('importAnswers() left out an answer that was handed in');
  const results = imported.values();
  return json(
    { results: entries.map((entry) => (entry instanceof Problem ? { error: entry.entry() } : results.next().value)) },
    202,
  );
}

/** Saved answers may hold the key as live ones do, and are read no sooner without it. */
function withoutKey({ body, text }: JsonBodyOf<ImportBody>, { key }: Vendor): ImportBody {
  const clean = redactJson(text, key);
  if (clean === text) return body;
  const parsed = parseJson(clean);
  if (!parsed.ok) throw invalid([{ path: 'answers', message: 'cannot be read without the vendor’s key' }]);
  return parseBody(ImportBody, parsed.value);
}

/** Each task that one answer tells of; a text is read as what the vendor sent. */
function importedFrom(given: unknown, path: string, vendor: Vendor): (Imported | Problem)[] {
  const parsed = typeof given === 'string' ? parseJson(given) : ({ ok: true, value: given } as const);
  if (!parsed.ok) return [invalid([{ path, message: 'is a text that is not JSON' }])];
  const tasks = tasksIn(parsed.value, vendor.key);
  if (tasks.length === 0) return [invalid([{ path, message: 'names no task by an id' }])];
  const whole = tasks.length === 1 && isLoneAnswer(parsed.value, tasks[0]);
  return tasks.map(({ id, reading, row }) => {
    const answer = whole ? jsonText(parsed.value) : null;
    if (answer !== null) return { id, reading, raw: { form: 'answer', json: answer } };
    return { id, reading, raw: { form: 'row', json: rowText(id, reading, whole ? parsed.value : row) } };
  });
}

/**
 * What lies around a task is part of its answer: `{"code", "data": <task>}`, `{"task", "clips"}`. It goes on as the
 * answer of the route that names one id. A row that is all there is, or one of a list, is a batch's.
 */
function isLoneAnswer(value: unknown, task: TaskIn | undefined): boolean {
  if (typeof value !== 'object' || value === null || value === task?.row) return false;
  return !Array.isArray('data' in value ? value.data : value);
}
