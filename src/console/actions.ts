// Edge: what can be done with songs, tasks and vendors: each asks the API once and says how it went.
import type { Scope } from '../config/tokens.ts';
import type { Clip, Task } from '../model/task.ts';
import { answerPath, ask, clipPath, type Outcome, type Page, taskPath, type Trouble, withQuery } from './api.ts';
import { PAGE_ROWS } from './run.ts';
import { set, state } from './state.ts';
import { taskKey } from './status.ts';
import { clipChanged, close, readStats, takenDown, taskChanged, toast } from './workspace.ts';

/** Answers what is wrong. */
async function attempt<Value>(
  scope: Scope,
  asked: Promise<Outcome<Value>>,
  then: (value: Value) => string,
): Promise<Trouble | null> {
  const outcome = await asked;
  if (outcome.ok) toast(then(outcome.value));
  if (outcome.ok || outcome.trouble === null) return null;
  if (outcome.trouble.code === 'forbidden' && state.denied !== 'track') set({ denied: scope });
  return outcome.trouble;
}
async function say(attempted: Promise<Trouble | null>): Promise<void> {
  const wrong = await attempted;
  if (wrong !== null) toast(wrong);
}

export const retry = (vendor: string, id: string): Promise<void> =>
  say(
    attempt<Task>('track', ask('POST', taskPath(vendor, id, '/retry')), (task) => {
      taskChanged(task);
      return state.labels.acts.retried;
    }),
  );

export const resumeVendor = (vendor: string): Promise<void> =>
  say(
    attempt('admin', ask('POST', `/v1/vendors/${encodeURIComponent(vendor)}/resume`), () => {
      void readStats();
      return state.labels.acts.resumed(vendor);
    }),
  );

const edit = (clip: Clip, change: Partial<Record<'visibility' | 'title', string | null>>, done: string) =>
  attempt<Clip>('admin', ask('PATCH', clipPath(clip.slug), { body: JSON.stringify(change) }), (changed) => {
    clipChanged(changed);
    return done;
  });

export function publish(clip: Clip): Promise<void> {
  const { now_public, now_unlisted } = state.labels.acts;
  const isPublic = clip.visibility === 'public';
  return say(edit(clip, { visibility: isPublic ? 'unlisted' : 'public' }, isPublic ? now_unlisted : now_public));
}

export function retitle(clip: Clip): void {
  const { acts, song } = state.labels;
  const act = (text: string) => edit(clip, { title: text.trim() === '' ? null : text }, acts.retitled);
  set({ question: { title: song.retitle, about: acts.retitle_about, yes: acts.change, text: clip.title ?? '', act } });
}

export function takeDown(clip: Clip): void {
  const { take_down_title, take_down_about: about, take_down_yes: yes, taken_down } = state.labels.acts;
  const act = () =>
    attempt('admin', ask('DELETE', clipPath(clip.slug)), () => {
      takenDown(clip);
      return taken_down;
    });
  set({ question: { title: take_down_title(clip.title ?? clip.id), about, yes, danger: true, act } });
}

export function untrack(task: Task): void {
  const { acts, song } = state.labels;
  const act = () =>
    attempt('admin', ask('DELETE', taskPath(task.vendor, task.id)), () => {
      close();
      state.tasks.drop(taskKey(task));
      return acts.untracked;
    });
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
  const came = outcome.ok
    ? { text: JSON.stringify(outcome.value, null, 2), trouble: null }
    : { text: null, trouble: outcome.trouble };
  set({ opened: { ...state.opened, answer: came } });
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
  if (state.batch !== null) return;
  set({ batch: { done: 0, all: null } });
  const failed = new Map<string, Task>();
  for (const filter of FAILED) {
    let cursor: string | null = null;
    do {
      const path: string = withQuery('/v1/tasks', { ...filter, limit: PAGE_ROWS, cursor });
      const page: Outcome<Page<Task>> = await ask('GET', path, { urgency: 'read' });
      if (state.batch === null) return;
      if (!page.ok) return endBatch(page.trouble);
      for (const task of page.value.data) failed.set(taskKey(task), task);
      cursor = page.value.next_cursor;
    } while (cursor !== null);
  }
  if (failed.size === 0) return endBatch(state.labels.acts.nothing_failed);
  let [done, refused] = [0, 0];
  for (const { vendor, id } of failed.values()) {
    set({ batch: { done, all: failed.size } });
    const outcome = await ask<Task>('POST', taskPath(vendor, id, '/retry'), { urgency: 'read' });
    if (state.batch === null) return;
    if (outcome.ok) taskChanged(outcome.value);
    else if (outcome.trouble === null) return endBatch(null);
    else if (outcome.trouble.code === 'forbidden') return endBatch(outcome.trouble);
    else refused++;
    done++;
  }
  endBatch(state.labels.acts.retried_all(done - refused, refused));
}
function endBatch(told: string | Trouble | null): void {
  set({ batch: null });
  if (told !== null) toast(told);
}
