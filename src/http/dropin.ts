// Edge: the drop-in routes (CONTRACT 7): a relay's own paths and format, with links that last.
import { json } from './respond.ts';
import { readJson } from './body.ts';
import type { MemberCall } from './context.ts';
import { DropInFetchBody, parseBody, vendorOf } from './input.ts';
import { faultProblem } from './problem.ts';
import { publicAnswer, publicRow } from '../views/relay-answer.ts';
import { idOf, outcomeOf, readOptions, viewContext } from './routes/tasks.ts';
import { viewTask } from '../views/task.ts';

/** As relays of the new-api family answer. */
const DENIED = { code: 'task_not_exist', message: 'task_not_exist', data: null };

export async function dropInGet(call: MemberCall): Promise<Response> {
  const vendor = vendorOf(call.settings, call.params['vendor']);
  const id = idOf(call);
  const outcome = outcomeOf(await call.deps.readTasks(vendor, [id], readOptions(call)), id);
  if (!outcome.ok && outcome.fault.reason === 'not_found') return json(DENIED, 400);
  if (!outcome.ok) throw faultProblem(outcome.fault);
  return json(publicAnswer(outcome.value.stored, viewTask(outcome.value, viewContext(call))));
}

/** One row an id, as a relay's own query gives it, however often the id is named. */
export async function dropInBatch(call: MemberCall): Promise<Response> {
  const vendor = vendorOf(call.settings, call.params['vendor']);
  const ids = [...new Set(parseBody(DropInFetchBody, await readJson(call.request)).ids)];
  const outcomes = await call.deps.readTasks(vendor, ids, readOptions(call));
  const context = viewContext(call);
  const data = ids.flatMap((id) => {
    const outcome = outcomeOf(outcomes, id);
    if (outcome.ok) return [publicRow(outcome.value.stored, viewTask(outcome.value, context))];
    if (outcome.fault.reason === 'not_found') return [];
    throw faultProblem(outcome.fault);
  });
  return json({ code: 'success', message: '', data });
}
