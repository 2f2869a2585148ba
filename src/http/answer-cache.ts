// State: answers about settled tasks, as they were sent. Before each use the ledger is asked whether they stand.

/** Bytes; longer answers are made anew each time. */
const LONGEST = 64_000;
/** At the longest, 13 of an isolate's 128 MB. */
const ANSWERS_MAX = 200;

export interface SettledAnswer {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  /** What the ledger is asked whether it stands (writes.ts). */
  readonly claim: string;
}

export class SettledAnswers {
  readonly #byName = new Map<string, SettledAnswer>();

  get(name: string): SettledAnswer | undefined {
    return this.#byName.get(name);
  }

  put(name: string, answer: SettledAnswer): void {
    if (answer.body.byteLength > LONGEST) return;
    // Back to the end of the Map's order: the one that was made longest ago goes first.
    this.#byName.delete(name);
    this.#byName.set(name, answer);
    for (const oldest of this.#byName.keys()) {
      if (this.#byName.size <= ANSWERS_MAX) return;
      this.#byName.delete(oldest);
    }
  }
}
