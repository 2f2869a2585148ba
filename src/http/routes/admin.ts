// Edge: routes for those who run it (CONTRACT 6): health, numbers, and a vendor's pause lifted.
import { json } from '../respond.ts';
import { findToken, settingsOrProblem, type KnownToken } from '../auth.ts';
import { readJsonIfAny } from '../body.ts';
import { HEALTH_PARTS, type Call, type MemberCall } from '../context.ts';
import { NoBody, NoQuery, parseBody, parseQuery, vendorOf } from '../input.ts';
import { METRICS_TYPE, metricsText } from '../metrics.ts';
import { viewStats, type Stats } from '../../views/stats.ts';

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
