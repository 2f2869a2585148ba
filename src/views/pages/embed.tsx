// Pure: the player that other sites frame: one card that fits the frame it is given.
import { Xml, xml } from '../feeds/xml.ts';
import { linkIn, type Locale } from './language.ts';
import { frame, type Page } from './layout.tsx';
import { News, WAKING } from './live-update.tsx';
import { Player, Sleeve, StageNote } from './parts.tsx';
import { About, embedCode, PLAYER } from './song-page.tsx';
import { isUnderWay, type Song } from './song.ts';
import { EMBED_STYLE } from './styles.ts';

export function embedPage(song: Song, locale: Locale): Page {
  const { title, artist, links } = song;
  const waits = isUnderWay(song);
  return frame({
    locale,
    title,
    head: <About song={song} locale={locale} />,
    body: (
      <>
        <main class="card">
          <Sleeve cover={song.cover} />
          <div class="about">
            <h1 dir="auto">
              <a href={linkIn(locale, links.page)} target="_blank" rel="noopener">
                {title}
              </a>
            </h1>
            {artist !== null && (
              <p class="credits" dir="auto">
                {artist}
              </p>
            )}
            <div class="play">
              <Player song={song} locale={locale} />
              <StageNote song={song} locale={locale} again={links.embed} />
            </div>
          </div>
        </main>
        {waits && <News locale={locale} />}
      </>
    ),
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

/** A link to itself is all that a `rich` answer must have besides its markup; a thumbnail would cost a look at the cover. */
export function oEmbedOf(song: Song, locale: Locale, room: Room, home: string): OEmbed {
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
    html: embedCode(song.title, linkIn(locale, song.links.embed), size),
    ...size,
  };
}

export const oEmbedXml = (answer: OEmbed): string =>
  xml`<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<oembed>
${Object.entries(answer).map(([name, value]) => [new Xml(`<${name}>`), value, new Xml(`</${name}>\n`)])}</oembed>
`.text;
