// Pure: parts that several pages share: a record's sleeve, the player, the words of a song, how far it is.
import { markup, type Markup } from './layout.ts';
import { isUnderWay, type Song } from './song.ts';
import { clockOf, dayOf, stanzasOf } from './text.ts';

/** Covers are square, and shown so whatever they are: the place is held before they come. */
const COVER_SIZE = 640;

/** The cover, or a plain sleeve where there is none. Beside the title it tells nothing new, so it has no words of its own. */
export const sleeve = (cover: string | null, loading: 'eager' | 'lazy' = 'eager'): Markup =>
  cover === null
    ? markup`<span class="cover blank" aria-hidden="true"><span class="disc"></span></span>`
    : markup`<img
        class="cover"
        src="${cover}"
        alt=""
        width="${COVER_SIZE}"
        height="${COVER_SIZE}"
        loading="${loading}"
        decoding="async"
     >`;

export const player = ({ title, audio }: Song): Markup | null =>
  audio && markup`<audio controls preload="metadata" src="${audio.url}" aria-label="Play ${title}"></audio>`;

/** What is said where there is nothing to play. */
const STAGES = {
  making: ['This song is being made', 'It plays here as soon as it is done.'],
  keeping: ['The song is made', 'Its audio is on its way here. It plays in a moment.'],
  failed: ['This song could not be made', 'The service that was to make it gave up.'],
  lost: ['The audio could not be kept', 'The service that made it did not hand it over.'],
  unfinished: ['This song was never finished', 'The service that was to make it has not ended it.'],
} as const;

/** For songs that do not play. Without a script the page is loaded again by hand, or by itself (waking.ts). */
export function stageNote(song: Song, again: string): Markup | null {
  if (song.stage === 'ready') return null;
  const [what, then] = STAGES[song.stage];
  const waits = isUnderWay(song);
  const why =
    song.stage === 'failed' && song.failure !== null ? markup`<p class="why" dir="auto">${song.failure}</p>` : null;
  return markup`<div class="note ${song.stage}" ${waits ? markup` data-waits` : null}>
    <p class="what">${waits ? markup`<span class="disc turning" aria-hidden="true"></span>` : null}${what}</p>
    <p>${then}${song.stage === 'lost' && song.lyrics !== null && ' Its words are still here.'}</p>
    ${why}${waits ? markup`<p><a href="${again}">Look again</a></p>` : null}
  </div>`;
}

/** Artist, length and day in one line. */
export function credits({ artist, seconds, created_at }: Song): Markup | null {
  const parts = [
    artist === null ? null : markup`<bdi class="artist">${artist}</bdi>`,
    seconds === null ? null : markup`<span>${clockOf(seconds)}</span>`,
    created_at === null ? null : markup`<time datetime="${created_at}">${dayOf(created_at)}</time>`,
  ].filter((part) => part !== null);
  return parts.length === 0
    ? null
    : markup`<p class="credits">
        ${parts.map((part, index) => [index > 0 ? markup`<span class="dot" aria-hidden="true"> · </span>` : null, part])}
      </p>`;
}

/** `Vocals of Lamp`, `Made from Lamp`: what the song is of another. */
export function origin({ stem, parent }: Song): Markup | null {
  if (stem === null && parent === null) return null;
  const about = stem === null ? 'Made from' : parent === null ? null : 'of';
  const name =
    parent &&
    (parent.page === null
      ? markup`<bdi>${parent.title}</bdi>`
      : markup`<a href="${parent.page}"><bdi>${parent.title}</bdi></a>`);
  return markup`<p class="origin">${stem === null ? null : markup`<bdi>${stem}</bdi> `}${about && `${about} `}${name}</p>`;
}

/** Line for line as they are sung; in whatever language they are, which nobody told. */
export function words(lyrics: string): Markup {
  const stanzas = stanzasOf(lyrics).map(
    ({ mark, lines }) =>
      markup`${mark === null ? null : markup`<h3 dir="auto">${mark}</h3>\n`}${
        lines.length === 0
          ? null
          : markup`<p dir="auto">${lines.map((line, index) => [index > 0 ? markup`<br>\n` : null, line])}</p>\n`
      }`,
  );
  return markup`<section class="lyrics" aria-labelledby="lyrics">
    <h2 id="lyrics">Lyrics</h2>
    ${stanzas}
  </section>`;
}
