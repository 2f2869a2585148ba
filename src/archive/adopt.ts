// Edge: an object that is in the media bucket already: read back, looked at and hashed; its own facts, never those of another download.
import { createHash } from 'node:crypto';
import { SNIFF_BYTES } from '../limits.ts';
import type { StoredFile } from '../mirroring.ts';
import type { Role } from '../task.ts';
import { listRole, readMedia } from './bucket.ts';
import { Gathering } from './gathering.ts';
import { piecesOf } from './pieces.ts';
import { sniff } from './sniff.ts';

/** Null: no such object, or none that is a file of this role. */
export async function adopt(media: R2Bucket, key: string, role: Role): Promise<StoredFile | null> {
  const object = await readMedia(media, key);
  if (!object?.body) return null;
  const hash = createHash('sha256');
  const head = new Gathering(SNIFF_BYTES);
  for await (const piece of piecesOf(object.body)) {
    head.add(piece);
    hash.update(piece);
  }
  const format = sniff(head.bytes, role);
  return (
    format && {
      key,
      content_type: format.type,
      bytes: object.size,
      sha256: hash.digest('hex'),
      archived_at: object.uploaded.toISOString(),
    }
  );
}

/** What an earlier try left behind, under whatever extension: a next one may have met other bytes. */
export async function adoptRole(media: R2Bucket, slug: string, role: Role): Promise<StoredFile | null> {
  for (const key of await listRole(media, slug, role)) {
    const adopted = await adopt(media, key, role);
    if (adopted) return adopted;
  }
  return null;
}
