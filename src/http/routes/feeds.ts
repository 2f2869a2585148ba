// Edge: feed and playlists of the public songs, for players of any origin.
import type { Settings } from '../../config/settings.ts';
import { m3uText, xspfText } from '../../views/feeds/playlist.ts';
import { feedText } from '../../views/feeds/rss.ts';
import { changesOf, trackOf, type Tracks } from '../../views/feeds/feed-track.ts';
import { settingsOrProblem } from '../auth.ts';
import { planAnswer, strongEtag } from '../conditional.ts';
import type { Call } from '../context.ts';
import { keptShortly, LIBRARY_TAG } from '../edge-cache.ts';
import { Problem } from '../problem.ts';
import { viewFound } from './clips.ts';
import { viewContext } from './tasks.ts';

/** The newest: players show no more at once, and an answer stays within some hundred kilobytes. */
export const SONGS_MAX = 100;

export const feed = (call: Call): Promise<Response> => tell(call, 'application/rss+xml; charset=utf-8', feedText);
export const xspf = (call: Call): Promise<Response> => tell(call, 'application/xspf+xml; charset=utf-8', xspfText);
/** Of the two types that RFC 8216 registers; by Apple's own, players expect one stream in pieces and refuse a list of songs. */
export const m3u = (call: Call): Promise<Response> => tell(call, 'audio/mpegurl', m3uText);

async function tell(call: Call, type: string, textOf: (songs: Tracks) => string): Promise<Response> {
  const settings = settingsOrProblem(call.deps.settings);
  const songs = await publicSongs(call, settings);
  const text = textOf(songs);
  const etag = strongEtag(text);
  const modified = shownTime(songs.changedAt, call.deps.now()).toUTCString();
  const validators = { ETag: etag, 'Last-Modified': modified };
  const headers = { ...validators, ...keptShortly(settings.public_base_url !== null, LIBRARY_TAG) };
  const { request } = call;
  const facts = { method: request.method, headers: request.headers, size: text.length, range: null };
  switch (planAnswer({ ...facts, etag, lastModified: songs.changedAt }).status) {
    case 304:
      return new Response(null, { status: 304, headers });
    case 412:
      throw new Problem('precondition_failed', 'The list is not the one that the condition names', {
        headers: validators,
      });
    default:
      return new Response(text, { headers: { ...headers, 'Content-Type': type } });
  }
}

/**
 * Another change may come within the same second, which no header could tell apart (RFC 9110 8.8.2.2): while that second lasts,
 * the one before is told, and whoever comes back with it gets the list anew.
 */
const shownTime = (changedAt: Date, now: number): Date =>
  Math.floor(changedAt.getTime() / 1_000) < Math.floor(now / 1_000) ? changedAt : new Date(changedAt.getTime() - 1_000);

async function publicSongs({ deps, url }: Call, settings: Settings): Promise<Tracks> {
  const { clips, changed_at } = await deps.ledger.library(SONGS_MAX);
  const base = settings.public_base_url ?? url.origin;
  const context = viewContext({ deps, settings, base });
  const shown = clips.map((found) => viewFound(found, context));
  const songs = shown
    .flatMap((clip, index) => trackOf(clip, clips[index]?.clip.published_at ?? 0) ?? [])
    .sort((one, other) => other.publishedAt.getTime() - one.publishedAt.getTime());
  return { base, songs, changedAt: new Date(Math.max(changed_at, ...shown.flatMap(changesOf))) };
}
