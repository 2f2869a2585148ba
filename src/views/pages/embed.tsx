// Pure: the player that other sites frame: one card that fits the frame it is given.
import { frame, markup, type Page } from './layout.tsx';
import { NEWS, RELOAD, WAKING } from './live-update.tsx';
import { player, sleeve, stageNote } from './parts.tsx';
import { aboutSong, embedCode, PLAYER } from './song-page.tsx';
import { isUnderWay, type Song } from './song.ts';
import { EMBED_STYLE } from './styles.ts';

export function embedPage(song: Song): Page {
  const { title, artist, links } = song;
  const waits = isUnderWay(song);
  return frame({
    title,
    head: markup`${aboutSong(song)}${waits ? RELOAD : null}`,
    body: markup`<main class="card">
        ${sleeve(song.cover)}
        <div class="about">
          <h1 dir="auto"><a href="${links.page}" target="_blank" rel="noopener">${title}</a></h1>
          ${artist === null ? null : markup`<p class="credits" dir="auto">${artist}</p>`}
          <div class="play">${player(song)}${stageNote(song, links.embed)}</div>
        </div>
      </main>
      ${waits ? NEWS : null}`,
    style: EMBED_STYLE,
    script: waits ? WAKING : null,
    noindex: song.unlisted,
  });
}

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
