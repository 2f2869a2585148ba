// Pure: the numbers of the whole system as the public form has them (CONTRACT 6): every word always there, every configured vendor too.
import { HEALTHY } from '../model/circuit-breaker.ts';
import type { LedgerStats } from '../ledger/messages.ts';
import { TASK_STATUSES, TRACKING_STATES } from '../model/task.ts';

export interface VendorStats {
  health: 'ok' | 'backing_off' | 'paused';
  until: string | null;
  reason: string | null;
  pending: number;
}

export interface Stats {
  tasks: { total: number; by_status: Record<string, number>; by_tracking: Record<string, number> };
  files: { archived: number; pending: number; unavailable: number; bytes: number };
  vendors: Record<string, VendorStats>;
  deliveries: { pending: number; failed: number };
  oldest_pending_at: string | null;
}

/** `configured`: a vendor that was never asked is well, as far as anybody knows. */
export function viewStats(stats: LedgerStats, configured: Iterable<string>): Stats {
  const { tasks, files, deliveries } = stats;
  const ids = [...new Set([...configured, ...Object.keys(stats.vendors)])];
  return {
    tasks: {
      total: tasks.total,
      by_status: counted(TASK_STATUSES, tasks.by_status),
      by_tracking: counted(TRACKING_STATES, tasks.by_tracking),
    },
    files: {
      archived: files.archived,
      pending: files.pending,
      unavailable: files.unavailable,
      bytes: files.bytes,
    },
    vendors: Object.fromEntries(ids.map((id) => [id, vendorStats(stats.vendors[id])])),
    deliveries: { pending: deliveries.pending, failed: deliveries.failed },
    oldest_pending_at: instant(stats.oldest_pending_at),
  };
}

function vendorStats(known: LedgerStats['vendors'][string] | undefined): VendorStats {
  const { health, until, reason } = known?.pacing ?? HEALTHY;
  return { health, until: instant(until), reason, pending: known?.pending ?? 0 };
}

const counted = (words: readonly string[], counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(words.map((word) => [word, counts[word] ?? 0]));

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
