// Edge: routes for those who run it: health, numbers, a vendor's pause lifted, and long walks through the buckets.
import type { Vendor } from '../../config/vendors.ts';
import { encodeBucketCursor, type BucketCursor } from '../../flows/bucket-walk.ts';
import type { Stats } from '../../model/stats.ts';
import { METRICS_TYPE, metricsText, viewStats } from '../../views/stats.ts';
import { settingsOrProblem } from '../auth.ts';
import { type Call, HEALTH_PARTS, type MemberCall } from '../context.ts';
import { type ReindexBody, vendorOf, type VerifyBody } from '../input.ts';
import { json } from '../respond.ts';

/** The parts are for those with a token: they name vendors and what is wrong with them. */
export async function health({ deps, hasToken }: Call): Promise<Response> {
  settingsOrProblem(deps.settings);
  if (!hasToken()) return json({ status: 'ok' });
  const parts = await deps.health();
  // A vendor that is down is no fault of this service: what it knows, it answers.
  const sound = HEALTH_PARTS.every((part) => part === 'vendors' || parts[part] === 'ok');
  return json({ status: sound ? 'ok' : 'failing', parts }, sound ? 200 : 503);
}

export const stats = async (call: MemberCall): Promise<Response> => json(await statsOf(call));

/** Scrapers add parameters of their own: outside of `/v1` those are ignored. */
export async function metrics(call: MemberCall): Promise<Response> {
  return new Response(metricsText(await statsOf(call)), { headers: { 'Content-Type': METRICS_TYPE } });
}

export const vendorSubject = ({ params, settings }: MemberCall): Vendor => vendorOf(settings, params['id']);

export async function resumeVendor(call: MemberCall & { subject: Vendor }): Promise<Response> {
  const { id } = call.subject;
  await call.deps.flows.resume(id);
  return json({ vendor: id, ...(await statsOf(call)).vendors[id] }, 202);
}

const statsOf = async ({ deps, settings }: MemberCall): Promise<Stats> =>
  viewStats(await deps.ledger.stats(), settings.vendors.keys());

export async function reindexLedger({ deps, body }: MemberCall & { body: ReindexBody }): Promise<Response> {
  const { tasks, clips, next } = await deps.flows.reindex(body.cursor ?? null);
  return json({ tasks, clips, next_cursor: cursorOf(next) });
}

export async function verifyMedia({ deps, body }: MemberCall & { body: VerifyBody }): Promise<Response> {
  const { checked, problems, next } = await deps.flows.verify(body.cursor ?? null);
  return json({
    checked,
    problems: problems.map(({ key, problem }) => ({ key, problem })),
    next_cursor: cursorOf(next),
  });
}

const cursorOf = (next: BucketCursor | null): string | null => next && encodeBucketCursor(next);
