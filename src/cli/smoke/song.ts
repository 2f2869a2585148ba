// Edge: the steps by which a song comes in: tracked, archived, or brought in by smoke itself.
import * as v from 'valibot';
import { Clip, Task } from '../../model/task.ts';
import { Failed } from './caller.ts';
import { isHere } from './options.ts';
import { makeOwnSong } from './own-song.ts';
import {
  expectStatus,
  expectThat,
  notProven,
  type Outcome,
  proven,
  read,
  songOf,
  taskPath,
  until,
  type Visit,
} from './visit.ts';

const Tracked = v.object({ results: v.array(v.object({ id: v.string(), created: v.boolean() })) });
const Imported = v.object({ results: v.array(v.object({ id: v.string() })) });
const Clips = v.object({ data: v.array(Clip) });

const isOver = ({ tracking }: Task): boolean => tracking.state === 'settled' || tracking.state === 'expired';

/** Brings in a song that nobody misses afterwards. */
export async function bringIn(visit: Visit): Promise<Outcome> {
  const { call, options } = visit;
  if (options.task !== null) return notProven('--task says which song is looked at');
  if (options.audio === null && !isHere(options.url))
    return notProven('give --audio URL of a small public mp3: smoke then makes a song of its own, and takes it down');
  const own = await makeOwnSong(options.audio);
  visit.own = own;
  const answer = await call('POST', '/v1/tasks/import', { body: importBody(visit) });
  if (answer.status !== 202) {
    // Refused: there is nothing to be put away.
    own.close();
    visit.own = null;
  }
  expectStatus('POST /v1/tasks/import', answer, 202);
  read('POST /v1/tasks/import', answer, Imported);
  const path = `/v1/clips/${own.slug}`;
  // Wherever songs are public by default, this one is not to be seen in library and feed.
  expectStatus(`PATCH ${path}`, await call('PATCH', path, { body: { visibility: 'unlisted' } }), 200);
  return proven(`a song of smoke’s own, ${own.slug}, unlisted`);
}

export const importBody = ({ own, options }: Visit): unknown => ({
  answers: [own?.answer],
  ...(options.vendor !== null && { vendor: options.vendor }),
});

/** `--task`, or smoke's own, which is known already: to track it again changes nothing. */
export async function track(visit: Visit): Promise<Outcome> {
  const { call, own } = visit;
  const { task, vendor } = visit.options;
  const id = task ?? own?.task_id;
  if (id === undefined) return notProven('give --audio URL of a small public mp3, or --task ID of a song of yours');
  const answer = await call('POST', '/v1/tasks', { body: { ids: [id], ...(vendor !== null && { vendor }) } });
  expectStatus('POST /v1/tasks', answer, 200, 202);
  const [result] = read('POST /v1/tasks', answer, Tracked).results;
  expectThat(result?.id === id, 'POST /v1/tasks names another task than was asked for');
  expectThat(own === null || !result?.created, 'POST /v1/tasks does not know the song that was imported before');
  visit.tracked = { id, vendor };
  return proven(`${id}${vendor === null ? '' : ` of ${vendor}`}, ${result?.created ? 'new' : 'known already'}`);
}

export async function archive(visit: Visit): Promise<Outcome> {
  const { tracked } = visit;
  if (tracked === null) return archivedBefore(visit);
  const task = await settled(visit, tracked.vendor, tracked.id);
  const { state, archived, pending, unavailable } = task.archive;
  const song = task.clips.map(songOf).find((one) => one !== null);
  if (!song) {
    const reasons = task.clips.flatMap(({ audio }) => (audio?.reason ? [audio.reason] : []));
    const { last_error } = task.tracking;
    const why = [task.failure, ...reasons, last_error?.message].filter(Boolean).join('; ') || 'no reason is given';
    throw new Failed(`Task ${task.id} is ${task.status}, ${task.tracking.state}, and has no archived audio: ${why}`);
  }
  visit.song = song;
  return proven(`${state}: ${archived} files archived, ${pending} pending, ${unavailable} unavailable`);
}

/** Nothing to track: a song that is archived already serves the steps to come. */
async function archivedBefore(visit: Visit): Promise<Outcome> {
  const answer = await visit.call('GET', '/v1/clips?limit=1');
  expectStatus('GET /v1/clips', answer, 200);
  const [clip] = read('GET /v1/clips', answer, Clips).data;
  visit.song = clip ? songOf(clip) : null;
  return notProven('no song was tracked; the steps to come read one that is archived already');
}

/** The task when nothing is left to do for it, or when the time is over. */
export async function settled({ call, options }: Visit, vendor: string | null, id: string): Promise<Task> {
  const path = vendor === null ? `/v1/tasks/${encodeURIComponent(id)}` : taskPath(vendor, id);
  const look = async (): Promise<Task> => {
    const answer = await call('GET', path, { headers: { prefer: 'wait=20' } });
    expectStatus(`GET ${path}`, answer, 200);
    return read(`GET ${path}`, answer, Task);
  };
  const task = await until(look, isOver, options.wait_ms);
  expectThat(
    isOver(task),
    `Task ${id} is not settled after ${options.wait_ms / 1_000} s: it is ${task.status}, ${task.tracking.state}, with ${task.archive.pending} files pending; give it more with --wait SECONDS, and look at tracking.last_error`,
  );
  return task;
}
