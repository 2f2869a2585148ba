// Flow: the console at work: what the list shows, what is open, what changed, and what keeps it from working.
import type { ComponentType } from 'preact';
import type { Language } from '../model/language.ts';
import type { Stats } from '../model/stats.ts';
import type { Clip, Task } from '../model/task.ts';
import { ask, beginSession, ear, type Page, read, taskPath, type Trouble, withQuery } from './api.ts';
import { PAGE_ROWS } from './run.ts';
import { chosenLanguage, loadLabels, rememberLanguage } from './session.ts';
import { Source } from './source.ts';
import { type Filters, list, type Opened, set, type State, state } from './state.ts';
import { clipRow, taskKey, taskRow } from './status.ts';

/** As it is at the beginning, with everything closed. */
export const closed = () => ({
  trouble: null,
  banner: null,
  stats: null,
  day: null,
  filters: {},
  tasks: tasksOf({}),
  typed: '',
  query: null,
  found: null,
  opened: null,
  question: null,
  dialog: null,
  draft: '',
  batch: null,
  lookup: { busy: false, trouble: null },
});

export function leave(fault: State['fault'] = null): void {
  beginSession('');
  set({ ...closed(), place: 'sign-in', fault });
}

ear.hear = (path, trouble) => {
  if (trouble?.code === 'unauthorized') return leave('unauthorized');
  if (trouble?.code === 'not_configured') return set({ ...closed(), place: 'trouble', trouble });
  // A list that failed is missed until it comes, whatever else answers meanwhile.
  if (trouble === null && listFailed() && !path.startsWith(current().path)) return;
  // Told once: what changes every second is heard every second.
  if (state.banner?.code !== trouble?.code) set({ banner: trouble && { ...trouble, detail: null } });
};

const TOAST_MS = 6_000;

export function toast(told: string | Trouble): void {
  const nth = state.toast.nth + 1;
  set({ toast: { told, nth } });
  setTimeout(() => state.toast.nth === nth && set({ toast: { told: null, nth } }), TOAST_MS);
}

/** What reads texts is loaded when somebody adds one. */
export const loaded: { AddDialog: ComponentType | null } = { AddDialog: null };

export async function add(): Promise<void> {
  const module = await import('./add.tsx').catch(() => null);
  loaded.AddDialog = module?.AddDialog ?? null;
  if (module === null) toast(state.labels.page.newer);
  else if (state.place === 'open') set({ dialog: 'add' });
}

export async function speak(language: Language): Promise<void> {
  rememberLanguage(language);
  const labels = await loadLabels(language).catch(() => null);
  if (labels === null) return toast(state.labels.page.newer);
  // Who has chosen another meanwhile gets that, whichever comes first.
  if (language !== chosenLanguage()) return;
  set({ labels });
  state.tasks.reword();
  state.found?.reword();
}

const tasksOf = (query: Filters): Source<Task> =>
  new Source<Task>({ path: '/v1/tasks', query, rowOf: (task) => taskRow(task, state.labels), changed });

const songsWith = (q: string): Source<Clip> =>
  new Source<Clip>({ path: '/v1/clips', query: { q }, rowOf: (clip) => clipRow(clip, state.labels), changed });

/** All that may be asked, to be chosen from. */
export const vendorNames = (): Record<string, string> =>
  Object.fromEntries(Object.keys(state.stats?.vendors ?? {}).map((id) => [id, id]));

export const current = (): Source<Task> | Source<Clip> => state.found ?? state.tasks;

/** Nothing of it is there to be shown beside what went wrong. */
export const listFailed = (): boolean => state.place === 'open' && !current().begun && state.banner !== null;

export function choose(filters: Filters): void {
  set({ filters, tasks: tasksOf(filters), typed: '', query: null, found: null, opened: null });
  void state.tasks.ensure(0, 1, 0);
}

/** Asked so long after the last key. */
const TYPED_MS = 300;

export function type(typed: string): void {
  set({ typed });
  setTimeout(() => state.typed === typed && search(typed), TYPED_MS);
}

