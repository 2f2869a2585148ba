// Pure: gathers bytes up to a size that is fixed from the start; grows by doubling, so that small bodies cost little.

const FIRST_BYTES = 64 * 1024;

export class Gathering {
  size = 0;
  readonly #most: number;
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(most: number) {
    this.#most = most;
    this.#bytes = new Uint8Array(Math.min(most, FIRST_BYTES));
  }

  /** A view of what is there: good until something is added or cleared. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.size);
  }

  /** Copies what fits; returns what did not, null where everything did. */
  add(piece: Uint8Array): Uint8Array | null {
    const fits = Math.min(piece.byteLength, this.#most - this.size);
    if (this.size + fits > this.#bytes.byteLength) this.#growTo(this.size + fits);
    this.#bytes.set(piece.subarray(0, fits), this.size);
    this.size += fits;
    return fits < piece.byteLength ? piece.subarray(fits) : null;
  }

  /** Begins anew in the same memory. */
  clear(): void {
    this.size = 0;
  }

  #growTo(size: number): void {
    const grown = new Uint8Array(Math.min(this.#most, Math.max(this.#bytes.byteLength * 2, size)));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}
