// Edge: what can be done with songs, tasks and vendors: each asks the API once and says how it went.
import type { Scope } from '../config/tokens.ts';
import type { Result } from '../model/fault.ts';
import type { Clip, Task } from '../model/task.ts';
import { answerPath, ask, askOn, clipPath, isInTheWay, type Page, taskPath, type Trouble, withQuery } from './api.ts';
import { PAGE_ROWS } from './run.ts';
import { set, state } from './state.ts';
import { taskKey } from './status.ts';
import { clipChanged, forget, readStats, takenDown, toast } from './workspace.ts';

/** Says how it went, and answers what is wrong. `scope`: what is needed for it. */
async function attempt<Value>(
  scope: Scope,
  asked: Promise<Result<Value, Trouble>>,
  done: string,
  then: (value: Value) => unknown,
): Promise<Trouble | null> {
  const outcome = await asked;
  if (!outcome.ok) {
    if (outcome.fault.code === 'forbidden' && state.denied !== 'track') set({ denied: scope });
    return outcome.fault;
  }
  then(outcome.value);
  toast(done);
  return null;
}
/** Where nothing else is there to say it. */
const say = (wrong: Trouble | null): void => void (wrong && toast(wrong));

export function retry(vendor: string, id: string): Promise<void> {
  const asked = ask<Task>('POST', taskPath(vendor, id, '/retry'));
  return attempt('track', asked, state.labels.acts.retried, (task) => state.tasks.replace(task)).then(say);
}

export function resumeVendor(vendor: string): Promise<void> {
  const asked = ask('POST', `/v1/vendors/${encodeURIComponent(vendor)}/resume`);
  return attempt('admin', asked, state.labels.acts.resumed(vendor), readStats).then(say);
}

const edit = (clip: Clip, change: Partial<Record<'visibility' | 'title', string | null>>, done: string) =>
  attempt('admin', ask<Clip>('PATCH', clipPath(clip.slug), { body: JSON.stringify(change) }), done, clipChanged);

export function publish(clip: Clip): Promise<void> {
  const { now_public, now_unlisted } = state.labels.acts;
  const isPublic = clip.visibility === 'public';
  return edit(clip, { visibility: isPublic ? 'unlisted' : 'public' }, isPublic ? now_unlisted : now_public).then(say);
}

export function retitle(clip: Clip): void {
  const { acts, song } = state.labels;
  const act = (text: string) => edit(clip, { title: text.trim() === '' ? null : text }, acts.retitled);
  set({ question: { title: song.retitle, about: acts.retitle_about, yes: acts.change, text: clip.title ?? '', act } });
}

export function takeDown(clip: Clip): void {
  const { take_down_title, take_down_about: about, take_down_yes: yes, taken_down } = state.labels.acts;
  const act = () => attempt('admin', ask('DELETE', clipPath(clip.slug)), taken_down, () => takenDown(clip));
  set({ question: { title: take_down_title(clip.title ?? clip.id), about, yes, danger: true, act } });
}

export function untrack(task: Task): void {
  const { acts, song } = state.labels;
  const act = () => attempt('admin', ask('DELETE', taskPath(task.vendor, task.id)), acts.untracked, () => forget(task));
  set({ question: { title: acts.untrack_title, about: acts.untrack_about, yes: song.untrack, act } });
}

export async function copy(what: string, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(state.labels.acts.copied(what));
  } catch {
    // NotAllowedError, or no clipboard outside of https: shown, it can be copied by hand.
    toast(text);
  }
}

/** What the vendor says of a task, as it says it. */
export async function showAnswer(vendor: string, id: string): Promise<void> {
  const answer = { text: null, trouble: null };
  if (state.opened === null) return;
  set({ opened: { ...state.opened, answer } });
  const outcome = await ask<unknown>('GET', answerPath(vendor, id));
  // Something else is open by now, or it was asked for again.
  if (state.opened?.answer !== answer) return;
  const [text, trouble] = outcome.ok ? [JSON.stringify(outcome.value, null, 2), null] : [null, outcome.fault];
  set({ opened: { ...state.opened, answer: { text, trouble } } });
}

/** All that can have failed, as the list tells it apart. */
const FAILED = [{ status: 'failed' }, { tracking: 'expired' }, { archive: 'unavailable' }, { archive: 'partial' }];

export function retryAll(): void {
  const { acts, list } = state.labels;
  const act = async () => {
    void runBatch();
    return null;
  };
  set({ question: { title: acts.retry_all_title, about: acts.retry_all_about, yes: list.retry_all, act } });
}

/** At the queue's pace, one by one, as long as nobody stops it. */
async function runBatch(): Promise<void> {
  const told = await retryEach();
  // Who has stopped it knows that.
  if (told === null) return;
  set({ batch: null });
  toast(told);
}

/** Null: it was stopped, and another may have begun meanwhile. */
async function step<Value>(
  method: 'GET' | 'POST',
  path: string,
  done: number,
  all: number | null,
): Promise<Result<Value, Trouble> | null> {
  const shown = { done, all, stop: new AbortController() };
  set({ batch: shown });
  const outcome = await askOn<Value>(method, path, shown.stop.signal);
  return state.batch === shown ? outcome : null;
}

/** Null as with each of its steps. */
async function retryEach(): Promise<string | Trouble | null> {
  const { acts } = state.labels;
  const failed = new Map<string, Task>();
  for (const filter of FAILED) {
    let cursor: string | null = null;
    do {
      const path: string = withQuery('/v1/tasks', { ...filter, limit: PAGE_ROWS, cursor });
      const page: Result<Page<Task>, Trouble> | null = await step('GET', path, 0, null);
      if (!page?.ok) return page && page.fault;
      for (const task of page.value.data) failed.set(taskKey(task), task);
      cursor = page.value.next_cursor;
    } while (cursor !== null);
  }
  let [done, refused] = [0, 0];
  for (const { vendor, id } of failed.values()) {
    const outcome = await step<Task>('POST', taskPath(vendor, id, '/retry'), done, failed.size);
    if (outcome === null) return null;
    if (outcome.ok) state.tasks.replace(outcome.value);
    else if (isInTheWay(outcome.fault)) return outcome.fault;
    else refused++;
    done++;
  }
  return done === 0 ? acts.nothing_failed : acts.retried_all(done - refused, refused);
}
