// Pure: how long the list is, read or not, and how that is said.
import { countText, numberText } from './format.js';

/** @typedef {import('valibot').InferOutput<typeof import('../views/stats.ts').Stats>} Stats */

/**
 * As many rows as the list may have, by the last numbers; 0 where they do not tell.
 * @param {Stats | null} stats
 * @param {Readonly<Record<string, string>>} chosen Filters.
 */
export function expectedRows(stats, chosen) {
  const filters = Object.entries(chosen);
  if (stats === null || filters.length > 1) return 0;
  const { total, by_status, by_tracking } = stats.tasks;
  const [[name, value] = ['', '']] = filters;
  if (name === 'status') return by_status[/** @type {keyof typeof by_status} */ (value)];
  if (name === 'tracking') return by_tracking[/** @type {keyof typeof by_tracking} */ (value)];
  return name === '' ? total - by_tracking.untracked : 0;
}

/**
 * @param {{begun: boolean, complete: boolean, failed: boolean, read: number, count: number}} list
 * @param {string} what
 */
export function rowsText({ begun, complete, failed, read, count }, what) {
  if (!begun) return failed ? '' : 'Loading…';
  if (complete) return countText(count, what);
  return count > read + 1
    ? `${numberText(read)} of ${countText(count, what)} read`
    : `${countText(read, what)} read so far`;
}
