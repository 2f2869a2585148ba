// Edge: the demo as a caller of the public API: tracks the relay's songs, waits for their end, says how each ended.
import * as v from 'valibot';
import { Task } from '../../model/task.ts';
import { LINKS_LIVE_MS } from './relay.ts';
import { SONGS } from './songs.ts';
import { summarise } from './summary.ts';
import type { Terminal } from '../start/terminal.ts';

/** Songs take 15 s, giving up a file 90 s more: past this the demo tells what there is. */
const DEMO_MAX_MS = 150_000;
const LOOK_EVERY_MS = 1_000;
/** One look at our own Worker. */
const REQUEST_TIMEOUT_MS = 20_000;

const WELCOME = 'A demo relay makes three songs: one fails in part, one keeps its audio back. Watch what is kept:\n';
const WELCOME_BACK = "The demo's three songs are known from an earlier start.";
const LINKS_DIE = `The relay's own links die within ${LINKS_LIVE_MS / 60_000} minutes, as real ones do in days. These stay.`;
const LINKS_ARE_DEAD = "The relay's own links of back then are dead. These stay.";

const Tracked = v.object({ results: v.array(v.object({ id: v.string(), created: v.boolean() })) });
const List = v.object({ data: v.array(Task) });

/** `isOver`: the program is on its way out. */
export async function runDemo(url: string, token: string, terminal: Terminal, isOver: () => boolean): Promise<void> {
  terminal.name(Object.fromEntries(SONGS.map(({ task_id, title }) => [task_id, title])));
  const isNew = await track(url, token);
  terminal.say(isNew ? WELCOME : WELCOME_BACK);
  const tasks = await waitForEnd(url, token, isOver);
  if (isOver()) return;
  terminal.say(summarise(tasks, terminal.paint));
  terminal.say(`\n${isNew ? LINKS_DIE : LINKS_ARE_DEAD}`);
  terminal.say(`longplay keeps serving, with the console at ${url}/console (Ctrl+C ends it)`);
}

/** Tells whether any of the songs was not known yet: an earlier start may have left them all in the state. */
async function track(url: string, token: string): Promise<boolean> {
  const answers = SONGS.map(async ({ task_id, vendor }) =>
    v.parse(Tracked, await ask(url, token, '/v1/tasks', { ids: [task_id], vendor })),
  );
  return (await Promise.all(answers)).some(({ results }) => results.some(({ created }) => created));
}

/** The demo's tasks as they are when all have settled, or when the time is over. */
async function waitForEnd(url: string, token: string, isOver: () => boolean): Promise<Task[]> {
  const startedAt = Date.now();
  for (;;) {
    const tasks = await readTasks(url, token);
    const done = tasks.length === SONGS.length && tasks.every(({ tracking }) => isEnd(tracking.state));
    if (done || isOver() || Date.now() - startedAt > DEMO_MAX_MS) return tasks;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

const isEnd = (state: Task['tracking']['state']): boolean => state === 'settled' || state === 'expired';

/** Each vendor of the demo has one song, so that each list is one short page. */
async function readTasks(url: string, token: string): Promise<Task[]> {
  const lists = SONGS.map(async ({ vendor, task_id }) => {
    const { data } = v.parse(List, await ask(url, token, `/v1/tasks?vendor=${vendor}&limit=100`));
    return data.filter(({ id }) => id === task_id);
  });
  return (await Promise.all(lists)).flat();
}

/** With a body it is a POST. */
async function ask(url: string, token: string, path: string, body?: unknown): Promise<unknown> {
  const method = body === undefined ? 'GET' : 'POST';
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
