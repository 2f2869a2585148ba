// State: a list of the API, however long: what is read of it from its beginning and at a far place, and its rows.
import type { Clip, Task } from '../model/task.ts';
import { type Page, read, withQuery } from './api.ts';
import { Island, seqOf } from './island.ts';
import { PAGE_ROWS, type Reader, Run } from './run.ts';
import type { Urgency } from './scheduler.ts';
import type { Row } from './status.ts';

/** Whole answers kept beside the rows: what was looked at last opens at once. */
const WHOLE_MAX = 300;
/** Rows of the first page, so that something is soon seen; and those read to see what is new, where all else is known. */
const FIRST_ROWS = 8;
const HEAD_ROWS = 20;
/** Whoever goes further than this does not wait until all before it is read. */
const FAR_ROWS = 1_500;

interface Shape<Item> {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  rowOf(item: Item): Row;
  changed(): void;
}

export class Source<Item extends Task | Clip> {
  readonly rows = new Map<string, Row>();
  #shape;
  #whole = new Map<string, Item>();
  #wanted = { first: 0, end: 0, count: 0 };
  #reading = false;
  #island: Island | null = null;
  /** Far places cannot be reached by themselves: all before them is read. */
  #sequential = false;
  /** One reading at a time: each begins from what the one before has found. */
  #last: Promise<unknown> = Promise.resolve();

  #reader: Reader = async (cursor, limit, urgency) => {
    const path = withQuery(this.#shape.path, { ...this.#shape.query, limit, cursor });
    const page = await read<Page<Item>>(path, urgency);
    if (page === null) return null;
    return { keys: page.data.map((item) => this.#take(item)), next: page.next_cursor };
  };
  readonly listing = new Run(this.#reader);

  constructor(shape: Shape<Item>) {
    this.#shape = shape;
  }

  get path(): string {
    return this.#shape.path;
  }

  /** At least one page was read. */
  get begun(): boolean {
    return this.listing.next !== null;
  }

  whole(key: string): Item | null {
    return this.#whole.get(key) ?? null;
  }
  get wholes(): Iterable<Item> {
    return this.#whole.values();
  }

  /** Whether it is among the rows that are read, here or at a far place. */
  has(key: string): boolean {
    return this.listing.placeOf(key) >= 0 || (this.#island?.placeOf(key) ?? -1) >= 0;
  }

  /** Rows in another language. */
  reword(): void {
    // Of what is known by its row alone, and of far places, the words are read anew.
    this.#island = null;
    this.rows.clear();
    for (const item of [...this.#whole.values()]) this.#take(item);
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
      while (await this.#readOn());
    });
    this.#reading = false;
  }

  /** Whether there may be more to read. */
  async #readOn(): Promise<boolean> {
    const wanted = this.#wanted;
    const { first, end, count } = wanted;
    const { keys, next } = this.listing;
    if (next === undefined || end <= keys.length) return false;
    if (first < keys.length + FAR_ROWS || next === null || this.#sequential) {
      const reading = await this.listing.read(next, next === null ? FIRST_ROWS : PAGE_ROWS, 'read');
      // What brought nothing is not tried again by being drawn again.
      if (reading !== null) this.#shape.changed();
      return reading !== null;
    }
    const edges = [first, end - 1].filter((place) => this.keyAt(place, count) !== null);
    if (edges.length === 2) return false;
    if (edges.length === 1) {
      const known = this.#island?.keys.length;
      await this.#island?.extend(first, end, count);
      if (this.#island?.keys.length !== known) this.#shape.changed();
      return this.#wanted !== wanted;
    }
    const island = new Island(this.#reader);
    const there = await island.jump(end >= count ? count - 1 : first, count, { place: keys.length, seq: seqOf(next) });
    // Asked again as soon as anything else is well.
    if (there === null) return false;
    if (there) this.#island = island;
    this.#sequential = !there;
    this.#shape.changed();
    return this.#wanted !== wanted;
  }

  /** What is new at the beginning. */
  head(): Promise<void> {
    return this.#inTurn(async () => {
      await this.listing.read(null, HEAD_ROWS, 'watch');
      this.#shape.changed();
    });
  }

  /** These rows again, with as few requests as can be. */
  refresh(keys: readonly string[], urgency: Urgency = 'watch'): Promise<void> {
    return this.#inTurn(async () => {
      await this.listing.refresh(keys, urgency);
      await this.#island?.refresh(keys, urgency);
      this.#shape.changed();
    });
  }

  /** Known better by another answer. */
  replace(item: Item): void {
    this.#take(item);
    this.#shape.changed();
  }

  drop(key: string): void {
    for (const run of [this.listing, this.#island]) run?.drop(new Set([key]));
    this.rows.delete(key);
    this.#whole.delete(key);
    this.#shape.changed();
  }

  /** Answers its key. */
  #take(item: Item): string {
    const row = this.#shape.rowOf(item);
    this.rows.set(row.key, row);
    this.#whole.delete(row.key);
    this.#whole.set(row.key, item);
    const [oldest] = this.#whole.keys();
    if (this.#whole.size > WHOLE_MAX && oldest !== undefined) this.#whole.delete(oldest);
    return row.key;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
