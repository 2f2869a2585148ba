// Edge: share page, player, library and oEmbed: ask the ledger, make a song of what it knows, show it.
import * as v from 'valibot';
import { dimensionsOf, type Dimensions, DIMENSIONS_HEAD_BYTES } from '../../archive/formats/dimensions.ts';
import { embedLink, isSlug, pageLink } from '../../archive/keys.ts';
import type { Settings } from '../../config/settings.ts';
import { isLanguage, LANGUAGES } from '../../model/language.ts';
import type { ClipFound, Relatives } from '../../ledger/api.ts';
import { slugOf } from '../../model/id.ts';
import { RELATIVES_MAX } from '../../model/limits.ts';
import { DEFAULT_COVER, paintDefaultCover } from '../../views/default-cover.ts';
import { embedPage, oEmbedOf, oEmbedXml } from '../../views/pages/embed.tsx';
import { linkIn, type Locale, localeOf } from '../../views/pages/language.ts';
import { libraryPage } from '../../views/pages/library.tsx';
import { NO_SONG } from '../../views/pages/message.tsx';
import { sharePage } from '../../views/pages/song-page.tsx';
import {
  type Beside,
  isUnderWay,
  type Parent,
  type RelativeGroup,
  type Song,
  songOf,
  titleLine,
} from '../../views/pages/song.ts';
import { lineOf } from '../../views/pages/text.ts';
import { settingsOrProblem } from '../auth.ts';
import type { Call } from '../context.ts';
import { strongEtag } from '../conditional.ts';
import { FIVE_MINUTES, LIBRARY_TAG } from '../edge-cache.ts';
import { type FileFacts, serveBytes } from '../files/serve.ts';
import { ClipQuery, encodeCursor, invalid } from '../input.ts';
import { Problem } from '../problem.ts';
import { json, listOf, localeIn, messageAnswer, pageAnswer } from '../respond.ts';
import { cursorOf, present, viewFound } from './clips.ts';
import { viewContext } from './tasks.ts';

/** What pages need to know besides the song. */
export interface PageContext {
  readonly settings: Settings;
  /** Origin of links, without a slash at its end. */
  readonly base: string;
  readonly media_base: string;
}

function pageContext({ deps, url }: Call): PageContext {
  const settings = settingsOrProblem(deps.settings);
  const base = settings.public_base_url ?? url.origin;
  return { settings, base, media_base: settings.media_base_url ?? base };
}

/** Origin of covers and audio, also where the settings are wrong: a page may have nothing of them to show, but says so. */
export const mediaOriginOf = (call: Call): string =>
  call.deps.settings.ok ? pageContext(call).media_base : call.url.origin;

/** Who writes a language as we do is understood; any other wish is none. */
const LANGUAGE = v.fallback(v.optional(v.picklist(Object.keys(LANGUAGES).filter(isLanguage))), undefined);
export const PageQuery = v.object({ lang: LANGUAGE });

/** Songs a page of the library: whole rows at two, three, four and six a row. */
const SONGS_A_PAGE = 24;

/** Public routes ignore what they do not understand. */
export const LibraryQuery = v.object({
  q: v.fallback(ClipQuery.entries.q, undefined),
  cursor: v.fallback(ClipQuery.entries.cursor, undefined),
  lang: LANGUAGE,
});
type LibraryQuery = v.InferOutput<typeof LibraryQuery>;

export const share = (call: Call): Promise<Response> => songAnswer(call, false);
export const embed = (call: Call): Promise<Response> => songAnswer(call, true);

export const library = (call: Call & { query: LibraryQuery }): Promise<Response> =>
  orMessage(call, false, async () => {
    const context = pageContext(call);
    const locale = localeIn(call);
    const { q, cursor = null } = call.query;
    const question = lineOf(q ?? '') || null;
    const query = { visibility: 'public', q: question, before: cursor, limit: SONGS_A_PAGE } as const;
    const { clips, more } = await call.deps.ledger.clips(query);
    const { rows, next_cursor } = listOf(clips, more, cursorOf);
    const songs = rows.map((found) => songFrom(found, call, context, locale));
    const page = libraryPage(
      { songs, question, next_cursor, cursor: cursor === null ? null : encodeCursor(cursor), home: `${context.base}/` },
      locale,
    );
    return pageAnswer(page, { ...context, keep: keepable(context, locale) ? LIBRARY_TAG : null });
  });

