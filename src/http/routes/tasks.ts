// Edge: the routes of tasks. Each handler: check what came, ask, show.
import type { Vendor } from '../../config/vendors.ts';
import type { ReadOutcome } from '../../flows/read-tasks.ts';
import { type WaitDeps, waitForNews } from '../../flows/wait-for-change.ts';
import type { TrackOptions } from '../../ledger/api.ts';
import { versionToken } from '../../ledger/store/versions.ts';
import { HEALTHY } from '../../model/circuit-breaker.ts';
import { type Known, stampOf } from '../../model/state.ts';
import { type ViewContext, viewTask } from '../../views/task.ts';
import { etagOf, noneMatches } from '../conditional.ts';
import type { MemberCall } from '../context.ts';
import * as input from '../input.ts';
import { checkCallback, preferredWait } from '../input.ts';
import { faultProblem, Problem } from '../problem.ts';
import { json, jsonText, listAnswer, listOf } from '../respond.ts';

const encoder = new TextEncoder();

export interface OfTask {
  readonly subject: { readonly vendor: Vendor; readonly id: string };
}

/** The task that path and query name. */
export const taskSubject = ({ params, settings }: MemberCall, { vendor }: input.TaskQuery): OfTask['subject'] => ({
  id: input.parseIdSegment(params['id'] ?? ''),
  vendor: input.vendorOf(settings, vendor),
});

export const viewContext = ({ settings, base, deps }: Pick<MemberCall, 'settings' | 'base' | 'deps'>): ViewContext => ({
  settings,
  base,
  media_base: settings.media_base_url ?? base,
  now: deps.now(),
});

/** What only reads does not begin to track either. */
export const readOptions = ({ settings, token }: MemberCall): { track: boolean } => ({
  track: settings.auto_track && token.scope !== 'read',
});

/** readTasks() promises one for every asked id. */
export function outcomeOf(outcomes: ReadonlyMap<string, ReadOutcome>, id: string): ReadOutcome {
  const outcome = outcomes.get(id);
  if (!outcome) throw new Error('readTasks() left out an id that was asked for');
  return outcome;
}

export async function getTask(call: MemberCall & OfTask): Promise<Response> {
  const { vendor, id } = call.subject;
  const wait = preferredWait(call.request.headers.get('prefer'));
  const settled = call.deps.settled.get(settledName(vendor.id, id, call));
  if (settled && (await call.deps.ledger.isCurrent(settled.version))) {
    return conditional(jsonText(settled.body, 200, { ETag: settled.etag, ...applied(wait) }), call);
  }
  const known = await readTask(call, vendor, id, wait);
  return conditional(taskAnswer(known, call, 200, applied(wait)), call);
}

/** As it is known now, or after at most `wait` seconds, as soon as there is news. */
export async function readTask(call: MemberCall, vendor: Vendor, id: string, wait: number | null): Promise<Known> {
  const outcome = outcomeOf(await call.deps.readTasks(vendor, [id], readOptions(call)), id);
  if (!outcome.ok) throw faultProblem(outcome.fault);
  if (wait === null) return outcome.value;
  const until = call.deps.now() + wait * 1000;
  return waitForNews(outcome.value, until, newsFor(call), waitDeps(vendor, outcome.value, call));
}

/** RFC 7240 3. */
const applied = (wait: number | null): Record<string, string> =>
  wait === null ? {} : { 'Preference-Applied': `wait=${wait}` };

/** News is the end of the way; for a caller who has an ETag, any change of it. */
function newsFor(call: MemberCall): (known: Known) => boolean {
  const seen = call.request.headers.get('if-none-match');
  return (known) => {
    const task = viewTask(known, viewContext(call));
    if (task.tracking.state === 'settled' || task.tracking.state === 'expired') return true;
    return seen !== null && noneMatches(seen, etagOf(task));
  };
}

function waitDeps(vendor: Vendor, first: Known, call: MemberCall): WaitDeps {
  const { deps, settings } = call;
  const { id } = first.stored;
  let seen = stampOf(first.stored);
  const remember = (known: Known | null): Known | null => {
    if (known) seen = stampOf(known.stored);
    return known;
  };
  return {
    peek: async () => remember(await deps.ledger.peek(vendor.id, id)),
    read: async () => {
      const outcome = (await deps.readTasks(vendor, [id], readOptions(call))).get(id);
      return outcome?.ok ? remember(outcome.value) : null;
    },
    // What nobody keeps is worth another look when its vendor may be asked again.
    watch: (ms) => deps.ledger.watch(vendor.id, id, seen, Math.min(ms, settings.poll_interval_ms)),
    sleep: (ms) => scheduler.wait(ms),
    signal: call.request.signal,
    now: () => deps.now(),
  };
}

function conditional(answer: Response, call: MemberCall): Response {
  const seen = call.request.headers.get('if-none-match');
  if (seen === null || noneMatches(seen, answer.headers.get('etag') ?? '')) return answer;
  answer.headers.delete('content-type');
  return new Response(null, { status: 304, headers: answer.headers });
}

