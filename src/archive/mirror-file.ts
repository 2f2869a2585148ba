// Edge: one file from its source into the media bucket: download → look at the first bytes → is all of it there → put → facts. Nothing is stored that is not whole.
import { BUFFER_MAX_BYTES, MEDIA_TOTAL_TIMEOUT_MS, MULTIPART_PART_BYTES } from '../model/limits.ts';
import type { FileFailure, StoredFile } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import { Broken, continued, Gathering, type Pieces } from './byte-chunks.ts';
import { type DownloadRules, openSource, watched } from './download.ts';
import type { Format } from './formats/formats.ts';
import { Inspection, type Verdict } from './inspect.ts';
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
    const there = wanted.look_first ? await adoptRole(deps.media, wanted.slug, wanted.role) : null;
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
  const { role, duration_seconds } = wanted;
  const inspection = new Inspection({ role, duration_seconds, size: length });
  const buffer = new Gathering(Math.min(length ?? MULTIPART_PART_BYTES, BUFFER_MAX_BYTES));
  const long = length !== null && length > BUFFER_MAX_BYTES;
  const inspected = inspecting(pieces, inspection);
  let rest: Uint8Array | null = null;
  while (rest === null && !(long && inspection.format)) {
    const { done, value } = await inspected.next();
    if (done) break;
    rest = buffer.add(value);
  }
  if (buffer.size === 0) throw new Broken('empty', 'The body has no bytes');
  if (length === null && rest !== null) {
    const target = targetOf(inspection.format, wanted);
    return putUnknown(buffer, rest, whole(inspected, inspection, null), target, deps);
  }
  if (long) {
    const target = targetOf(inspection.format, wanted);
    const all = continued([buffer.bytes, ...(rest ? [rest] : [])], inspected);
    return putStream(whole(all, inspection, length), length, target, deps);
  }
  if (rest !== null) throw new Broken('truncated', `The body is longer than the ${length} bytes that were promised`);
  if (length !== null && buffer.size < length) throw new Broken('truncated', `${buffer.size} of ${length} bytes came`);
  return putWhole(buffer.bytes, targetOf(judge(inspection.end()), wanted), deps);
}

/** What comes is looked at as it comes, and no more of it is taken once it is certain to be no good. */
async function* inspecting(pieces: Pieces, inspection: Inspection): Pieces {
  for await (const piece of pieces) {
    inspection.add(piece);
    if (inspection.verdict) judge(inspection.verdict);
    yield piece;
  }
}

/** The last of `length` bytes is let go only once all are known to be whole. */
async function* whole(pieces: Pieces, inspection: Inspection, length: number | null): Pieces {
  let size = 0;
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size === length) judge(inspection.end());
    yield piece;
  }
  // A body that fell short is told by its length.
  if (length === null) judge(inspection.end());
}

function judge(verdict: Verdict): Format {
  if (!verdict.ok) throw new Broken(verdict.reason, verdict.detail);
  return verdict.format;
}

/** The bytes decide what the file is called; nothing is put before they did. */
function targetOf(format: Format | null, { slug, role, metadata }: Wanted): Target {
  if (!format) throw new Broken('not_media', `Its first ${BUFFER_MAX_BYTES} bytes do not tell what the file is`);
  return { key: mediaKey(slug, role, format.ext), role, facts: { contentType: format.type, metadata } };
}
