// Edge: an object that is in the media bucket already: its own facts, never those of another download.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CHUNK_BYTES } from '../model/limits.ts';
import type { StoredFile } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import { byteChunks } from '../net/byte-chunks.ts';
import { listRole, readMedia } from './bucket.ts';
import { Inspection } from './inspect.ts';
import { RunningSums } from './sums.ts';

/**
 * Null: no such object, or none that is a whole file of this role. The vendor's word on its length is not asked: it
 * changes, and what is stored does not.
 */
export async function readBack(media: R2Bucket, key: string, role: Role): Promise<StoredFile | null> {
  const object = await readMedia(media, key);
  if (!object?.body) return null;
  const sums = new RunningSums();
  const inspection = new Inspection({ role, size: object.size, duration_seconds: null });
  for await (const chunk of byteChunks(object.body, CHUNK_BYTES)) {
    sums.add(chunk);
    inspection.add(chunk);
  }
  const verdict = inspection.end();
  if (!verdict.ok) return null;
  return { key, content_type: verdict.format.type, ...sums.end(), archived_at: object.uploaded.toISOString() };
}

/** What an earlier try left behind, under whatever extension: a next one may have met other bytes. */
export async function readBackRole(media: R2Bucket, slug: string, role: Role): Promise<StoredFile | null> {
  for (const key of await listRole(media, slug, role)) {
    const there = await readBack(media, key, role);
    if (there) return there;
  }
  return null;
}

export interface RecordedFile {
  readonly key: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly crc32: number | null;
}

export interface FileCheck {
  /** Null: it is what its record says. */
  readonly problem: 'missing' | 'size' | 'sha256' | null;
  /** Bytes that had to be read. */
  readonly bytes: number;
  /** Of a file that is what its record says, where that names none; null: of any other. */
  readonly crc32: number | null;
}

export async function checkFile(media: R2Bucket, file: RecordedFile): Promise<FileCheck> {
  const object = await readMedia(media, file.key);
  if (!object?.body) return { problem: 'missing', bytes: 0, crc32: null };
  if (object.size !== file.bytes) {
    await object.body.cancel();
    return { problem: 'size', bytes: 0, crc32: null };
  }
  const hash = createHash('sha256');
  // It costs half as much as the hash: it is counted where it is wanted.
  let sum = file.crc32 === null ? 0 : null;
  for await (const chunk of byteChunks(object.body, CHUNK_BYTES)) {
    hash.update(chunk);
    if (sum !== null) sum = crc32(chunk, sum);
  }
  const isSame = hash.digest('hex') === file.sha256;
  return { problem: isSame ? null : 'sha256', bytes: object.size, crc32: isSame ? sum : null };
}
