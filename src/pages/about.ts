// Pure: what a song's pages tell machines: Open Graph, player card, schema.org, oEmbed discovery.
import { markup, jsonScript, type Markup, type Value } from './markup.ts';
import type { Song } from '../views/pages/song.ts';
import { isoDurationOf } from '../views/pages/text.ts';

/** What the player of the embed page needs where there is room: width of a narrow column, height of a card with a cover. */
export const PLAYER = { width: 480, height: 152 } as const;

const og = (property: string, content: Value): Markup | null =>
  content == null ? null : markup`<meta property="${property}" content="${content}">\n`;
const named = (name: string, content: Value): Markup | null =>
  content == null ? null : markup`<meta name="${name}" content="${content}">\n`;

export function aboutSong(song: Song): Markup {
  const { title, description, links, audio, seconds } = song;
  // What reads a page once and never again is given links that will be good.
  const [sound, image] = [audio?.url ?? song.stable.audio, song.cover ?? song.stable.cover];
  return markup`${[
    named('description', description),
    markup`<link rel="canonical" href="${links.page}">\n`,
    markup`<link rel="alternate" type="application/json+oembed" href="${links.oembed.json}" title="${title}">\n`,
    markup`<link rel="alternate" type="text/xml+oembed" href="${links.oembed.xml}" title="${title}">\n`,
    og('og:type', 'music.song'),
    og('og:site_name', 'longplay'),
    og('og:title', title),
    og('og:description', description),
    og('og:url', links.page),
    og('og:image', image),
    image === null ? null : og('og:image:alt', `Cover of ${title}`),
    og('og:audio', sound),
    og('og:audio:type', audio?.type),
    og('music:duration', seconds === null ? null : Math.round(seconds)),
    named('twitter:card', 'player'),
    named('twitter:title', title),
    named('twitter:description', description),
    named('twitter:image', image),
    named('twitter:player', links.embed),
    named('twitter:player:width', PLAYER.width),
    named('twitter:player:height', PLAYER.height),
  ]}
    <script type="application/ld+json">
      ${jsonScript(recordingOf(song))}
    </script>\n`;
}

/** https://schema.org/MusicRecording; what is undefined is left out. */
function recordingOf({ title, description, artist, tags, audio, cover, seconds, created_at, links }: Song): object {
  const duration = seconds === null ? undefined : isoDurationOf(seconds);
  return {
    '@context': 'https://schema.org',
    '@type': 'MusicRecording',
    name: title,
    description,
    url: links.page,
    image: cover ?? undefined,
    byArtist: artist === null ? undefined : { '@type': 'MusicGroup', name: artist },
    genre: tags.length > 0 ? tags : undefined,
    duration,
    dateCreated: created_at ?? undefined,
    audio: audio
      ? {
          '@type': 'AudioObject',
          contentUrl: audio.url,
          encodingFormat: audio.type,
          duration,
          embedUrl: links.embed,
        }
      : undefined,
  };
}
