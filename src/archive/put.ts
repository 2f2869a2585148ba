// Edge: bytes into the media bucket, once and whole: with their hash, as a stream of known length, or in parts.
import type { StoredFile } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import type { Chunks } from '../net/byte-chunks.ts';
import { createMedia, deleteIncoming, type MediaFacts, openIncoming, readIncoming } from './bucket.ts';
import type { Body } from './download.ts';
import type { Format } from './formats/formats.ts';
import { incomingKey, mediaKey } from './keys.ts';
import { readBack } from './read-back.ts';
import { RunningSums, type Sums } from './sums.ts';

export interface PutDeps {
  media: R2Bucket;
  records: R2Bucket;
  now(): number;
  uuid(): string;
}

/** Where the bytes go, and what is kept with them. */
export interface Target {
  slug: string;
  role: Role;
  format: Format;
  metadata: Record<string, string>;
}

/**
 * Never overwrites: who finds an object in the place tells of that one. Of two takers at once that met other bytes, and so
 * another extension, the ledger keeps the first and has the other's object deleted.
 */
export async function put(body: Body, target: Target, deps: PutDeps): Promise<StoredFile> {
  const { slug, role, format } = target;
  const key = mediaKey(slug, role, format.ext);
  const sums = await putOnce(body, key, target, deps);
  if (sums === null) return readBackThere(key, role, deps);
  return { key, content_type: format.type, ...sums, archived_at: new Date(deps.now()).toISOString() };
}

/** Null: an object was there. */
async function putOnce(body: Body, key: string, target: Target, deps: PutDeps): Promise<Sums | null> {
  if (body.length === null) return putParts(body.chunks, key, target, deps);
  if (body.held === null) return putLong(body, key, target, deps);
  return putHeld(body.held, body.chunks, key, target, deps);
}

/** R2 gets the hash as well, and refuses bytes that do not match. */
async function putHeld(
  held: ReadableStream | Uint8Array,
  chunks: Chunks,
  key: string,
  target: Target,
  { media }: PutDeps,
): Promise<Sums | null> {
  const running = new RunningSums();
  for await (const chunk of chunks) running.add(chunk);
  const sums = running.end();
  return (await createMedia(media, key, held, factsOf(target, sums))) ? sums : null;
}

/** Of a length that its source has promised. */
interface MeasuredBody {
  readonly chunks: Chunks;
  readonly length: number;
}

async function putLong(body: MeasuredBody, key: string, target: Target, { media }: PutDeps): Promise<Sums | null> {
  const pipe = new FixedLengthStream(body.length);
  const out = pipe.writable.getWriter();
  const sums = new RunningSums();
  const upload = createMedia(media, key, pipe.readable, factsOf(target));
  // It may fail before anyone waits for it; whoever does later still learns of it.
  upload.catch(() => undefined);
  const failure = await pump(body, out, sums, upload).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (failure) await out.abort(failure.error).catch(() => undefined);
  const created = await upload.catch((error: unknown) => {
    // Without its last bytes the upload fails too; what the source did is what tells.
    throw failure ? failure.error : error;
  });
  if (!created) return null;
  if (failure) throw failure.error;
  return sums.end();
}

/** Awaits the upload chunk by chunk, so that bytes cannot pile up between source and bucket. */
async function pump(
  { chunks, length }: MeasuredBody,
  out: WritableStreamDefaultWriter<Uint8Array>,
  sums: RunningSums,
  upload: Promise<boolean>,
): Promise<void> {
  let sent = 0;
  for await (const chunk of chunks) {
    sent += chunk.byteLength;
    sums.add(chunk);
    // An upload that ends before its bytes do failed, or found an object there: nobody takes the rest.
    const ended = await Promise.race([out.write(chunk).then(() => null), upload]);
    if (ended !== null && sent < length) throw new Error('The upload ended before its bytes did');
  }
  await Promise.race([out.close(), upload]);
}

/** R2 takes a body of unknown length in parts only, and those on no condition: so it waits in a place of its own first. */
async function putParts(chunks: Chunks, key: string, target: Target, deps: PutDeps): Promise<Sums | null> {
  const place = incomingKey(deps.uuid());
  try {
    const sums = await gather(chunks, place, deps.records);
    const body = await readIncoming(deps.records, place);
    if (!body) throw new Error('The body on its way was gone');
    // From bucket to bucket by the runtime itself; the hash tells whether all of it came through.
    return (await createMedia(deps.media, key, body, factsOf(target, sums))) ? sums : null;
  } finally {
    await deleteIncoming(deps.records, place).catch(() => undefined);
  }
}

async function gather(chunks: Chunks, place: string, records: R2Bucket): Promise<Sums> {
  const incoming = await openIncoming(records, place);
  const sums = new RunningSums();
  try {
    for await (const chunk of chunks) {
      sums.add(chunk);
      await incoming.part(chunk);
    }
    await incoming.complete();
    return sums.end();
  } catch (error) {
    await incoming.abort().catch(() => undefined);
    throw error;
  }
}

const factsOf = ({ format, metadata }: Target, sums?: Sums): MediaFacts => ({
  contentType: format.type,
  metadata,
  ...(sums && { sha256: sums.sha256 }),
});

async function readBackThere(key: string, role: Role, { media }: PutDeps): Promise<StoredFile> {
  const there = await readBack(media, key, role);
  if (!there) throw new Error(`The object ${key} is there, and is no whole ${role} file`);
  return there;
}
