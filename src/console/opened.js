// Edge: which task or song is open, and what becomes of it there while it changes.
import { taskKey } from './row.js';

/** @typedef {import('../model/task.ts').Task} Task */
/** @typedef {import('../model/task.ts').Clip} Clip */
/**
 * @typedef {object} Lists
 * @property {() => import('./source.js').Source<Task>} tasks
 * @property {() => import('./source.js').Source<Clip> | null} found
 * @property {() => boolean} working Somebody is at the desk.
 */

export class Opened {
  /** In the list that is shown; null: nothing, or a task that is in no list. @type {string | null} */
  key = null;
  #song;
  #list;
  #lists;

  /** @param {import('./song.js').Song} song @param {import('./list.js').List} list @param {Lists} lists */
  constructor(song, list, lists) {
    this.#song = song;
    this.#list = list;
    this.#lists = lists;
  }

  /** @param {string} key */
  async open(key) {
    this.key = key;
    this.#list.select(key);
    const source = this.#lists.found() ?? this.#lists.tasks();
    if (source.whole(key) === null) await source.refresh([key]);
    if (this.key !== key) return;
    const { task, clip } = this.#now(key);
    if (task !== null) this.#song.openTask(task);
    else if (clip !== null) this.#song.openClip(clip);
    else this.closed();
  }

  /** @param {Task} task Found by its id, wherever it is in the list. */
  openTask(task) {
    this.#lists.tasks().replace(task);
    this.key = null;
    this.#song.openTask(task);
  }

  /** As it is now. */
  show() {
    if (this.key === null || !this.#song.isOpen) return;
    const { task, clip } = this.#now(this.key);
    if (task !== null) this.#song.showTask(task);
    else if (clip !== null) this.#song.showClip(clip);
  }

  closed() {
    const { key } = this;
    this.key = null;
    this.#list.select(null);
    // A browser tells of the end a moment later: who is elsewhere by then stays there.
    const { activeElement: at } = document;
    const isHere = at === null || at === document.body || at.closest('#song, #rows') !== null;
    if (key !== null && isHere && this.#lists.working()) this.#list.focus(key);
  }

  /** @param {Clip} clip */
  change(clip) {
    const [tasks, found] = [this.#lists.tasks(), this.#lists.found()];
    found?.replace(clip);
    const task = tasks.whole(this.#taskOf(clip));
    if (task === null) return;
    const clips = task.clips.map((one) => (one.slug === clip.slug ? clip : one));
    tasks.replace({ ...task, clips });
    if (this.key === null && this.#song.isOpen) this.#song.showTask({ ...task, clips });
  }

  /** @param {Clip} clip */
  takenDown(clip) {
    const found = this.#lists.found();
    const key = this.#taskOf(clip);
    // Where no list is read again, nothing would show it.
    if (found !== null || this.key === null) this.#song.close();
    found?.drop(clip.slug);
    void this.#lists.tasks().refresh([key]);
  }

  /** The same clip may be in several tasks: the open one counts. @param {Clip} clip */
  #taskOf(clip) {
    const own = taskKey({ vendor: clip.vendor, id: clip.task_id });
    return this.#lists.found() === null ? (this.key ?? own) : own;
  }

  /** @param {string} key */
  #now(key) {
    const found = this.#lists.found();
    return found === null
      ? { task: this.#lists.tasks().whole(key), clip: null }
      : { task: null, clip: found.whole(key) };
  }
}
