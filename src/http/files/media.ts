// Edge: permanent and stable links of audio, cover and video (CONTRACT 8). Reads through what it is handed; range.ts decides what to answer.
import type { MediaObject } from '../../archive/bucket.ts';
import {
  mediaKey,
  parseMadePath,
  parseMediaPath,
  permanentLink,
  type MadePath,
  type MediaPath,
} from '../../archive/keys.ts';
import type { ClipState } from '../../model/state.ts';
import type { ClipReading, Role } from '../../model/task.ts';
import { attachment } from '../attachment.ts';
import { FIVE_MINUTES } from '../edge-cache.ts';
import { serveLyrics } from '../lyrics.ts';
import type { Problem } from '../problem.ts';
import { heldTag, wantedRange, type Plan, type WantedRange } from '../conditional.ts';
import { FOREVER, NO_FILE, OPEN_HEADERS, preflight, refusal, serve, TAKEN_DOWN } from './serve.ts';
import { serveTagged } from './generated.ts';

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
  /** `held`: a tag of which the caller has the bytes already; of that very file they are left out. */
  readMedia(key: string, range?: WantedRange, held?: string): Promise<MediaObject | null>;
  headMedia(key: string): Promise<MediaObject | null>;
  lookUp(slug: string, role: Role): Promise<StableTarget>;
  /** Asked only where a permanent link finds no object. */
  whyMissing(slug: string): Promise<'gone' | 'missing'>;
  /** Asked only for `?download`. */
  downloadTitle(slug: string): Promise<string | null>;
  /** Origin of links in tags, without a slash at its end; null where it is the request's, which the edge cache must not keep. */
  base: string | null;
  /** Asked only for what is made on the fly. */
  knownClip(slug: string): Promise<KnownClip | null>;
}

export interface KnownClip {
  clip: ClipState;
  reading: ClipReading | null;
}

type PermanentPath = MediaPath & { ext: string };

/** `path` is the URL's pathname. */
export async function serveMedia(request: Request, path: string, deps: MediaDeps): Promise<Response> {
  const link = parseMediaPath(path) ?? parseMadePath(path);
  if (link === null) throw refusal('not_found', NO_FILE);
  const answer = preflight(request);
  if (answer) return answer;
  const download = new URL(request.url).searchParams.has('download');
  if ('name' in link) return serveMade(request, link, download, deps);
  const { ext } = link;
  return ext === null ? followStable(link, download, deps) : serveFile(request, { ...link, ext }, download, deps);
}

async function serveMade(
  request: Request,
  { slug, name }: MadePath,
  download: boolean,
  deps: MediaDeps,
): Promise<Response> {
  const known = await deps.knownClip(slug);
  if (known === null) throw refusal('not_found', NO_FILE);
  if (known.clip.taken_down_at !== null) throw refusal('gone', TAKEN_DOWN);
  return name === 'tagged.mp3' ? serveTagged(request, known, download, deps) : serveLyrics(request, known, download);
}

/** At most one read on a hit: the object that comes with the asked range tells what to answer. */
async function serveFile(
  request: Request,
  { slug, role, ext }: PermanentPath,
  download: boolean,
  deps: MediaDeps,
): Promise<Response> {
  const key = mediaKey(slug, role, ext);
  const range = wantedRange(request);
  const object =
    request.method === 'HEAD' ? await deps.headMedia(key) : await open(key, range, heldTag(request.headers), deps);
  if (object === null) throw await absence(slug, deps);

  const { size, etag, uploaded, contentType } = object;
  return serve(request, range, {
    ...{ slug, contentType, size, etag, lastModified: uploaded },
    // A title in a file name can change.
    cacheControl: download ? FIVE_MINUTES : FOREVER,
    // A file can be had even while its title cannot be read.
    disposition: download
      ? async () => attachment(await deps.downloadTitle(slug).catch(() => null), slug, ext)
      : undefined,
    body: (plan) => bodyFor(plan, object, key, range, deps),
  });
}

/** The bucket throws at a range that leaves no byte of the file: its head then tells what to answer. */
async function open(
  key: string,
  range: WantedRange | null,
  held: string | null,
  deps: MediaDeps,
): Promise<MediaObject | null> {
  if (range === null) return deps.readMedia(key, undefined, held ?? undefined);
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
