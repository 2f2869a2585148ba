// Pure: the numbers of the ledger (CONTRACT 6, GET /v1/stats), from what is kept of them.
import type { Pacing } from '../model/circuit-breaker.ts';
import { msOf } from '../model/id.ts';
import type { Book } from './book.ts';
import type { Deliveries } from './deliveries.ts';
import type { LedgerStats } from './messages.ts';
import type { TaskKind } from './tally.ts';

type Kinds = readonly { kind: TaskKind; count: number }[];

export function statsOf(
  { store, pendingFiles }: Pick<Book, 'store' | 'pendingFiles'>,
  { pending, failed }: Pick<Deliveries, 'pending' | 'failed'>,
  pacing: Record<string, Pacing>,
): LedgerStats {
  const { tasks, files } = store.tally();
  const oldest = store.oldestPending();
  return {
    tasks: { total: sum(tasks), by_status: countBy(tasks, 'status'), by_tracking: countBy(tasks, 'tracking') },
    files: { ...files, pending: pendingFiles },
    vendors: Object.fromEntries(
      Object.entries(pacing).map(([id, own]) => [id, { pacing: own, pending: sum(watched(tasks, id)) }]),
    ),
    deliveries: { pending, failed },
    oldest_pending_at: oldest === null ? null : msOf(oldest),
  };
}

const sum = (kinds: Kinds): number => kinds.reduce((total, { count }) => total + count, 0);

const watched = (kinds: Kinds, vendor: string): Kinds =>
  kinds.filter(({ kind }) => kind.vendor === vendor && kind.tracking === 'watching');

function countBy(kinds: Kinds, key: 'status' | 'tracking'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, count } of kinds) counts[kind[key]] = (counts[kind[key]] ?? 0) + count;
  return counts;
}
