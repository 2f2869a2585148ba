// Pure: how long a list is before all of it is read, by the numbers and the filters, and how that is said.
import type { Stats } from '../model/stats.ts';
import type { Countable, Labels } from './english.ts';
import { numberText } from './format.ts';
import type { Run } from './run.ts';

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

/** Rows that hold the place of the first ones. */
const SKELETON_ROWS = 8;
type Extent = Pick<Run, 'keys' | 'next'>;

/** Of a list as far as it is read, with the rows that are still to come. */
export function countRows({ keys, next }: Extent, stats: Stats | null, chosen: Filters): number {
  if (next === null) return SKELETON_ROWS;
  return next === undefined ? keys.length : Math.max(expectedRows(stats, chosen), keys.length + 1);
}

export function rowsText({ keys, next }: Extent, count: number, what: Countable, labels: Labels): string {
  if (next === undefined) return labels.count(count, what);
  return count > keys.length + 1
    ? labels.list.read(numberText(keys.length), labels.count(count, what))
    : labels.list.so_far(labels.count(keys.length, what));
}
