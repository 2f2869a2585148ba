// Edge: one answer of bytes by the rules of CONTRACT 8: what range.ts plans, with the headers that every file's answers carry.
import { Problem, type ProblemCode } from '../problem.ts';
import { planAnswer, type Plan, type WantedRange } from '../conditional.ts';

export const FOREVER = 'public, max-age=31536000, immutable';
export const NO_FILE = 'There is no such file';
export const TAKEN_DOWN = 'The song was taken down';

/** For who opens a file by itself: browsers show it in a page of their own making, which this lets show that file. */
const FILE_POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export interface Served {
  /** By which the edge cache forgets it: the song's slug. */
  readonly tag: string;
  readonly contentType: string;
  readonly size: number;
  /** Quoted and strong. */
  readonly etag: string;
  /** Null: nobody could say. */
  readonly lastModified: Date | null;
  readonly cacheControl: string;
  /** Content-Disposition, where the file is to be saved. */
  readonly disposition?: (() => Promise<string>) | undefined;
  /** What the plan sends; asked at every GET, so that what is open already is let go where nothing is sent. */
  body(plan: Plan): Promise<BodyInit | null>;
}

/** `range`: what wantedRange() said of the request. */
export async function serve(request: Request, range: WantedRange | null, served: Served): Promise<Response> {
  const { method, headers } = request;
  const { size, etag, lastModified } = served;
  const plan = planAnswer({ method, headers, size, etag, lastModified, range });
  const body = method === 'GET' ? await served.body(plan) : null;

  const validators = { ETag: etag, ...(lastModified && { 'Last-Modified': lastModified.toUTCString() }) };
  if (plan.status === 412) {
    throw refusal('precondition_failed', 'The file is not the one that the condition names', validators);
  }
  if (plan.status === 416) {
    const extent = { ...validators, 'Content-Range': `bytes */${size}` };
    throw refusal('range_not_satisfiable', `The range starts beyond the ${size} bytes of the file`, extent);
  }
  const answer = new Headers({
    ...validators,
    // On a 304 too: browsers write its headers into the copy that they keep (RFC 9111 3.2).
    'Content-Security-Policy': FILE_POLICY,
    'Cache-Control': served.cacheControl,
    'Cache-Tag': served.tag,
  });
  if (plan.status === 304) return new Response(null, { status: 304, headers: answer });

  answer.set('Content-Type', served.contentType);
  answer.set('Content-Length', String(plan.status === 206 ? plan.length : size));
  if (plan.status === 206) {
    answer.set('Content-Range', `bytes ${plan.offset}-${plan.offset + plan.length - 1}/${size}`);
  }
  if (served.disposition) answer.set('Content-Disposition', await served.disposition());
  return new Response(body, { status: plan.status, headers: answer });
}

/** Which bytes a plan sends; null: none. */
export function partOf(plan: Plan, size: number): { offset: number; length: number } | null {
  if (plan.status === 206) return { offset: plan.offset, length: plan.length };
  return plan.status === 200 ? { offset: 0, length: size } : null;
}

/** Never cached: what is missing now may be there in a minute. */
export const refusal = (code: ProblemCode, detail: string, headers: Record<string, string> = {}): Problem =>
  new Problem(code, detail, { headers: { 'Cache-Control': 'no-store', ...headers } });
