// Edge: permanent and stable links of audio, cover and video, and what is made of them on the fly.
import type { MediaObject } from '../../archive/bucket.ts';
import {
  type MadePath,
  mediaKey,
  type MediaPath,
  parseMadePath,
  parseMediaPath,
  permanentLink,
} from '../../archive/keys.ts';
import { ROLE_URLS } from '../../model/state.ts';
import type { Role } from '../../model/task.ts';
import { heldTag, type Plan, wantedRange, type WantedRange } from '../conditional.ts';
import type { Call, FileRequest, KnownClip, MediaDeps, StableTarget } from '../context.ts';
import { FIVE_MINUTES } from '../edge-cache.ts';
import type { DownloadQuery } from '../input.ts';
import type { Problem } from '../problem.ts';
import { attachment } from './file-name.ts';
import { serveLyrics, serveTagged } from './generated.ts';
import { fileAnswer, type FileFacts, FOREVER, NO_FILE, partOf, planFor, refusal, TAKEN_DOWN } from './serve.ts';

type PermanentPath = MediaPath & { ext: string };

/** With wrong settings permanent links go on: they need nothing but the bucket. */
export function files({ request, url, query, deps }: Call & { query: DownloadQuery }): Promise<Response> {
  const settings = deps.settings.ok ? deps.settings.value : null;
  const clipOf = async (slug: string) => (settings === null ? null : deps.flows.knownClip(slug));
  return serveMedia(
    { request, path: url.pathname, download: query.download !== undefined },
    {
      base: settings?.public_base_url ?? null,
      knownClip: clipOf,
      mediaBase: settings?.media_base_url ?? '',
      ...deps.media,
      whyMissing: async (slug) => ((await clipOf(slug))?.clip.taken_down_at != null ? 'gone' : 'missing'),
      downloadTitle: async (slug) => {
        const known = await clipOf(slug);
        return known?.clip.title ?? known?.reading?.title ?? null;
      },
      lookUp: async (slug, role) => targetOf(await clipOf(slug), role, settings?.archive_video ?? false),
    },
  );
}

export async function serveMedia(asked: FileRequest, deps: MediaDeps): Promise<Response> {
  const link = parseMediaPath(asked.path) ?? parseMadePath(asked.path);
  if (link === null) throw refusal('not_found', NO_FILE);
  if ('name' in link) return serveMade(asked, link, deps);
  const { ext } = link;
  return ext === null ? followStable(asked, link, deps) : serveFile(asked, { ...link, ext }, deps);
}

async function serveMade(asked: FileRequest, { slug, name }: MadePath, deps: MediaDeps): Promise<Response> {
  const known = await deps.knownClip(slug);
  if (known === null) throw refusal('not_found', NO_FILE);
  if (known.clip.taken_down_at !== null) throw refusal('gone', TAKEN_DOWN);
  return name === 'tagged.mp3' ? serveTagged(asked, known, deps) : serveLyrics(asked, known);
}

/** At most one read on a hit: the object that comes with the asked range tells what to answer. */
async function serveFile(
  { request, download }: FileRequest,
  { slug, role, ext }: PermanentPath,
  deps: MediaDeps,
): Promise<Response> {
  const key = mediaKey(slug, role, ext);
  const range = wantedRange(request);
  const isRead = request.method === 'GET';
  const object = isRead ? await open(key, range, heldTag(request.headers), deps) : await deps.headMedia(key);
  if (object === null) throw await absence(slug, deps);

  const { size, etag, uploaded, contentType } = object;
  // A title in a file name can change.
  const cacheControl = download ? FIVE_MINUTES : FOREVER;
  const file: FileFacts = { tag: slug, contentType, size, etag, lastModified: uploaded, cacheControl };
  const plan = planFor(request, range, file);
  const body = isRead ? await bodyFor(plan, object, { key, range }, deps) : null;
  const isSaved = download && partOf(plan, size) !== null;
  // A file can be had even while its title cannot be read.
  const title = isSaved ? await deps.downloadTitle(slug).catch(() => null) : null;
  return fileAnswer(plan, file, body, isSaved ? attachment(title, slug, ext) : undefined);
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
  { key, range }: { key: string; range: WantedRange | null },
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

async function followStable({ download }: FileRequest, { slug, role }: MediaPath, deps: MediaDeps): Promise<Response> {
  const target = await deps.lookUp(slug, role);
  switch (target?.state) {
    case 'archived': {
      // A bucket's own domain knows no `?download`: that is asked of the Worker.
      const location = download
        ? `${permanentLink(deps.base ?? '', target.key)}?download`
        : permanentLink(deps.mediaBase, target.key);
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
  new Response(null, { status, headers: { ...headers, Location: location } });

const absence = async (slug: string, deps: MediaDeps): Promise<Problem> =>
  (await deps.whyMissing(slug)) === 'gone' ? refusal('gone', TAKEN_DOWN) : refusal('not_found', NO_FILE);

function targetOf(known: KnownClip | null, role: Role, archiveVideo: boolean): StableTarget {
  if (known === null) return null;
  const { clip, reading } = known;
  const file = clip.files[role];
  if (clip.taken_down_at !== null) return { state: 'gone' };
  if (file?.state === 'archived' && file.key !== null) return { state: 'archived', key: file.key };
  // Skipped: such a file never had a link.
  if (role === 'video' && !archiveVideo) return null;
  if (file?.state === 'unavailable') return { state: 'unavailable' };
  return { state: 'pending', source_url: reading?.[ROLE_URLS[role]] ?? file?.source_url ?? null };
}
