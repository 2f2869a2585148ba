// State: a list of the API, read page by page as one scrolls, and read again where it changes. Asks no vendor.
import type { Clip, Task } from '../model/task.ts';
import { type Page, read, withQuery } from './api.ts';
import { Island, seqOf } from './island.ts';
import { Listing, type Merged, PAGE_ROWS, type Start } from './listing.ts';
import type { Urgency } from './scheduler.ts';
import type { Row } from './status.ts';

/** Whole answers kept beside the rows: what was looked at last opens at once. */
const WHOLE_MAX = 300;
/** Rows of the first page, so that something is soon seen; and those read to see what is new, where all else is known. */
const FIRST_ROWS = 8;
const HEAD_ROWS = 20;
/** Whoever goes further than this does not wait until all before it is read. */
const FAR_ROWS = 1_500;

export interface Shape<Item> {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  rowOf(item: Item): Row;
  changed(): void;
}

interface Read extends Merged {
  readonly keys: string[];
  readonly next_cursor: string | null;
  readonly tail: string;
}

export class Source<Item extends Task | Clip> {
  readonly listing = new Listing();
  readonly rows = new Map<string, Row>();
  /** At least one page was read. */
  begun = false;
  #whole = new Map<string, Item>();
  #wanted = { first: 0, end: 0, count: 0 };
  #reading = false;
  #island: Island | null = null;
  /** Far places cannot be reached by themselves: all before them is read. */
  #sequential = false;
  /** One reading at a time: each begins from what the one before has found. */
  #last: Promise<unknown> = Promise.resolve();
  #shape;

  constructor(shape: Shape<Item>) {
    this.#shape = shape;
  }

  whole(key: string): Item | null {
    return this.#whole.get(key) ?? null;
  }
  get wholes(): Iterable<Item> {
    return this.#whole.values();
  }

  /** Whether it is among the rows that are read, here or at a far place. */
  has(key: string): boolean {
    return this.listing.placeOf(key) >= 0 || this.#island?.keys.includes(key) === true;
  }

  /** Rows in another language. */
  reword(): void {
    for (const item of this.#whole.values()) {
      const row = this.#shape.rowOf(item);
      if (this.rows.has(row.key)) this.rows.set(row.key, row);
    }
    // Of what is known by its row alone, and of far places, the words are read anew.
    this.#island = null;
    for (const key of this.rows.keys()) if (!this.#whole.has(key)) this.rows.delete(key);
  }

  /** Null: not read yet. `count`: rows of the whole list, as far as is known. */
  keyAt(place: number, count: number): string | null {
    return this.listing.keys[place] ?? this.#island?.keyAt(place, count) ?? null;
  }

  /** Reads on until these places are known, or the end: page after page, or where it is far by itself. */
  async ensure(first: number, end: number, count: number): Promise<void> {
    // Who has scrolled on meanwhile wants something else.
    this.#wanted = { first, end, count };
    if (this.#reading) return;
    this.#reading = true;
    await this.#inTurn(async () => {
      while (await this.#readOn(this.#wanted));
    });
    this.#reading = false;
  }

  /** Whether there may be more to read. */
  async #readOn(wanted: { first: number; end: number; count: number }): Promise<boolean> {
    const { first, end, count } = wanted;
    const { length } = this.listing.keys;
    const start = this.listing.next();
    if (start === null || end <= length) return false;
    if (first < length + FAR_ROWS || start.cursor === null || this.#sequential)
      return (await this.#read(start, this.begun ? PAGE_ROWS : FIRST_ROWS, 'read')) !== null;
    const last = end - 1;
    if (this.keyAt(first, count) !== null && this.keyAt(last, count) !== null) return false;
    const near = this.keyAt(first, count) !== null || this.keyAt(last, count) !== null;
    const known = this.#island?.keys.length;
    if (near) await this.#island?.extend(first, end, count);
    else
      this.#sequential = !(await this.#jump(last >= count - 1 ? last : first, count, {
        place: length,
        seq: seqOf(start.cursor),
      }));
    // What brought nothing is not tried again by being drawn again.
    if (!near || this.#island?.keys.length !== known) this.#shape.changed();
    return this.#wanted !== wanted;
  }

