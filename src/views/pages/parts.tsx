// Pure: parts that several pages share: a record's sleeve, the player, the words of a song, how far it is.
import { Fragment } from 'preact';
import { Disc } from './layout.tsx';
import { isUnderWay, type Parent, type Song } from './song.ts';
import { clockOf, dayOf, stanzasOf } from './text.ts';

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

export const Player = ({ song: { title, audio } }: { song: Song }) =>
  audio && <audio controls preload="metadata" src={audio.url} aria-label={`Play ${title}`} />;

/** What is said where there is nothing to play. */
const STAGES = {
  making: ['This song is being made', 'It plays here as soon as it is done.'],
  keeping: ['The song is made', 'Its audio is on its way here. It plays in a moment.'],
  failed: ['This song could not be made', 'The service that was to make it gave up.'],
  lost: ['The audio could not be kept', 'The service that made it did not hand it over.'],
  unfinished: ['This song was never finished', 'The service that was to make it has not ended it.'],
} as const;

/** For songs that do not play. Without a script the page is loaded again by hand, or by itself (live-update.tsx). */
export function StageNote({ song, again }: { song: Song; again: string }) {
  const { stage, failure, lyrics } = song;
  if (stage === 'ready') return null;
  const [what, then] = STAGES[stage];
  const waits = isUnderWay(song);
  return (
    <div class={`note ${stage}`} data-waits={waits ? '' : undefined}>
      <p class="what">
        {waits && <Disc turning />}
        {what}
      </p>
      <p>
        {then}
        {stage === 'lost' && lyrics !== null && ' Its words are still here.'}
      </p>
      {stage === 'failed' && failure !== null && (
        <p class="why" dir="auto">
          {failure}
        </p>
      )}
      {waits && (
        <p>
          <a href={again}>Look again</a>
        </p>
      )}
    </div>
  );
}

/** Artist, length and day in one line. */
export function Credits({ song: { artist, seconds, created_at } }: { song: Song }) {
  const parts = [
    artist !== null && <bdi class="artist">{artist}</bdi>,
    seconds !== null && <span>{clockOf(seconds)}</span>,
    created_at !== null && <time datetime={created_at}>{dayOf(created_at)}</time>,
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
export function Origin({ song: { stem, parent } }: { song: Song }) {
  if (stem === null && parent === null) return null;
  return (
    <p class="origin">
      {stem !== null && <bdi>{stem}</bdi>}
      {parent !== null && (stem === null ? 'Made from ' : ' of ')}
      {parent !== null && <ParentTitle {...parent} />}
    </p>
  );
}

const ParentTitle = ({ title, page }: Parent) =>
  page === null ? (
    <bdi>{title}</bdi>
  ) : (
    <a href={page}>
      <bdi>{title}</bdi>
    </a>
  );

/** Line for line as they are sung; in whatever language they are, which nobody told. */
export const Words = ({ lyrics }: { lyrics: string }) => (
  <section class="lyrics" aria-labelledby="lyrics">
    <h2 id="lyrics">Lyrics</h2>
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
