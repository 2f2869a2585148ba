// Edge: the console's entry: the page drawn from the state, and the keys that work everywhere on it.
import { render } from 'preact';
import { LANGUAGE_TAGS } from '../model/language.ts';
import { Page } from './page.tsx';
import { endSearch } from './search.tsx';
import { chosenLanguage, keysAreOn, loadLabels } from './session.ts';
import type { State } from './state.ts';
import { Workspace } from './workspace.ts';

/** The song stands beside the list from this width on (song.css). */
const ROOM = matchMedia('(min-width: 64rem)');

const language = chosenLanguage();
const root = document.querySelector('#page') ?? document.body;
const labels = await loadLabels(language);
const workspace = new Workspace({ language, labels, keys_on: keysAreOn(), wide: ROOM.matches }, draw);

function draw(state: State): void {
  document.documentElement.lang = LANGUAGE_TAGS[state.language];
  document.title = `${state.labels.page.title} · longplay`;
  render(<Page state={state} workspace={workspace} />, root);
}

/** Unless they are switched off (WCAG 2.2, 2.1.4). */
const KEYS: Readonly<Record<string, () => unknown>> = {
  '/': () => document.querySelector<HTMLInputElement>('#query')?.select(),
  a: () => workspace.add(),
  l: () => workspace.focusRow(null),
  '?': () => workspace.set({ dialog: 'keys' }),
};
document.addEventListener('keydown', (event) => {
  const { place, keys_on, opened } = workspace.state;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || place !== 'open') return;
  if (document.querySelector('dialog:modal') !== null) return;
  if (event.key === 'Escape') return opened === null ? endSearch(workspace) : workspace.close();
  const typing = event.target instanceof Element && event.target.matches('input, textarea, select, [contenteditable]');
  const act = typing || !keys_on || !Object.hasOwn(KEYS, event.key) ? undefined : KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});

ROOM.addEventListener('change', () => workspace.set({ wide: ROOM.matches }));
await workspace.resume();
