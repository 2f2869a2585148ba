// Pure: feed and playlists in the API's document.
import { FEED_PATH } from '../../views/feeds/rss.ts';
import { M3U_PATH, XSPF_PATH } from '../../views/feeds/playlist.ts';
import { SONGS_MAX } from '../routes/feeds.ts';
import type { Operation } from './operation.ts';

const list = (path: string, id: string, summary: string, description: string, type: string): Operation => ({
  ...{ method: 'get', path, id, tag: 'Public', summary, scope: null },
  description: `${description} The newest ${SONGS_MAX} public songs whose audio is archived. Any origin may read it.`,
  headers: ['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since'],
  answers: {
    200: { description: 'The songs, the newest first.', types: [type], headers: ['ETag', 'Last-Modified'] },
    304: { description: 'The caller has it.', headers: ['ETag', 'Last-Modified'] },
  },
  fails: ['precondition_failed', 'not_configured'],
});

export const LISTS: readonly Operation[] = [
  list(
    FEED_PATH,
    'getFeed',
    'Follow the songs in a podcast player',
    'RSS 2.0 with the elements of Apple and of the podcast namespace.',
    'application/rss+xml',
  ),
  list(M3U_PATH, 'getM3uPlaylist', 'Play the songs', 'Extended M3U in UTF-8.', 'audio/mpegurl'),
  list(XSPF_PATH, 'getXspfPlaylist', 'Play the songs', 'XSPF 1.', 'application/xspf+xml'),
];
