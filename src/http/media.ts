// Edge: permanent and stable links of audio, cover and video (CONTRACT 8). Reads through what it is handed; range.ts decides what to answer.
import type { MediaObject } from '../archive/bucket.ts';
import { mediaKey, parseMediaPath, permanentLink, type MediaPath } from '../archive/keys.ts';
import type { Role } from '../task.ts';
import { FIVE_MINUTES } from './edge-cache.ts';
import { Problem, type ProblemCode } from './problem.ts';
import { planAnswer, wantedRange, type Plan, type WantedRange } from './range.ts';

/** What a stable link leads to; null: nothing is known of such a file. */
export type StableTarget =
  | { state: 'pending'; source_url: string | null }
  | { state: 'archived'; key: string }
  | { state: 'unavailable' }
  | { state: 'gone' }
  | null;

export interface MediaDeps {
  /** Origin of permanent links, without a slash at its end; empty where it is the request's, which the edge cache must not keep. */
  mediaBase: string;
  readMedia(key: string, range?: WantedRange): Promise<MediaObject | null>;
  headMedia(key: string): Promise<MediaObject | null>;
  lookUp(slug: string, role: Role): Promise<StableTarget>;
  /** Asked only where a permanent link finds no object. */
  whyMissing(slug: string): Promise<'gone' | 'missing'>;
  /** Asked only for `?download`. */
  downloadTitle(slug: string): Promise<string | null>;
}

const FOREVER = 'public, max-age=31536000, immutable';
const METHODS = 'GET, HEAD, OPTIONS';

const NO_FILE = 'There is no such file';
const TAKEN_DOWN = 'The song was taken down';
/** File systems end names at 255 bytes; this leaves room for an extension and a browser's `(1)`. */
const FILE_NAME_MAX_BYTES = 200;

type PermanentPath = MediaPath & { ext: string };

/** On every answer, whatever its status: players and pages of any origin read these files. */
export const OPEN_HEADERS = {
  'Accept-Ranges': 'bytes',
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Last-Modified, Retry-After, X-Request-Id',
} as const;

/** For who opens a file by itself: browsers show it in a page of their own making, which this lets show that file. */
const FILE_POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const PREFLIGHT_HEADERS = {
  ...OPEN_HEADERS,
  Allow: METHODS,
  'Cache-Control': 'no-store',
  'Access-Control-Allow-Methods': METHODS,
  'Access-Control-Allow-Headers': 'Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since',
  // A day: the longest that any browser keeps it.
  'Access-Control-Max-Age': '86400',
};

/** `path` is the URL's pathname. */
export async function serveMedia(request: Request, path: string, deps: MediaDeps): Promise<Response> {
  const link = parseMediaPath(path);
  if (link === null) throw refusal('not_found', NO_FILE);
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: PREFLIGHT_HEADERS });
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw refusal('method_not_allowed', `Files are only read: ${METHODS}`, { Allow: METHODS });
  }
  const download = new URL(request.url).searchParams.has('download');
  const { ext } = link;
  return ext === null ? followStable(link, download, deps) : serveFile(request, { ...link, ext }, download, deps);
}

/** At most one read on a hit: the object that comes with the asked range tells what to answer. */
async function serveFile(
  request: Request,
  { slug, role, ext }: PermanentPath,
  download: boolean,
  deps: MediaDeps,
): Promise<Response> {
  const { method, headers } = request;
  const key = mediaKey(slug, role, ext);
  const range = wantedRange(request);
  const object = method === 'HEAD' ? await deps.headMedia(key) : await open(key, range, deps);
  if (object === null) throw await absence(slug, deps);

  const { size, etag, uploaded } = object;
  const plan = planAnswer({ method, headers, size, etag, lastModified: uploaded, range });
  const body = method === 'GET' ? await bodyFor(plan, object, key, range, deps) : null;

  const validators = { ETag: etag, 'Last-Modified': uploaded.toUTCString() };
  if (plan.status === 412) {
    throw refusal('precondition_failed', 'The file is not the one that the condition names', validators);
  }
  if (plan.status === 416) {
    const extent = { ...validators, 'Content-Range': `bytes */${size}` };
    throw refusal('range_not_satisfiable', `The range starts beyond the ${size} bytes of the file`, extent);
  }
  const answer = new Headers({
    ...OPEN_HEADERS,
    ...validators,
    // A title in a file name can change.
    'Cache-Control': download ? FIVE_MINUTES : FOREVER,
    'Cache-Tag': slug,
  });
  if (plan.status === 304) return new Response(null, { status: 304, headers: answer });

  answer.set('Content-Security-Policy', FILE_POLICY);
  answer.set('Content-Type', object.contentType);
  answer.set('Content-Length', String(plan.status === 206 ? plan.length : size));
  if (plan.status === 206) {
    answer.set('Content-Range', `bytes ${plan.offset}-${plan.offset + plan.length - 1}/${size}`);
  }
  if (download) {
    // A file can be had even while its title cannot be read.
    const title = await deps.downloadTitle(slug).catch(() => null);
    answer.set('Content-Disposition', attachment(title, slug, ext));
  }
  return new Response(body, { status: plan.status, headers: answer });
}

