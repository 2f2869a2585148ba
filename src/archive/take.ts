// Edge: one file from its source into the media bucket: download → look at the first bytes → put → facts. Nothing is stored that is not whole.
import { BUFFER_MAX_BYTES, MEDIA_STALL_TIMEOUT_MS, MEDIA_TOTAL_TIMEOUT_MS, MULTIPART_PART_BYTES, SNIFF_BYTES } from '../limits.ts';
import type { FileFailure, StoredFile } from '../mirroring.ts';
import type { Role } from '../task.ts';
import { createMedia, deleteIncoming, listRole, openIncoming, readIncoming, readMedia, type MediaFacts } from './bucket.ts';
import { openSource, type DownloadRules } from './download.ts';
import { incomingKey, mediaKey } from './keys.ts';
import { sniff, type Format } from './sniff.ts';

export interface Wanted {
  slug: string;
  role: Role;
  source_url: string;
  /** An earlier try may have left an object in the bucket, under whatever extension. */
  look_first: boolean;
  /** Kept with the object: whose file it is. */
  metadata: Record<string, string>;
}

export interface TakeDeps {
  media: R2Bucket;
  records: R2Bucket;
  rules: DownloadRules;
  now(): number;
  uuid(): string;
}

export type Taken = ({ ok: true } & StoredFile) | ({ ok: false } & FileFailure);

/** Why a body is no file; thrown inside the pump only, so that it ends the download and the upload together. */
class Broken extends Error {
  readonly failure: FileFailure;
  constructor(reason: FileFailure['reason'], detail: string, final = false) {
    super(detail);
    this.failure = { reason, detail, final };
  }
}