const songAnswer = (call: Call, framed: boolean): Promise<Response> =>
  orMessage(call, framed, async () => {
    const context = pageContext(call);
    const locale = localeIn(call);
    const slug = call.params['slug'] ?? '';
    const found = await findSong(slug, call);
    const [size, parent, relatives] = await Promise.all([
      coverSize(found, call),
      parentOf(found, call),
      framed ? NO_RELATIVES : relativesOf(found, call),
    ]);
    const song = songFrom(found, call, context, locale, {
      coverSize: size,
      parent: parent && parentIn(parent, found, context, locale),
      relatives: groupsOf(relatives, context, locale),
    });
    const page = framed ? embedPage(song, locale) : sharePage(song, locale);
    // What is still to come is shown when it comes.
    const settled = !isUnderWay(song) && (song.cover !== null || song.stable.cover === null);
    const told = [found, ...(parent ? [parent] : [])].map(({ clip }) => clip.slug);
    const tags = [...told, ...[relatives.made, relatives.beside].flat().map((one) => one.slug)].join(',');
    return pageAnswer(page, { ...context, framed, keep: keepable(context, locale) && settled ? tags : null });
  });

/** The edge cache's key has no host and no header: what is kept must depend on neither (edge-cache.ts). */
const keepable = ({ settings }: PageContext, { shared }: Locale): boolean =>
  settings.public_base_url !== null && shared;

const findSong = async (slug: string, { deps }: Call): Promise<ClipFound> =>
  present(isSlug(slug) ? await deps.flows.findClip(slug) : null);

/** Null: there is no cover, or its first bytes cannot be had or do not tell. A page is shown without. */
async function coverSize({ clip }: ClipFound, { deps }: Call): Promise<Dimensions | null> {
  const { cover } = clip.files;
  if (cover?.state !== 'archived' || cover.key === null) return null;
  const head = await deps.media.readMedia(cover.key, { offset: 0, length: DIMENSIONS_HEAD_BYTES }).catch(() => null);
  if (head?.body == null) return null;
  const bytes = await new Response(head.body).arrayBuffer().catch(() => new ArrayBuffer(0));
  return dimensionsOf(new Uint8Array(bytes));
}

const NO_RELATIVES: Relatives = { made: [], beside: [] };

/** A page is shown without, where they cannot be had. */
const relativesOf = ({ clip: { slug, vendor, task_id, visibility } }: ClipFound, { deps }: Call): Promise<Relatives> =>
  deps.ledger.relatives({ slug, vendor, task_id, visibility }, RELATIVES_MAX).catch((error: unknown) => {
    deps.log({ event: 'error', at: 'relatives', slug, message: String(error) });
    return NO_RELATIVES;
  });

async function parentOf({ clip, reading }: ClipFound, { deps }: Call): Promise<ClipFound | null> {
  if (reading.parent_id === null) return null;
  const found = await deps.flows.findClip(slugOf(clip.vendor, reading.parent_id));
  return found === null || found.clip.taken_down_at !== null ? null : found;
}

/** A public page leads to public songs alone; who was given the link of an unlisted one is led on to its family. */
function parentIn({ clip, reading }: ClipFound, of: ClipFound, { base }: PageContext, { words }: Locale): Parent {
  const isShown = clip.visibility === 'public' || of.clip.visibility === 'unlisted';
  const title = titleLine(clip.title ?? reading.title, words.song);
  return { title, page: isShown ? pageLink(base, clip.slug) : null };
}

