// Flow: a submit under an Idempotency-Key: carried out once, and answered alike for a day.
import type { LedgerApi, Order } from '../ledger/api.ts';
import { fail, ok, type Result } from '../model/fault.ts';
import { ORDER_ANSWER_MAX_CHARACTERS } from '../model/limits.ts';
import type { RelayAnswer } from '../relay/client.ts';
import { refusalOf } from '../relay/envelope.ts';

export type GivenAnswer = Pick<RelayAnswer, 'status' | 'text' | 'retry_after'>;

export type SubmitOutcome =
  | { readonly state: 'answered'; readonly answer: Result<GivenAnswer>; readonly replayed: boolean }
  /** As in OrderBegun. */
  | { readonly state: 'under_way' | 'unknown' | 'other' };

export interface SubmitOnceDeps {
  readonly ledger: Pick<LedgerApi, 'beginOrder' | 'endOrder'>;
  log(entry: object): void;
}

/**
 * The first answer is everybody's, errors too, as at Stripe and in the IETF's draft-ietf-httpapi-idempotency-key-header.
 * A failure after which a song may be under way is repeated as well: nobody here can find out, and a second song would
 * cost. Where certainly none was made the key is free again, so that the same order can be placed once what stood in its
 * way is gone (`isUntaken`).
 */
export async function submitOnce(
  order: Order,
  carryOut: () => Promise<Result<RelayAnswer>>,
  { ledger, log }: SubmitOnceDeps,
): Promise<SubmitOutcome> {
  const begun = await ledger.beginOrder(order);
  if (begun.state === 'answered')
    return { state: 'answered', answer: JSON.parse(begun.answer) as Result<GivenAnswer>, replayed: true };
  if (begun.state !== 'new') return begun;
  const first = await carryOut();
  const untaken = isUntaken(first);
  const answer = untaken ? first : given(first);
  try {
    await end(order, untaken ? null : JSON.stringify(repeatable(answer)), ledger);
  } catch (error) {
    log({ event: 'error', at: 'submit', message: `The answer to a key is not kept: ${String(error)}` });
  }
  return { state: 'answered', answer, replayed: false };
}

/** An answer too large to be kept is nobody's: whoever repeats is told that it is not known, and where to look. */
async function end({ name }: Order, answer: string | null, ledger: SubmitOnceDeps['ledger']): Promise<void> {
  if (answer === null || answer.length <= ORDER_ANSWER_MAX_CHARACTERS) await ledger.endOrder(name, answer);
}

const UNTAKEN_REASONS: ReadonlySet<string> = new Set(['unauthorized', 'forbidden', 'rate_limited', 'own_limit']);
/** RFC 9110 15.5. Not among them: 400, since the same order will be as wrong again, and what a gateway may say of an order that it had passed on. */
const UNTAKEN_STATUSES: ReadonlySet<number | null> = new Set([401, 402, 403, 404, 405, 429]);

/** The vendor was not asked, or refused for a reason that lies not in the order: its key, our rate, a route that it does not have. */
function isUntaken(answer: Result<RelayAnswer>): boolean {
  if (answer.ok) {
    const { status, value } = answer.value;
    return UNTAKEN_STATUSES.has(status) || UNTAKEN_REASONS.has(refusalOf(value)?.meaning ?? '');
  }
  const { fault } = answer;
  return UNTAKEN_REASONS.has(fault.reason) || ('status' in fault && UNTAKEN_STATUSES.has(fault.status));
}

const ASK_THERE =
  'A song may be under way all the same: look for it at the vendor before you order it again, under another Idempotency-Key';

const given = (answer: Result<RelayAnswer>): Result<GivenAnswer> =>
  answer.ok ? answer : fail({ ...answer.fault, detail: `${answer.fault.detail}. ${ASK_THERE}` });

/** A time to ask again would be wrong of an answer that stays. */
function repeatable(answer: Result<GivenAnswer>): Result<GivenAnswer> {
  if (answer.ok) return ok({ status: answer.value.status, text: answer.value.text, retry_after: null });
  return answer;
}
