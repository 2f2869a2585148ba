// Pure: a body as pieces of bounded size, read into one piece of memory.
import { PUMP_CHUNK_BYTES } from '../model/limits.ts';

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
