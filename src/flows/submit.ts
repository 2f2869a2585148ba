// Pure, its edges passed in: a submit goes to its vendor, and the task that it begins is tracked. Never sent twice.
import type { Vendor } from '../config/settings.ts';
import type { Result } from '../model/fault.ts';
import type { TrackOptions } from '../ledger/messages.ts';
import type { NotifyHook } from '../model/state.ts';
import { redact } from '../net/redact.ts';
import type { RelayAnswer, RelayClient, Submission } from '../relay/client.ts';
import { submittedIds } from '../relay/task-ids.ts';

export interface SubmitDeps {
  readonly client: Pick<RelayClient, 'submit'>;
  track(vendor: string, ids: string[], options: TrackOptions): Promise<unknown>;
  log(entry: object): void;
}

/** The song is being made and paid for: what goes wrong with tracking it is logged, and the vendor's answer given all the same. */
export async function submit(
  vendor: Vendor,
  submission: Submission,
  notify_hook: NotifyHook | null,
  deps: SubmitDeps,
): Promise<Result<RelayAnswer>> {
  const answer = await deps.client.submit(vendor, submission);
  if (!answer.ok) return answer;
  const { status, value } = answer.value;
  const ids = submittedIds(status, value);
  if (ids === null) return answer;
  if (ids.length === 0) {
    deps.log({ event: 'submit', vendor: vendor.id, status, message: 'The answer names no task: nothing is tracked' });
    return answer;
  }
  try {
    await deps.track(vendor.id, ids, { webhook_url: null, visibility: null, notify_hook });
    deps.log({ event: 'submit', vendor: vendor.id, status, ids });
  } catch (error) {
    deps.log({ event: 'error', at: 'submit', vendor: vendor.id, ids, message: redact(String(error), vendor.key) });
  }
  return answer;
}
