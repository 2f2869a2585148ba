// Edge: what can be done with songs, tasks and vendors: each asks the API once and says how it went.
import type { Scope } from '../config/tokens.ts';
import type { Clip, Task } from '../model/task.ts';
import { answerPath, ask, clipPath, type Outcome, type Page, taskPath, type Trouble, withQuery } from './api.ts';
import { clockText } from './format.ts';
import type { Labels } from './english.ts';
import { PAGE_ROWS } from './listing.ts';
import type { Question, Store } from './state.ts';
import { partsOf, problemWords, taskKey } from './status.ts';

/** What the page makes of a change. */
interface Changes {
  task(task: Task): void;
  clip(clip: Clip): void;
  takenDown(clip: Clip): void;
  untracked(task: Task): void;
  vendors(): void;
}

/** In one line: what, and what the server says of it. */
export function troubleText({ code, detail, until }: Trouble, labels: Labels): string {
  const words = problemWords(labels, code);
  const { what } = partsOf(words);
  if (until !== null) return labels.sentence(what, labels.trouble.goes_on(clockText(until, labels)));
  return detail === null ? words : labels.detail(what, detail);
}

const TOAST_MS = 6_000;
/** All that can have failed, as the list tells it apart. */
const FAILED = [{ status: 'failed' }, { tracking: 'expired' }, { archive: 'unavailable' }, { archive: 'partial' }];

export type Actions = ReturnType<typeof actionsOf>;

