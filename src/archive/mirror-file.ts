// Edge: one file into the media bucket: download → inspect → put. Nothing is stored that is not whole.
import { MEDIA_TOTAL_TIMEOUT_MS } from '../model/limits.ts';
import type { FileFailure, StoredFile } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import { BodyError } from './body-error.ts';
import { download, type DownloadRules } from './download.ts';
import { inspect } from './inspect.ts';
import { put, type PutDeps } from './put.ts';
import { readBackRole } from './read-back.ts';

export interface MirrorRequest {
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

export interface MirrorFileDeps extends PutDeps {
  rules: DownloadRules;
}

export type MirrorResult = ({ ok: true } & StoredFile) | ({ ok: false } & FileFailure);

/** Never rejects: what a bucket throws is a failure like any other, to be tried again. */
export async function mirrorFile(request: MirrorRequest, deps: MirrorFileDeps): Promise<MirrorResult> {
  const { slug, role, source_url, duration_seconds, look_first, metadata } = request;
  const { totalMs = MEDIA_TOTAL_TIMEOUT_MS } = deps.rules.timeouts ?? {};
  const ending = new AbortController();
  const tooLate = (): BodyError => new BodyError('unreachable', `The file was not there within ${totalMs} ms`);
  const total = setTimeout(() => ending.abort(tooLate()), totalMs);
  try {
    const there = look_first ? await readBackRole(deps.media, slug, role) : null;
    if (there) return { ok: true, ...there };
    const downloaded = await download(source_url, deps.rules, ending);
    const { format, body } = await inspect(downloaded, role, duration_seconds);
    return { ok: true, ...(await put(body, { slug, role, format, metadata }, deps)) };
  } catch (error) {
    if (error instanceof BodyError) return { ok: false, ...error.failure };
    const said = error instanceof Error ? error.message : 'unknown';
    return { ok: false, reason: 'unreachable', final: false, detail: `The bucket refused the file: ${said}` };
  } finally {
    clearTimeout(total);
    // Whatever is still on its way from the source has no taker any more.
    ending.abort();
  }
}