/** The bucket throws at a range that leaves no byte of the file: its head then tells what to answer. */
async function open(key: string, range: WantedRange | null, deps: MediaDeps): Promise<MediaObject | null> {
  if (range === null) return deps.readMedia(key);
  return deps.readMedia(key, range).catch(() => deps.headMedia(key));
}

/** As a rule the body that is open already; after a failed If-Range the whole file instead; none for 304, 412 and 416. */
async function bodyFor(
  plan: Plan,
  { body }: MediaObject,
  key: string,
  range: WantedRange | null,
  deps: MediaDeps,
): Promise<ReadableStream | null> {
  const sendsBytes = plan.status === 200 || plan.status === 206;
  if (sendsBytes && body !== null && (plan.status === 206) === (range !== null)) return body;
  // A stream that refuses to be cancelled has failed by itself.
  await body?.cancel().catch(() => {});
  if (!sendsBytes) return null;
  const part = plan.status === 206 ? { offset: plan.offset, length: plan.length } : undefined;
  const object = await deps.readMedia(key, part);
  // Nothing but a takedown removes a file that was there a moment ago.
  if (object === null) throw refusal('gone', TAKEN_DOWN);
  return object.body;
}

async function followStable({ slug, role }: MediaPath, download: boolean, deps: MediaDeps): Promise<Response> {
  const target = await deps.lookUp(slug, role);
  switch (target?.state) {
    case 'archived': {
      const location = permanentLink(deps.mediaBase, target.key) + (download ? '?download' : '');
      // Not for ever: it leads nowhere once the song is taken down.
      return redirect(301, location, { 'Cache-Control': FIVE_MINUTES, 'Cache-Tag': slug });
    }
    case 'pending': {
      const source = target.source_url === null ? null : URL.parse(target.source_url);
      // The URL is a vendor's text: only an address on the web is passed on, and its `href` is safe in a header.
      if (source === null || !/^https?:$/.test(source.protocol))
        throw refusal('not_found', 'The file is not there yet');
      return redirect(302, source.href, { 'Cache-Control': 'no-store' });
    }
    case 'gone':
      throw refusal('gone', TAKEN_DOWN);
    case 'unavailable':
      throw refusal('not_found', 'The file could not be archived');
    case undefined:
      throw refusal('not_found', NO_FILE);
  }
}

const redirect = (status: 301 | 302, location: string, headers: Record<string, string>): Response =>
  new Response(null, { status, headers: { ...OPEN_HEADERS, ...headers, Location: location } });

const absence = async (slug: string, deps: MediaDeps): Promise<Problem> =>
  (await deps.whyMissing(slug)) === 'gone' ? refusal('gone', TAKEN_DOWN) : refusal('not_found', NO_FILE);

/** Refusals are as open to other origins as files, and never cached: what is missing now may be there in a minute. */
const refusal = (code: ProblemCode, detail: string, headers: Record<string, string> = {}): Problem =>
  new Problem(code, detail, { headers: { ...OPEN_HEADERS, 'Cache-Control': 'no-store', ...headers } });

/** Separators, controls and direction marks: they would split a header, leave a folder or disguise an extension. */
const NOT_IN_FILE_NAMES = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}"*/:<>?\\|]/gu;
const tidy = (name: string): string =>
  name
    .replace(NOT_IN_FILE_NAMES, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');

/** `Café` → `attachment; filename="Cafe.mp3"; filename*=UTF-8''Caf%C3%A9.mp3` (RFC 6266 and its appendix D). */
export function attachment(title: string | null, slug: string, ext: string): string {
  const wellFormed = (title ?? '').toWellFormed();
  const { read } = new TextEncoder().encodeInto(wellFormed, new Uint8Array(FILE_NAME_MAX_BYTES));
  const name = tidy(wellFormed.slice(0, read)) || slug;
  // A `%` in the plain form is decoded by some browsers.
  const ascii = tidy(name.normalize('NFKD').replace(/[^\x20-\x24\x26-\x7e]/g, ''));
  const fallback = /[a-z0-9]/i.test(ascii) ? ascii : slug;
  // RFC 8187 leaves these four out of what may stand as it is.
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${fallback}.${ext}"; filename*=UTF-8''${encoded}.${ext}`;
}
