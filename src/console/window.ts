// Pure: how long a list is before all of it is read, which of its rows are to be seen, and where a key leads from one.
import type { Stats } from '../model/stats.ts';
import type { Countable, Labels } from './english.ts';
import { numberText } from './format.ts';
import type { Run } from './run.ts';

/** As many rows as the list may have, by the last numbers; 0 where they do not tell. */
export function expectedRows(stats: Stats | null, chosen: Readonly<Record<string, string>>): number {
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
export function countRows({ keys, next }: Extent, expected: number): number {
  if (next === null) return SKELETON_ROWS;
  return next === undefined ? keys.length : Math.max(expected, keys.length + 1);
}

export function rowsText({ keys, next }: Extent, count: number, what: Countable, labels: Labels): string {
  if (next === undefined) return labels.count(count, what);
  return count > keys.length + 1
    ? labels.list.read(numberText(keys.length), labels.count(count, what))
    : labels.list.so_far(labels.count(keys.length, what));
}

/** Rows kept ready above and below what is seen: a turn of the wheel shows no gap. */
const SPARE = 6;
/** Browsers lay out no element higher than some 17 million pixels: a longer list is moved through in larger steps. */
const HEIGHT_MAX_PX = 8_000_000;

export interface View {
  /** How far the list's beginning is above the view, in pixels; below 0 while it is not reached yet. */
  readonly top: number;
  readonly height: number;
  readonly row: number;
  readonly count: number;
}

/** How high the list is laid out. */
export const heightOf = ({ row, count }: Pick<View, 'row' | 'count'>): number => Math.min(row * count, HEIGHT_MAX_PX);

/** Pixels of rows that go by with each pixel that is scrolled. */
const stepOf = ({ row, count, height }: View): number =>
  row * count > HEIGHT_MAX_PX ? (row * count - height) / (HEIGHT_MAX_PX - height) : 1;

/** The first pixel of its rows that is seen. */
export function offsetAt(view: View): number {
  const [{ top, height, row, count }, step] = [view, stepOf(view)];
  return top < 0 || step === 1 ? top : Math.min(top * step, row * count - height);
}
/** Where to scroll so that this pixel of the rows is the first one seen. */
export const topFor = (offset: number, view: View): number => offset / stepOf(view);

/** `end` is the first row after them. */
export function rowsIn(view: View): { first: number; end: number } {
  const { height, row, count } = view;
  const offset = offsetAt(view);
  const first = Math.min(Math.max(0, Math.floor(offset / row) - SPARE), count);
  const end = Math.min(count, Math.max(first, Math.ceil((offset + height) / row) + SPARE));
  return { first, end };
}

/** `key` as KeyboardEvent names it, `page`: rows that fit the view. Null: the key is none that moves, or there is nowhere to go. */
export function rowAfter(key: string, at: Record<'index' | 'count' | 'page', number>): number | null {
  const { index, count, page } = at;
  const turn = Math.max(1, page - 1);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: turn, PageUp: -turn, Home: -count, End: count };
  if (count === 0 || !Object.hasOwn(steps, key)) return null;
  return Math.min(Math.max(0, index + steps[key as keyof typeof steps]), count - 1);
}
