// Pure: how long a list is, and pages of it, read again and again while it changes → one order of rows.
import type { Stats } from '../model/stats.ts';
import type { Countable, Labels } from './english.ts';
import { numberText } from './format.ts';

/** As many rows as a page of the API has at most. */
export const PAGE_ROWS = 100;

/** A page's cursor, and the key of the row before it; null: of the first page. */
export interface Start {
  readonly cursor: string | null;
  readonly after: string | null;
}

/** `joined`: the page meets what was known; else rows between may be missing, and reading goes on after it. */
export interface Merged {
  readonly joined: boolean;
  readonly went: string[];
}

/** Each place where a page began is remembered, so that any row can be read anew without its neighbours far away. */
export class Listing {
  /** Keys of all rows read so far, in the server's order. */
  keys: string[] = [];
  /** Nothing comes after the last one. */
  complete = false;
  #starts: Start[] = [{ cursor: null, after: null }];
  #places = new Map<string, number>();

  /** -1: not in the list. */
  placeOf(key: string): number {
    return this.#places.get(key) ?? -1;
  }

  /** Where reading goes on; null: all is read. */
  next(): Start | null {
    return this.complete ? null : (this.#starts.at(-1) ?? null);
  }

  /** From where to read a row anew, and how many rows to read so that it is among them; may be more than a page has. */
  pageOf(key: string): { start: Start; rows: number } | null {
    const place = this.placeOf(key);
    if (place < 0) return null;
    const start = this.#starts.findLast((one) => this.#begin(one) <= place);
    return start === undefined ? null : { start, rows: place - this.#begin(start) + 1 };
  }

  /** A page was read. Rows that the server has no more between its first and its last are dropped, new ones come in. */
  merge(start: Start, page: readonly string[], next_cursor: string | null): Merged {
    const begin = this.#begin(start);
    const before = this.keys;
    const known = page.filter((key) => this.#places.has(key) && this.placeOf(key) >= begin);
    const last = known.at(-1);
    const appended = begin >= before.length;
    const end = next_cursor === null ? before.length : last === undefined ? begin : this.placeOf(last) + 1;
    const fresh = new Set(page);
    const replaced = before.slice(begin, end);
    const went = replaced.filter((key) => !fresh.has(key));
    this.#order([
      ...before.slice(0, begin).filter((key) => !fresh.has(key)),
      ...page,
      ...before.slice(end).filter((key) => !fresh.has(key)),
    ]);
    this.#leave(went, before);
    const tail = page.at(-1);
    if (next_cursor === null) {
      this.complete = true;
      this.#starts = this.#starts.filter((one) => this.#begin(one) < Math.max(1, this.keys.length));
    } else if (tail !== undefined && (appended || page.length === PAGE_ROWS)) this.#begins(next_cursor, tail);
    return { joined: appended || next_cursor === null || last !== undefined, went };
  }

  /** It is in the list no more. */
  drop(key: string): void {
    if (!this.#places.has(key)) return;
    const before = this.keys;
    this.#order(before.filter((one) => one !== key));
    this.#leave([key], before);
  }

  #begin({ after }: Start): number {
    return after === null ? 0 : this.placeOf(after) + 1;
  }

  #order(keys: string[]): void {
    this.keys = keys;
    this.#places = new Map(keys.map((key, place) => [key, place]));
  }

  /** Pages that began after a row which went begin after the one before it. */
  #leave(went: readonly string[], before: readonly string[]): void {
    if (went.length === 0) return;
    const gone = new Set(went);
    this.#starts = this.#starts.map((start) => {
      if (start.after === null || !gone.has(start.after)) return start;
      const stays = before.slice(0, before.indexOf(start.after)).findLast((key) => !gone.has(key));
      return { cursor: start.cursor, after: stays ?? null };
    });
  }

  #begins(cursor: string, after: string): void {
    if (this.#starts.some((one) => one.after === after)) return;
    this.#starts = [...this.#starts, { cursor, after }].sort((a, b) => this.#begin(a) - this.#begin(b));
  }
}

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
type Extent = Pick<Listing, 'keys' | 'complete'>;

/** Of a list as far as it is read, with the rows that are still to come. */
export function countRows({ keys, complete }: Extent, begun: boolean, stats: Stats | null, chosen: Filters): number {
  if (complete) return keys.length;
  return begun ? Math.max(expectedRows(stats, chosen), keys.length + 1) : SKELETON_ROWS;
}

export function rowsText({ keys, complete }: Extent, count: number, what: Countable, labels: Labels): string {
  if (complete) return labels.count(count, what);
  return count > keys.length + 1
    ? labels.list.read(numberText(keys.length), labels.count(count, what))
    : labels.list.so_far(labels.count(keys.length, what));
}
