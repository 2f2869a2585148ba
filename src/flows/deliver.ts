// Flow: an event is told: the work handed out → its bytes made once → sent → what became of it reported.
import type { DeliveryJob, LedgerApi } from '../ledger/api.ts';
import { eventText, type Logged } from '../model/event.ts';
import type { DeliverMessage } from '../model/messages.ts';
import type { Known } from '../model/state.ts';
import { hostOf } from '../net/address.ts';
import { signedHeaders } from '../net/webhook-signature.ts';
import { failed, type Posted, type Posting } from '../net/webhook.ts';
import { type Queues, sendOn } from './enqueue.ts';

export interface DeliverDeps extends Queues {
  readonly ledger: Pick<LedgerApi, 'deliveryJob' | 'deliveryReport' | 'keepRendered' | 'unsent'>;
  /** Each of them signs. */
  readonly secrets: readonly string[];
  /** `ownOrigin`: the origin that the links in it name, where that is more than the settings know. */
  post(posting: Posting, ownOrigin: string | null): Promise<Posted>;
  /** One JSON text for each event of the row. */
  render(logged: Logged): string[];
  /** A task's row as GET has it in `data`, its links at `base`. */
  renderRow(known: Known, base: string): unknown;
  now(): number;
}

/** A doubled, late or reordered message finds nothing to do. The ledger alone decides what is tried again, and when. */
export async function deliverOne({ delivery }: DeliverMessage, deps: DeliverDeps): Promise<void> {
  const job = await deps.ledger.deliveryJob(delivery);
  if (!job) return;
  const started = deps.now();
  const { status, outcome } = await tell(job, deps);
  deps.log({
    event: 'delivery',
    delivery,
    type: job.kind === 'webhook' ? job.event.type : 'notify_hook',
    receiver: hostOf(job.url),
    status,
    ...outcome,
    ms: deps.now() - started,
  });
  const { deliveries } = await deps.ledger.deliveryReport(delivery, outcome);
  await sendOn({ messages: [], deliveries }, deps);
}

/** Whatever breaks on the way is a failed try, so that it is tried as often as any other and then given up, with its reason. */
async function tell(job: DeliveryJob, deps: DeliverDeps): Promise<Posted> {
  try {
    return await (job.kind === 'webhook' ? tellEvent(job, deps) : callBack(job, deps));
  } catch (error) {
    return { status: null, outcome: failed(`Cannot make what is to be delivered: ${String(error)}`) };
  }
}

async function tellEvent(job: Extract<DeliveryJob, { kind: 'webhook' }>, deps: DeliverDeps): Promise<Posted> {
  const { url, event, logged } = job;
  if (deps.secrets.length === 0)
    return { status: null, outcome: failed('WEBHOOK_SECRET is not set any more: nothing is sent unsigned') };
  const data = (await dataOf(logged, deps))[event.index];
  if (data === undefined) throw new Error(`Row ${logged.seq} of the log has no event ${event.index}`);
  const body = eventText({ id: event.id, type: event.type, at: logged.at }, data);
  return deps.post({ url, body, headers: signedHeaders(event.id, body, deps.secrets, deps.now()) }, null);
}

/** Of two that render the same row at once the first one counts: what is kept is what everybody gets. */
async function dataOf(logged: Logged, deps: DeliverDeps): Promise<string[]> {
  if (logged.data) return logged.data;
  const data = deps.render(logged);
  const kept = await deps.ledger.keepRendered([{ seq: logged.seq, data }]);
  // A row whose 30 days ended just now is kept no more, and this is the last that is told of it.
  return kept.find(({ seq }) => seq === logged.seq)?.data ?? data;
}

/** The callback of a submit, as the relay itself would have made it: no signature, no headers of ours. */
function callBack(job: Extract<DeliveryJob, { kind: 'notify' }>, deps: DeliverDeps): Promise<Posted> {
  const body = JSON.stringify(deps.renderRow(job.known, job.base));
  return deps.post({ url: job.url, body, headers: {} }, job.base);
}
