// State: a part of a long list that was read by itself, so that whoever jumps there need not read all before.
import type { Page } from './api.ts';
import type { Urgency } from './scheduler.ts';

/** Where nothing older can be: no relay of this kind was there before. */
const EARLIEST_SEQ = Date.parse('2023-01-01T00:00:00Z') * 1_000;
/** Halving the time between first and last row finds any place in fewer steps. */
const STEPS_MAX = 45;
const UP_ROWS = 100;

/** The API's cursor is the place of a row in base64url; a test holds the two together. */
export const cursorAt = (seq: number): string => btoa(String(Math.floor(seq))).replaceAll('=', '');
export const seqOf = (cursor: string): number => Number(atob(cursor));

interface Part {
  readonly cursor: string;
  readonly keys: readonly string[];
}
export interface IslandReader {
  /** Null: it failed, or another list is shown by now. */
  read(cursor: string, limit: number, urgency: Urgency): Promise<{ keys: string[]; page: Page<unknown> } | null>;
}

export class Island {
  /** Of all its parts, in their order. */
  keys: readonly string[] = [];
  /** How far its first row is from the list's end: what comes in at the top moves nothing. */
  fromEnd = 0;
  #parts: readonly Part[] = [];
  #next: string | null = null;
  /** Between rows of this island, as the list's places count time. */
  #gap = 0;
  #top = 0;
  /** Nothing was found above, and it is not looked for again. */
  #alone = false;
  #reader;

  constructor(reader: IslandReader) {
    this.#reader = reader;
  }

  keyAt(place: number, count: number): string | null {
    return this.keys[place - (count - this.fromEnd)] ?? null;
  }

  /**
   * Goes to this place of a list that has `count` rows, of which those before `known.place` are read. Places between are
   * told apart by time: near enough for the middle; the end is the end.
   */
  async jump(place: number, count: number, known: { place: number; seq: number }): Promise<boolean> {
    const last = await this.#last(known.seq);
    if (last === null) return false;
    if (place >= count - last.keys.length - UP_ROWS / 2) {
      [this.fromEnd, this.#next, this.#top] = [last.keys.length, null, last.top];
      this.#put([{ cursor: cursorAt(last.top), keys: last.keys }]);
    } else {
      const share = (place - known.place) / Math.max(1, count - known.place);
      const seq = known.seq - share * (known.seq - last.top);
      const read = await this.#reader.read(cursorAt(seq), UP_ROWS, 'read');
      if (read === null) return false;
      [this.fromEnd, this.#next, this.#top] = [count - place, read.page.next_cursor, seq];
      this.#put([{ cursor: cursorAt(seq), keys: read.keys }]);
    }
    this.#gap = (known.seq - last.top) / Math.max(1, count - known.place);
    return true;
  }

  /** The last rows of the list. */
  async #last(newest: number): Promise<{ keys: string[]; top: number } | null> {
    let [low, high] = [EARLIEST_SEQ, newest];
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const middle = (low + high) / 2;
      const read = await this.#reader.read(cursorAt(middle), UP_ROWS / 5, 'read');
      if (read === null) return null;
      const { next_cursor } = read.page;
      if (next_cursor !== null) high = seqOf(next_cursor);
      else if (read.keys.length > 0) return { keys: read.keys, top: middle };
      else low = middle;
    }
    return null;
  }

  /** Reads on where these places lie at its edges. */
  async extend(first: number, end: number, count: number): Promise<void> {
    const start = count - this.fromEnd;
    if (first < start && start > 0 && !this.#alone) await this.#up();
    else if (end > start + this.keys.length && this.#next !== null) await this.#down(this.#next);
  }

  async #down(cursor: string): Promise<void> {
    const read = await this.#reader.read(cursor, UP_ROWS, 'read');
    if (read === null) return;
    this.#put([...this.#parts, { cursor, keys: read.keys.filter((key) => !this.keys.includes(key)) }]);
    this.#next = read.page.next_cursor;
  }

  /** Pages go down only: one is read from as far above as most of it is new, nearer where it does not reach down to here. */
  async #up(): Promise<void> {
    const [first] = this.keys;
    for (let rows = UP_ROWS * 0.8, steps = 0; steps < STEPS_MAX; steps++) {
      const top = this.#top + rows * Math.max(1, this.#gap);
      const read = await this.#reader.read(cursorAt(top), UP_ROWS, 'read');
      if (read === null || first === undefined) return;
      const met = read.keys.indexOf(first);
      if (met === -1) rows /= 2;
      else if (met === 0) rows *= 2;
      else {
        [this.fromEnd, this.#top] = [this.fromEnd + met, top];
        this.#put([{ cursor: cursorAt(top), keys: read.keys.slice(0, met) }, ...this.#parts]);
        return;
      }
    }
    this.#alone = true;
  }

  /** These rows anew, as far as they are here: one request for each part that has some. */
  async refresh(keys: ReadonlySet<string>, urgency: Urgency): Promise<void> {
    for (const part of this.#parts) {
      const rows = part.keys.findLastIndex((key) => keys.has(key)) + 1;
      if (rows === 0) continue;
      const read = await this.#reader.read(part.cursor, rows, urgency);
      if (read === null) return;
      const there = new Set(read.keys);
      this.drop(part.keys.slice(0, rows).filter((key) => !there.has(key)));
    }
  }

  /** They are in the list no more. */
  drop(keys: readonly string[]): void {
    const { length } = this.keys;
    this.#put(this.#parts.map((part) => ({ ...part, keys: part.keys.filter((key) => !keys.includes(key)) })));
    this.fromEnd -= length - this.keys.length;
  }

  #put(parts: readonly Part[]): void {
    this.#parts = parts;
    this.keys = parts.flatMap((part) => part.keys);
  }
}
