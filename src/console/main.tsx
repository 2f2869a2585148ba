// Edge: the console's entry: the words, the state, the page drawn from it, and the keys. No logic.
import { render } from 'preact';
import { listenToKeys } from './keys.ts';
import { LANGUAGE_TAGS } from '../model/language.ts';
import { loadLabels } from './language.ts';
import { Page } from './page.tsx';
import { endSearch } from './search.tsx';
import { chosenLanguage, keysAreOn } from './session.ts';
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
