// Edge: a caller's body on its way to a vendor, unread, with the length that the caller gave: relays may refuse chunks without one.

export interface Watch {
  readonly signal: AbortSignal;
  /** Bytes went on their way. */
  moved(): void;
}

/** Of a length that is known the stream keeps the promise: fewer or more bytes break the request off. */
export function upload(stream: ReadableStream<Uint8Array>, length: number | null, watch: Watch): ReadableStream {
  const { readable, writable } = length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
  pump(stream, writable, watch).catch(() => {
    // The caller left, the vendor closed, or time ran out: the request that reads the other end fails and says so.
  });
  return readable;
}

async function pump(from: ReadableStream<Uint8Array>, to: WritableStream, watch: Watch): Promise<void> {
  const [reader, writer] = [from.getReader(), to.getWriter()];
  // Each failure comes out of read() or write() as well: told twice it would be an unhandled rejection.
  reader.closed.catch(() => undefined);
  writer.closed.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return await writer.close();
      await writer.write(value);
      watch.moved();
    }
  } catch (error) {
    await Promise.allSettled([reader.cancel(error), writer.abort(error)]);
    throw error;
  }
}