  async #jump(place: number, count: number, known: { place: number; seq: number }): Promise<boolean> {
    const island = new Island({
      read: async (cursor, limit, urgency) => {
        const page = await this.#page(cursor, limit, urgency);
        return page && { page, keys: this.#take(page.data) };
      },
    });
    if (!(await island.jump(place, count, known))) return false;
    this.#island = island;
    return true;
  }

  /** What is new at the beginning. */
  head(): Promise<void> {
    return this.#inTurn(async () => {
      let read = await this.#read({ cursor: null, after: null }, HEAD_ROWS, 'watch');
      if (read?.joined === false) read = await this.#read({ cursor: null, after: null }, PAGE_ROWS, 'watch');
      while (read !== null && !read.joined) {
        const page = this.listing.pageOf(read.tail);
        const start: Start | null = page && { ...page.start, after: read.tail, cursor: read.next_cursor };
        read = start && (await this.#read(start, PAGE_ROWS, 'watch'));
      }
    });
  }

  /** These rows again, with as few requests as can be. */
  refresh(keys: readonly string[], urgency: Urgency = 'watch'): Promise<void> {
    return this.#inTurn(async () => {
      const left = new Set(keys.filter((key) => this.listing.placeOf(key) >= 0));
      if (left.size < keys.length) {
        await this.#island?.refresh(new Set(keys), urgency);
        this.#shape.changed();
      }
      while (left.size > 0) {
        const [first = ''] = left;
        left.delete(first);
        let page = this.listing.pageOf(first);
        // Where much came in, a page has become longer than one answer: its place is found in steps.
        while (page !== null && page.rows > PAGE_ROWS) {
          if ((await this.#read(page.start, PAGE_ROWS, urgency)) === null) return;
          const nearer = this.listing.pageOf(first);
          page = nearer === null || nearer.rows >= page.rows ? null : nearer;
        }
        if (page === null) continue;
        const { start, rows } = page;
        const others = [...left].map((key) => this.listing.pageOf(key));
        const together = others.flatMap((other) => (other?.start.after === start.after ? [other.rows] : []));
        const count = Math.min(PAGE_ROWS, Math.max(rows, ...together));
        const read = await this.#read(start, count, urgency);
        if (read === null) return;
        for (const key of read.keys) left.delete(key);
      }
    });
  }

  /** Known better by another answer. */
  replace(item: Item): void {
    const row = this.#shape.rowOf(item);
    this.#keep(row.key, item);
    if (this.rows.has(row.key)) this.rows.set(row.key, row);
    this.#shape.changed();
  }

  drop(key: string): void {
    this.listing.drop(key);
    this.#island?.drop([key]);
    this.rows.delete(key);
    this.#whole.delete(key);
    this.#shape.changed();
  }

  async #read(start: Start, limit: number, urgency: Urgency): Promise<Read | null> {
    const page = await this.#page(start.cursor, limit, urgency);
    if (page === null) return null;
    const { data, next_cursor } = page;
    const keys = this.#take(data);
    const merged = this.listing.merge(start, keys, next_cursor);
    for (const key of merged.went) this.rows.delete(key);
    this.begun = true;
    this.#shape.changed();
    return { ...merged, keys, next_cursor, tail: keys.at(-1) ?? '' };
  }

  #page(cursor: string | null, limit: number, urgency: Urgency): Promise<Page<Item> | null> {
    return read(withQuery(this.#shape.path, { ...this.#shape.query, limit, cursor }), urgency);
  }

  #take(items: readonly Item[]): string[] {
    return items.map((item) => {
      const row = this.#shape.rowOf(item);
      this.rows.set(row.key, row);
      this.#keep(row.key, item);
      return row.key;
    });
  }

  #keep(key: string, item: Item): void {
    this.#whole.delete(key);
    this.#whole.set(key, item);
    const [oldest] = this.#whole.keys();
    if (this.#whole.size > WHOLE_MAX && oldest !== undefined) this.#whole.delete(oldest);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
