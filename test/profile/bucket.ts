// Edge: a bucket that costs next to nothing: what the platform's bucket does with the bytes is done elsewhere and is not counted against an invocation.
import { sha256Hex } from '../../src/lib/hash.ts';

const facts = (key: string): R2Object =>
  ({ key, size: 0, etag: sha256Hex(key), httpEtag: '""', uploaded: new Date() }) as R2Object;

/** Streams are read to their end by the runtime itself, without a turn of JavaScript for each piece. */
const swallow = (stream: ReadableStream): Promise<ArrayBuffer> => new Response(stream).arrayBuffer();

/** Keeps what comes in parts until it is read: that is all the Worker ever reads back here. */
export function costlessBucket(): R2Bucket {
  const parts = new Map<string, Uint8Array<ArrayBuffer>[]>();
  return {
    put: async (key: string, body: unknown) => {
      if (body instanceof ReadableStream) await swallow(body);
      return facts(key);
    },
    get: async (key: string) => ({ body: new Blob(parts.get(key) ?? []).stream() }),
    delete: async (key: string) => void parts.delete(key),
    createMultipartUpload: async (key: string) => {
      const kept: Uint8Array<ArrayBuffer>[] = [];
      parts.set(key, kept);
      return {
        uploadPart: async (partNumber: number, bytes: Uint8Array) => {
          // The Worker's memory serves for every part; the platform has sent it on by now.
          kept.push(bytes.slice());
          return { partNumber, etag: '' };
        },
        complete: async () => facts(key),
        abort: async () => undefined,
      };
    },
  } as unknown as R2Bucket;
}
