// Pure: a body in chunks of one size, each read into the same memory by as few turns as can be.
import { CHUNK_BYTES } from '../model/limits.ts';

/** Each chunk is good until the next is asked for: its memory is used again. All but the last have the size that was asked for. */
export type Chunks = AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;

/** What one read is given in, such as a clock; `size`: bytes of the body that came before it. */
export type Around = <Read>(reading: Promise<Read>, size: number) => Promise<Read>;

/** The platform's own, which its types say; those of Preact bring a browser's reader in their place. */
interface AtLeast {
  readAtLeast(least: number, view: Uint8Array<ArrayBuffer>): Promise<{ value?: Uint8Array<ArrayBuffer> }>;
}

/** All of a body whose length is known, read where it is to lie: `arrayBuffer()` copies it once more. */
export async function wholeOf(body: ReadableStream<Uint8Array>, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = readerOf(body);
  try {
    const { value } = await reader.readAtLeast(length, new Uint8Array(length));
    return value ?? new Uint8Array(0);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const readerOf = (body: ReadableStream<Uint8Array>) =>
  body.getReader({ mode: 'byob' }) as ReadableStreamBYOBReader & AtLeast;

export async function* byteChunks(
  body: ReadableStream<Uint8Array>,
  chunkBytes: number,
  around: Around = (reading) => reading,
): Chunks {
  const reader = readerOf(body);
  let memory = new ArrayBuffer(chunkBytes);
  let size = 0;
  try {
    for (;;) {
      let filled = 0;
      while (filled < chunkBytes) {
        const least = Math.min(CHUNK_BYTES, chunkBytes - filled);
        const view = new Uint8Array(memory, filled, least);
        const { value } = await around(reader.readAtLeast(least, view), size + filled);
        // Without a value the memory is gone; it has been read to the end then.
        if (value === undefined) break;
        memory = value.buffer;
        filled += value.byteLength;
        if (value.byteLength < least) break;
      }
      size += filled;
      if (filled > 0) yield new Uint8Array(memory, 0, filled);
      if (filled < chunkBytes) return;
    }
  } finally {
    // Whoever stops early leaves no connection open. A body that has ended or failed has nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}
