// Edge: bytes into the media bucket, once and whole: at once, as a stream of known length, or in parts where nobody knows it.
import { createHash } from 'node:crypto';
import type { StoredFile } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import { createMedia, deleteIncoming, type MediaFacts, openIncoming, readIncoming } from './bucket.ts';
import { Broken, type Gathering, type Pieces, piecesOf } from './byte-chunks.ts';
import { incomingKey } from './keys.ts';
import { adopt } from './read-back.ts';

export interface PutDeps {
  media: R2Bucket;
  records: R2Bucket;
  now(): number;
  uuid(): string;
}

/** Where the bytes go, and what is kept with them. */
export interface Target {
  key: string;
  role: Role;
  facts: MediaFacts;
}

/** R2 gets the hash as well, and refuses bytes that do not match. */
export async function putWhole(bytes: Uint8Array<ArrayBuffer>, target: Target, deps: PutDeps): Promise<StoredFile> {
  // A third cheaper in one piece than createHash: hashing is the first limit met on the Free plan.
  const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
  const created = await createMedia(deps.media, target.key, bytes, target.facts, sha256);
  return created ? stored(target, bytes.byteLength, sha256, deps) : adopted(target, deps);
}

export async function putStream(
  pieces: Pieces,
  length: number,
  target: Target,
  deps: Pick<PutDeps, 'media' | 'now'>,
): Promise<StoredFile> {
  const pipe = new FixedLengthStream(length);
  const out = pipe.writable.getWriter();
  const hash = createHash('sha256');
  const upload = createMedia(deps.media, target.key, pipe.readable, target.facts);
  // It may fail before anyone waits for it; whoever does later still learns of it.
  upload.catch(() => undefined);
  const failure = await pump(pieces, length, out, hash, upload).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (failure) await out.abort(failure.error).catch(() => undefined);
  const created = await upload.catch((error: unknown) => {
    // Without its last bytes the upload fails too; what the source did is what tells.
    throw failure ? failure.error : error;
  });
  if (!created) return adopted(target, deps);
  if (failure) throw failure.error;
  return stored(target, length, hash.digest('hex'), deps);
}

/** Awaits the upload piece by piece, so that bytes cannot pile up between source and bucket. */
async function pump(
  pieces: Pieces,
  length: number,
  out: WritableStreamDefaultWriter<Uint8Array>,
  hash: ReturnType<typeof createHash>,
  upload: Promise<boolean>,
): Promise<void> {
  let sent = 0;
  for await (const piece of pieces) {
    sent += piece.byteLength;
    if (sent > length) throw new Broken('truncated', `The body is longer than the ${length} bytes that were promised`);
    hash.update(piece);
    // An upload that ends before its bytes do failed, or found an object there: nobody takes the rest.
    const ended = await Promise.race([out.write(piece).then(() => null), upload]);
    if (ended !== null && sent < length) throw new Error('The upload ended before its bytes did');
  }
  if (sent < length) throw new Broken('truncated', `${sent} of ${length} bytes came`);
  await Promise.race([out.close(), upload]);
}

/**
 * R2 takes a body of unknown length in parts only, and those on no condition: so it waits in a place of its own and is
 * then put like any other. `part` is full already and holds the body's beginning; its memory serves for every part.
 */
export async function putUnknown(
  part: Gathering,
  rest: Uint8Array,
  pieces: Pieces,
  target: Target,
  deps: PutDeps,
): Promise<StoredFile> {
  const place = incomingKey(deps.uuid());
  try {
    const length = await gather(part, rest, pieces, place, deps.records);
    const body = await readIncoming(deps.records, place);
    if (!body) throw new Error('The body on its way was gone');
    return await putStream(piecesOf(body), length, target, deps);
  } finally {
    await deleteIncoming(deps.records, place).catch(() => undefined);
  }
}

async function gather(
  part: Gathering,
  rest: Uint8Array,
  pieces: Pieces,
  place: string,
  records: R2Bucket,
): Promise<number> {
  const incoming = await openIncoming(records, place);
  let length = 0;
  const send = async (): Promise<void> => {
    await incoming.part(part.bytes);
    length += part.size;
    part.clear();
  };
  const take = async (piece: Uint8Array): Promise<void> => {
    for (let left = part.add(piece); left !== null; left = part.add(left)) await send();
  };
  try {
    await take(rest);
    for await (const piece of pieces) await take(piece);
    if (part.size > 0) await send();
    await incoming.complete();
    return length;
  } catch (error) {
    await incoming.abort().catch(() => undefined);
    throw error;
  }
}

const stored = ({ key, facts }: Target, bytes: number, sha256: string, { now }: Pick<PutDeps, 'now'>): StoredFile => ({
  key,
  content_type: facts.contentType,
  bytes,
  sha256,
  archived_at: new Date(now()).toISOString(),
});

async function adopted(target: Target, { media }: Pick<PutDeps, 'media'>): Promise<StoredFile> {
  const { key, role } = target;
  const there = await adopt(media, key, role);
  if (!there) throw new Error(`The object ${key} is there, and is no whole ${role} file`);
  return there;
}
