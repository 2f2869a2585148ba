// Pure: the numbers of the whole system in public: every word is always there, and every configured vendor.
import type { LedgerStats } from '../ledger/api.ts';
import { HEALTHY, Pacing } from '../model/circuit-breaker.ts';
import type { Stats, VendorStats } from '../model/stats.ts';
import { TASK_STATUSES, TRACKING_STATES } from '../model/task.ts';

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
    last_sweep_at: instant(stats.last_sweep_at),
    unreadable: stats.unreadable,
  };
}

function vendorStats(known: LedgerStats['vendors'][string] | undefined): VendorStats {
  const { health, until, reason } = known?.pacing ?? HEALTHY;
  return { health, until: instant(until), reason, pending: known?.pending ?? 0 };
}

const counted = <Word extends string>(words: readonly Word[], counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(words.map((word) => [word, counts[word] ?? 0])) as Record<Word, number>;

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export const METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}
/** One metric family. A unit is the last part of its name (OpenMetrics 1.0, "Unit"). */
interface Family {
  readonly name: string;
  readonly unit?: 'bytes' | 'seconds';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const HEALTHS = Pacing.entries.health.options;

export const metricsText = (stats: Stats): string => `${families(stats).map(familyText).join('')}# EOF\n`;

function families(stats: Stats): Family[] {
  const { tasks, files, vendors, deliveries, oldest_pending_at, last_sweep_at, unreadable } = stats;
  const perVendor = Object.entries(vendors);
  const { bytes, ...fileCounts } = files;
  return [
    { name: 'longplay_tasks', help: 'Tasks in the ledger.', samples: [{ value: tasks.total }] },
    {
      name: 'longplay_tasks_by_status',
      help: 'Tasks in the ledger by what their vendors say.',
      samples: labelled('status', tasks.by_status),
    },
    {
      name: 'longplay_tasks_by_tracking',
      help: 'Tasks in the ledger by what is left to do for them.',
      samples: labelled('tracking', tasks.by_tracking),
    },
    { name: 'longplay_files', help: 'Wanted files by state.', samples: labelled('state', { ...fileCounts }) },
    {
      name: 'longplay_archived_bytes',
      unit: 'bytes',
      help: 'Size of all archived files.',
      samples: [{ value: bytes }],
    },
    {
      name: 'longplay_vendor_health',
      help: 'Whether a vendor is in this state (1) or not (0).',
      samples: perVendor.flatMap(([vendor, { health }]) =>
        HEALTHS.map((one) => ({ labels: { vendor, health: one }, value: one === health ? 1 : 0 })),
      ),
    },
    {
      name: 'longplay_vendor_trouble',
      help: 'Why a vendor is not asked at its usual pace.',
      samples: perVendor.flatMap(([vendor, { reason }]) =>
        reason === null ? [] : [{ labels: { vendor, reason }, value: 1 }],
      ),
    },
    {
      name: 'longplay_vendor_until_timestamp_seconds',
      unit: 'seconds',
      help: 'When a vendor that is out of order is asked again.',
      samples: perVendor.flatMap(([vendor, { until }]) => at(until, { vendor })),
    },
    {
      name: 'longplay_vendor_pending_tasks',
      help: 'Tasks that a vendor is still asked about.',
      samples: perVendor.map(([vendor, { pending }]) => ({ labels: { vendor }, value: pending })),
    },
    {
      name: 'longplay_deliveries',
      help: 'Webhook deliveries under way, and those that were given up.',
      samples: labelled('state', { ...deliveries }),
    },
    {
      name: 'longplay_oldest_pending_timestamp_seconds',
      unit: 'seconds',
      help: 'When the task that waits longest was tracked.',
      samples: at(oldest_pending_at),
    },
    {
      name: 'longplay_last_sweep_timestamp_seconds',
      unit: 'seconds',
      help: 'When a tick last looked for what is due.',
      samples: at(last_sweep_at),
    },
    {
      name: 'longplay_unreadable_rows',
      help: 'Stored rows that could not be read and were set aside.',
      samples: [{ value: unreadable }],
    },
  ];
}

const labelled = (label: string, counts: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(counts).map(([word, value]) => ({ labels: { [label]: word }, value }));

/** Where there is no moment, there is no sample: 0 would be 1970. */
const at = (instant: string | null, labels: Record<string, string> = {}): Sample[] =>
  instant === null ? [] : [{ labels, value: Date.parse(instant) / 1000 }];

function familyText({ name, unit, help, samples }: Family): string {
  const lines = [
    `# TYPE ${name} gauge`,
    ...(unit ? [`# UNIT ${name} ${unit}`] : []),
    `# HELP ${name} ${escaped(help)}`,
  ];
  for (const { labels = {}, value } of samples) {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    lines.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** ABNF `escaped-string`: everything else may stand as it is. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
