// Edge: one POST to a receiver: its address checked at each try, no redirect followed, the answer unread.
import { RETRY_AFTER_MAX_MS, WEBHOOK_TIMEOUT_MS } from '../model/limits.ts';
import type { DeliveryOutcome } from '../model/messages.ts';
import { type AddressRules, checkAddress } from './address.ts';
import { fetchOutside } from './fetch.ts';
import { readRetryAfter } from './retry-after.ts';

export interface Posting {
  url: string;
  /** JSON text. */
  body: string;
  headers: Readonly<Record<string, string>>;
}

export interface PostRules {
  address: AddressRules;
  now: () => number;
  /** Missing: that of limits.ts. */
  timeoutMs?: number;
}

/** `status` null: nobody answered. */
export interface Posted {
  status: number | null;
  outcome: DeliveryOutcome;
}

export async function postTo({ url, body, headers }: Posting, rules: PostRules): Promise<Posted> {
  const address = checkAddress(url, rules.address);
  if (!address.ok) return { status: null, outcome: failed(address.fault, { final: true }) };
  const { host } = address.value;
  const { timeoutMs = WEBHOOK_TIMEOUT_MS } = rules;
  const inTime = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetchOutside(address.value, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      signal: inTime,
    });
    // Not waited for: the answer is in its status, and an endless body is not our matter.
    void response.body?.cancel().catch(() => undefined);
    return { status: response.status, outcome: outcomeOf(response, host, rules.now()) };
  } catch {
    // Refused, reset, unresolvable, too late. The runtime's own message may hold the URL.
    const within = inTime.aborted ? ` within ${timeoutMs} ms` : '';
    return { status: null, outcome: failed(`The receiver ${host} does not answer${within}`) };
  }
}

function outcomeOf({ ok, status, headers }: Response, host: string, now: number): DeliveryOutcome {
  if (ok) return { ok: true };
  const detail = `The receiver ${host} answers ${status}`;
  // Standard Webhooks: a receiver that is gone for good says so.
  if (status === 410) return failed(detail, { final: true });
  if (status !== 429 && status !== 503) return failed(detail);
  const wait = readRetryAfter(headers.get('retry-after'), now);
  return failed(detail, { retry_after_ms: wait === null ? null : Math.min(wait, RETRY_AFTER_MAX_MS) });
}

export const failed = (
  detail: string,
  { final = false, retry_after_ms = null }: { final?: boolean; retry_after_ms?: number | null } = {},
): DeliveryOutcome => ({ ok: false, final, retry_after_ms, detail });
