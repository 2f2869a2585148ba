// Edge: a song is taken down: gone everywhere, from the edge cache too, and nothing brings it back.
import type { Answer, Call } from '../../cli/smoke/caller.ts';
import { importBody, settled } from '../../cli/smoke/song.ts';
import { cacheStatusOf } from '../../cli/smoke/files.ts';
import { expectStatus, expectThat } from './expect.ts';
import {
  aboutSong,
  clipPath,
  notProven,
  pathOf,
  proven,
  taskPath,
  until,
  type Song,
  type Visit,
} from '../../cli/smoke/visit.ts';
import { PURGED_WITHIN_MS } from '../../cli/smoke/edits.ts';

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
  if (own) await cleanUp(song, call);
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

/** Nothing of smoke's own song is to be seen in lists afterwards. */
async function cleanUp({ clip }: Song, call: Call): Promise<void> {
  const path = taskPath(clip.vendor, clip.task_id);
  expectStatus(`DELETE ${path}`, await call('DELETE', path), 204);
}
