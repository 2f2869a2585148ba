// Pure: the page of one song: cover, player, lyrics. Everything works without a script.
import { aboutSong, PLAYER } from '../../pages/about.ts';
import { frame, siteFooter, siteHeader, type Page } from './layout.ts';
import { markup, type Markup } from '../../pages/markup.ts';
import { credits, player, sleeve, stageNote, words } from './parts.ts';
import { isUnderWay, type Song } from './song.ts';
import { SHARE_STYLE } from '../../pages/style-share.ts';
import { NEWS, RELOAD, WAKING } from './live-update.ts';

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
            ${credits(song)}
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
