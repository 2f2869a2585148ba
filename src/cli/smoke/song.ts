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
const Tasks = v.object({ data: v.array(Task) });
const Clips = v.object({ data: v.array(Clip) });

/** Of tracked songs so many of the newest are looked at. */
const NEWEST = 20;

const isOver = ({ tracking }: Task): boolean => tracking.state === 'settled' || tracking.state === 'expired';
const archivedClips = (task: Task): Clip[] => task.clips.filter((clip) => songOf(clip) !== null);

/** `--task`, or a song that is known already: to track it again changes nothing. */
export async function track(visit: Visit): Promise<Outcome> {
  const { call, options } = visit;
  const known = options.task === null ? await newest(visit) : null;
  const id = options.task ?? known?.id;
  if (id === undefined)
    return notProven('no song with archived audio is tracked here; give --task ID of a song of yours');
  const vendor = known?.vendor ?? options.vendor;
  const answer = await call('POST', '/v1/tasks', { body: { ids: [id], ...(vendor !== null && { vendor }) } });
  expectStatus('POST /v1/tasks', answer, 200, 202);
  const [result] = read('POST /v1/tasks', answer, Tracked).results;
  expectThat(result?.id === id, 'POST /v1/tasks names another task than was asked for');
  visit.tracked = { id, vendor };
  return proven(`${id}${vendor === null ? '' : ` of ${vendor}`}, ${result?.created ? 'new' : 'known already'}`);
}

/** The newest song with archived audio; where all are still being made, the first that gets so far. */
async function newest({ call, options }: Visit): Promise<Task | null> {
  const ofVendor = options.vendor === null ? '' : `&vendor=${encodeURIComponent(options.vendor)}`;
  const look = async (): Promise<Task[]> => {
    const answer = await call('GET', `/v1/tasks?limit=${NEWEST}&kind=music${ofVendor}`);
    expectStatus('GET /v1/tasks', answer, 200);
    return read('GET /v1/tasks', answer, Tasks).data;
  };
  const isReady = (task: Task): boolean => isOver(task) && archivedClips(task).length > 0;
  const tasks = await until(look, (seen) => seen.some(isReady) || seen.every(isOver), options.wait_ms);
  return tasks.find(isReady) ?? null;
}

export async function archive(visit: Visit): Promise<Outcome> {
  const { tracked } = visit;
  if (tracked === null) return archivedBefore(visit);
  const task = await settled(visit, tracked.vendor, tracked.id);
  const { state, archived, pending, unavailable } = task.archive;
  const [clip] = archivedClips(task);
  if (!clip) {
    const reasons = task.clips.flatMap(({ audio }) => (audio?.reason ? [audio.reason] : []));
    const { last_error } = task.tracking;
    const why = [task.failure, ...reasons, last_error?.message].filter(Boolean).join('; ') || 'no reason is given';
    throw new Failed(`Task ${task.id} is ${task.status}, ${task.tracking.state}, and has no archived audio: ${why}`);
  }
  visit.song = songOf(clip);
  return proven(`${state}: ${archived} files archived, ${pending} pending, ${unavailable} unavailable`);
}

/** Nothing to track: a song that is archived already serves the steps to come. */
async function archivedBefore(visit: Visit): Promise<Outcome> {
  const answer = await visit.call('GET', '/v1/clips?limit=1');
  expectStatus('GET /v1/clips', answer, 200);
  const [clip] = read('GET /v1/clips', answer, Clips).data;
  visit.song = clip ? songOf(clip) : null;
  return notProven('no song was tracked; give --task ID of a song of yours');
}

/** Brings in a song that nobody misses afterwards. */
export async function bringIn(visit: Visit): Promise<Outcome> {
  const { call, options } = visit;
  if (options.task !== null) return notProven('--task says which song is looked at');
  if (options.audio === null && !isHere(options.url))
    return notProven('give --audio URL of a small public mp3: smoke then makes a song of its own, and takes it down');
  const own = await makeOwnSong(options.audio);
  visit.own = own;
  const answer = await call('POST', '/v1/tasks/import', { body: importBody(visit) });
  expectStatus('POST /v1/tasks/import', answer, 202);
  read('POST /v1/tasks/import', answer, Imported);
  const task = await settled(visit, options.vendor, own.task_id);
  const [clip] = task.clips;
  const song = clip ? songOf(clip) : null;
  if (!song) {
    const { state, reason } = clip?.audio ?? {};
    throw new Failed(
      `The song that smoke brought in has no archived audio: ${state ?? 'no file'}${reason ? `, ${reason}` : ''}; look at GET ${taskPath(task.vendor, task.id)}`,
    );
  }
  visit.song = song;
  return proven(`${song.audio.bytes} bytes of ${song.audio.content_type}, as ${song.clip.slug}`);
}

export const importBody = ({ own, options }: Visit): unknown => ({
  answers: [own?.answer],
  ...(options.vendor !== null && { vendor: options.vendor }),
});

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
