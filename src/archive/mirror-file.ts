// Edge: one file from its source into the media bucket: download → look at the first bytes → is all of it there → put → facts. Nothing is stored that is not whole.
import { BUFFER_MAX_BYTES, MEDIA_TOTAL_TIMEOUT_MS, MULTIPART_PART_BYTES, SNIFF_BYTES } from '../model/limits.ts';
import type { FileFailure, StoredFile } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import { Broken, continued, Gathering, type Pieces } from './byte-chunks.ts';
import { type DownloadRules, openSource, watched } from './download.ts';
import { Structure } from './formats/integrity.ts';
import { sniff } from './formats/sniff.ts';
import { mediaKey } from './keys.ts';
import { type PutDeps, putStream, putUnknown, putWhole, type Target } from './put.ts';
import { adoptRole } from './read-back.ts';

export interface Wanted {
  slug: string;
  role: Role;
  source_url: string;
  /** How long the song is, by the vendor's word. */
  duration_seconds: number | null;
  /** An earlier try may have left an object in the bucket, under whatever extension. */
  look_first: boolean;
  /** Kept with the object: whose file it is. */
  metadata: Record<string, string>;
}

export interface TakeDeps extends PutDeps {
  rules: DownloadRules;
}

export type Taken = ({ ok: true } & StoredFile) | ({ ok: false } & FileFailure);

/** Never rejects: what a bucket throws is a failure like any other, to be tried again. */
export async function takeFile(wanted: Wanted, deps: TakeDeps): Promise<Taken> {
  const { totalMs = MEDIA_TOTAL_TIMEOUT_MS } = deps.rules.timeouts ?? {};
  const ending = new AbortController();
  const tooLate = new Broken('unreachable', `The file was not there within ${totalMs} ms`);
  const total = setTimeout(() => ending.abort(tooLate), totalMs);
  try {
    const there = wanted.look_first ? await adoptRole(deps.media, wanted) : null;
    if (there) return { ok: true, ...there };
    const source = await openSource(wanted.source_url, deps.rules, ending.signal);
    if (!source.ok) return source;
    return { ok: true, ...(await store(watched(source.body, deps.rules, ending), source.length, wanted, deps)) };
  } catch (error) {
    if (error instanceof Broken) return { ok: false, ...error.failure };
    const said = error instanceof Error ? error.message : 'unknown';
    return { ok: false, reason: 'unreachable', final: false, detail: `The bucket refused the file: ${said}` };
  } finally {
    clearTimeout(total);
    // Whatever is still on its way from the source has no taker any more.
    ending.abort();
  }
}

/** Bytes up to the buffer's size are held and put with their hash; longer bodies pass through. */
async function store(pieces: Pieces, length: number | null, wanted: Wanted, deps: TakeDeps): Promise<StoredFile> {
  const long = length !== null && length > BUFFER_MAX_BYTES;
  const buffer = new Gathering(long ? SNIFF_BYTES : (length ?? MULTIPART_PART_BYTES));
  let rest: Uint8Array | null = null;
  let target: ReturnType<typeof targetOf> | null = null;
  while (rest === null) {
    const { done, value } = await pieces.next();
    if (done) break;
    rest = buffer.add(value);
    if (buffer.size >= SNIFF_BYTES) target ??= targetOf(buffer.bytes, wanted);
  }
  if (buffer.size === 0) throw new Broken('empty', 'The body has no bytes');
  target ??= targetOf(buffer.bytes, wanted);
  const structure = new Structure(target.ext, wanted);
  structure.add(buffer.bytes);
  if (length === null && rest !== null) {
    structure.add(rest);
    return putUnknown(buffer, rest, whole(pieces, structure, null), target, deps);
  }
  if (long) {
    const all = continued(rest ? [rest] : [], pieces);
    return putStream(continued([buffer.bytes], whole(all, structure, length - buffer.size)), length, target, deps);
  }
  if (rest !== null) throw new Broken('truncated', `The body is longer than the ${length} bytes that were promised`);
  if (length !== null && buffer.size < length) throw new Broken('truncated', `${buffer.size} of ${length} bytes came`);
  judge(structure);
  return putWhole(buffer.bytes, target, deps);
}

/** What passes through is looked at as it goes. `left`: the last of so many bytes is let go only once all are known to be whole. */
async function* whole(pieces: Pieces, structure: Structure, left: number | null): Pieces {
  let size = 0;
  for await (const piece of pieces) {
    structure.add(piece);
    size += piece.byteLength;
    if (size === left) judge(structure);
    yield piece;
  }
  // A body that fell short is told by its length.
  if (left === null) judge(structure);
}

function judge(structure: Structure): void {
  const missing = structure.end();
  if (missing !== null) throw new Broken('truncated', missing);
}

/** The bytes decide what the file is called; nothing is put before they did. */
function targetOf(bytes: Uint8Array, { slug, role, duration_seconds, metadata }: Wanted): Target & { ext: string } {
  const format = sniff(bytes.subarray(0, SNIFF_BYTES), role);
  if (!format) throw new Broken('not_media', `The bytes are no ${role} file`);
  const { ext, type } = format;
  const facts = { contentType: type, metadata };
  return { key: mediaKey(slug, role, ext), role, duration_seconds, facts, ext };
}
