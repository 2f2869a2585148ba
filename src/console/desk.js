// Edge: the console at work: the list and what it shows, the song that is open, and what keeps both up to date.
import { actsOf, troubleText } from './acts.js';
import { Add } from './add.js';
import { ask, limitedMs, serverNow } from './api.js';
import { Charts } from './charts.js';
import { byId, setText } from './dom.js';
import { showEmpty } from './empty.js';
import { expectedRows, rowsText } from './extent.js';
import { Filters } from './filters.js';
import { Follower } from './follow.js';
import { listen } from './keys.js';
import { List } from './list.js';
import { every } from './live.js';
import { clipRow, taskKey, taskRow } from './row.js';
import { Opened } from './opened.js';
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

/** @typedef {import('../model/task.ts').Task} Task */
/** @typedef {import('../model/task.ts').Clip} Clip */
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
  /** @type {Trouble | null} */
  #trouble = null;
  /** Rows of which the log said that they changed while nobody saw them. @type {Set<string>} */
  #stale = new Set();
  /** @type {{now: () => void, stop: () => void}[]} */
  #timers = [];
  #follower = new Follower((keys, vendors) => this.#happened(keys, vendors));
  #list;
  #song;
  #opened;
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
      clip: (clip) => this.#opened.change(clip),
      takenDown: (clip) => this.#opened.takenDown(clip),
      untracked: (task) => {
        this.#song.close();
        this.#tasks.drop(taskKey(task));
      },
      vendors: () => void this.#readStats(),
      scope: () => this.#draw(),
    });
    this.#list = new List(byId('rows', HTMLElement), byId('row-size', HTMLElement), {
      open: (key) => void this.#opened.open(key),
      seen: (_, end) => void this.#current.ensure(end - 1),
    });
    this.#song = new Song(byId('song', HTMLDialogElement), { ...acts, closed: () => this.#opened.closed() });
    this.#opened = new Opened(this.#song, this.#list, {
      tasks: () => this.#tasks,
      found: () => this.#found,
      working: () => this.#timers.length > 0,
    });
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
      task: (task) => this.#opened.openTask(task),
      list: () => this.#list.focus(null),
      known: (id) => this.#tasks.listing.keys.filter((key) => key.endsWith(`/${id}`)),
      open: (key) => void this.#opened.open(key),
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
    if (this.#opened.key !== null) seen.add(this.#opened.key);
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
    const expected = this.#found === null ? expectedRows(this.#stats, this.#filters.chosen) : 0;
    const unread = source.begun ? Math.max(expected - keys.length, 1) : failed ? 0 : SKELETON_ROWS;
    const count = keys.length + (listing.complete ? 0 : unread);
    this.#list.set({ count, keyAt: (place) => keys[place] ?? null, rowOf: (key) => rows.get(key) ?? null });
    const told = { begun: source.begun, complete: listing.complete, read: keys.length, count, failed };
    setText(byId('list-count', HTMLElement), rowsText(told, this.#found === null ? 'task' : 'song'));
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
    this.#opened.show();
  }

  #openAdd() {
    this.#add.open(this.#vendors.ids);
  }
}
