// Ids are taken under care: ledger → for what it did not know, the record → a pruned task goes on from there.
import { chunks } from '../chunks.ts';
import { RECORDS_AT_ONCE } from '../limits.ts';
import type { TrackOptions } from '../ledger/messages.ts';
import type { Stored } from '../ledger/state.ts';

export interface TrackDeps {
  readonly ledger: {
    track(vendor: string, ids: string[], options: TrackOptions): Promise<{ id: string; created: boolean }[]>;
    restore(stored: Stored[]): Promise<void>;
  };
  readRecord(vendor: string, id: string): Promise<Stored | null>;
}

export async function track(
  vendor: string,
  ids: string[],
  options: TrackOptions,
  deps: TrackDeps,
): Promise<{ id: string; created: boolean }[]> {
  const results = await deps.ledger.track(vendor, ids, options);
  const restored = new Map<string, Stored>();
  for (const some of chunks(
    results.filter(({ created }) => created),
    RECORDS_AT_ONCE,
  )) {
    const records = await Promise.all(some.map(({ id }) => deps.readRecord(vendor, id)));
    for (const stored of records) if (stored) restored.set(stored.id, stored);
  }
  if (restored.size === 0) return results;
  await deps.ledger.restore([...restored.values()]);
  return results.map(({ id, created }) => ({ id, created: created && !restored.has(id) }));
}
