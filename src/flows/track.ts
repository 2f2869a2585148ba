// Pure, its edges passed in: ids are taken under care: ledger → for what it did not know, the record → a pruned task goes on from there.
import { chunks } from '../chunks.ts';
import { RECORDS_AT_ONCE } from '../limits.ts';
import type { TrackOptions } from '../ledger/messages.ts';
import type { MirrorMessage } from '../mirroring.ts';
import type { Known } from './read.ts';
import type { Stored } from '../ledger/state.ts';

/** What is known of a task that is tried again, and what to send for it now. */
export interface Retried {
  known: Known;
  messages: MirrorMessage[];
}

export interface TrackDeps {
  readonly ledger: {
    retry(vendor: string, id: string): Promise<Retried | null>;
    untrack(vendor: string, id: string): Promise<boolean>;
    track(vendor: string, ids: string[], options: TrackOptions): Promise<{ id: string; created: boolean }[]>;
    restore(stored: Stored[]): Promise<void>;
  };
  readRecord(vendor: string, id: string): Promise<Stored | null>;
  deleteRecord(vendor: string, id: string): Promise<void>;
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

/** Polls again, and tries unavailable files again; a pruned task goes on from its record. Null: nothing is known of it. */
export async function retry(vendor: string, id: string, deps: TrackDeps): Promise<Retried | null> {
  const retried = await deps.ledger.retry(vendor, id);
  if (retried) return retried;
  const recorded = await deps.readRecord(vendor, id);
  if (!recorded) return null;
  await deps.ledger.track(vendor, [id], { webhook_url: null, visibility: null });
  await deps.ledger.restore([recorded]);
  return deps.ledger.retry(vendor, id);
}

/** Stops tracking: without its record no rebuilt ledger would list it either (CONTRACT 6). False: nothing is known of it. */
export async function untrack(vendor: string, id: string, deps: TrackDeps): Promise<boolean> {
  const known = (await deps.ledger.untrack(vendor, id)) || (await deps.readRecord(vendor, id)) !== null;
  if (known) await deps.deleteRecord(vendor, id);
  return known;
}
