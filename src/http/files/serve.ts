// Edge: one answer of bytes: what conditional.ts plans of it, under the headers that every file's answers carry.
import { Problem, type ProblemCode } from '../problem.ts';
import { type Plan, planAnswer, wantedRange, type WantedRange } from '../conditional.ts';

export const FOREVER = 'public, max-age=31536000, immutable';
export const NO_FILE = 'There is no such file';
export const TAKEN_DOWN = 'The song was taken down';

/** For who opens a file by itself: browsers show it in a page of their own making, which this lets show that file. */
const FILE_POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export interface FileFacts {
  /** By which the edge cache forgets it: the song's slug. */
  readonly tag: string;
  readonly contentType: string;
  readonly size: number;
  /** Quoted and strong. */
  readonly etag: string;
  /** Null: nobody could say. */
  readonly lastModified: Date | null;
  readonly cacheControl: string;
}

/** `range`: what wantedRange() said of the request. */
export const planFor = (
  { method, headers }: Request,
  range: WantedRange | null,
  { size, etag, lastModified }: FileFacts,
): Plan => planAnswer({ method, headers, size, etag, lastModified, range });

/** `disposition`: Content-Disposition, where the file is to be saved. */
export function fileAnswer(plan: Plan, file: FileFacts, body: BodyInit | null, disposition?: string): Response {
  const { size, etag, lastModified } = file;
  const validators = { ETag: etag, ...(lastModified && { 'Last-Modified': lastModified.toUTCString() }) };
  if (plan.status === 412) {
    throw refusal('precondition_failed', 'The file is not the one that the condition names', validators);
  }
  if (plan.status === 416) {
    const extent = { ...validators, 'Content-Range': `bytes */${size}` };
    throw refusal('range_not_satisfiable', `The range starts beyond the ${size} bytes of the file`, extent);
  }
  const headers = new Headers({
    ...validators,
    // On a 304 too: browsers write its headers into the copy that they keep (RFC 9111 3.2).
    'Content-Security-Policy': FILE_POLICY,
    'Cache-Control': file.cacheControl,
    'Cache-Tag': file.tag,
  });
  if (plan.status === 304) return new Response(null, { status: 304, headers });

  headers.set('Content-Type', file.contentType);
  // Text that names no coding is compressed on its way, parts of it too: then neither its length nor its tag holds.
  if (file.contentType.startsWith('text/')) headers.set('Content-Encoding', 'identity');
  headers.set('Content-Length', String(plan.status === 206 ? plan.length : size));
  if (plan.status === 206) {
    headers.set('Content-Range', `bytes ${plan.offset}-${plan.offset + plan.length - 1}/${size}`);
  }
  if (disposition !== undefined) headers.set('Content-Disposition', disposition);
  return new Response(body, { status: plan.status, headers });
}

/** Of a file that is held in memory. */
export function serveBytes(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  file: FileFacts,
  disposition?: string,
): Response {
  const plan = planFor(request, wantedRange(request), file);
  const part = request.method === 'GET' ? partOf(plan, bytes.byteLength) : null;
  return fileAnswer(plan, file, part && bytes.subarray(part.offset, part.offset + part.length), disposition);
}

/** Which bytes a plan sends; null: none. */
export function partOf(plan: Plan, size: number): { offset: number; length: number } | null {
  if (plan.status === 206) return { offset: plan.offset, length: plan.length };
  return plan.status === 200 ? { offset: 0, length: size } : null;
}

/** Never cached: what is missing now may be there in a minute. */
export const refusal = (code: ProblemCode, detail: string, headers: Record<string, string> = {}): Problem =>
  new Problem(code, detail, { headers: { 'Cache-Control': 'no-store', ...headers } });
