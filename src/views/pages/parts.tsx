// Pure: parts that several pages share: a record's sleeve, the player, the words of a song, how far it is.
import { Fragment } from 'preact';
import { Disc } from './layout.tsx';
import { linkIn, type Locale } from './language.ts';
import { isUnderWay, type Parent, type Song } from './song.ts';
import { clockOf, stanzasOf } from './text.ts';

/** What is told of a song, and in which language. */
export interface Showing {
  readonly song: Song;
  readonly locale: Locale;
}

/** Covers are square, and shown so whatever they are: the place is held before they come. */
const COVER_SIZE = 640;

/** The cover, or a plain sleeve where there is none. Beside the title it tells nothing new, so it has no words of its own. */
export const Sleeve = ({ cover, loading = 'eager' }: { cover: string | null; loading?: 'eager' | 'lazy' }) =>
  cover === null ? (
    <span class="cover blank" aria-hidden="true">
      <span class="disc" />
    </span>
  ) : (
    <img class="cover" src={cover} alt="" width={COVER_SIZE} height={COVER_SIZE} loading={loading} decoding="async" />
  );

export const Player = ({ song: { title, audio }, locale: { words } }: Showing) =>
  audio && <audio controls preload="metadata" src={audio.url} aria-label={words.song.play(title)} />;

/** For songs that do not play. Without a script the page is loaded again by hand, or by itself (live-update.tsx). */
export function StageNote({ song, locale, again }: Showing & { again: string }) {
  const { stage, failure, lyrics } = song;
  if (stage === 'ready') return null;
  const { stages, stage: words } = locale.words;
  const { what, then } = stages[stage];
  const waits = isUnderWay(song);
  return (
    <div class={`note ${stage}`} data-waits={waits ? '' : undefined}>
      <p class="what">
        {waits && <Disc turning />}
        {what}
      </p>
      <p>
        {then}
        {stage === 'lost' && lyrics !== null && words.words_left}
      </p>
      {stage === 'failed' && failure !== null && (
        <p class="why" dir="auto">
          {failure}
        </p>
      )}
      {waits && (
        <p>
          <a href={linkIn(locale, again)}>{words.again}</a>
        </p>
      )}
    </div>
  );
}

/** Artist, length and day in one line. */
export function Credits({ song: { artist, seconds, created_at }, locale: { words } }: Showing) {
  const parts = [
    artist !== null && <bdi class="artist">{artist}</bdi>,
    seconds !== null && <span>{clockOf(seconds)}</span>,
    created_at !== null && <time datetime={created_at}>{words.day(created_at)}</time>,
  ].filter((part) => part !== false);
  if (parts.length === 0) return null;
  return (
    <p class="credits">
      {parts.map((part, index) => (
        <Fragment key={index}>
          {index > 0 && (
            <span class="dot" aria-hidden="true">
              {' · '}
            </span>
          )}
          {part}
        </Fragment>
      ))}
    </p>
  );
}

/** `Vocals of Lamp`, `Made from Lamp`: what the song is of another. */
export function Origin({ song: { stem, parent }, locale }: Showing) {
  if (stem === null && parent === null) return null;
  const { made_from, voice_of } = locale.words.song;
  const [before, after] = stem === null ? made_from : [voice_of, ''];
  return (
    <p class="origin">
      {stem !== null && <bdi>{stem}</bdi>}
      {parent !== null && before}
      {parent !== null && <ParentTitle parent={parent} locale={locale} />}
      {parent !== null && after}
    </p>
  );
}

const ParentTitle = ({ parent: { title, page }, locale }: { parent: Parent; locale: Locale }) =>
  page === null ? (
    <bdi>{title}</bdi>
  ) : (
    <a href={linkIn(locale, page)}>
      <bdi>{title}</bdi>
    </a>
  );

export const Relatives = ({ song: { relatives }, locale }: Showing) =>
  relatives.map(({ kind, songs }) => (
    <section key={kind} class="relatives" aria-labelledby={kind}>
      <h2 id={kind}>{locale.words.song.relatives[kind]}</h2>
      <ul>
        {songs.map(({ title, page }) => (
          <li key={page}>
            <a href={linkIn(locale, page)}>
              <bdi>{title}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </section>
  ));

/** Line for line as they are sung; in whatever language they are, which nobody told. */
export const Lyrics = ({ lyrics, locale }: { lyrics: string; locale: Locale }) => (
  <section class="lyrics" aria-labelledby="lyrics">
    <h2 id="lyrics">{locale.words.song.lyrics}</h2>
    {stanzasOf(lyrics).map(({ mark, lines }, stanza) => (
      <Fragment key={stanza}>
        {mark !== null && <h3 dir="auto">{mark}</h3>}
        {lines.length > 0 && (
          <p dir="auto">
            {lines.map((line, index) => (
              <Fragment key={index}>
                {index > 0 && <br />}
                {line}
              </Fragment>
            ))}
          </p>
        )}
      </Fragment>
    ))}
  </section>
);
