// State: a list of the API, however long: what is read of it from its beginning and at a far place, and its rows.
import type { Clip, Task } from '../model/task.ts';
import { type Page, read, withQuery } from './api.ts';
import { Island, seqOf } from './island.ts';
import { PAGE_ROWS, type Reader, Run } from './run.ts';
import { keyOf } from './status.ts';
import { countRows } from './window.ts';

/** Some 60 MB where each has two songs with their words; what was let go is read again where it is seen. */
const KEPT_MAX = 10_000;
/** Rows of the first page, so that something is soon seen; and those read to see what is new, where all else is known. */
const FIRST_ROWS = 8;
const HEAD_ROWS = 20;
/** Whoever goes further than this does not wait until all before it is read. */
const FAR_ROWS = 1_500;

interface Shape {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** As many rows as it may have; 0: nobody knows. */
  expected(): number;
  changed(): void;
}

export class Source<Item extends Task | Clip> {
  readonly shape;
  /** What its rows are of, by their keys. */
  readonly items = new Map<string, Item>();
  #wanted = { first: 0, end: 0 };
  #reading = false;
  #island: Island | null = null;
  /** Far places cannot be reached by themselves: all before them is read. */
  #sequential = false;
  /** One reading at a time: each begins from what the one before has found. */
  #last: Promise<unknown> = Promise.resolve();

  #reader: Reader = async (cursor, limit, urgency) => {
    const path = withQuery(this.shape.path, { ...this.shape.query, limit, cursor });
    const page = await read<Page<Item>>(path, urgency);
    if (page === null) return null;
    return { keys: page.data.map((item) => this.#take(item)), next: page.next_cursor };
  };
  readonly listing = new Run(this.#reader);

  constructor(shape: Shape) {
    this.shape = shape;
  }

  /** At least one page was read. */
  get begun(): boolean {
    return this.listing.next !== null;
  }

  /** Rows of all of it, as far as is known. */
  get count(): number {
    return countRows(this.listing, this.shape.expected());
  }

  /** Null: not read yet. */
  keyAt(place: number): string | null {
    return this.listing.keys[place] ?? this.#island?.keyAt(place, this.count) ?? null;
  }

  /** Reads on until these places are known, or the end: page after page, or where it is far by itself. */
  async ensure(first = 0, end = 1): Promise<void> {
    // Who has scrolled on meanwhile wants something else.
    this.#wanted = { first, end };
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
    const { first, end } = wanted;
    const { count } = this;
    const { keys, next } = this.listing;
    if (next === undefined || end <= keys.length) return false;
    if (first < keys.length + FAR_ROWS || next === null || this.#sequential) {
      const reading = await this.listing.read(next, next === null ? FIRST_ROWS : PAGE_ROWS, 'read');
      // What brought nothing is not tried again by being drawn again.
      if (reading !== null) this.shape.changed();
      return reading !== null;
    }
    const edges = [first, end - 1].filter((place) => this.keyAt(place) !== null);
    if (edges.length === 2) return false;
    if (edges.length === 1) {
      const known = this.#island?.keys.length;
      await this.#island?.extend(first, end, count);
      if (this.#island?.keys.length !== known) this.shape.changed();
      return this.#wanted !== wanted;
    }
    const island = new Island(this.#reader);
    const there = await island.jump(end >= count ? count - 1 : first, count, { place: keys.length, seq: seqOf(next) });
    // Asked again as soon as anything else is well.
    if (there === null) return false;
    if (there) this.#island = island;
    this.#sequential = !there;
    this.shape.changed();
    return this.#wanted !== wanted;
  }

  /** What is new at the beginning. */
  head(): Promise<void> {
    return this.#inTurn(async () => {
      await this.listing.read(null, HEAD_ROWS, 'watch');
      this.shape.changed();
    });
  }

  /** These rows again, with as few requests as can be. */
  refresh(keys: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.listing.refresh(keys);
      await this.#island?.refresh(keys);
      this.shape.changed();
    });
  }

  /** Known better by another answer. */
  replace(item: Item): void {
    this.#take(item);
    this.shape.changed();
  }

  drop(key: string): void {
    for (const run of [this.listing, this.#island]) run?.drop(new Set([key]));
    this.items.delete(key);
    this.shape.changed();
  }

  /** Answers its key. */
  #take(item: Item): string {
    const key = keyOf(item);
    this.items.delete(key);
    this.items.set(key, item);
    const [oldest] = this.items.keys();
    if (this.items.size > KEPT_MAX && oldest !== undefined) this.items.delete(oldest);
    return key;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
