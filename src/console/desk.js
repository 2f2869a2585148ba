// Edge: the console at work: the list and what it shows, the song that is open, and what keeps both up to date.
import { actsOf, troubleText } from './acts.js';
import { Add } from './add.js';
import { ask, limitedMs, serverNow } from './api.js';
import { Charts } from './charts.js';
import { byId, setText } from './dom.js';
import { showEmpty } from './empty.js';
import { Filters } from './filters.js';
import { Follower } from './follow.js';
import { countText, numberText } from './format.js';
import { listen } from './keys.js';
import { List } from './list.js';
import { every } from './live.js';
import { clipRow, taskKey, taskRow } from './row.js';
import { Search } from './search.js';
import { Song } from './song.js';
import { Source } from './source.js';
import { banner } from './tell.js';
import { Vendors } from './vendors.js';

/** Songs that change by themselves and are seen; all else (600 requests a minute are allowed). */
const MOVING_MS = 2_000;
const REST_MS = 5_000;
/** Rows that hold the place of the first ones. */
const SKELETON_ROWS = 8;

/** @typedef {import('../task.ts').Task} Task */
/** @typedef {import('../task.ts').Clip} Clip */
/** @typedef {import('./api.js').Trouble} Trouble */
/** @typedef {import('./charts.js').Stats} Stats */

export class Desk {
  #refused;
  /** @type {Stats | null} */
  #stats = null;
  /** @type {Source<Task>} */
  #tasks;
  /** What was looked for, where something was. @type {Source<Clip> | null} */
  #found = null;
  /** @type {string | null} */
  #opened = null;
  /** @type {Trouble | null} */
  #trouble = null;
  /** Rows of which the log said that they changed while nobody saw them. @type {Set<string>} */
  #stale = new Set();
  /** @type {{now: () => void, stop: () => void}[]} */
  #timers = [];
  #follower = new Follower((keys, vendors) => this.#happened(keys, vendors));
  #list;
  #song;
  #filters;
  #vendors;
  #charts;
  #search;
  #add;

