// Edge: a clip's place in the real buckets for one test: takes files into it and tells what is there afterwards.
import { env } from 'cloudflare:workers';
import {
  mirrorFile,
  type MirrorFileDeps,
  type MirrorRequest,
  type MirrorResult,
} from '../../src/archive/mirror-file.ts';
import type { AddressRules } from '../../src/net/address.ts';

export const NOW = Date.parse('2026-11-21T12:00:00.000Z');
export const MAX_BYTES = 64 * 1024 * 1024;
export const LOCAL: AddressRules = { allowPrivate: true, ownOrigins: [], hosts: null };

export interface TakeOptions extends Partial<Omit<MirrorRequest, 'source_url'>> {
  rules?: Partial<MirrorFileDeps['rules']>;
  media?: R2Bucket;
  records?: R2Bucket;
}

export interface Shelf {
  slug: string;
  take(source_url: string, options?: TakeOptions): Promise<MirrorResult>;
  /** Keys of everything that is there: the clip's objects, whatever is on its way, multipart uploads nobody ended. */
  left(): Promise<string[]>;
}

export function newShelf(): Shelf {
  const slug = crypto.randomUUID();
  const uploads = new Set<string>();
  const records = countingUploads(env.RECORDS, uploads);
  return {
    slug,
    take: (source_url, { rules, media = env.MEDIA, records: other, ...wanted } = {}) =>
      mirrorFile(
        {
          slug,
          role: 'audio',
          duration_seconds: null,
          look_first: false,
          metadata: { vendor: 'alpha' },
          ...wanted,
          source_url,
        },
        {
          ...{ media, records: other ? countingUploads(other, uploads) : records },
          rules: { address: LOCAL, maxBytes: MAX_BYTES, ...rules },
          now: () => NOW,
          uuid: () => crypto.randomUUID(),
        },
      ),
    left: async () => {
      const found = await Promise.all([
        env.MEDIA.list({ prefix: `media/${slug}/` }),
        env.RECORDS.list({ prefix: 'incoming/' }),
      ]);
      return [...found.flatMap(({ objects }) => objects.map(({ key }) => key)), ...uploads];
    },
  };
}

type Method = keyof R2Bucket;

/** The same bucket with some methods replaced. */
export const bucketWith = (bucket: R2Bucket, methods: Partial<Record<Method, unknown>>): R2Bucket =>
  new Proxy(bucket, {
    get: (target, name) => {
      const method: unknown = methods[name as Method] ?? Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });

const countingUploads = (bucket: R2Bucket, open: Set<string>): R2Bucket =>
  bucketWith(bucket, {
    createMultipartUpload: async (key: string): Promise<Partial<R2MultipartUpload>> => {
      const upload = await bucket.createMultipartUpload(key);
      open.add(`upload of ${key}`);
      const ended = <T>(value: T): T => {
        open.delete(`upload of ${key}`);
        return value;
      };
      return {
        uploadPart: (number, value) => upload.uploadPart(number, value),
        complete: (parts) => upload.complete(parts).then(ended),
        abort: () => upload.abort().then(ended),
      };
    },
  });
