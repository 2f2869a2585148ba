// State: rows of a list that follow each other, read page by page, and read again while rows come, go and move.
import type { Urgency } from './scheduler.ts';

/** As many rows as a page of the API has at most. */
export const PAGE_ROWS = 100;

export interface Reading {
  readonly keys: readonly string[];
  /** The cursor behind them; null: they are the last ones. */
  readonly next: string | null;
}
/** Null: it failed, or another list is shown by now. */
export type Reader = (cursor: string | null, limit: number, urgency: Urgency) => Promise<Reading | null>;

/** Read from one cursor, so that any row can be read anew without its neighbours far away. */
interface Part {
  readonly cursor: string | null;
  readonly keys: readonly string[];
}

export class Run {
  /** All that are read so far, in the server's order. */
  keys: readonly string[] = [];
  /** Where reading goes on, null at the beginning; undefined: nothing comes after the last one. */
  next: string | null | undefined = null;
  #parts: readonly Part[] = [];
  #places = new Map<string, number>();
  protected readonly reader;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  /** -1: it is not among them. */
  placeOf(key: string): number {
    return this.#places.get(key) ?? -1;
  }

  /** Reads what is behind this cursor; further, where rows may be missing between that and what is known. */
  async read(cursor: string | null, limit: number, urgency: Urgency): Promise<Reading | null> {
    const reading = await this.reader(cursor, limit, urgency);
    if (reading === null || this.#merge(cursor, reading, limit)) return reading;
    return this.read(limit < PAGE_ROWS ? cursor : reading.next, PAGE_ROWS, urgency);
  }

  /** These rows anew, as far as they are here: one request for each part that has some. */
  async refresh(keys: Iterable<string>): Promise<void> {
    const left = new Set(keys);
    for (;;) {
      const part = this.#parts.find((one) => one.keys.some((key) => left.has(key)));
      if (part === undefined) return;
      const rows = Math.min(PAGE_ROWS, part.keys.findLastIndex((key) => left.has(key)) + 1);
      const reading = await this.read(part.cursor, rows, 'watch');
      if (reading === null) return;
      for (const key of reading.keys) left.delete(key);
    }
  }

  /** They are in the list no more. */
  drop(keys: ReadonlySet<string>): void {
    this.#put(without(this.#parts, keys));
  }

  /** In front of all that is known. */
  protected prepend(part: Part): void {
    this.#put([part, ...this.#parts]);
  }

  /**
   * What the server has no more between the page's first row and the last one that was known is dropped, what is new
   * comes in, and each row stands where it was seen last. False: the page does not meet what is known behind it.
   */
  #merge(cursor: string | null, { keys: page, next }: Reading, limit: number): boolean {
    const known = this.#parts.findIndex((part) => part.cursor === cursor);
    const goesOn = cursor === this.next;
    // Its place went with its rows.
    if (known < 0 && !goesOn) return true;
    const at = goesOn ? this.#parts.length : known;
    const begin = this.#parts.slice(0, at).reduce((sum, part) => sum + part.keys.length, 0);
    const last = page.findLastIndex((key) => this.placeOf(key) >= begin);
    const end = next === null ? this.keys.length : last < 0 ? begin : this.placeOf(page[last] ?? '') + 1;
    const isLast = end === this.keys.length;
    const joined = isLast || last >= 0;
    if (!joined && limit < PAGE_ROWS) return false;
    const parts = without(this.#parts, new Set([...page, ...this.keys.slice(begin, end)]));
    const rest = parts[at]?.keys ?? [];
    // A part that has become longer than a page is two from now on.
    const isTwo = limit === PAGE_ROWS;
    const read = { cursor, keys: isTwo ? page : [...page, ...rest] };
    const behind = { cursor: next, keys: isTwo ? rest : [] };
    this.#put([...parts.slice(0, at), read, behind, ...parts.slice(at + 1)]);
    if (isLast) this.next = next ?? undefined;
    return joined;
  }

  #put(parts: readonly Part[]): void {
    this.#parts = parts.filter(({ keys }, at) => at === 0 || keys.length > 0);
    this.keys = parts.flatMap((part) => part.keys);
    this.#places = new Map(this.keys.map((key, place) => [key, place]));
  }
}

const without = (parts: readonly Part[], gone: ReadonlySet<string>): Part[] =>
  parts.map(({ cursor, keys }) => ({ cursor, keys: keys.filter((key) => !gone.has(key)) }));