  /** @param {(trouble: Trouble) => void} refused Nothing works any more. */
  constructor(refused) {
    this.#refused = refused;
    const acts = actsOf({
      task: (task) => this.#tasks.replace(task),
      clip: (clip) => this.#changed(clip),
      takenDown: (clip) => this.#takenDown(clip),
      untracked: (task) => {
        this.#song.close();
        this.#tasks.drop(taskKey(task));
      },
      vendors: () => void this.#readStats(),
      scope: () => this.#draw(),
    });
    this.#list = new List(byId('rows', HTMLElement), byId('row-size', HTMLElement), {
      open: (key) => void this.#open(key),
      seen: (_, end) => void this.#current.ensure(end - 1),
    });
    this.#song = new Song(byId('song', HTMLDialogElement), { ...acts, closed: () => this.#closed() });
    this.#vendors = new Vendors(byId('vendors', HTMLElement), (id) => void acts.resume(id));
    this.#charts = new Charts(byId('charts', HTMLElement), byId('overview-brief', HTMLElement), (filter) => {
      this.#search.end();
      this.#filters.set(filter);
      byId('list', HTMLElement).scrollIntoView();
    });
    this.#add = new Add(() => void this.#tasks.head());
    this.#tasks = this.#newTasks({});
    this.#filters = new Filters(() => this.#choose());
    this.#search = new Search({
      found: (query) => this.#look(query),
      task: (task) => this.#openFound(task),
      list: () => this.#list.focus(null),
      known: (id) => this.#tasks.listing.keys.filter((key) => key.endsWith(`/${id}`)),
      open: (key) => void this.#open(key),
      vendors: () => this.#vendors.ids,
    });
    listen({
      search: () => this.#search.focus(),
      add: () => this.#openAdd(),
      list: () => this.#list.focus(null),
      escape: () => (this.#song.isOpen ? this.#song.close() : this.#search.end()),
    });
    byId('add-open', HTMLElement).addEventListener('click', () => this.#openAdd());
  }

  /** @param {Stats} stats */
  start(stats) {
    this.#follower.begin(serverNow());
    this.#trouble = null;
    this.#showStats(stats);
    this.#filters.set({});
    this.#timers = [
      every(MOVING_MS, () => this.#lookAtMoving()),
      every(REST_MS, () => this.#current.head()),
      every(REST_MS, () => this.#readStats()),
      every(REST_MS, () => this.#follower.look()),
    ];
  }

  stop() {
    for (const timer of this.#timers) timer.stop();
    this.#timers = [];
    this.#song.close();
    this.#search.end();
    this.#tasks = this.#newTasks({});
    this.#list.reset();
    banner(null);
  }

  get #current() {
    return this.#found ?? this.#tasks;
  }

  /** @param {Record<string, string>} query @returns {Source<Task>} */
  #newTasks(query) {
    return new Source({ path: '/v1/tasks', query, rowOf: taskRow, ...this.#ears() });
  }

  #ears() {
    return {
      changed: () => {
        this.#well();
        this.#draw();
      },
      failed: (/** @type {Trouble} */ trouble) => this.#failed(trouble),
    };
  }

  #choose() {
    this.#tasks = this.#newTasks(this.#filters.chosen);
    this.#begin();
  }

  /** @param {string | null} query Null: all tasks again. */
  #look(query) {
    if (query === null && this.#found === null) return;
    this.#found =
      query === null ? null : new Source({ path: '/v1/clips', query: { q: query }, rowOf: clipRow, ...this.#ears() });
    this.#begin();
  }

  /** Another list from its beginning. */
  #begin() {
    if (this.#song.isOpen) this.#song.close();
    this.#list.reset();
    this.#draw();
    void this.#current.ensure(0);
  }

  async #lookAtMoving() {
    const seen = new Set(this.#list.visible());
    if (this.#opened !== null) seen.add(this.#opened);
    const keys = [...seen].filter((key) => this.#current.rows.get(key)?.moving || this.#stale.has(key));
    for (const key of keys) this.#stale.delete(key);
    if (keys.length > 0) await this.#current.refresh(keys);
  }

  /** @param {string[]} keys @param {boolean} vendors */
  #happened(keys, vendors) {
    for (const key of keys) if (this.#tasks.rows.has(key)) this.#stale.add(key);
    if (vendors) void this.#readStats();
  }

  async #readStats() {
    /** @type {import('./api.js').Outcome<Stats>} */
    const outcome = await ask('GET', '/v1/stats');
    if (!outcome.ok) return this.#failed(outcome.trouble);
    this.#well();
    this.#showStats(outcome.value);
    return this.#draw();
  }

  /** @param {Stats} stats */
  #showStats(stats) {
    this.#stats = stats;
    this.#charts.show(stats);
    this.#vendors.show(stats.vendors);
    this.#filters.vendors(Object.keys(stats.vendors));
  }

  /** @param {Trouble} trouble */
  #failed(trouble) {
    if (trouble.code === 'unauthorized' || trouble.code === 'not_configured') return this.#refused(trouble);
    this.#trouble = trouble;
    const wait = trouble.code === 'rate_limited' ? ` It goes on in ${Math.ceil(limitedMs() / 1000)} s.` : '';
    banner(troubleText({ ...trouble, detail: null }) + wait);
    this.#draw();
  }

  #well() {
    if (this.#trouble === null) return;
    this.#trouble = null;
    banner(null);
  }

  #draw() {
    const source = this.#current;
    const { listing, rows } = source;
    const { keys } = listing;
    const failed = !source.begun && this.#trouble !== null;
    const unread = source.begun ? Math.max(this.#expected() - keys.length, 1) : failed ? 0 : SKELETON_ROWS;
    const count = keys.length + (listing.complete ? 0 : unread);
    this.#list.set({ count, keyAt: (place) => keys[place] ?? null, rowOf: (key) => rows.get(key) ?? null });
    setText(byId('list-count', HTMLElement), this.#countText(keys.length, count));
    showEmpty({
      shown: source.begun && count === 0,
      ...{
        failed: failed ? this.#trouble : null,
        searched: this.#search.query,
        filtered: Object.keys(this.#filters?.chosen ?? {}).length > 0,
      },
      add: () => this.#openAdd(),
      all: () => (this.#found === null ? this.#filters.set({}) : this.#search.end()),
      again: () => void source.ensure(0),
    });
    this.#showOpened();
  }

  /** As many rows as the list may have, by the last numbers. */
  #expected() {
    const chosen = Object.entries(this.#filters.chosen);
    if (this.#stats === null || this.#found !== null || chosen.length > 1) return 0;
    const { total, by_status, by_tracking } = this.#stats.tasks;
    const [[name, value] = ['', '']] = chosen;
    if (name === 'status') return by_status[/** @type {keyof typeof by_status} */ (value)];
    if (name === 'tracking') return by_tracking[/** @type {keyof typeof by_tracking} */ (value)];
    return name === '' ? total - by_tracking.untracked : 0;
  }

  /** @param {number} read @param {number} count */
  #countText(read, count) {
    if (!this.#current.begun) return this.#trouble === null ? 'Loading…' : '';
    const what = this.#found === null ? 'task' : 'song';
    if (this.#current.listing.complete) return countText(count, what);
    return count > read + 1
      ? `${numberText(read)} of ${countText(count, what)} read`
      : `${countText(read, what)} read so far`;
  }

  /** @param {string} key */
  async #open(key) {
    this.#opened = key;
    this.#list.select(key);
    if (this.#current.whole(key) === null) await this.#current.refresh([key]);
    if (this.#opened !== key) return;
    const task = this.#found === null ? this.#tasks.whole(key) : null;
    const clip = this.#found?.whole(key) ?? null;
    if (task !== null) this.#song.openTask(task);
    else if (clip !== null) this.#song.openClip(clip);
    else this.#closed();
  }

  /** @param {Task} task Found by its id, wherever it is in the list. */
  #openFound(task) {
    this.#tasks.replace(task);
    this.#opened = null;
    this.#song.openTask(task);
  }

  #showOpened() {
    if (this.#opened === null || !this.#song.isOpen) return;
    const task = this.#found === null ? this.#tasks.whole(this.#opened) : null;
    const clip = this.#found?.whole(this.#opened) ?? null;
    if (task !== null) this.#song.showTask(task);
    else if (clip !== null) this.#song.showClip(clip);
  }

  #closed() {
    const key = this.#opened;
    this.#opened = null;
    this.#list.select(null);
    // A browser tells of the end a moment later: who is elsewhere by then stays there.
    const { activeElement: at } = document;
    const isHere = at === null || at === document.body || at.closest('#song, #rows') !== null;
    if (key !== null && isHere && this.#timers.length > 0) this.#list.focus(key);
  }

  /** @param {Clip} clip */
  #changed(clip) {
    this.#found?.replace(clip);
    const key = taskKey({ vendor: clip.vendor, id: clip.task_id });
    const task = this.#tasks.whole(this.#found === null ? (this.#opened ?? key) : key);
    if (task === null) return;
    const clips = task.clips.map((one) => (one.slug === clip.slug ? clip : one));
    this.#tasks.replace({ ...task, clips });
    if (this.#opened === null && this.#song.isOpen) this.#song.showTask({ ...task, clips });
  }

  /** @param {Clip} clip */
  #takenDown(clip) {
    if (this.#found !== null) {
      this.#song.close();
      this.#found.drop(clip.slug);
    }
    const key = this.#opened ?? taskKey({ vendor: clip.vendor, id: clip.task_id });
    void this.#tasks.refresh([key]);
  }

  #openAdd() {
    this.#add.open(this.#vendors.ids);
  }
}
