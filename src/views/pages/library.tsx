// Pure: the library: all public songs, newest first, with a search that needs no script.
import { frame, markup, type Markup, type Page, siteFooter, siteHeader } from './layout.tsx';
import { sleeve } from './parts.tsx';
import type { Song } from './song.ts';
import { LIBRARY_STYLE } from './styles.ts';
import { clockOf, lineOf } from './text.ts';

export interface Library {
  readonly songs: readonly Song[];
  /** What was searched for. */
  readonly question: string | null;
  readonly next_cursor: string | null;
  /** Not the first page. */
  readonly further: boolean;
}

/** Covers that are seen without scrolling are not put off. */
const SEEN_AT_ONCE = 6;

export function libraryPage(library: Library): Page {
  const { songs, question, further } = library;
  const title = question === null ? 'Songs' : `Songs for “${lineOf(question, 60)}”`;
  return frame({
    title: `${title} · longplay`,
    head: markup`<meta name="description" content="Songs that are kept here for good.">
      <link rel="alternate" type="application/rss+xml" title="longplay" href="/feed.xml">\n`,
    body: markup`${siteHeader}
      <main class="library">
        <div class="top">
          <h1>Songs</h1>
          <form role="search" action="/" method="get">
            <label for="q">Search titles and styles</label>
            <input id="q" name="q" type="search" value="${question}" maxlength="200" autocomplete="off" dir="auto">
            <button type="submit">Search</button>
          </form>
        </div>
        ${songs.length === 0 ? nothing(question, further) : list(songs)} ${turning(library)}
      </main>
      ${siteFooter}`,
    style: LIBRARY_STYLE,
    // What a search finds is no page of its own.
    noindex: question !== null,
  });
}

const list = (songs: readonly Song[]): Markup =>
  markup`<ul class="songs">
    ${songs.map(
      (song, index) =>
        markup`<li dir="auto">
          <a href="/s/${slugIn(song.links.page)}"
            >${sleeve(song.cover, index < SEEN_AT_ONCE ? 'eager' : 'lazy')}<span class="title"
              >${song.title}</span
            ></a
          >
          <p class="credits">
            ${song.artist === null ? null : markup`<bdi>${song.artist}</bdi>`}${song.artist !== null && song.seconds !== null ? markup`<span aria-hidden="true"> · </span>` : null}${song.seconds === null ? null : markup`<span>${clockOf(song.seconds)}</span>`}
          </p>
        </li>\n`,
    )}
  </ul>`;

const slugIn = (page: string): string => page.slice(page.lastIndexOf('/') + 1);

function nothing(question: string | null, further: boolean): Markup {
  if (question !== null)
    return markup`<div class="empty">
      <span class="disc" aria-hidden="true"></span>
      <p class="what">Nothing found for <q dir="auto">${question}</q></p>
      <p>Every word is looked for in titles and styles. <a href="/">Show all songs</a></p>
    </div>`;
  if (further)
    return markup`<div class="empty">
      <span class="disc" aria-hidden="true"></span>
      <p class="what">That was all</p>
      <p><a href="/">Back to the newest songs</a></p>
    </div>`;
  return markup`<div class="empty">
    <span class="disc" aria-hidden="true"></span>
    <p class="what">No songs to show yet</p>
    <p>Songs are unlisted at first: whoever has a song’s link can hear it. Those that are made public appear here.</p>
  </div>`;
}

function turning({ question, next_cursor, further }: Library): Markup | null {
  const to = (query: Record<string, string>): string => {
    const text = new URLSearchParams({ ...(question !== null && { q: question }), ...query }).toString();
    return text === '' ? '/' : `/?${text}`;
  };
  if (next_cursor === null && !further) return null;
  return markup`<nav class="turning" aria-label="Pages">
    ${further ? markup`<a class="button" href="${to({})}">Newest songs</a>` : null}${
      next_cursor === null
        ? null
        : markup`<a class="button" rel="next" href="${to({ cursor: next_cursor })}">Older songs</a>`
    }
  </nav>`;
}
