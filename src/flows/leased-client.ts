// Flow: requests under a lease: renewed before it could run out; whoever has lost it asks no more.
import type { LedgerApi, PollLease } from '../ledger/api.ts';
import { fail, type Result } from '../model/fault.ts';
import { ASK_LEASE_MARGIN_MS } from '../model/limits.ts';
import type { VendorAnswer, VendorClient } from '../relay/client.ts';

export interface LeaseDeps {
  readonly ledger: Pick<LedgerApi, 'renew'>;
  readonly client: VendorClient;
  readonly timeoutMs: number;
  /** Nobody waits any longer than until then (ms since the epoch). */
  readonly deadline: number;
  now(): number;
}

export function leasedClient({ token, until = Infinity }: PollLease, deps: LeaseDeps): VendorClient {
  const lease = { until };
  const guarded = async (ask: () => Promise<Result<VendorAnswer>>): Promise<Result<VendorAnswer>> => {
    const now = deps.now();
    if (now >= deps.deadline)
      return fail({
        reason: 'own_limit',
        detail: 'The time for this is over: the vendor is asked about the rest later',
      });
    // A request that takes its whole time-out ends within the lease.
    if (lease.until - now < deps.timeoutMs) {
      if (!(await deps.ledger.renew(token)))
        return fail({ reason: 'own_limit', detail: 'Somebody else asks the vendor about this by now' });
      lease.until = now + deps.timeoutMs + ASK_LEASE_MARGIN_MS;
    }
    return ask();
  };
  return {
    get: (vendor, id) => guarded(() => deps.client.get(vendor, id)),
    batch: (vendor, ids) => guarded(() => deps.client.batch(vendor, ids)),
  };
}
