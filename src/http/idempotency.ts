// Pure: the header Idempotency-Key, and what stands in the ledger for a submit under it.
import type { SubmitOutcome } from '../flows/submit-once.ts';
import type { Token } from '../config/tokens.ts';
import type { Order } from '../ledger/api.ts';
import { sha256Hex } from '../lib/hash.ts';
import { IDEMPOTENCY_KEY_MAX_CHARACTERS } from '../model/limits.ts';
import { invalid } from './input.ts';
import { Problem } from './problem.ts';

const HEADER = 'Idempotency-Key';
/** On an answer that was given before. */
export const REPLAYED = { 'Idempotent-Replayed': 'true' } as const;

/** Other characters may not come as they were sent, and two keys would be one. `""` is what an empty one looks like in the IETF's draft. */
const KEY = /^(?!""$)[ -~]+$/;

/** Whatever it looks like: the draft has it in quotation marks, most callers send it without. Null: none was sent. */
export function idempotencyKey(headers: Headers): string | null {
  const key = headers.get(HEADER);
  if (key === null || (KEY.test(key) && key.length <= IDEMPOTENCY_KEY_MAX_CHARACTERS)) return key;
  throw invalid([
    { path: HEADER, message: `must have 1 to ${IDEMPOTENCY_KEY_MAX_CHARACTERS} characters, visible ones of ASCII` },
  ]);
}

/** A key is its token's own. `ordered`: all that makes the order what it is, to the letter. */
export const orderOf = (key: string, { secret }: Token, ordered: readonly string[]): Order => ({
  name: sha256Hex(JSON.stringify([secret, key])),
  fingerprint: sha256Hex(JSON.stringify(ordered)),
});

/** A caller who comes again soon after the first one: most vendors take an order within seconds. */
const ASK_AGAIN_AFTER = { 'Retry-After': '5' };

const REFUSALS = {
  under_way: [
    'idempotency_conflict',
    'The first request with this Idempotency-Key is still under way',
    ASK_AGAIN_AFTER,
  ],
  unknown: [
    'idempotency_conflict',
    'What became of the first request with this Idempotency-Key is not known, so that a song may be under way: look for it in GET /v1/tasks and at the vendor before you order it again, under another key',
    {},
  ],
  other: [
    'idempotency_mismatch',
    'This Idempotency-Key was used within the last 24 h for another body, action, query or vendor: take a new one for each order',
    {},
  ],
} as const satisfies Record<Exclude<SubmitOutcome['state'], 'answered'>, readonly unknown[]>;

export function orderRefused(state: keyof typeof REFUSALS): Problem {
  const [code, detail, headers] = REFUSALS[state];
  return new Problem(code, detail, { headers });
}
