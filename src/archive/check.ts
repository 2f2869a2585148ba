// Edge: an object of the media bucket against what its record says of it: read again from beginning to end, piece by piece.
import { createHash } from 'node:crypto';
import { readMedia } from './bucket.ts';
import { piecesOf } from './byte-chunks.ts';

export interface Recorded {
  readonly key: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

export interface Checked {
  /** Null: it is what its record says. */
  readonly problem: 'missing' | 'size' | 'sha256' | null;
  /** Bytes that had to be read. */
  readonly bytes: number;
}

export async function checkFile(media: R2Bucket, { key, bytes, sha256 }: Recorded): Promise<Checked> {
  const object = await readMedia(media, key);
  if (!object?.body) return { problem: 'missing', bytes: 0 };
  if (object.size !== bytes) {
    await object.body.cancel();
    return { problem: 'size', bytes: 0 };
  }
  const hash = createHash('sha256');
  for await (const piece of piecesOf(object.body)) hash.update(piece);
  return { problem: hash.digest('hex') === sha256 ? null : 'sha256', bytes };
}
