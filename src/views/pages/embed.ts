// Pure: the player that other sites frame: one card that fits the frame it is given.
import { aboutSong } from '../../pages/about.ts';
import { frame, type Page } from './layout.ts';
import { markup } from '../../pages/markup.ts';
import { player, sleeve, stageNote } from './parts.ts';
import { isUnderWay, type Song } from './song.ts';
import { EMBED_STYLE } from '../../pages/style-embed.ts';
import { NEWS, RELOAD, WAKING } from './live-update.ts';

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
