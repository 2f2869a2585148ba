// Pure: a body as pieces of bounded size, read into one piece of memory.
import { PUMP_CHUNK_BYTES } from '../model/limits.ts';
import type { FileFailure } from '../model/messages.ts';

/** Each piece is good until the next is asked for: its memory is used again. */
export type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

export async function* piecesOf(body: ReadableStream<Uint8Array>): Pieces {
  // A reader without a buffer of its own gets 4 KB at a time from the runtime: sixty turns where one would do.
  const reader = body.getReader({ mode: 'byob' });
  let memory = new ArrayBuffer(PUMP_CHUNK_BYTES);
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(memory));
      if (done) return;
      yield value;
      memory = value.buffer as ArrayBuffer;
    }
  } finally {
    // Whoever stops early leaves no connection open. A body that has ended or failed has nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

/** What was read of it already goes first. Left early, it leaves the rest as well. */
export async function* continued(first: readonly Uint8Array[], pieces: Pieces): Pieces {
  try {
    yield* first;
    yield* pieces;
  } finally {
    await pieces.return();
  }
}

export class Broken extends Error {
  readonly failure: FileFailure;

  constructor(reason: FileFailure['reason'], detail: string, final = false) {
    super(detail);
    this.failure = { reason, detail, final };
  }
}

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