export function actionsOf(store: Store, changes: Changes) {
  const words = () => store.state.labels.acts;
  const timer = { toast: 0 };

  function toast(text: string): void {
    store.set({ toast: { text, nth: store.state.toast.nth + 1 } });
    clearTimeout(timer.toast);
    timer.toast = setTimeout(() => store.set({ toast: { ...store.state.toast, text: '' } }), TOAST_MS);
  }

  /** Answers what is wrong. */
  async function attempt<Value>(
    scope: Scope,
    asked: Promise<Outcome<Value>>,
    then: (value: Value) => void,
  ): Promise<string | null> {
    const outcome = await asked;
    if (outcome.ok) {
      then(outcome.value);
      return null;
    }
    if (outcome.trouble === null) return null;
    if (outcome.trouble.code === 'forbidden' && store.state.denied !== 'track') store.set({ denied: scope });
    return troubleText(outcome.trouble, store.state.labels);
  }
  async function say(attempted: Promise<string | null>): Promise<void> {
    const wrong = await attempted;
    if (wrong !== null) toast(wrong);
  }

  const put = (question: Question): void => store.set({ question });
  const edit = (clip: Clip, body: Partial<Record<'visibility' | 'title', string | null>>, done: string) =>
    attempt<Clip>('admin', ask('PATCH', clipPath(clip.slug), { body }), (changed) => {
      changes.clip(changed);
      toast(done);
    });

  return {
    toast,
    retry: (vendor: string, id: string) =>
      say(
        attempt<Task>('track', ask('POST', taskPath(vendor, id, '/retry')), (task) => {
          changes.task(task);
          toast(words().retried);
        }),
      ),
    resume: (vendor: string) =>
      say(
        attempt('admin', ask('POST', `/v1/vendors/${encodeURIComponent(vendor)}/resume`), () => {
          changes.vendors();
          toast(words().resumed(vendor));
        }),
      ),
    publish: (clip: Clip) =>
      say(
        clip.visibility === 'public'
          ? edit(clip, { visibility: 'unlisted' }, words().now_unlisted)
          : edit(clip, { visibility: 'public' }, words().now_public),
      ),
    retitle: (clip: Clip) =>
      put({
        title: store.state.labels.song.retitle,
        about: words().retitle_about,
        yes: words().change,
        text: clip.title ?? '',
        act: (text) => edit(clip, { title: text.trim() === '' ? null : text }, words().retitled),
      }),
    takeDown: (clip: Clip) =>
      put({
        title: words().take_down_title(clip.title ?? clip.id),
        about: words().take_down_about,
        yes: words().take_down_yes,
        danger: true,
        act: () =>
          attempt('admin', ask('DELETE', clipPath(clip.slug)), () => {
            changes.takenDown(clip);
            toast(words().taken_down);
          }),
      }),
    untrack: (task: Task) =>
      put({
        title: words().untrack_title,
        about: words().untrack_about,
        yes: store.state.labels.song.untrack,
        act: () =>
          attempt('admin', ask('DELETE', taskPath(task.vendor, task.id)), () => {
            changes.untracked(task);
            toast(words().untracked);
          }),
      }),
    retryAll: () =>
      put({
        title: words().retry_all_title,
        about: words().retry_all_about,
        yes: store.state.labels.list.retry_all,
        act: () => {
          void runBatch();
          return Promise.resolve(null);
        },
      }),
    async copy(what: string, text: string) {
      try {
        await navigator.clipboard.writeText(text);
        toast(words().copied(what));
      } catch {
        // NotAllowedError, or no clipboard outside of https: shown, it can be copied by hand.
        toast(text);
      }
    },
    /** What the vendor says of a task, as it says it. */
    async showAnswer(vendor: string, id: string) {
      const answer = { text: null, trouble: null };
      const { opened } = store.state;
      if (opened === null) return;
      store.set({ opened: { ...opened, answer } });
      const outcome = await ask<unknown>('GET', answerPath(vendor, id));
      const now = store.state.opened;
      // Something else is open by now, or it was asked for again.
      if (now?.answer !== answer) return;
      const { text, trouble } = outcome.ok
        ? { text: JSON.stringify(outcome.value, null, 2), trouble: null }
        : { text: null, trouble: outcome.trouble };
      store.set({ opened: { ...now, answer: { text, trouble } } });
    },
    async lookUp(vendor: string, id: string): Promise<Task | null> {
      store.set({ lookup: { busy: vendor, trouble: null } });
      const outcome = await ask<Task>('GET', taskPath(vendor, id));
      const trouble = outcome.ok ? null : outcome.trouble;
      store.set({ lookup: { busy: null, trouble } });
      // Beside the search it has a place of its own.
      if (trouble !== null && store.state.query === null) toast(troubleText(trouble, store.state.labels));
      return outcome.ok ? outcome.value : null;
    },
  };

  /** At the queue's pace, one by one, as long as nobody stops it. */
  async function runBatch(): Promise<void> {
    if (store.state.batch !== null) return;
    store.set({ batch: { done: 0, all: null } });
    const failed = new Map<string, Task>();
    for (const filter of FAILED) {
      let cursor: string | null = null;
      do {
        const path: string = withQuery('/v1/tasks', { ...filter, limit: PAGE_ROWS, cursor });
        const page: Outcome<Page<Task>> = await ask('GET', path, { urgency: 'read' });
        if (store.state.batch === null) return;
        if (!page.ok) return end(page.trouble === null ? null : troubleText(page.trouble, store.state.labels));
        for (const task of page.value.data) failed.set(taskKey(task), task);
        cursor = page.value.next_cursor;
      } while (cursor !== null);
    }
    if (failed.size === 0) return end(words().nothing_failed);
    let [done, refused] = [0, 0];
    for (const { vendor, id } of failed.values()) {
      store.set({ batch: { done, all: failed.size } });
      const outcome = await ask<Task>('POST', taskPath(vendor, id, '/retry'), { urgency: 'read' });
      if (store.state.batch === null) return;
      if (outcome.ok) changes.task(outcome.value);
      else if (outcome.trouble === null) return end(null);
      else if (outcome.trouble.code === 'forbidden') return end(troubleText(outcome.trouble, store.state.labels));
      else refused++;
      done++;
    }
    end(words().retried_all(done - refused, refused));
  }
  function end(text: string | null): void {
    store.set({ batch: null });
    if (text !== null) toast(text);
  }
}
