// Edge: the drop-in routes that a vendor answers itself: submits, and every other of its routes.
import type { Settings } from '../../config/settings.ts';
import type { Vendor } from '../../config/vendors.ts';
import type { GivenAnswer } from '../../flows/submit-once.ts';
import type { Order } from '../../ledger/api.ts';
import { isPlain } from '../../lib/json.ts';
import { type Fault, faultCode, ok, type Result } from '../../model/fault.ts';
import { leavesPath } from '../../model/id.ts';
import type { NotifyHook } from '../../model/state.ts';
import { redact } from '../../net/redact.ts';
import type { Passed, RelayAnswer, Submission } from '../../relay/client.ts';
import { publicAnswer, publicRow } from '../../views/relay-answer.ts';
import { viewTask } from '../../views/task.ts';
import type { MemberCall } from '../context.ts';
import { idempotencyKey, orderOf, orderRefused, REPLAYED } from '../idempotency.ts';
import { askableVendor, checkCallback, type DropInFetchBody, invalid, parseIdSegment, vendorOf } from '../input.ts';
import { readPath } from '../paths.ts';
import { faultProblem, Problem } from '../problem.ts';
import { json } from '../respond.ts';
import type { JsonBodyOf } from '../route.ts';
import { type OfTask, outcomeOf, readOptions, viewContext } from './tasks.ts';

interface OfRelay {
  readonly subject: Vendor;
}

/** The relay account that the path names, or the default one. */
export const relaySubject = ({ params, settings }: MemberCall): Vendor => vendorOf(settings, params['vendor']);

export const askedRelaySubject = ({ params, settings }: MemberCall): Vendor =>
  askableVendor(settings, params['vendor']);

export const relayTaskSubject = ({ params, settings }: MemberCall): OfTask['subject'] => ({
  vendor: vendorOf(settings, params['vendor']),
  id: parseIdSegment(params['id'] ?? ''),
});

interface OfAction {
  readonly subject: { readonly vendor: Vendor; readonly action: string };
}

export const actionSubject = (call: MemberCall): OfAction['subject'] => ({
  vendor: askedRelaySubject(call),
  action: parseIdSegment(call.params['action'] ?? '', 'action'),
});

export async function dropInSubmit(call: MemberCall & OfAction & JsonBodyOf<unknown>): Promise<Response> {
  const { vendor, action } = call.subject;
  const key = idempotencyKey(call.request.headers);
  const { text, hook } = takeHook(call);
  if (hook !== null) checkCallback('notify_hook', hook, call);
  const notify = hook === null ? null : { url: hook, base: call.base };
  const submission = { action, query: call.url.search, text };
  if (key === null) return passedOn(await order(call, vendor, submission, notify));
  const named = orderOf(key, call.token, [vendor.id, action, call.url.search, call.text]);
  return orderOnce(call, named, vendor, submission, notify);
}

/** Under way it goes on without its caller, who comes again with the same key and is told what became of it. */
async function orderOnce(
  { deps, context, settings }: MemberCall,
  named: Order,
  vendor: Vendor,
  submission: Submission,
  notify: NotifyHook | null,
): Promise<Response> {
  const work = deps.relay.submitOnce(named, vendor, withOurHook(submission, vendor, settings), notify);
  context.waitUntil(work);
  const outcome = await work;
  if (outcome.state !== 'answered') throw orderRefused(outcome.state);
  return passedOn(withoutHook(outcome.answer, settings), outcome.replayed ? REPLAYED : null);
}

/** A song that was ordered is tracked, whoever still listens. */
export async function order(
  { deps, context, settings }: MemberCall,
  vendor: Vendor,
  submission: Submission,
  notify: NotifyHook | null,
): Promise<Result<RelayAnswer>> {
  const work = deps.relay.submit(vendor, withOurHook(submission, vendor, settings), notify);
  context.waitUntil(work);
  return withoutHook(await work, settings);
}

function withOurHook(submission: Submission, vendor: Vendor, settings: Settings): Submission {
  const text = nameOurHook(submission.text, vendor, settings);
  return text === submission.text ? submission : { ...submission, text, hook_named: true };
}

/** A relay may say the hook's address back; its secret is between the two of us. */
const withoutHook = <Answer extends { text: string }>(
  answer: Result<Answer>,
  { hook_secret }: Settings,
): Result<Answer> => (answer.ok ? ok({ ...answer.value, text: redact(answer.value.text, hook_secret) }) : answer);

