// Edge: the routes that hold ledger and buckets together (CONTRACT 6): the ledger rebuilt from records, stored bytes verified; page by page.
import { encodePlace, type Place } from '../flows/bucket-walk.ts';
import { json } from './respond.ts';
import { readJsonIfAny } from './body.ts';
import type { MemberCall } from './context.ts';
import { NoQuery, parseBody, parseQuery, ReindexBody, VerifyBody } from './input.ts';

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
