// Edge: routes for those who run it (CONTRACT 6): health, numbers, and a vendor's pause lifted.
import { encodePlace, type Place } from '../../flows/bucket-walk.ts';
import { METRICS_TYPE, metricsText, type Stats, viewStats } from '../../views/stats.ts';
import { findToken, type KnownToken, settingsOrProblem } from '../auth.ts';
import { readJsonIfAny } from '../body.ts';
import { type Call, HEALTH_PARTS, type MemberCall } from '../context.ts';
import { NoBody, NoQuery, parseBody, parseQuery, ReindexBody, vendorOf, VerifyBody } from '../input.ts';
import { json } from '../respond.ts';

/** The parts are for those with a token: they name vendors and what is wrong with them. */
export async function health({ request, deps }: Call, known: readonly KnownToken[]): Promise<Response> {
  settingsOrProblem(deps.settings);
  if (findToken(request.headers.get('authorization'), known) === null) return json({ status: 'ok' });
  const parts = await deps.health();
  // A vendor that is down is no fault of this service: what it knows, it answers.
  const sound = HEALTH_PARTS.every((part) => part === 'vendors' || parts[part] === 'ok');
  return json({ status: sound ? 'ok' : 'failing', parts }, sound ? 200 : 503);
}

export async function stats(call: MemberCall): Promise<Response> {
  parseQuery(NoQuery, call.url.searchParams);
  return json(await statsOf(call));
}

/** Scrapers add parameters of their own: outside of `/v1` those are ignored. */
export async function metrics(call: MemberCall): Promise<Response> {
  return new Response(metricsText(await statsOf(call)), {
    headers: { 'Content-Type': METRICS_TYPE, 'X-Content-Type-Options': 'nosniff' },
  });
}

export async function resumeVendor(call: MemberCall): Promise<Response> {
  parseQuery(NoQuery, call.url.searchParams);
  const { id } = vendorOf(call.settings, call.params['id']);
  parseBody(NoBody, await readJsonIfAny(call.request));
  await call.deps.ledger.resume(id);
  return json({ vendor: id, ...(await statsOf(call)).vendors[id] }, 202);
}

const statsOf = async ({ deps, settings }: MemberCall): Promise<Stats> =>
  viewStats(await deps.ledger.stats(), settings.vendors.keys());

export async function reindexLedger(call: MemberCall): Promise<Response> {
  parseQuery(NoQuery, call.url.searchParams);
  const { cursor } = parseBody(ReindexBody, await readJsonIfAny(call.request));
  const { tasks, clips, next } = await call.deps.ledger.reindex(cursor ?? null);
  return json({ tasks, clips, next_cursor: cursorOf(next) });
}

export async function verifyMedia(call: MemberCall): Promise<Response> {
  parseQuery(NoQuery, call.url.searchParams);
  const { cursor } = parseBody(VerifyBody, await readJsonIfAny(call.request));
  const { checked, problems, next } = await call.deps.ledger.verify(cursor ?? null);
  return json({
    checked,
    problems: problems.map(({ key, problem }) => ({ key, problem })),
    next_cursor: cursorOf(next),
  });
}

const cursorOf = (next: Place | null): string | null => next && encodePlace(next);
