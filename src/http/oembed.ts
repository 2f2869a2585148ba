// Edge: GET /oembed: the player of a song for another site's page, by the song's link. Any origin may ask.
import * as v from 'valibot';
import { oEmbedOf, oEmbedXml } from '../pages/oembed.ts';
import { json } from './respond.ts';
import type { Call } from './context.ts';
import { invalid } from './input.ts';
import { findSong, placeOf, type Place } from './routes/pages.ts';
import { Problem } from './problem.ts';

const Pixels = v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}$/), v.transform(Number))), undefined);
/** What is no number of pixels is no limit; public routes ignore what they do not know. */
export const OEmbedQuery = v.object({
  url: v.optional(v.string()),
  format: v.optional(v.string(), 'json'),
  maxwidth: Pixels,
  maxheight: Pixels,
});

const OPEN = { 'Access-Control-Allow-Origin': '*' };

export async function oembed(call: Call): Promise<Response> {
  try {
    return await answer(call);
  } catch (error) {
    // Pages of other sites read refusals too.
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, error.message, { headers: OPEN, ...(error.errors && { errors: error.errors }) });
  }
}

async function answer(call: Call): Promise<Response> {
  const place = placeOf(call);
  const { url, format, maxwidth, maxheight } = v.parse(OEmbedQuery, Object.fromEntries(call.url.searchParams));
  if (url === undefined) throw invalid([{ path: 'query.url', message: 'is missing' }]);
  if (format !== 'json' && format !== 'xml') throw new Problem('not_implemented', 'There is oEmbed as json and as xml');
  const slug = slugIn(url, place, call.url.host);
  if (slug === null) throw new Problem('not_found', 'This is no link of a song that is here');
  const song = await findSong(slug, call, place);
  const room = { width: maxwidth ?? null, height: maxheight ?? null };
  const embed = oEmbedOf(song, room, `${place.base}/`);
  if (format === 'json') return json(embed, 200, OPEN);
  return new Response(oEmbedXml(embed), {
    headers: { 'Content-Type': 'text/xml; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...OPEN },
  });
}

/** The song that a link to its page or its player is of; queries and fragments are added by those who pass it on. */
function slugIn(text: string, { base }: Place, host: string): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (url.host !== host && url.host !== new URL(base).host) return null;
  return /^\/(?:s|embed)\/([^/]+)$/.exec(url.pathname)?.[1] ?? null;
}
