// Edge: the console's entry: the state at the beginning, the page drawn from it, and keys that work everywhere on it.
import { render } from 'preact';
import { LANGUAGE_TAGS } from '../model/language.ts';
import { loadLabels, chosenLanguage, keysAreOn } from './session.ts';
import { Page } from './page.tsx';
import { endSearch } from './search.tsx';
import { Source } from './source.ts';
import { type State, Store } from './state.ts';
import { Workspace } from './workspace.ts';

/** The song stands beside the list from this width on (song.css). */
const ROOM = matchMedia('(min-width: 64rem)');

const language = chosenLanguage();
const root = document.querySelector('#page') ?? document.body;
const nothing = { rowOf: () => ({}) as never, changed() {}, failed() {} };
const initial: State = {
  language,
  labels: await loadLabels(language),
  keys_on: keysAreOn(),
  place: 'entering',
  fault: null,
  trouble: null,
  banner: null,
  stats: null,
  day: null,
  filters: {},
  query: null,
  found: null,
  opened: null,
  tasks: new Source({ path: '', query: {}, ...nothing }),
  lookup: { busy: null, trouble: null },
  denied: null,
  question: null,
  dialog: null,
  batch: null,
  toast: { text: '', nth: 0 },
  news: '',
};
const store = new Store(initial, draw);
const workspace = new Workspace(store);

function draw(state: State): void {
  document.documentElement.lang = LANGUAGE_TAGS[state.language];
  document.title = `${state.labels.page.title} · longplay`;
  render(<Page state={state} store={store} workspace={workspace} wide={ROOM.matches} />, root);
}

interface KeyActs {
  readonly search: () => void;
  readonly add: () => void;
  readonly list: () => void;
  readonly keys: () => void;
  readonly escape: () => void;
}

function listenToKeys(acts: KeyActs, isOn: () => boolean, isOpen: () => boolean): void {
  const table: Readonly<Record<string, () => void>> = { '/': acts.search, a: acts.add, l: acts.list, '?': acts.keys };
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !isOpen()) return;
    if (document.querySelector('dialog:modal') !== null) return;
    if (event.key === 'Escape') return acts.escape();
    if (isTyping(event.target) || !isOn()) return;
    const act = Object.hasOwn(table, event.key) ? table[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.matches('input, textarea, select, [contenteditable]');

ROOM.addEventListener('change', () => store.touch());
listenToKeys(
  {
    search: () => document.querySelector<HTMLInputElement>('#query')?.select(),
    add: () => store.set({ dialog: 'add' }),
    list: () => workspace.focusRow(null),
    keys: () => store.set({ dialog: 'keys' }),
    escape: () => (store.state.opened === null ? endSearch(workspace) : workspace.close()),
  },
  () => store.state.keys_on,
  () => store.state.place === 'open',
);
await workspace.resume();