function groupsOf({ made, beside }: Relatives, { base }: PageContext, { words }: Locale): RelativeGroup[] {
  const groups = {
    versions: made.filter(({ stem }) => stem === null),
    stems: made.filter(({ stem }) => stem !== null),
    together: beside,
  };
  return (['versions', 'stems', 'together'] as const)
    .map((kind) => ({
      kind,
      songs: groups[kind].map(({ slug, title, stem }) => ({
        title: titleLine(stem ?? title, words.song),
        page: pageLink(base, slug),
      })),
    }))
    .filter(({ songs }) => songs.length > 0);
}

function songFrom(
  found: ClipFound,
  { deps }: Call,
  { settings, base }: PageContext,
  locale: Locale,
  beside: Beside = {},
): Song {
  const clip = viewFound(found, viewContext({ settings, base, deps }));
  const page = pageLink(base, clip.slug);
  const oembed = (format: string): string =>
    `${base}/oembed?url=${encodeURIComponent(linkIn(locale, page))}&format=${format}`;
  const oembeds = { json: oembed('json'), xml: oembed('xml') };
  const links = { page, embed: embedLink(base, clip.slug), oembed: oembeds };
  return songOf(clip, found.over, base, links, locale.words.song, beside);
}

/** Who follows a link reads a page, also where there is no song. Bugs are the router's. */
async function orMessage(call: Call, framed: boolean, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof Problem) || !(error.code in NO_SONG)) throw error;
    const name = NO_SONG[error.code as keyof typeof NO_SONG];
    return messageAnswer({ name, locale: localeIn(call), status: error.status }, framed, call.url.origin);
  }
}

/** The picture of songs that have none: painted once, when it is first asked for. */
export function defaultCoverRoute(): (call: Call) => Response {
  let kept: { bytes: Uint8Array<ArrayBuffer>; file: FileFacts } | null = null;
  return ({ request }) => {
    kept ??= defaultCover();
    return serveBytes(request, kept.bytes, kept.file);
  };
}

function defaultCover(): { bytes: Uint8Array<ArrayBuffer>; file: FileFacts } {
  const bytes = paintDefaultCover();
  const file = {
    tag: LIBRARY_TAG,
    contentType: DEFAULT_COVER.type,
    size: bytes.byteLength,
    etag: strongEtag(bytes),
    lastModified: null,
    cacheControl: FIVE_MINUTES,
  };
  return { bytes, file };
}

const Pixels = v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}$/), v.transform(Number))), undefined);
/** What is no number of pixels is no limit; public routes ignore what they do not know. */
export const OEmbedQuery = v.object({
  url: v.optional(v.string()),
  format: v.optional(v.string(), 'json'),
  maxwidth: Pixels,
  maxheight: Pixels,
});

type OEmbedQuery = v.InferOutput<typeof OEmbedQuery>;

export async function oembed(call: Call & { query: OEmbedQuery }): Promise<Response> {
  const context = pageContext(call);
  const { url, format, maxwidth, maxheight } = call.query;
  if (url === undefined) throw invalid([{ path: 'query.url', message: 'is missing' }]);
  if (format !== 'json' && format !== 'xml') throw new Problem('not_implemented', 'There is oEmbed as json and as xml');
  const asked = songIn(url, context, call.url.host);
  if (asked === null) throw new Problem('not_found', 'This is no link of a song that is here');
  // The site's server asks, whose language is not its readers'.
  const locale = localeOf(asked.lang, null);
  const song = songFrom(await findSong(asked.slug, call), call, context, locale);
  const room = { width: maxwidth ?? null, height: maxheight ?? null };
  const embed = oEmbedOf(song, locale, room, `${context.base}/`);
  if (format === 'json') return json(embed);
  return new Response(oEmbedXml(embed), { headers: { 'Content-Type': 'text/xml; charset=utf-8' } });
}

/** The song that a link to its page or its player is of; other queries and fragments are added by those who pass it on. */
function songIn(text: string, { base }: PageContext, host: string): { slug: string; lang: string | null } | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (url.host !== host && url.host !== new URL(base).host) return null;
  const slug = /^\/(?:s|embed)\/([^/]+)$/.exec(url.pathname)?.[1];
  return slug === undefined ? null : { slug, lang: url.searchParams.get('lang') };
}
