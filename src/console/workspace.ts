// Flow: the console at work: who comes in, what the list shows, what is open, and what keeps all of it up to date.
import type { Language } from '../model/language.ts';
import type { ComponentType } from 'preact';
import type { Stats } from '../model/stats.ts';
import type { Clip, Task } from '../model/task.ts';
import { type Actions, actionsOf } from './actions.ts';
import { ask, beginSession, taskPath, type Trouble } from './api.ts';
import { loadLabels, forget, remember, rememberKeys, rememberLanguage, token } from './session.ts';
import type { Filters } from './listing.ts';
import { type Shape, Source } from './source.ts';
import { type State, Store } from './state.ts';
import { clipRow, taskKey, taskRow } from './status.ts';
import { Watch } from './watch.ts';

/** What every part of the page is drawn from. */
export interface PageProps {
  readonly state: State;
  readonly workspace: Workspace;
}

export class Workspace {
  readonly actions: Actions;
  /** The rows that are seen, as the list says. */
  seen: readonly string[] = [];
  /** Set by the list: where the keys stand, or this row. */
  focusRow: (key: string | null) => void = () => {};
  /** A text that is to be added, kept while its dialog is closed. */
  readonly draft = { text: '' };
  /** What reads texts is loaded when somebody adds one. */
  AddDialog: ComponentType<PageProps> | null = null;
  #store;
  #watch;

