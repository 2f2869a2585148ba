// State: what is due when. In memory: rebuilt from narrow rows when the object opens.

/** Keys by their times; few different times, many keys. */
export class Timetable {
  readonly #timeOf = new Map<string, number>();
  readonly #keysAt = new Map<number, Set<string>>();
  /** The times, ascending. */
  readonly #times: number[] = [];

  get size(): number {
    return this.#timeOf.size;
  }

  at(key: string): number | null {
    return this.#timeOf.get(key) ?? null;
  }

  /** Null: it is due no more. */
  set(key: string, time: number | null): void {
    const before = this.#timeOf.get(key);
    if (before === time) return;
    if (before !== undefined) this.#remove(key, before);
    if (time === null) return;
    this.#timeOf.set(key, time);
    let keys = this.#keysAt.get(time);
    if (!keys) {
      keys = new Set();
      this.#keysAt.set(time, keys);
      this.#times.splice(this.#placeOf(time), 0, time);
    }
    keys.add(key);
  }

  /** The earliest time after this one. */
  next(after = -Infinity): number | null {
    return this.#times.find((time) => time > after) ?? null;
  }

  /** What is due by now (and not before `from`), the longest due first; at most so many of those that are wanted. */
  due(now: number, limit: number, isWanted: (key: string) => boolean = () => true, from = -Infinity): string[] {
    const due: string[] = [];
    for (const time of this.#times.slice(this.#placeOf(from))) {
      if (time > now || due.length >= limit) break;
      for (const key of this.#keysAt.get(time) ?? []) {
        if (due.length >= limit) break;
        if (isWanted(key)) due.push(key);
      }
    }
    return due;
  }

  #remove(key: string, time: number): void {
    this.#timeOf.delete(key);
    const keys = this.#keysAt.get(time);
    keys?.delete(key);
    if (keys?.size !== 0) return;
    this.#keysAt.delete(time);
    this.#times.splice(this.#placeOf(time), 1);
  }

  /** Where this time stands, or would. */
  #placeOf(time: number): number {
    let [from, to] = [0, this.#times.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#times[middle] ?? 0) < time) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
