// Pure: oEmbed 1.0 (https://oembed.com): what another site needs to show a song's player inside its own page.
import { PLAYER } from './about.ts';
import { markup } from './markup.ts';
import { embedCode } from '../views/pages/song-page.ts';
import type { Song } from '../views/pages/song.ts';

/** The most room that the asking site has, in its pixels. */
export interface Room {
  readonly width: number | null;
  readonly height: number | null;
}

export type OEmbed = Record<string, string | number>;

/** A link to itself is all that a `rich` answer must have besides its markup; a thumbnail would need a size, which nobody told us. */
export function oEmbedOf(song: Song, room: Room, home: string): OEmbed {
  const size = {
    width: Math.min(PLAYER.width, room.width ?? PLAYER.width),
    height: Math.min(PLAYER.height, room.height ?? PLAYER.height),
  };
  return {
    version: '1.0',
    type: 'rich',
    title: song.title,
    ...(song.artist !== null && { author_name: song.artist }),
    provider_name: 'longplay',
    provider_url: home,
    html: embedCode(song, size),
    ...size,
  };
}

export const oEmbedXml = (answer: OEmbed): string =>
  String(
    markup`<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<oembed>
${Object.entries(answer).map(([name, value]) => markup`<${name}>${value}</${name}>\n`)}</oembed>
`,
  );
