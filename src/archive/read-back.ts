// Edge: an object that is in the media bucket already: read back, looked at and hashed; its own facts, never those of another download.
import { createHash } from 'node:crypto';
import { SNIFF_BYTES } from '../model/limits.ts';
import type { StoredFile } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import { listRole, readMedia } from './bucket.ts';
import { Gathering, piecesOf } from './byte-chunks.ts';
import type { Claim } from './formats/byte-walk.ts';
import { Structure } from './formats/integrity.ts';
import { type Format, sniff } from './formats/sniff.ts';

/** What the object is to be. */
export interface Expected extends Claim {
  role: Role;
}

/** Null: no such object, or none that is a whole file of this role. */
export async function adopt(media: R2Bucket, key: string, expected: Expected): Promise<StoredFile | null> {
  const object = await readMedia(media, key);
  if (!object?.body) return null;
  const hash = createHash('sha256');
  const head = new Gathering(SNIFF_BYTES);
  let opened: Opened | null = null;
  for await (const piece of piecesOf(object.body)) {
    hash.update(piece);
    const rest = opened ? piece : head.add(piece);
    if (head.size === SNIFF_BYTES) opened ??= open(head.bytes, expected);
    if (rest) opened?.structure.add(rest);
  }
  opened ??= open(head.bytes, expected);
  if (!opened || opened.structure.end() !== null) return null;
  return {
    key,
    content_type: opened.format.type,
    bytes: object.size,
    sha256: hash.digest('hex'),
    archived_at: object.uploaded.toISOString(),
  };
}

interface Opened {
  format: Format;
  structure: Structure;
}

function open(head: Uint8Array, expected: Expected): Opened | null {
  const format = sniff(head, expected.role);
  if (!format) return null;
  const structure = new Structure(format.ext, expected);
  structure.add(head);
  return { format, structure };
}

/** What an earlier try left behind, under whatever extension: a next one may have met other bytes. */
export async function adoptRole(
  media: R2Bucket,
  { slug, ...expected }: Expected & { slug: string },
): Promise<StoredFile | null> {
  for (const key of await listRole(media, slug, expected.role)) {
    const adopted = await adopt(media, key, expected);
    if (adopted) return adopted;
  }
  return null;
}

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
