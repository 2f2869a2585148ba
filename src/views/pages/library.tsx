// Pure: the library: all public songs, newest first, with a search that needs no script.
import { Disc, frame, type Page, SiteFooter, SiteHeader } from './layout.tsx';
import { Sleeve } from './parts.tsx';
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
    head: (
      <>
        <meta name="description" content="Songs that are kept here for good." />
        <link rel="alternate" type="application/rss+xml" title="longplay" href="/feed.xml" />
      </>
    ),
    body: (
      <>
        <SiteHeader />
        <main class="library">
          <div class="top">
            <h1>Songs</h1>
            <form role="search" action="/" method="get">
              <label for="q">Search titles and styles</label>
              <input
                id="q"
                name="q"
                type="search"
                value={question ?? ''}
                maxlength={200}
                autocomplete="off"
                dir="auto"
              />
              <button type="submit">Search</button>
            </form>
          </div>
          {songs.length === 0 ? <Nothing question={question} further={further} /> : <List songs={songs} />}
          <Turning {...library} />
        </main>
        <SiteFooter />
      </>
    ),
    style: LIBRARY_STYLE,
    // What a search finds is no page of its own.
    noindex: question !== null,
  });
}

const List = ({ songs }: Pick<Library, 'songs'>) => (
  <ul class="songs">
    {songs.map(({ title, artist, seconds, cover, links }, index) => (
      <li key={links.page} dir="auto">
        <a href={`/s/${slugIn(links.page)}`}>
          <Sleeve cover={cover} loading={index < SEEN_AT_ONCE ? 'eager' : 'lazy'} />
          <span class="title">{title}</span>
        </a>
        <p class="credits">
          {artist !== null && <bdi>{artist}</bdi>}
          {artist !== null && seconds !== null && <span aria-hidden="true">{' · '}</span>}
          {seconds !== null && <span>{clockOf(seconds)}</span>}
        </p>
      </li>
    ))}
  </ul>
);

const slugIn = (page: string): string => page.slice(page.lastIndexOf('/') + 1);

function Nothing({ question, further }: Pick<Library, 'question' | 'further'>) {
  if (question !== null)
    return (
      <div class="empty">
        <Disc />
        <p class="what">
          Nothing found for <q dir="auto">{question}</q>
        </p>
        <p>
          Every word is looked for in titles and styles. <a href="/">Show all songs</a>
        </p>
      </div>
    );
  if (further)
    return (
      <div class="empty">
        <Disc />
        <p class="what">That was all</p>
        <p>
          <a href="/">Back to the newest songs</a>
        </p>
      </div>
    );
  return (
    <div class="empty">
      <Disc />
      <p class="what">No songs to show yet</p>
      <p>Songs are unlisted at first: whoever has a song’s link can hear it. Those that are made public appear here.</p>
    </div>
  );
}

function Turning({ question, next_cursor, further }: Library) {
  const to = (query: Record<string, string>): string => {
    const text = new URLSearchParams({ ...(question !== null && { q: question }), ...query }).toString();
    return text === '' ? '/' : `/?${text}`;
  };
  if (next_cursor === null && !further) return null;
  return (
    <nav class="turning" aria-label="Pages">
      {further && (
        <a class="button" href={to({})}>
          Newest songs
        </a>
      )}
      {next_cursor !== null && (
        <a class="button" rel="next" href={to({ cursor: next_cursor })}>
          Older songs
        </a>
      )}
    </nav>
  );
}
