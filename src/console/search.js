// Edge: the search: archived songs by words; and where the text looks like one id, the task of that id.
import { troubleText } from './acts.js';
import { ask, taskPath } from './api.js';
import { byId, make, setText } from './dom.js';
import { gather } from './gather.js';

/** Asked so long after the last key. */
const TYPED_MS = 300;

/** @typedef {import('../model/task.ts').Task} Task */
/**
 * @typedef {object} Ears
 * @property {(query: string | null) => void} found What to look for; null: nothing any more.
 * @property {(task: Task) => void} task
 * @property {() => void} list
 * @property {(id: string) => string[]} known Keys of tasks in the list with this id.
 * @property {(key: string) => void} open
 * @property {() => readonly string[]} vendors
 */

export class Search {
  #field = byId('query', HTMLInputElement);
  #lookup = byId('lookup', HTMLElement);
  #back = byId('search-end', HTMLButtonElement);
  #ears;
  #timer = 0;
  /** What the list shows at the moment; null: all tasks. @type {string | null} */
  query = null;

  /** @param {Ears} ears */
  constructor(ears) {
    this.#ears = ears;
    this.#field.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#look(), TYPED_MS);
    });
    this.#field.addEventListener('keydown', (event) => event.key === 'Escape' && this.end());
    byId('search', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#look();
      ears.list();
    });
    this.#back.addEventListener('click', () => {
      this.end();
      this.focus();
    });
  }

  focus() {
    this.#field.focus();
    this.#field.select();
  }

  end() {
    this.#field.value = '';
    this.#look();
  }

  #look() {
    clearTimeout(this.#timer);
    const query = this.#field.value.trim() || null;
    if (query === this.query) return;
    this.query = query;
    this.#back.hidden = query === null;
    setText(byId('list-title', HTMLElement), query === null ? 'Songs' : `Archived songs with “${query}”`);
    byId('filters', HTMLElement).hidden = query !== null;
    this.#offer(query);
    this.#ears.found(query);
  }

  /** @param {string | null} query */
  #offer(query) {
    const { ids, answers } = gather(query ?? '');
    const [id] = ids;
    this.#lookup.hidden = id === undefined || ids.length > 1 || answers.length > 0;
    if (id === undefined || this.#lookup.hidden) return;
    const known = this.#ears.known(id);
    const buttons = known.map((key) => {
      const button = make('button', { type: 'button', class: 'button' }, [
        `Open task ${id} of ${key.split('/', 1)[0] ?? ''}`,
      ]);
      button.addEventListener('click', () => {
        this.end();
        this.#ears.open(key);
      });
      return button;
    });
    this.#lookup.replaceChildren(
      make('p', {}, [known.length > 0 ? 'This is the id of a task in the list.' : 'This looks like the id of a task.']),
      ...(known.length > 0 ? buttons : this.#ears.vendors().map((vendor) => this.#asking(vendor, id))),
    );
  }

  /** @param {string} vendor @param {string} id */
  #asking(vendor, id) {
    const button = make('button', { type: 'button', class: 'button' }, [`Look up at ${vendor}`]);
    button.title = 'Asks the vendor where it is not known here; the task may be tracked from then on';
    button.addEventListener('click', async () => {
      button.disabled = true;
      /** @type {import('./api.js').Outcome<Task>} */
      const outcome = await ask('GET', taskPath(vendor, id));
      button.disabled = false;
      if (outcome.ok) this.#ears.task(outcome.value);
      else this.#lookup.append(make('p', { class: 'fault', role: 'alert' }, [troubleText(outcome.trouble)]));
    });
    return button;
  }
}