export async function takeFile(wanted: Wanted, deps: TakeDeps): Promise<Taken> {
  if (wanted.look_first) {
    const [there] = await listRole(deps.media, wanted.slug, wanted.role);
    const adopted = there === undefined ? null : await adopt(there, wanted.role, deps);
    if (adopted) return { ok: true, ...adopted };
  }
  const ending = new AbortController();
  const total = setTimeout(() => ending.abort(), MEDIA_TOTAL_TIMEOUT_MS);
  try {
    const source = await openSource(wanted.source_url, deps.rules, ending.signal);
    if (!source.ok) return source;
    return { ok: true, ...(await store(chunksOf(source.body, deps.rules.maxBytes, ending), source.length, wanted, deps)) };
  } catch (error) {
    ending.abort();
    if (error instanceof Broken) return { ok: false, ...error.failure };
    return { ok: false, reason: 'unreachable', final: false, detail: `The bucket refused the file: ${error instanceof Error ? error.message : 'unknown'}` };
  } finally {
    clearTimeout(total);
  }
}

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** The body in pieces, counted and under a stall clock. A connection that breaks off leaves a truncated file. */
async function* chunksOf(body: ReadableStream<Uint8Array>, maxBytes: number, ending: AbortController): Chunks {
  const reader = body.getReader();
  let size = 0;
  try {
    for (;;) {
      const stalled = setTimeout(() => ending.abort(), MEDIA_STALL_TIMEOUT_MS);
      const { done, value } = await reader
        .read()
        .catch(() => {
          throw new Broken('truncated', `The body broke off after ${size} bytes`);
        })
        .finally(() => clearTimeout(stalled));
      if (done) return;
      size += value.byteLength;
      if (size > maxBytes) throw new Broken('too_large', `The file has more than the ${maxBytes} bytes that settings allow`, true);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Bytes up to the buffer's size are held and put with their hash; longer bodies pass through. */
async function store(chunks: Chunks, length: number | null, wanted: Wanted, deps: TakeDeps): Promise<StoredFile> {
  const buffer = new Gathering(Math.min(length ?? BUFFER_MAX_BYTES, BUFFER_MAX_BYTES));
  let rest: Uint8Array | null = null;
  let format: Format | null = null;
  while (rest === null) {
    const { done, value } = await chunks.next();
    if (done) break;
    rest = buffer.add(value);
    if (format === null && (buffer.size >= SNIFF_BYTES || rest !== null)) format = formatOf(buffer.bytes, wanted.role);
    // A long file of known length passes through as soon as its first bytes have been looked at.
    if (length !== null && length > BUFFER_MAX_BYTES && format !== null && rest === null) rest = new Uint8Array(0);
  }
  if (buffer.size === 0) throw new Broken('empty', 'The body has no bytes');
  format ??= formatOf(buffer.bytes, wanted.role);
  const key = mediaKey(wanted.slug, wanted.role, format.ext);
  const facts: MediaFacts = { contentType: format.type, metadata: wanted.metadata };
  if (rest === null) return putWhole(buffer.bytes, length, key, facts, wanted, deps);
  const all = continued(buffer.bytes, rest, chunks);
  if (length === null) return putUnknown(all, key, facts, wanted, deps);
  return length <= BUFFER_MAX_BYTES ? tooMany(length) : putStream(all, length, key, facts, wanted, deps);
}

function tooMany(length: number): never {
  throw new Broken('truncated', `The body is longer than the ${length} bytes that were promised`);
}

function formatOf(bytes: Uint8Array, role: Role): Format {
  const format = sniff(bytes.subarray(0, SNIFF_BYTES), role);
  if (!format) throw new Broken('not_media', `The bytes are no ${role} file`);
  return format;
}

async function* continued(first: Uint8Array, second: Uint8Array, chunks: Chunks): Chunks {
  yield first;
  if (second.byteLength > 0) yield second;
  yield* chunks;
}

async function putWhole(bytes: Uint8Array, length: number | null, key: string, facts: MediaFacts, wanted: Wanted, deps: TakeDeps): Promise<StoredFile> {
  if (length !== null && bytes.byteLength !== length) throw new Broken('truncated', `${bytes.byteLength} of ${length} bytes came`);
  const sha256 = hex(await crypto.subtle.digest('SHA-256', bytes));
  const created = await createMedia(deps.media, key, bytes, facts, sha256);
  return created ? { key, content_type: facts.contentType, bytes: bytes.byteLength, sha256, archived_at: isoNow(deps) } : adoptOr(key, wanted, deps);
}

/** One pump that awaits, per piece, both the upload and the digest: neither can run ahead and pile up bytes. */
async function putStream(chunks: Chunks, length: number, key: string, facts: MediaFacts, wanted: Wanted, deps: TakeDeps): Promise<StoredFile> {
  const pipe = new FixedLengthStream(length);
  const digest = new crypto.DigestStream('SHA-256');
  const upload = createMedia(deps.media, key, pipe.readable, facts);
  // Rejects together with the pump when the source dies; the pump's reason is the one that tells.
  upload.catch(() => undefined);
  const [out, hash] = [pipe.writable.getWriter(), digest.getWriter()];
  let sent = 0;
  try {
    for await (const chunk of chunks) {
      sent += chunk.byteLength;
      if (sent > length) tooMany(length);
      const ready = await Promise.race([Promise.all([out.write(chunk), hash.write(chunk)]).then(() => null), upload]);
      // The upload ended before its bytes did: an object was there already.
      if (ready === false) return await adoptOr(key, wanted, deps);
    }
    if (sent < length) throw new Broken('truncated', `${sent} of ${length} bytes came`);
    await Promise.all([out.close(), hash.close()]);
  } catch (error) {
    await Promise.allSettled([out.abort(error), hash.abort(error)]);
    await upload.catch(() => undefined);
    throw error;
  }
  const created = await upload;
  const sha256 = hex(await digest.digest);
  return created ? { key, content_type: facts.contentType, bytes: length, sha256, archived_at: isoNow(deps) } : adoptOr(key, wanted, deps);
}

/** Unknown length beyond the buffer: in parts to a place of its own, then on condition to its key. */
async function putUnknown(chunks: Chunks, key: string, facts: MediaFacts, wanted: Wanted, deps: TakeDeps): Promise<StoredFile> {
  const place = incomingKey(deps.uuid());
  const incoming = await openIncoming(deps.records, place);
  let size = 0;
  try {
    let part = new Gathering(MULTIPART_PART_BYTES);
    for await (const chunk of chunks) {
      size += chunk.byteLength;
      let rest: Uint8Array | null = chunk;
      while ((rest = part.add(rest)) !== null) {
        await incoming.part(part.bytes);
        part = new Gathering(MULTIPART_PART_BYTES);
      }
    }
    if (part.size > 0) await incoming.part(part.bytes);
    await incoming.complete();
  } catch (error) {
    await incoming.abort().catch(() => undefined);
    throw error;
  }
  try {
    const body = await readIncoming(deps.records, place);
    if (!body) throw new Error('The body on its way was gone');
    return await putStream(chunksOf(body, Infinity, new AbortController()), size, key, facts, wanted, deps);
  } finally {
    await deleteIncoming(deps.records, place).catch(() => undefined);
  }
}

async function adoptOr(key: string, wanted: Wanted, deps: TakeDeps): Promise<StoredFile> {
  const adopted = await adopt(key, wanted.role, deps);
  if (!adopted) throw new Error(`The object ${key} is there, and is no ${wanted.role} file`);
  return adopted;
}

/** An object that was there: read back, looked at and hashed; its own facts, never those of another download. */
async function adopt(key: string, role: Role, deps: TakeDeps): Promise<StoredFile | null> {
  const object = await readMedia(deps.media, key);
  if (!object?.body) return null;
  const digest = new crypto.DigestStream('SHA-256');
  const hash = digest.getWriter();
  const head = new Gathering(SNIFF_BYTES);
  for await (const chunk of object.body as ReadableStream<Uint8Array>) {
    head.add(chunk);
    await hash.write(chunk);
  }
  await hash.close();
  const format = sniff(head.bytes, role);
  if (!format || object.size === 0) return null;
  return { key, content_type: format.type, bytes: object.size, sha256: hex(await digest.digest), archived_at: object.uploaded.toISOString() };
}

/** Gathers bytes up to a size that is fixed from the start; it grows by doubling, so that small bodies cost little. */
class Gathering {
  size = 0;
  readonly #most: number;
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(most: number) {
    this.#most = most;
    this.#bytes = new Uint8Array(Math.min(most, 64 * 1024));
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.size);
  }

  /** What did not fit any more; null where everything did. */
  add(chunk: Uint8Array): Uint8Array | null {
    const fits = Math.min(chunk.byteLength, this.#most - this.size);
    if (this.size + fits > this.#bytes.byteLength) {
      const grown = new Uint8Array(Math.min(this.#most, Math.max(this.#bytes.byteLength * 2, this.size + fits)));
      grown.set(this.bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(chunk.subarray(0, fits), this.size);
    this.size += fits;
    return fits < chunk.byteLength ? chunk.subarray(fits) : null;
  }
}

const hex = (digest: ArrayBuffer): string => [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const isoNow = (deps: TakeDeps): string => new Date(deps.now()).toISOString();
