// Edge: the only file that touches R2: the media bucket (finished files) and the records bucket (what is known).
import * as v from 'valibot';
import { RECORD_WRITE_AGAIN_MS, RECORD_WRITES_MAX } from '../model/limits.ts';
import { clipPrefix, incomingKey, mediaPrefix } from './keys.ts';
import type { Role } from '../model/task.ts';

export interface MediaObject {
  body: ReadableStream | null;
  size: number;
  /** Quoted and strong (RFC 9110 8.8.3). */
  etag: string;
  uploaded: Date;
  contentType: string;
}

export interface MediaFacts {
  contentType: string;
  metadata: Record<string, string>;
  /** In hex; R2 refuses bytes that do not match. */
  sha256?: string;
}

/** Bytes behind a link never change, so everyone may keep them for ever. */
const CACHE_FOREVER = 'public, max-age=31536000, immutable';

/** `held`: an ETag, without its quotes; an object that has it comes without its body. */
export async function readMedia(
  bucket: R2Bucket,
  key: string,
  range?: R2Range,
  held?: string,
): Promise<MediaObject | null> {
  const object: R2ObjectBody | R2Object | null = await bucket.get(key, {
    ...(range !== undefined && { range }),
    ...(held !== undefined && { onlyIf: { etagDoesNotMatch: held } }),
  });
  return object && describe(object, 'body' in object ? object.body : null);
}

export async function headMedia(bucket: R2Bucket, key: string): Promise<MediaObject | null> {
  const object = await bucket.head(key);
  return object && describe(object, null);
}

const describe = (object: R2Object, body: ReadableStream | null): MediaObject => ({
  body,
  size: object.size,
  etag: object.httpEtag,
  uploaded: object.uploaded,
  contentType: object.httpMetadata?.contentType ?? 'application/octet-stream',
});

/** Keys of a clip's objects of one role: one, whatever its extension. */
export async function listRole(bucket: R2Bucket, slug: string, role: Role): Promise<string[]> {
  const { objects } = await bucket.list({ prefix: mediaPrefix(slug, role), limit: 10 });
  return objects.map((object) => object.key);
}

/** Creates once: false means that an object was there already, and it stays as it was. */
export async function createMedia(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream | Uint8Array,
  { contentType, metadata, sha256 }: MediaFacts,
): Promise<boolean> {
  const put = await bucket.put(key, body, {
    onlyIf: { etagDoesNotMatch: '*' },
    httpMetadata: { contentType, cacheControl: CACHE_FOREVER },
    customMetadata: metadata,
    ...(sha256 !== undefined && { sha256 }),
  });
  return put !== null;
}

/** All objects of a clip, whatever their extensions, but those that are kept. */
export async function deleteClipMedia(bucket: R2Bucket, slug: string, kept: readonly string[] = []): Promise<void> {
  const { objects } = await bucket.list({ prefix: clipPrefix(slug), limit: 100 });
  const keys = objects.map(({ key }) => key).filter((key) => !kept.includes(key));
  if (keys.length > 0) await bucket.delete(keys);
}

export const deleteMedia = (bucket: R2Bucket, keys: string[]): Promise<void> => bucket.delete(keys);

export interface Incoming {
  /** Parts are equal in size but for the last. */
  part(bytes: Uint8Array): Promise<void>;
  complete(): Promise<void>;
  abort(): Promise<void>;
}

/** A body of unknown length: R2 takes it in parts, but not on a condition; so it waits here before it becomes media. */
export async function openIncoming(bucket: R2Bucket, key: string): Promise<Incoming> {
  const upload = await bucket.createMultipartUpload(key);
  const parts: R2UploadedPart[] = [];
  return {
    part: async (bytes) => void parts.push(await upload.uploadPart(parts.length + 1, bytes)),
    complete: async () => void (await upload.complete(parts)),
    abort: () => upload.abort(),
  };
}

export const readIncoming = async (bucket: R2Bucket, key: string): Promise<ReadableStream | null> =>
  (await bucket.get(key))?.body ?? null;
export const deleteIncoming = (bucket: R2Bucket, key: string): Promise<void> => bucket.delete(key);

export interface BucketEntry {
  key: string;
}

/** Rows of one list call: fewer than R2 allows, since a walk rarely gets further in one invocation. */
const LIST_MAX_KEYS = 500;

/** Keys under a prefix behind `after`, in order. Not R2's own cursor: this one still holds when the key behind it is gone. */
export async function listKeys(
  bucket: R2Bucket,
  prefix: string,
  after: string,
): Promise<{ items: BucketEntry[]; more: boolean }> {
  const { objects, truncated } = await bucket.list({
    prefix,
    limit: LIST_MAX_KEYS,
    ...(after !== '' && { startAfter: after }),
  });
  return { items: objects.map(({ key }) => ({ key })), more: truncated };
}

/** Deletes the oldest of what came before a time (ms); answers how many. The next call takes more. */
export async function deleteIncomingBefore(bucket: R2Bucket, before: number): Promise<number> {
  const { objects } = await bucket.list({ prefix: incomingKey(''), limit: 1_000 });
  const stale = objects.filter(({ uploaded }) => uploaded.getTime() < before).map(({ key }) => key);
  if (stale.length > 0) await bucket.delete(stale);
  return stale.length;
}

/** What stands under a record's key is none, or none of this code's. */
export class UnreadableRecord extends Error {
  constructor(key: string, why: string) {
    super(`Cannot read record "${key}": ${why}`);
  }
}

/** A record that this code cannot read is no record: it is said so, never guessed at. */
export async function readRecord<Schema extends v.GenericSchema>(
  bucket: R2Bucket,
  key: string,
  schema: Schema,
): Promise<{ value: v.InferOutput<Schema>; etag: string } | null> {
  const object = await bucket.get(key);
  if (!object) return null;
  const text = await object.text();
  const parsed = v.safeParse(schema, parseJson(text, key));
  if (!parsed.success) throw new UnreadableRecord(key, parsed.issues[0].message);
  return { value: parsed.output, etag: object.etag };
}

function parseJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // SyntaxError: it was cut off, or is none of ours.
    throw new UnreadableRecord(key, 'it is not JSON');
  }
}

/** False: somebody else wrote it in between. `etag` null: only where there is none yet. */
export async function writeRecord(
  bucket: R2Bucket,
  key: string,
  value: unknown,
  etag: string | null,
): Promise<boolean> {
  const body = JSON.stringify(value);
  for (let tries = 1; ; tries++) {
    try {
      const put = await bucket.put(key, body, {
        onlyIf: etag === null ? { etagDoesNotMatch: '*' } : { etagMatches: etag },
        httpMetadata: { contentType: 'application/json', cacheControl: 'no-store' },
      });
      return put !== null;
    } catch (error) {
      if (tries === RECORD_WRITES_MAX || !TOO_FAST.test(String(error))) throw error;
      await scheduler.wait(RECORD_WRITE_AGAIN_MS);
    }
  }
}

/** R2 takes one write a second and key. Songs of one task share its record, so that two changes by a caller soon meet there. */
const TOO_FAST = /\(10058\)/;

export const deleteRecord = (bucket: R2Bucket, key: string): Promise<void> => bucket.delete(key);
