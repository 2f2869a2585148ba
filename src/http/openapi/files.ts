// Pure: permanent and stable links in the API's document.
import { FORMATS } from '../../archive/formats/formats.ts';
import { DEFAULT_COVER } from '../../views/default-cover.ts';
import { SONGS_MAX } from '../routes/feeds.ts';
import type { SomeWords, Variant, Words } from './operation.ts';
import type { ResponseHeader } from './parameters.ts';

const FILE_HEADERS = ['ETag', 'Last-Modified', 'Accept-Ranges', 'Content-Length', 'Content-Disposition'] as const;
const file = (description: string, ...more: ResponseHeader[]) => ({
  description,
  types: FORMATS.map(({ type }) => type),
  headers: [...FILE_HEADERS, ...more],
});

/** Refusals are as open to other origins as files, and say as much of ranges. */
const REFUSALS = {
  404: { description: 'There is no such file, or not yet.', headers: ['Accept-Ranges'] },
  410: { description: 'The song was taken down.', headers: ['Accept-Ranges'] },
} as const;

const CONDITIONS = [
  'Range',
  'If-Range',
  'If-Match',
  'If-None-Match',
  'If-Modified-Since',
  'If-Unmodified-Since',
] as const;
const REFUSED = ['not_found', 'gone', 'precondition_failed', 'range_not_satisfiable'] as const;
const UNCHANGED = { description: 'The caller has it.', headers: ['ETag', 'Last-Modified', 'Accept-Ranges'] } as const;

/** Files made on the fly, which follow what is known of the song. */
function made(name: string, id: string, type: string): Omit<Variant, 'summary'> {
  const answer = (description: string, ...more: ResponseHeader[]) => ({ ...file(description, ...more), types: [type] });
  return {
    id,
    path: `/media/{slug}/${name}`,
    tag: 'Links',
    headers: CONDITIONS,
    answers: {
      200: answer('The whole file.'),
      206: answer('The range that was asked for.', 'Content-Range'),
      304: UNCHANGED,
      ...REFUSALS,
    },
    fails: REFUSED,
  };
}

const FILES: readonly Variant[] = [
  {
    id: 'getFile',
    path: '/media/{slug}/{role}.{ext}',
    tag: 'Links',
    summary: 'Read an archived file',
    description:
      'A permanent link: the bytes behind it never change, so it may be cached for ever. Any origin may read it.',
    headers: CONDITIONS,
    answers: {
      200: file('The whole file.'),
      206: file('The range that was asked for.', 'Content-Range'),
      304: UNCHANGED,
      ...REFUSALS,
    },
    fails: REFUSED,
  },
  {
    ...made('tagged.mp3', 'getTagged', 'audio/mpeg'),
    summary: 'Read a song’s mp3 with a tag',
    description:
      'The archived mp3 with ID3v2.3 in front: title, artist, tags as genre, lyrics, cover, page and id; tags of the vendor’s, in front and behind, are replaced. Other formats have none: 404.',
  },
  {
    ...made('lyrics.txt', 'getLyrics', 'text/plain'),
    summary: 'Read the sung words',
    description: 'As plain text in UTF-8.',
  },
  {
    id: 'followLink',
    path: '/media/{slug}/{role}',
    tag: 'Links',
    summary: 'Go to a file, archived or not',
    description: 'A stable link, good from the first moment.',
    answers: {
      301: { description: 'It is archived: its permanent link.', headers: ['Location', 'Accept-Ranges'] },
      302: { description: 'It is pending: where the vendor has it.', headers: ['Location', 'Accept-Ranges'] },
      ...REFUSALS,
    },
    fails: ['not_found', 'gone'],
  },
];

export const LINKS = {
  getDefaultCover: {
    tag: 'Links',
    summary: 'The picture of songs that have none',
    headers: CONDITIONS,
    answers: {
      200: { ...file('The whole picture.'), types: [DEFAULT_COVER.type] },
      206: { ...file('The range that was asked for.', 'Content-Range'), types: [DEFAULT_COVER.type] },
      304: UNCHANGED,
    },
    fails: ['precondition_failed', 'range_not_satisfiable'],
  },
  readMedia: FILES,
} satisfies SomeWords;

const list = (summary: string, description: string, type: string): Words => ({
  tag: 'Public',
  summary,
  description: `${description} The newest ${SONGS_MAX} public songs whose audio is archived. Any origin may read it.`,
  headers: ['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since'],
  answers: {
    200: { description: 'The songs, the newest first.', types: [type], headers: ['ETag', 'Last-Modified'] },
    304: { description: 'The caller has it.', headers: ['ETag', 'Last-Modified'] },
  },
  fails: ['precondition_failed', 'not_configured'],
});

export const LISTS = {
  getFeed: list(
    'Follow the songs in a podcast player',
    'RSS 2.0 with the elements of Apple and of the podcast namespace.',
    'application/rss+xml',
  ),
  getM3uPlaylist: list('Play the songs', 'Extended M3U in UTF-8.', 'audio/mpegurl'),
  getXspfPlaylist: list('Play the songs', 'XSPF 1.', 'application/xspf+xml'),
} satisfies SomeWords;
