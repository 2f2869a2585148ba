// Flow: a vendor calls about tasks: it is asked at once, by one request at a time for all that it called about.
import type { Vendor } from '../config/vendors.ts';
import type { LedgerApi } from '../ledger/api.ts';
import { ASK_LEASE_MARGIN_MS, CONFIRM_MAX_PER_ROUND } from '../model/limits.ts';
import { askAll, type ReadDeps, type ReadOptions, readTasks } from './read-tasks.ts';

export type CalledDeps = ReadDeps & { readonly ledger: Pick<LedgerApi, 'called'> };

/** What cannot be asked about now is due for the sweep: nothing depends on who was called coming back. */
export async function askCalled(
  vendor: Vendor,
  ids: readonly string[],
  options: ReadOptions,
  deps: CalledDeps,
): Promise<void> {
  const deadline = deps.now() + deps.settings.delays.vendor_timeout_ms + ASK_LEASE_MARGIN_MS;
  const rules = { ...options, deadline, confirmMax: CONFIRM_MAX_PER_ROUND };
  let named = [...new Set(ids)];
  while (deps.now() < deadline) {
    const { ask, waiting, unasked, pacing } = await deps.ledger.called(vendor.id, named, deps.token());
    named = [];
    if (unasked.length > 0) await readTasks(vendor, unasked, options, deps);
    if (ask) await askAll(ask, vendor, pacing, rules, deps);
    else if (waiting.length === 0 || !(await deps.ledger.wait(vendor.id, waiting))) return;
  }
}
