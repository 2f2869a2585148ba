// Pure: the page of one song: cover, player, lyrics. Everything works without a script.
import { frame, jsonScript, markup, type Markup, type Page, siteFooter, siteHeader, type Value } from './layout.ts';
import { NEWS, RELOAD, WAKING } from './live-update.ts';
import { credits, origin, player, sleeve, stageNote, words } from './parts.ts';
import { isUnderWay, type Song } from './song.ts';
import { SHARE_STYLE } from './styles.ts';
import { isoDurationOf } from './text.ts';

export function sharePage(song: Song): Page {
  const { title, tags, lyrics } = song;
  const waits = isUnderWay(song);
  return frame({
    title: `${title} · longplay`,
    head: markup`${aboutSong(song)}${waits ? RELOAD : null}`,
    body: markup`${siteHeader}
      <main class="song${lyrics === null ? ' wordless' : ''}">
        <div class="record">
          ${song.cover === null ? null : markup`<span class="disc" aria-hidden="true"></span>`}${sleeve(song.cover)}
        </div>
        <div class="about">
          <div dir="auto">
            <h1>${title}</h1>
            ${origin(song)} ${credits(song)}
          </div>
          <div class="play">${player(song)}${stageNote(song, song.links.page)}</div>
          ${
            tags.length === 0
              ? null
              : markup`<ul class="tags" aria-label="Style">
                  ${tags.map((tag) => markup`<li dir="auto">${tag}</li>`)}
                </ul>`
          }
          ${song.audio && takeAway(song, song.audio.download)} ${lyrics === null ? null : words(lyrics)}
        </div>
      </main>
      ${waits ? NEWS : null}${siteFooter}`,
    style: SHARE_STYLE,
    script: waits ? WAKING : null,
    noindex: song.unlisted,
  });
}

function takeAway(song: Song, download: string): Markup {
  return markup`<div class="take">
    <a class="button" href="${download}" download>Download</a>
    <details>
      <summary class="button">Embed</summary>
      <pre tabindex="0" aria-label="Code to embed this song"><code>${embedCode(song)}</code></pre>
    </details>
  </div>`;
}

/** What a site puts into its own page; also what oEmbed hands out. */
export const embedCode = (
  { title, links }: Pick<Song, 'title' | 'links'>,
  { width, height }: { width: number; height: number } = PLAYER,
): string =>
  String(
    markup`<iframe src="${links.embed}" title="${title}" width="${width}" height="${height}" style="border:0;max-width:100%" loading="lazy"></iframe>`,
  );

/** What the player of the embed page needs where there is room: width of a narrow column, height of a card with a cover. */
export const PLAYER = { width: 480, height: 152 } as const;

const og = (property: string, content: Value): Markup | null =>
  content == null ? null : markup`<meta property="${property}" content="${content}">\n`;
const named = (name: string, content: Value): Markup | null =>
  content == null ? null : markup`<meta name="${name}" content="${content}">\n`;

export function aboutSong(song: Song): Markup {
  const { title, description, links, audio, seconds, preview } = song;
  // What reads a page once and never again is given a link that will be good.
  const sound = audio?.url ?? song.stable.audio;
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
    og('og:image', preview.url),
    og('og:image:type', preview.type),
    og('og:image:width', preview.width),
    og('og:image:height', preview.height),
    og('og:image:alt', `Cover of ${title}`),
    og('og:audio', sound),
    og('og:audio:type', audio?.type),
    og('music:duration', seconds === null ? null : Math.round(seconds)),
    named('twitter:card', 'player'),
    named('twitter:title', title),
    named('twitter:description', description),
    named('twitter:image', preview.url),
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
