// Edge: a new title shows wherever the song has one, and is put back.
import * as v from 'valibot';
import type { Call } from './caller.ts';
import { expectStatus, expectThat, read } from '../../commands/smoke/expect.ts';
import { aboutSong, clipPath, pathOf, proven, until, type Song } from './visit.ts';

/** With a letter that every place has to encode in its own way. */
const TITLE = 'Smoke test, proven on this Café visit';
/** Caches near the reader are told to forget, which takes a moment. */
export const PURGED_WITHIN_MS = 60_000;

const Titled = v.object({ title: v.nullable(v.string()) });

interface Place {
  readonly name: string;
  path(song: Song): string;
  /** The title as it stands there: in the body, or in the header that is named. */
  readonly encoded: Buffer;
  readonly header?: string;
}

const PLACES: readonly Place[] = [
  { name: 'the song’s page', path: ({ clip }) => pathOf(clip.links.page), encoded: Buffer.from(TITLE) },
  {
    name: 'the name of a download',
    path: ({ audio }) => `${pathOf(audio.url)}?download`,
    encoded: Buffer.from(encodeURIComponent(TITLE)),
    header: 'content-disposition',
  },
  {
    name: 'tagged.mp3',
    path: ({ clip }) => `/media/${clip.slug}/tagged.mp3`,
    // ID3v2.3 writes such texts as UTF-16.
    encoded: Buffer.from(TITLE, 'utf16le'),
  },
];

export const title = aboutSong(async (song, { call, options }) => {
  const path = clipPath(song);
  const before = await call('GET', path);
  expectStatus(`GET ${path}`, before, 200);
  const old = read(`GET ${path}`, before, Titled).title;
  const places = PLACES.filter(({ name }) => name !== 'tagged.mp3' || song.audio.content_type === 'audio/mpeg');
  try {
    const changed = await call('PATCH', path, { body: { title: TITLE } });
    expectStatus(`PATCH ${path}`, changed, 200);
    expectThat(
      read(`PATCH ${path}`, changed, Titled).title === TITLE,
      `PATCH ${path} answers another title than was set`,
    );
    for (const place of places) {
      const shows = await until(() => isShown(place, song, call), Boolean, Math.min(PURGED_WITHIN_MS, options.wait_ms));
      expectThat(shows, `The new title does not show in ${place.name} (GET ${place.path(song)})`);
    }
  } finally {
    const back = await call('PATCH', path, { body: { title: old } });
    expectStatus(`PATCH ${path}, to put the old title back,`, back, 200);
  }
  return proven(`shows in ${places.map(({ name }) => name).join(', ')}; put back`);
});

async function isShown(place: Place, song: Song, call: Call): Promise<boolean> {
  const answer = await call('GET', place.path(song), { token: null });
  expectStatus(`GET ${place.path(song)}`, answer, 200);
  const { header } = place;
  const shown = header === undefined ? Buffer.from(answer.bytes) : Buffer.from(answer.headers.get(header) ?? '');
  return shown.includes(place.encoded);
}
