// Pure: songs as a podcast feed: RSS 2.0 with what podcast players ask for beside it.
import { createHash } from 'node:crypto';
import { DEFAULT_COVER } from '../default-cover.ts';
import { LIBRARY, type Track, type Tracks } from './feed-track.ts';
import { xml, type Xml } from './xml.ts';

export const FEED_PATH = '/feed.xml';

/** Elements beyond RSS come from these. */
const ATOM = 'http://www.w3.org/2005/Atom';
const CONTENT = 'http://purl.org/rss/1.0/modules/content/';
const ITUNES = 'http://www.itunes.com/dtds/podcast-1.0.dtd';
const PODCAST = 'https://podcastindex.org/namespace/1.0';

export function feedText({ base, songs, changedAt }: Tracks): string {
  const self = base + FEED_PATH;
  const artwork = songs.find((song) => song.artwork !== null)?.artwork ?? base + DEFAULT_COVER.path;
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="${ATOM}" xmlns:content="${CONTENT}" xmlns:itunes="${ITUNES}" xmlns:podcast="${PODCAST}">
<channel>
<title>${LIBRARY.title}</title>
<link>${base}/</link>
<description>${LIBRARY.description}</description>
<language>en</language>
<generator>longplay</generator>
<lastBuildDate>${changedAt.toUTCString()}</lastBuildDate>
<atom:link href="${self}" rel="self" type="application/rss+xml"/>
<itunes:author>${LIBRARY.title}</itunes:author>
<itunes:category text="Music"/>
<itunes:explicit>false</itunes:explicit>
${imageOf(artwork)}<podcast:guid>${podcastGuid(self)}</podcast:guid>
<podcast:medium>music</podcast:medium>
${songs.map(itemOf)}</channel>
</rss>
`.text;
}

const itemOf = (song: Track): Xml => xml`<item>
<title>${song.title}</title>
<link>${song.page}</link>
<guid isPermaLink="false">${song.slug}</guid>
<pubDate>${song.publishedAt.toUTCString()}</pubDate>
${wordsOf(song)}<enclosure url="${song.audio.url}" length="${song.audio.bytes}" type="${song.audio.type}"/>
<itunes:author>${song.artist}</itunes:author>
${song.seconds === null ? null : xml`<itunes:duration>${Math.max(1, Math.round(song.seconds))}</itunes:duration>\n`}${imageOf(song.artwork)}</item>
`;

const imageOf = (url: string | null): Xml | null => (url === null ? null : xml`<itunes:image href="${url}"/>\n`);

/** A reader may show a description as HTML (RSS 2.0): so the words are HTML, in which markup is only text. */
function wordsOf({ lyrics, tags }: Track): Xml | null {
  const paragraphs = [lyrics, tags].filter((text) => text !== null).map(htmlOf);
  if (paragraphs.length === 0) return null;
  // Line breaks count in a song; a description that is shown as plain text keeps them as they are.
  const content = paragraphs.map((text) => `<p>${text.replace(/\r\n|\r|\n/g, '<br>')}</p>`).join('');
  return xml`<description>${paragraphs.join('\n\n')}</description>
<content:encoded>${content}</content:encoded>
`;
}

const htmlOf = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The podcast namespace's own, of which each feed's guid is one name. */
const FEEDS = Buffer.from('ead4c236bf5858c6a2c6a6b28d128cb6', 'hex');

/** A feed's identity wherever it is hosted next: UUIDv5 of its URL without scheme and slashes at its end (podcast namespace, `guid`). */
export function podcastGuid(url: string): string {
  const name = url.replace(/^[a-z]+:\/\//i, '').replace(/\/+$/, '');
  const bytes = createHash('sha1').update(FEEDS).update(name).digest().subarray(0, 16);
  // RFC 9562 5.5: version and variant stand in the hash.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
