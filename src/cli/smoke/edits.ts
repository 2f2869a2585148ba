// Edge: the steps that change a song and put smoke's own away: a title shows everywhere, a takedown is final.
import * as v from 'valibot';
import type { Answer, Call } from './caller.ts';
import { cacheStatusOf } from './files.ts';
import { importBody, settled } from './song.ts';
import {
  aboutSong,
  clipPath,
  expectStatus,
  expectThat,
  notProven,
  pathOf,
  proven,
  read,
  type Song,
  taskPath,
  until,
  type Visit,
} from './visit.ts';

/** With a letter that every place has to encode in its own way. */
const TITLE = 'Smoke test, proven on this Café visit';
/** Caches near the reader are told to forget, which takes a moment. */
const PURGED_WITHIN_MS = 60_000;

const Titled = v.object({ title: v.nullable(v.string()) });

interface TitleCheck {
  readonly name: string;
  path(song: Song): string;
  /** The title as it stands there: in the body, or in the header that is named. */
  readonly encoded: Buffer;
  readonly header?: string;
}

const PLACES: readonly TitleCheck[] = [
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

/** Of a song of others nobody could tell whether its title is the vendor's or one of theirs: it could not be put back. */
export const title = aboutSong(async (song, { call, options, own }) => {
  if (own === null) return notProven('a title is only set on a song of smoke’s own (--audio URL)');
  const path = clipPath(song);
  const places = PLACES.filter(({ name }) => name !== 'tagged.mp3' || song.audio.content_type === 'audio/mpeg');
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
  return proven(`shows in ${places.map(({ name }) => name).join(', ')}`);
});

async function isShown(place: TitleCheck, song: Song, call: Call): Promise<boolean> {
  const answer = await call('GET', place.path(song), { token: null });
  expectStatus(`GET ${place.path(song)}`, answer, 200);
  const { header } = place;
  const shown = header === undefined ? Buffer.from(answer.bytes) : Buffer.from(answer.headers.get(header) ?? '');
  return shown.includes(place.encoded);
}

export const takedown = aboutSong(async (song, visit) => {
  const { call, options, own } = visit;
  if (own === null && !options.take_down)
    return notProven(
      'it is for good, so only for a song of smoke’s own (--audio URL), or yours with --task ID --take-down',
    );
  const path = clipPath(song);
  expectStatus(`DELETE ${path}`, await call('DELETE', path), 204);
  const startedAt = performance.now();
  await isGone(song, visit, Math.min(PURGED_WITHIN_MS, options.wait_ms));
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  await tryToBringBack(song, visit);
  await isGone(song, visit, 0);
  return proven(`410 everywhere after ${seconds} s, and still after a retry${own ? ' and an import' : ''}`);
});

const placesOf = (song: Song): [path: string, token?: null][] => [
  [pathOf(song.audio.url), null],
  [pathOf(song.clip.links.page), null],
  [clipPath(song)],
];

async function isGone(song: Song, { call }: Pick<Visit, 'call'>, withinMs: number): Promise<void> {
  for (const [path, token] of placesOf(song)) {
    const look = (): Promise<Answer> => call('GET', path, token === null ? { token } : {});
    const seen = await until(look, ({ status }) => status === 410, withinMs);
    const status = cacheStatusOf(seen);
    expectThat(
      seen.status === 410,
      `GET ${path} is still answered ${seen.status} ${withinMs / 1_000} s after the takedown${status === null ? '' : ` (CF-Cache-Status: ${status}: purge that address in the dashboard)`}; DELETE ${clipPath(song)} once more ends one that stopped halfway`,
    );
  }
}

async function tryToBringBack({ clip }: Song, visit: Visit): Promise<void> {
  const { call, own } = visit;
  const retry = taskPath(clip.vendor, clip.task_id).replace('?', '/retry?');
  expectStatus(`POST ${retry}`, await call('POST', retry), 202);
  if (own)
    expectStatus(
      'POST /v1/tasks/import once more',
      await call('POST', '/v1/tasks/import', { body: importBody(visit) }),
      202,
    );
  await settled(visit, clip.vendor, clip.task_id);
}

/** Of smoke's own song nothing is to be seen afterwards; some of it, or all, may never have come to be. */
export async function putAway({ own, options }: Visit, call: Call): Promise<void> {
  if (own === null) return;
  const clip = `/v1/clips/${own.slug}`;
  expectStatus(`DELETE ${clip}`, await call('DELETE', clip), 204, 404, 410);
  const vendor = options.vendor === null ? '' : `?vendor=${encodeURIComponent(options.vendor)}`;
  const task = `/v1/tasks/${own.task_id}${vendor}`;
  expectStatus(`DELETE ${task}`, await call('DELETE', task), 204, 404);
}
