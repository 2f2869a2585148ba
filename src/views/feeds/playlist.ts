// Pure: songs as playlists for players: extended M3U in UTF-8, and XSPF 1.
import { LIBRARY, type Track, type Tracks } from './feed-track.ts';
import { xml, type Xml } from './xml.ts';

export const XSPF_PATH = '/playlist.xspf';
export const M3U_PATH = '/playlist.m3u8';

export function m3uText({ songs }: Pick<Tracks, 'songs'>): string {
  const entries = songs.map(
    ({ seconds, artist, title, audio }) =>
      `#EXTINF:${seconds === null ? UNKNOWN_LENGTH : Math.round(seconds)},${oneLine(`${artist} - ${title}`)}\n${audio.url}\n`,
  );
  return `#EXTM3U\n${entries.join('')}`;
}

/** What players take for a length that nobody knows. */
const UNKNOWN_LENGTH = -1;

/** A title that broke its line would be a line of its own: another file to play. Half a surrogate pair has no UTF-8. */
const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();

export function xspfText({ base, songs, changedAt }: Tracks): string {
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
<title>${LIBRARY.title}</title>
<annotation>${LIBRARY.description}</annotation>
<info>${base}/</info>
<location>${base + XSPF_PATH}</location>
<date>${changedAt.toISOString()}</date>
<trackList>
${songs.map(trackOf)}</trackList>
</playlist>
`.text;
}

const trackOf = (song: Track): Xml => xml`<track>
<location>${song.audio.url}</location>
<title>${song.title}</title>
<creator>${song.artist}</creator>
<info>${song.page}</info>
${song.cover === null ? null : xml`<image>${song.cover}</image>\n`}${durationOf(song)}</track>
`;

/** In milliseconds. */
const durationOf = ({ seconds }: Track): Xml | null =>
  seconds === null ? null : xml`<duration>${Math.round(seconds * 1_000)}</duration>\n`;
