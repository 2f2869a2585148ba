// Flow: the console at work: what the list shows, what is open, what changed, and what keeps it from working.
import type { Language } from '../model/language.ts';
import type { Stats } from '../model/stats.ts';
import type { Clip, Task } from '../model/task.ts';
import { ask, beginSession, ear, type Page, read, taskPath, type Trouble, withQuery } from './api.ts';
import { PAGE_ROWS } from './run.ts';
import { chosenLanguage, loadLabels, rememberLanguage } from './session.ts';
import { Source } from './source.ts';
import { type Filters, list, set, type State, state, touch } from './state.ts';
import { taskKey } from './status.ts';
import { expectedRows } from './window.ts';

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
  lookup: null,
});

export function leave(fault: State['fault'] = null): void {
  beginSession('');
  set({ ...closed(), place: 'sign-in', fault });
}

ear.hear = (path, trouble) => {
  if (trouble?.code === 'unauthorized') return leave('unauthorized');
  if (trouble?.code === 'not_configured') return set({ ...closed(), place: 'trouble', trouble });
  // A list that failed is missed until it comes, whatever else answers meanwhile.
  if (trouble === null && listFailed() && !path.startsWith(current().shape.path)) return;
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
export async function add(): Promise<void> {
  const module = await import('./add.tsx').catch(() => null);
  if (module === null) toast(state.labels.page.unloaded);
  else if (state.place === 'open') set({ dialog: module.AddDialog });
}

export async function speak(language: Language): Promise<void> {
  rememberLanguage(language);
  const labels = await loadLabels(language).catch(() => null);
  if (labels === null) return toast(state.labels.page.unloaded);
  // Who has chosen another meanwhile gets that, whichever comes first.
  if (language !== chosenLanguage()) return;
  set({ labels });
}

const tasksOf = (query: Filters): Source<Task> =>
  new Source<Task>({ path: '/v1/tasks', query, expected: () => expectedRows(state.stats, query), changed: touch });

const songsWith = (q: string): Source<Clip> =>
  new Source<Clip>({ path: '/v1/clips', query: { q }, expected: () => 0, changed: touch });

/** All that may be asked, to be chosen from. */
export const vendorNames = (): Record<string, string> =>
  Object.fromEntries(Object.keys(state.stats?.vendors ?? {}).map((id) => [id, id]));

export const current = (): Source<Task> | Source<Clip> => state.found ?? state.tasks;

/** Nothing of it is there to be shown beside what went wrong. */
export const listFailed = (): boolean => state.place === 'open' && !current().begun && state.banner !== null;

/** '': any. */
export function choose(chosen: Filters): void {
  const filters = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== ''));
  set({ filters, tasks: tasksOf(filters), typed: '', query: null, found: null, opened: null });
  void state.tasks.ensure();
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
  set({ query, found, opened: null, lookup: null });
  void current().ensure();
}

export async function open(key: string): Promise<void> {
  const shown = shownAt(key);
  if (shown === null) return;
  const opened = { key, made: [], answer: null };
  set({ opened });
  // What was made from its songs follows, as soon as the archive says it.
  const made: Clip[] = [];
  for (const { slug, stem, audio } of shown.songs) {
    if (stem !== null || audio?.state !== 'archived') continue;
    const page = await read<Page<Clip>>(withQuery('/v1/clips', { parent: slug, limit: PAGE_ROWS }), 'read');
    made.push(...(page?.data ?? []));
  }
  const now = state.opened;
  // Something else is open by now.
  if (now?.made === opened.made && made.length > 0) set({ opened: { ...now, made } });
}

const ownerOf = ({ vendor, task_id: id }: Clip) => ({ vendor, id });

/** What a row is of: a task, or an archived song, which is known by itself; null: it is not read, or kept no more. */
export function shownAt(key: string) {
  const [task, clip] = [state.tasks.items.get(key), state.found?.items.get(key)];
  if (task) return { vendor: task.vendor, id: task.id, task, songs: task.clips };
  return clip ? { ...ownerOf(clip), task: null, songs: [clip] } : null;
}

/** Found by its id, wherever it is in the list; what keeps it from that is told beside the search, or by itself. */
export async function openById(vendor: string, id: string): Promise<void> {
  set({ lookup: null });
  const outcome = await ask<Task>('GET', taskPath(vendor, id));
  if (!outcome.ok) return state.query === null ? toast(outcome.fault) : set({ lookup: outcome.fault });
  search('');
  state.tasks.replace(outcome.value);
  await open(taskKey(outcome.value));
}

export function close(): void {
  const key = state.opened?.key ?? null;
  set({ opened: null });
  if (key !== null && state.place === 'open') list.focus(key);
}

export function clipChanged(clip: Clip): void {
  const { opened, found, tasks } = state;
  found?.replace(clip);
  // The same clip may be in several tasks: the open one counts.
  const task = tasks.items.get(opened?.key ?? '') ?? tasks.items.get(taskKey(ownerOf(clip)));
  if (task) tasks.replace({ ...task, clips: task.clips.map((one) => (one.slug === clip.slug ? clip : one)) });
}

export function takenDown(clip: Clip): void {
  const { opened, found } = state;
  const owner = shownAt(opened?.key ?? '') ?? ownerOf(clip);
  if (found !== null) {
    close();
    found.drop(clip.slug);
  }
  void refresh(owner);
}

/** A task by itself, wherever it is in the list. */
export async function refresh({ vendor, id }: Pick<Task, 'vendor' | 'id'>): Promise<void> {
  const key = taskKey({ vendor, id });
  const path = taskPath(vendor, id);
  const outcome = await ask<Task>('GET', path, { urgency: 'watch' });
  // What somebody else has removed is no fault.
  const isGone = !outcome.ok && outcome.fault.code === 'not_found';
  ear.hear(path, outcome.ok || isGone ? null : outcome.fault);
  if (outcome.ok) state.tasks.replace(outcome.value);
  if (!isGone) return;
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