/** The body is streamed on unread. A HEAD goes out as GET: relays that know the one may not know the other. */
export async function dropInPass({ request, url, deps, subject }: MemberCall & OfRelay): Promise<Response> {
  const { route: path } = readPath(url.pathname, request.method);
  if (leavesPath(path)) throw invalid([{ path: 'path', message: 'must not climb out of the vendor’s own' }]);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const passed: Passed = { method, path, query: url.search, headers: headersOf(request), body: bodyOf(request) };
  return passedOn(await deps.relay.pass(subject, passed));
}

const HOOK_KEYS = ['notify_hook', 'notifyHook'];

/** Without a hook the body goes on as it came, to the letter. */
function takeHook({ body: value, text }: JsonBodyOf<unknown>): { text: string; hook: string | null } {
  if (!isPlain(value)) return { text, hook: null };
  const body = value as Record<string, unknown>;
  const keys = HOOK_KEYS.filter((key) => Object.hasOwn(body, key));
  if (keys.length === 0) return { text, hook: null };
  const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
  const given = keys.filter((key) => body[key] !== null && body[key] !== '');
  for (const key of given) if (typeof body[key] !== 'string') throw invalid([{ path: key, message: 'must be a URL' }]);
  const [hook = null, ...others] = new Set(given.map((key) => body[key] as string));
  if (others.length > 0) throw invalid([{ path: 'notify_hook', message: 'is given twice' }]);
  return { text: JSON.stringify(rest), hook };
}

/** The vendor calls us when a song is done, so that it is noticed then and not at the next poll. Only an object has room for it. */
function nameOurHook(text: string, { id }: Vendor, { public_base_url, hook_secret }: Settings): string {
  if (public_base_url === null || hook_secret === null || !/^\s*\{/.test(text)) return text;
  const at = text.indexOf('{') + 1;
  const rest = text.slice(at);
  const comma = /^\s*\}/.test(rest) ? '' : ',';
  return `${text.slice(0, at)}"notify_hook":${JSON.stringify(`${public_base_url}/hooks/${id}/${hook_secret}`)}${comma}${rest}`;
}

function headersOf({ headers }: Request): Record<string, string> {
  const passed = ['content-type', 'accept'].flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return Object.fromEntries(passed);
}

function bodyOf({ method, body, headers }: Request): Passed['body'] {
  if (body === null || method === 'GET' || method === 'HEAD') return null;
  const length = headers.get('content-length');
  return { stream: body, length: length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null };
}

/** `replayed`: it stays as it is, so that it names no time to ask again either. */
function passedOn(answer: Result<GivenAnswer>, replayed: typeof REPLAYED | null = null): Response {
  if (!answer.ok) throw replayed === null ? faultProblem(answer.fault) : replayedProblem(answer.fault);
  const { status, text, retry_after } = answer.value;
  const headers = new Headers(replayed ?? {});
  if (retry_after !== null) headers.set('Retry-After', retry_after);
  if (status === 204) return new Response(null, { status, headers });
  headers.set('Content-Type', 'application/json; charset=utf-8');
  return new Response(text, { status, headers });
}

const replayedProblem = (fault: Fault): Problem => new Problem(faultCode(fault), fault.detail, { headers: REPLAYED });

/** As relays of the new-api family answer. */
const DENIED = { code: 'task_not_exist', message: 'task_not_exist', data: null };

export async function dropInGet(call: MemberCall & OfTask): Promise<Response> {
  const { vendor, id } = call.subject;
  const outcome = outcomeOf(await call.deps.readTasks(vendor, [id], readOptions(call)), id);
  if (!outcome.ok && outcome.fault.reason === 'not_found') return json(DENIED, 400);
  if (!outcome.ok) throw faultProblem(outcome.fault);
  return json(publicAnswer(outcome.value.stored, viewTask(outcome.value, viewContext(call))));
}

/** One row an id, as a relay's own query gives it, however often the id is named. */
export async function dropInBatch(call: MemberCall & OfRelay & { body: DropInFetchBody }): Promise<Response> {
  const ids = [...new Set(call.body.ids)];
  const outcomes = await call.deps.readTasks(call.subject, ids, readOptions(call));
  const context = viewContext(call);
  const data = ids.flatMap((id) => {
    const outcome = outcomeOf(outcomes, id);
    if (outcome.ok) return [publicRow(outcome.value.stored, viewTask(outcome.value, context))];
    if (outcome.fault.reason === 'not_found') return [];
    throw faultProblem(outcome.fault);
  });
  return json({ code: 'success', message: '', data });
}