export async function fetchTasks(call: MemberCall & { body: input.FetchBody }): Promise<Response> {
  const { body } = call;
  const vendor = input.vendorOf(call.settings, body.vendor);
  const outcomes = await call.deps.readTasks(vendor, [...new Set(body.ids)], readOptions(call));
  const context = viewContext(call);
  const results = body.ids.map((id) => {
    const outcome = outcomeOf(outcomes, id);
    return outcome.ok
      ? { id, task: viewTask(outcome.value, context) }
      : { id, error: faultProblem(outcome.fault).entry() };
  });
  return json({ results });
}

export async function trackTasks(call: MemberCall & { body: input.TrackBody }): Promise<Response> {
  const { body } = call;
  const vendor = input.askableVendor(call.settings, body.vendor);
  const webhook_url = body.webhook_url ?? null;
  if (webhook_url !== null) checkWebhook(webhook_url, call);
  const results = await beginTracking(call, vendor, body.ids, { webhook_url, visibility: body.visibility ?? null });
  return json({ results }, results.some((result) => result.created) ? 202 : 200);
}

/** One entry per asked id, in order, duplicates too. */
export async function beginTracking(
  { deps }: MemberCall,
  vendor: Vendor,
  ids: readonly string[],
  options: TrackOptions,
): Promise<{ id: string; created: boolean }[]> {
  const tracked = await deps.flows.track(vendor.id, [...new Set(ids)], options);
  const created = new Map(tracked.map((entry) => [entry.id, entry.created]));
  return ids.map((id) => ({ id, created: created.get(id) ?? false }));
}

export async function listTasks(call: MemberCall & { query: input.ListQuery }): Promise<Response> {
  const { deps, settings, query } = call;
  const vendor = query.vendor === undefined ? null : input.vendorOf(settings, query.vendor).id;
  const { status = null, tracking = null, archive = null, kind = null, cursor = null, limit } = query;
  const { rows, more, pacing } = await deps.ledger.list({
    vendor,
    status,
    tracking,
    archive,
    kind,
    before: cursor,
    limit,
  });
  const page = listOf(rows, more, ({ seq }) => input.encodeCursor(seq));
  const context = viewContext(call);
  const data = page.rows.map(({ stored }) => viewTask({ stored, pacing: pacing[stored.vendor] ?? HEALTHY }, context));
  return listAnswer(call, page, JSON.stringify(data));
}

export async function retryTask(call: MemberCall & OfTask): Promise<Response> {
  const { vendor, id } = call.subject;
  const retried = await call.deps.flows.retry(vendor.id, id);
  if (retried === null) throw untracked(vendor.id);
  // A message that cannot be sent is sent again when its lease ends: no reason to keep the caller waiting.
  call.context.waitUntil(
    call.deps.sendMirror(retried.messages).catch((error: unknown) => {
      call.deps.log({ event: 'error', at: 'queue', message: String(error) });
    }),
  );
  return taskAnswer(retried.known, call, 202);
}

export async function deleteTask({ deps, subject }: MemberCall & OfTask): Promise<Response> {
  const { vendor, id } = subject;
  if (!(await deps.flows.untrack(vendor.id, id))) throw untracked(vendor.id);
  return new Response(null, { status: 204 });
}

const untracked = (vendor: string): Problem =>
  new Problem('not_found', `No such task of vendor "${vendor}" is tracked`);

/** Links in it begin with the caller's own origin where none is set. */
const settledName = (vendor: string, id: string, { base }: MemberCall): string => `${base}/${vendor}/${id}`;

function taskAnswer(known: Known, call: MemberCall, status: number, more: Record<string, string> = {}): Response {
  const context = viewContext(call);
  const task = viewTask(known, context);
  const etag = etagOf(task);
  const headers = { ETag: etag, ...more };
  const body = encoder.encode(JSON.stringify(task));
  const { vendor, id } = known.stored;
  if (task.tracking.state === 'settled' && known.moment !== undefined)
    call.deps.settled.put(settledName(vendor, id, call), {
      body,
      etag,
      version: versionToken(known.moment, known.stored),
    });
  if (task.tracking.state !== 'watching' && task.tracking.state !== 'untracked') return jsonText(body, status, headers);
  const usual = context.now + call.settings.poll_interval_ms;
  const polled = known.stored.next_poll_at ?? usual;
  // Its vendor may call before it is polled.
  const next = known.stored.state.hook_named ? Math.min(polled, usual) : polled;
  return jsonText(body, status, {
    ...headers,
    'Retry-After': String(Math.max(1, Math.ceil((next - context.now) / 1000))),
  });
}

function checkWebhook(webhook_url: string, call: MemberCall): void {
  if (call.settings.webhook_secrets.length === 0) {
    throw new Problem('not_configured', 'WEBHOOK_SECRET: is not set, so no webhook can be signed');
  }
  checkCallback('webhook_url', webhook_url, call);
}
