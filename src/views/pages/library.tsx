// Pure: the library: all public songs, newest first, with a search that needs no script.
import { linkIn, type Locale } from './language.ts';
import { Alternates, Disc, frame, type Page, SiteFooter, SiteHeader } from './layout.tsx';
import { Sleeve } from './parts.tsx';
import type { Song } from './song.ts';
import { LIBRARY_STYLE } from './styles.ts';
import { clockOf, lineOf } from './text.ts';

export interface Library {
  readonly songs: readonly Song[];
  /** What was searched for. */
  readonly question: string | null;
  readonly next_cursor: string | null;
  /** Null: this is the first page. */
  readonly cursor: string | null;
  /** Its own link, without a query. */
  readonly home: string;
}

/** Covers that are seen without scrolling are not put off. */
const SEEN_AT_ONCE = 6;

export function libraryPage(library: Library, locale: Locale): Page {
  const { songs, question, cursor, home } = library;
  const words = locale.words.library;
  const title = question === null ? words.title : words.title_for(lineOf(question, 60));
  return frame({
    locale,
    title: `${title} · longplay`,
    head: (
      <>
        <meta name="description" content={words.description} />
        <link rel="alternate" type="application/rss+xml" title="longplay" href="/feed.xml" />
        {question === null && cursor === null && <Alternates page={home} />}
      </>
    ),
    body: (
      <>
        <SiteHeader locale={locale} asked={askedOf(library)} />
        <main class="library">
          <div class="top">
            <h1>{words.title}</h1>
            <form role="search" action="/" method="get">
              <label for="q">{words.label}</label>
              <input
                id="q"
                name="q"
                type="search"
                value={question ?? ''}
                maxlength={200}
                autocomplete="off"
                dir="auto"
              />
              {Object.entries(locale.query).map(([name, value]) => (
                <input key={name} type="hidden" name={name} value={value} />
              ))}
              <button type="submit">{words.search}</button>
            </form>
          </div>
          {songs.length === 0 ? <Nothing {...library} locale={locale} /> : <List songs={songs} locale={locale} />}
          <Turning {...library} locale={locale} />
        </main>
        <SiteFooter locale={locale} />
      </>
    ),
    style: LIBRARY_STYLE,
    // What a search finds is no page of its own.
    noindex: question !== null,
  });
}

/** What was asked for, besides the language. */
const askedOf = ({ question, cursor }: Pick<Library, 'question' | 'cursor'>): Record<string, string> => ({
  ...(question !== null && { q: question }),
  ...(cursor !== null && { cursor }),
});

const List = ({ songs, locale }: Pick<Library, 'songs'> & { locale: Locale }) => (
  <ul class="songs">
    {songs.map(({ title, artist, seconds, cover, links }, index) => (
      <li key={links.page} dir="auto">
        <a href={linkIn(locale, `/s/${slugIn(links.page)}`)}>
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

function Nothing({ question, cursor, locale }: Library & { locale: Locale }) {
  const words = locale.words.library;
  const home = linkIn(locale, '/');
  if (question !== null)
    return (
      <div class="empty">
        <Disc />
        <p class="what">
          {words.nothing_for}
          <q dir="auto">{question}</q>
        </p>
        <p>
          {words.nothing_how}
          <a href={home}>{words.show_all}</a>
        </p>
      </div>
    );
  if (cursor !== null)
    return (
      <div class="empty">
        <Disc />
        <p class="what">{words.end}</p>
        <p>
          <a href={home}>{words.back}</a>
        </p>
      </div>
    );
  return (
    <div class="empty">
      <Disc />
      <p class="what">{words.empty.what}</p>
      <p>{words.empty.then}</p>
    </div>
  );
}

function Turning({ question, next_cursor, cursor, locale }: Library & { locale: Locale }) {
  const words = locale.words.library;
  const to = (place: string | null): string => linkIn(locale, '/', askedOf({ question, cursor: place }));
  if (next_cursor === null && cursor === null) return null;
  return (
    <nav class="turning" aria-label={words.pages}>
      {cursor !== null && (
        <a class="button" href={to(null)}>
          {words.newest}
        </a>
      )}
      {next_cursor !== null && (
        <a class="button" rel="next" href={to(next_cursor)}>
          {words.older}
        </a>
      )}
    </nav>
  );
}