/** Of no words: all tasks again. */
export function search(text: string): void {
  const query = text.trim() || null;
  set({ typed: text });
  if (query === state.query) return;
  const found = query === null ? null : songsWith(query);
  set({ query, found, opened: null, lookup: { busy: false, trouble: null } });
  void current().ensure(0, 1, 0);
}

export async function open(key: string): Promise<void> {
  if (current().whole(key) === null) await current().refresh([key], 'act');
  const whole = wholeOf(key);
  if (whole === null) return;
  const opened = { key, ...whole, made: [], answer: null };
  set({ opened });
  // What was made from its songs follows, as soon as the archive says it.
  const made: Clip[] = [];
  for (const { slug, stem, audio } of opened.songs) {
    if (stem !== null || audio?.state !== 'archived') continue;
    const page = await read<Page<Clip>>(withQuery('/v1/clips', { parent: slug, limit: PAGE_ROWS }), 'read');
    made.push(...(page?.data ?? []));
  }
  const now = state.opened;
  // Something else is open by now.
  if (now?.made === opened.made && made.length > 0) set({ opened: { ...now, made } });
}

/** What a row of the list is of; null: it is not kept, or no more. */
function wholeOf(key: string): Omit<Opened, 'key' | 'made' | 'answer'> | null {
  const [task, clip] = [state.tasks.whole(key), state.found?.whole(key)];
  if (task !== null) return { vendor: task.vendor, id: task.id, task, songs: task.clips };
  return clip ? { vendor: clip.vendor, id: clip.task_id, task, songs: [clip] } : null;
}

/** Found by its id, wherever it is in the list; what keeps it from that is told beside the search, or by itself. */
export async function openById(vendor: string, id: string): Promise<void> {
  set({ lookup: { busy: true, trouble: null } });
  const outcome = await ask<Task>('GET', taskPath(vendor, id));
  const trouble = outcome.ok ? null : outcome.fault;
  set({ lookup: { busy: false, trouble } });
  if (trouble !== null && state.query === null) toast(trouble);
  if (!outcome.ok) return;
  search('');
  state.tasks.replace(outcome.value);
  await open(taskKey(outcome.value));
}

export function close(): void {
  const key = state.opened?.key ?? null;
  set({ opened: null });
  if (key !== null && state.place === 'open') list.focus(key);
}

/** Rows have changed, and with them what is open. */
function changed(): void {
  const { opened } = state;
  set({ opened: opened && { ...opened, ...wholeOf(opened.key) } });
}

export const taskChanged = (task: Task): void => state.tasks.replace(task);

export function clipChanged(clip: Clip): void {
  const { opened, found, tasks } = state;
  found?.replace(clip);
  // The same clip may be in several tasks: the open one counts.
  const task = opened?.task ?? tasks.whole(taskKey({ vendor: clip.vendor, id: clip.task_id }));
  if (task) taskChanged({ ...task, clips: task.clips.map((one) => (one.slug === clip.slug ? clip : one)) });
}

export function takenDown(clip: Clip): void {
  const { opened, found } = state;
  if (found !== null) {
    close();
    found.drop(clip.slug);
  }
  void refresh(opened ?? { vendor: clip.vendor, id: clip.task_id });
}

/** A task by itself, wherever it is in the list. */
export async function refresh({ vendor, id }: Pick<Task, 'vendor' | 'id'>): Promise<void> {
  const key = taskKey({ vendor, id });
  if (state.tasks.has(key)) return state.tasks.refresh([key]);
  const path = taskPath(vendor, id);
  const outcome = await ask<Task>('GET', path, { urgency: 'watch' });
  if (outcome.ok) return taskChanged(outcome.value);
  if (outcome.fault.code !== 'not_found') return ear.hear(path, outcome.fault);
  // Removed by somebody else, which is no fault.
  if (state.opened?.key === key) toast(state.labels.acts.untracked);
  forget({ vendor, id });
}

/** It is tracked no more. */
export function forget(task: Pick<Task, 'vendor' | 'id'>): void {
  const key = taskKey(task);
  if (state.opened?.key === key) close();
  state.tasks.drop(key);
}

export async function readStats(): Promise<void> {
  const stats = await read<Stats>('/v1/stats', 'watch');
  if (stats !== null) set({ stats });
}