  constructor(reader: Pick<State, 'language' | 'labels' | 'keys_on' | 'wide'>, draw: (state: State) => void) {
    const still = { fault: null, denied: null, stats: null, toast: { text: '', nth: 0 }, news: '' };
    this.#store = new Store({ ...reader, ...still, ...this.#fresh(), place: 'entering' }, draw);
    this.actions = actionsOf(this.#store, {
      task: (task) => this.#changed(task),
      clip: (clip) => this.#clipChanged(clip),
      takenDown: (clip) => this.#takenDown(clip),
      untracked: (task) => {
        this.close();
        this.state.tasks.drop(taskKey(task));
      },
      vendors: () => void this.#watch.readStats(),
    });
    this.#watch = new Watch(this.#store, {
      current: () => this.current,
      seen: () => this.seen,
      refresh: (key) => this.#refresh(key),
      failed: (trouble) => this.#failed(trouble),
      well: () => this.#well(),
    });
  }

  get state(): State {
    return this.#store.state;
  }
  set(change: Partial<State>): void {
    this.#store.set(change);
  }

  /** With the token that this tab has, if it has one. */
  async resume(): Promise<void> {
    const known = token();
    if (known === null) this.set({ place: 'sign-in' });
    else await this.enter(known);
  }

  async enter(given: string): Promise<void> {
    const text = given.trim();
    if (text === '') return this.set({ place: 'sign-in', fault: 'empty' });
    if (!/^[\x21-\x7e]+$/.test(text)) return this.set({ place: 'sign-in', fault: 'letters' });
    // Whoever presses Enter twice comes in once.
    beginSession(text);
    this.set({ place: this.state.place === 'open' ? 'entering' : this.state.place, fault: null, denied: null });
    const outcome = await ask<Stats>('GET', '/v1/stats');
    if (!outcome.ok) {
      if (outcome.trouble === null) return;
      if (outcome.trouble.code === 'unauthorized') {
        forget();
        return this.set({ place: 'sign-in', fault: 'unauthorized' });
      }
      // It may well be the right one: it is not to be typed again.
      remember(text);
      return this.set({ place: 'trouble', trouble: outcome.trouble });
    }
    remember(text);
    this.#begin(outcome.value);
  }

  leave(fault: State['fault'] = null): void {
    beginSession('');
    forget();
    this.#stop();
    this.set({ place: 'sign-in', fault });
  }

  #begin(stats: Stats): void {
    this.set({ ...this.#fresh(), place: 'open', stats });
    this.#watch.begin();
    void this.state.tasks.ensure(0, 1, 0).then(() => this.#watch.readDay());
  }

  #stop(): void {
    this.draft.text = '';
    this.#watch.end();
    this.set({ ...this.#fresh(), stats: null });
  }

  /** As it is at the beginning, with everything closed. */
  #fresh() {
    return {
      trouble: null,
      banner: null,
      day: null,
      filters: {},
      tasks: this.#tasksOf({}),
      query: null,
      found: null,
      opened: null,
      question: null,
      dialog: null,
      batch: null,
      lookup: { busy: null, trouble: null },
    };
  }

  async add(): Promise<void> {
    this.AddDialog ??= await import('./add.tsx').then(
      (loaded) => loaded.AddDialog,
      () => null,
    );
    if (this.AddDialog === null) this.actions.toast(this.state.labels.page.newer);
    else if (this.state.place === 'open') this.set({ dialog: 'add' });
  }

  async speak(language: Language): Promise<void> {
    rememberLanguage(language);
    const labels = await loadLabels(language).catch(() => null);
    if (labels === null) return this.actions.toast(this.state.labels.page.newer);
    this.set({ language, labels });
    this.state.tasks.reword();
    this.state.found?.reword();
  }

  switchKeys(on: boolean): void {
    rememberKeys(on);
    this.set({ keys_on: on });
  }

  choose(filters: Filters): void {
    this.set({ filters, tasks: this.#tasksOf(filters), query: null, found: null, opened: null });
    void this.state.tasks.ensure(0, 1, 0);
  }

  /** Null: all tasks again. */
  search(query: string | null): void {
    if (query === this.state.query) return;
    const found =
      query === null
        ? null
        : new Source<Clip>({
            path: '/v1/clips',
            query: { q: query },
            rowOf: (clip) => clipRow(clip, this.state.labels),
            ...this.#ears(),
          });
    this.set({ query, found, opened: null, lookup: { busy: null, trouble: null } });
    void (found ?? this.state.tasks).ensure(0, 1, 0);
  }

  #tasksOf(query: Filters): Source<Task> {
    return new Source<Task>({
      path: '/v1/tasks',
      query: query as Record<string, string>,
      rowOf: (task) => taskRow(task, this.state.labels),
      ...this.#ears(),
    });
  }
  #ears(): Pick<Shape<never>, 'changed' | 'failed'> {
    return {
      changed: () => {
        this.#well();
        this.#reopen();
      },
      failed: (trouble) => this.#failed(trouble),
    };
  }

  get current(): Source<Task> | Source<Clip> {
    return this.state.found ?? this.state.tasks;
  }

  async open(key: string): Promise<void> {
    const { found, tasks } = this.state;
    if ((found ?? tasks).whole(key) === null) await (found ?? tasks).refresh([key], 'act');
    const [task, clip] = found === null ? [tasks.whole(key), null] : [null, found.whole(key)];
    if (task !== null || clip !== null) this.set({ opened: { key, task, clip, answer: null } });
  }

  /** Found by its id, wherever it is in the list. */
  async openById(vendor: string, id: string): Promise<boolean> {
    const task = await this.actions.lookUp(vendor, id);
    if (task === null) return false;
    this.search(null);
    this.state.tasks.replace(task);
    this.set({ opened: { key: null, task, clip: null, answer: null } });
    return true;
  }

  close(): void {
    const key = this.state.opened?.key ?? null;
    this.set({ opened: null });
    if (key !== null && this.state.place === 'open') this.focusRow(key);
  }

  /** What is open, as it is now. */
  #reopen(): void {
    const { opened, found, tasks } = this.state;
    const key = opened?.key ?? (opened?.task ? taskKey(opened.task) : null);
    if (opened === null || key === null) return this.#store.touch();
    const [task, clip] = found === null ? [tasks.whole(key), null] : [null, found.whole(key)];
    this.set({ opened: { ...opened, task: task ?? opened.task, clip: clip ?? opened.clip } });
  }

  #changed(task: Task): void {
    const { opened, tasks } = this.state;
    if (opened?.task && taskKey(opened.task) === taskKey(task)) this.set({ opened: { ...opened, task } });
    tasks.replace(task);
  }

  #clipChanged(clip: Clip): void {
    const { opened, found, tasks } = this.state;
    found?.replace(clip);
    // The same clip may be in several tasks: the open one counts.
    const task = opened?.task ?? tasks.whole(taskKey({ vendor: clip.vendor, id: clip.task_id }));
    if (opened?.clip?.slug === clip.slug) this.set({ opened: { ...opened, clip } });
    if (task) this.#changed({ ...task, clips: task.clips.map((one) => (one.slug === clip.slug ? clip : one)) });
  }

  #takenDown(clip: Clip): void {
    const { opened, found } = this.state;
    if (found !== null) {
      this.close();
      found.drop(clip.slug);
    }
    const key = opened?.task ? taskKey(opened.task) : taskKey({ vendor: clip.vendor, id: clip.task_id });
    void this.#refresh(key);
  }

  /** A task by itself, wherever it is in the list. */
  async #refresh(key: string): Promise<void> {
    if (this.state.tasks.has(key)) return this.state.tasks.refresh([key]);
    const [vendor = '', id = ''] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
    const outcome = await ask<Task>('GET', taskPath(vendor, id), { urgency: 'watch' });
    if (outcome.ok) this.#changed(outcome.value);
    else if (outcome.trouble !== null) this.#failed(outcome.trouble);
  }

  #failed(trouble: Trouble): void {
    if (trouble.code === 'unauthorized') return this.leave('unauthorized');
    if (trouble.code === 'not_configured') {
      this.#stop();
      return this.set({ place: 'trouble', trouble });
    }
    // Told once: what changes every second is heard every second.
    if (this.state.banner?.code !== trouble.code) this.set({ banner: { ...trouble, detail: null } });
  }

  #well(): void {
    if (this.state.banner !== null) this.set({ banner: null });
  }
}
