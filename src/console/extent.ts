// Pure: how long the list is, read or not, and how that is said.
import type { Stats } from '../model/stats.ts';
import type { Countable } from './english.ts';
import { numberText } from './format.ts';
import type { Labels } from './language.ts';

export type Filters = Readonly<Partial<Record<'tracking' | 'status' | 'archive' | 'kind' | 'vendor', string>>>;

/** As many rows as the list may have, by the last numbers; 0 where they do not tell. */
export function expectedRows(stats: Stats | null, chosen: Filters): number {
  const filters = Object.entries(chosen);
  if (stats === null || filters.length > 1) return 0;
  const { total, by_status, by_tracking } = stats.tasks;
  const [[name, value] = ['', '']] = filters;
  if (name === 'status') return by_status[value as keyof typeof by_status];
  if (name === 'tracking') return by_tracking[value as keyof typeof by_tracking];
  return name === '' ? total - by_tracking.untracked : 0;
}

export interface Extent {
  readonly begun: boolean;
  readonly complete: boolean;
  readonly failed: boolean;
  readonly read: number;
  readonly count: number;
}

export function rowsText({ begun, complete, failed, read, count }: Extent, what: Countable, labels: Labels): string {
  if (!begun) return failed ? '' : labels.page.loading;
  if (complete) return labels.count(count, what);
  return count > read + 1
    ? labels.list.read(numberText(read), labels.count(count, what))
    : labels.list.so_far(labels.count(read, what));
}
