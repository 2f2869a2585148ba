// Edge: a list of the API, read page by page as it is scrolled through, and read again where it changes. Asks no vendor.
import { ask, withQuery } from './api.js';
import { Listing, PAGE_ROWS } from './listing.js';

/** Whole answers kept beside the rows: what was looked at last opens at once. */
const WHOLE_MAX = 300;
/** Rows read to see what is new; more are read where all of them are. */
const HEAD_ROWS = 20;

/** @typedef {import('./api.js').Trouble} Trouble */

/** @template Item Task or Clip. */
export class Source {
  listing = new Listing();
  /** @type {Map<string, import('./row.js').Row>} */
  rows = new Map();
  /** At least one page was read. */
  begun = false;
  /** @type {Map<string, Item>} */
  #whole = new Map();
  #wanted = 0;
  #reading = false;
  /** One reading at a time: each begins from what the one before has found. @type {Promise<unknown>} */
  #last = Promise.resolve();
  #shape;

  /**
   * @param {object} shape
   * @param {string} shape.path
   * @param {Record<string, string | null>} shape.query
   * @param {(item: Item) => import('./row.js').Row} shape.rowOf
   * @param {() => void} shape.changed
   * @param {(trouble: Trouble) => void} shape.failed
   */
  constructor(shape) {
    this.#shape = shape;
  }

  /** @param {string} key @returns {Item | null} */
  whole(key) {
    return this.#whole.get(key) ?? null;
  }

  /** Reads on until this place is known, or the end. @param {number} place */
  async ensure(place) {
    // Who has scrolled back meanwhile wants less.
    this.#wanted = place;
    if (this.#reading) return;
    this.#reading = true;
    await this.#inTurn(async () => {
      for (;;) {
        const start = this.listing.next();
        if (start === null || this.listing.keys.length > this.#wanted) return;
        if ((await this.#read(start, PAGE_ROWS)) === null) return;
      }
    });
    this.#reading = false;
  }

  /** What is new at the beginning. */
  head() {
    return this.#inTurn(async () => {
      let read = await this.#read({ cursor: null, after: null }, HEAD_ROWS);
      if (read?.joined === false) read = await this.#read({ cursor: null, after: null }, PAGE_ROWS);
      while (read !== null && !read.joined) {
        const page = this.listing.pageOf(read.tail);
        const start = page && { ...page.start, after: read.tail, cursor: read.next_cursor };
        read = start && (await this.#read(start, PAGE_ROWS));
      }
    });
  }

  /** These rows again, with as few requests as can be. @param {readonly string[]} keys */
  refresh(keys) {
    return this.#inTurn(async () => {
      const left = new Set(keys);
      while (left.size > 0) {
        const [first = ''] = left;
        left.delete(first);
        let page = this.listing.pageOf(first);
        // Where much came in, a page has become longer than one answer: its place is found in steps.
        while (page !== null && page.rows > PAGE_ROWS) {
          if ((await this.#read(page.start, PAGE_ROWS)) === null) return;
          const nearer = this.listing.pageOf(first);
          page = nearer === null || nearer.rows >= page.rows ? null : nearer;
        }
        if (page === null) continue;
        const { start, rows } = page;
        const others = [...left].map((key) => this.listing.pageOf(key));
        const together = others.flatMap((other) => (other?.start.after === start.after ? [other.rows] : []));
        const count = Math.min(PAGE_ROWS, Math.max(rows, ...together));
        const read = await this.#read(start, count);
        if (read === null) return;
        for (const key of read.keys) left.delete(key);
      }
    });
  }

  /** Known better by another answer. @param {Item} item */
  replace(item) {
    const row = this.#shape.rowOf(item);
    this.#keep(row.key, item);
    if (this.listing.placeOf(row.key) >= 0) this.rows.set(row.key, row);
    this.#shape.changed();
  }

  /** @param {string} key */
  drop(key) {
    this.listing.drop(key);
    this.rows.delete(key);
    this.#whole.delete(key);
    this.#shape.changed();
  }

  /**
   * @param {import('./listing.js').Start} start
   * @param {number} limit
   */
  async #read(start, limit) {
    const path = withQuery(this.#shape.path, { ...this.#shape.query, limit, cursor: start.cursor });
    /** @type {import('./api.js').Outcome<{data: Item[], next_cursor: string | null}>} */
    const outcome = await ask('GET', path);
    if (!outcome.ok) {
      this.#shape.failed(outcome.trouble);
      return null;
    }
    const { data, next_cursor } = outcome.value;
    const keys = data.map((item) => {
      const row = this.#shape.rowOf(item);
      this.rows.set(row.key, row);
      this.#keep(row.key, item);
      return row.key;
    });
    const merged = this.listing.merge(start, keys, next_cursor);
    for (const key of merged.went) this.rows.delete(key);
    this.begun = true;
    this.#shape.changed();
    return { ...merged, keys, next_cursor, tail: keys.at(-1) ?? '' };
  }

  /** @param {string} key @param {Item} item */
  #keep(key, item) {
    this.#whole.delete(key);
    this.#whole.set(key, item);
    const [oldest] = this.#whole.keys();
    if (this.#whole.size > WHOLE_MAX && oldest !== undefined) this.#whole.delete(oldest);
  }

  /** @param {() => Promise<void>} work */
  #inTurn(work) {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
