// Edge: which tasks the list shows: one choice each of what the API can tell apart.
import { byId, make, setText } from './dom.js';
import { ARCHIVE, KINDS, STATUSES, TRACKING } from './words.js';

/** @type {readonly {name: string, label: string, words: Readonly<Record<string, string>>}[]} */
const FIELDS = [
  { name: 'tracking', label: 'Here', words: TRACKING },
  { name: 'status', label: 'At the vendor', words: STATUSES },
  { name: 'archive', label: 'Files', words: ARCHIVE },
  { name: 'kind', label: 'Kind', words: KINDS },
];

export class Filters {
  #selects;
  #vendor = make('select', { id: 'filter-vendor', name: 'vendor' });
  #clear = make('button', { type: 'button', class: 'button small', hidden: true }, ['Show all']);
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    this.#selects = FIELDS.map(({ name, words }) =>
      make('select', { id: `filter-${name}`, name }, [
        make('option', { value: '' }, ['any']),
        ...Object.entries(words).map(([value, text]) => make('option', { value }, [text])),
      ]),
    );
    this.vendors([]);
    const place = byId('filter-fields', HTMLElement);
    const all = [...this.#selects, this.#vendor];
    place.append(
      ...all.map((select, index) =>
        make('div', { class: 'field' }, [
          make('label', { for: select.id }, [FIELDS[index]?.label ?? 'Vendor']),
          select,
        ]),
      ),
      this.#clear,
    );
    place.addEventListener('change', () => this.#told());
    this.#clear.addEventListener('click', () => {
      this.set({});
      all[0]?.focus();
    });
  }

  /** @returns {Record<string, string>} What is chosen, by the names of the API. */
  get chosen() {
    const all = [...this.#selects, this.#vendor].map(({ name, value }) => /** @type {const} */ ([name, value]));
    return Object.fromEntries(all.filter(([, value]) => value !== ''));
  }

  /** @param {Record<string, string>} chosen All else is any. */
  set(chosen) {
    for (const select of [...this.#selects, this.#vendor]) select.value = chosen[select.name] ?? '';
    this.#told();
  }

  /** @param {readonly string[]} ids */
  vendors(ids) {
    if (this.#vendor.options.length === ids.length + 1) return;
    const { value } = this.#vendor;
    this.#vendor.replaceChildren(
      make('option', { value: '' }, ['any']),
      ...ids.map((id) => make('option', { value: id }, [id])),
    );
    this.#vendor.value = ids.includes(value) ? value : '';
  }

  #told() {
    const chosen = [...this.#selects, this.#vendor].filter(({ value }) => value !== '');
    const texts = chosen.map((select) => select.selectedOptions[0]?.textContent ?? '');
    setText(byId('filters-brief', HTMLElement), texts.length === 0 ? ': none' : `: ${texts.join(', ')}`);
    this.#clear.hidden = chosen.length === 0;
    this.#changed();
  }
}
