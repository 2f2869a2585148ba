// State: a part of a long list that was read by itself, so that whoever jumps there need not read all before.
import { PAGE_ROWS, Run } from './run.ts';

/** Where nothing older can be: no relay of this kind was there before. */
const EARLIEST_SEQ = Date.parse('2023-01-01T00:00:00Z') * 1_000;
/** Halving the time between first and last row finds any place in fewer steps. */
const STEPS_MAX = 45;
/** Enough to see whether something is there. */
const PROBE_ROWS = 20;

/** The API's cursor is the place of a row in base64url; a test holds the two together. */
export const cursorAt = (seq: number): string => btoa(String(Math.floor(seq))).replaceAll('=', '');
export const seqOf = (cursor: string): number => Number(atob(cursor));

export class Island extends Run {
  /** Time between two of its rows, as the list's places count it, and that of its beginning. */
  #gap = 0;
  #top = 0;
  /** Rows that the list has behind its last one, told by time as well. */
  #behind = 0;
  /** Nothing was found above, and it is not looked for again. */
  #alone = false;

  /** How far its first row is from the list's end: what comes in at the top moves nothing. */
  get fromEnd(): number {
    return this.keys.length + (this.next === undefined ? 0 : this.#behind);
  }

  keyAt(place: number, count: number): string | null {
    return this.keys[place - (count - this.fromEnd)] ?? null;
  }

  /**
   * Goes to this place of a list that has `count` rows, of which those before `known.place` are read. Places between are
   * told apart by time: near enough for the middle; the end is the end. Null: a reading failed, which says nothing of it.
   */
  async jump(place: number, count: number, known: { place: number; seq: number }): Promise<boolean | null> {
    const last = await this.#last(known.seq);
    if (last === null || last === false) return last;
    const isEnd = place >= count - PAGE_ROWS / 2;
    this.#gap = (known.seq - last) / Math.max(1, count - known.place);
    this.#top = isEnd ? last : known.seq - (place - known.place) * this.#gap;
    this.next = cursorAt(this.#top);
    this.#behind = count - place;
    return (await this.#down()) || null;
  }

  /** Where the last rows of the list are; false: nowhere. */
  async #last(newest: number): Promise<number | false | null> {
    let [low, high] = [EARLIEST_SEQ, newest];
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const middle = (low + high) / 2;
      const read = await this.reader(cursorAt(middle), PROBE_ROWS, 'read');
      if (read === null) return null;
      if (read.next !== null) high = seqOf(read.next);
      else if (read.keys.length > 0) return middle;
      else low = middle;
    }
    return false;
  }

  /** Reads on where these places lie at its edges. */
  async extend(first: number, end: number, count: number): Promise<void> {
    const start = count - this.fromEnd;
    if (first < start && start > 0 && !this.#alone) await this.#up();
    else if (end > start + this.keys.length) await this.#down();
  }

  async #down(): Promise<boolean> {
    if (this.next === undefined) return true;
    const { length } = this.keys;
    const read = await this.read(this.next, PAGE_ROWS, 'read');
    this.#behind = Math.max(0, this.#behind - (this.keys.length - length));
    return read !== null;
  }

  /** Pages go down only: one is read from as far above as most of it is new, nearer where it does not reach down to here. */
  async #up(): Promise<void> {
    for (let rows = PAGE_ROWS * 0.8, steps = 0; steps < STEPS_MAX; steps++) {
      const top = this.#top + rows * Math.max(1, this.#gap);
      const cursor = cursorAt(top);
      const read = await this.reader(cursor, PAGE_ROWS, 'read');
      if (read === null) return;
      const met = read.keys.indexOf(this.keys[0] ?? '');
      if (met > 0) {
        this.#top = top;
        return this.prepend({ cursor, keys: read.keys.slice(0, met) });
      }
      rows *= met === 0 ? 2 : 0.5;
    }
    this.#alone = true;
  }
}
