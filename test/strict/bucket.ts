// Edge: a bucket of R2 with its rules: each call is a step that holds a connection, and a key takes one write a second.
import type { Platform } from './platform.ts';

const WRITE_EVERY_MS = 1_000;
/** As R2 says it. */
const TOO_FAST = 'put: Reduce your concurrent request rate for the same object. (10058)';

export function strictBucket(bucket: R2Bucket, name: string, platform: Platform): R2Bucket {
  const writtenAt = new Map<string, number>();
  const call = <T>(what: string, make: () => Promise<T>): Promise<T> =>
    platform.call('bucket', `${name} ${what}`, 'connection', make);
  /** The clock of tests stands still within a tick: whatever writes twice there does so within a second. */
  const onceASecond = (key: string): void => {
    const last = writtenAt.get(key) ?? -Infinity;
    if (Date.now() - last < WRITE_EVERY_MS) throw new Error(TOO_FAST);
    writtenAt.set(key, Date.now());
  };
  const strict: Partial<R2Bucket> = {
    get: ((key: string, options?: R2GetOptions) =>
      call(`get ${key}`, () => bucket.get(key, options))) as R2Bucket['get'],
    head: (key) => call(`head ${key}`, () => bucket.head(key)),
    list: (options) => call(`list ${options?.prefix ?? ''}`, () => bucket.list(options)),
    delete: (keys) => call(`delete ${[keys].flat().join(' ')}`, () => bucket.delete(keys)),
    put: ((key: string, value: ReadableStream | Uint8Array | string, options?: R2PutOptions) =>
      call(`put ${key}`, async () => {
        onceASecond(key);
        if (platform.putMs > 0) await new Promise((done) => setTimeout(done, platform.putMs));
        await platform.onPut(key);
        return bucket.put(key, value, options);
      })) as R2Bucket['put'],
    createMultipartUpload: async (key) => {
      const upload = await call(`begin ${key}`, () => bucket.createMultipartUpload(key));
      return {
        key,
        uploadId: upload.uploadId,
        uploadPart: (number, value) => call(`part ${number} of ${key}`, () => upload.uploadPart(number, value)),
        complete: (parts) => call(`complete ${key}`, () => upload.complete(parts)),
        abort: () => call(`abort ${key}`, () => upload.abort()),
      };
    },
  };
  return strict as R2Bucket;
}
