// Edge: the console's entry: the page drawn from the state, and the keys that work everywhere on it.
import { render } from 'preact';
import { LANGUAGE_TAGS } from '../model/language.ts';
import { KeysDialog, ROOM } from './dialogs.tsx';
import { resume } from './gate.tsx';
import { Page } from './page.tsx';
import { chosenLanguage, keysAreOn, loadLabels } from './session.ts';
import { drawnBy, list, set, state, touch } from './state.ts';
import { add, close, closed, search } from './workspace.ts';

const root = document.querySelector('#page') ?? document.body;
drawnBy(() => {
  const { labels } = state;
  document.documentElement.lang = LANGUAGE_TAGS[labels.language];
  document.title = `${labels.page.title} · longplay`;
  render(<Page />, root);
});

const labels = await loadLabels(chosenLanguage());
const silent = { fault: null, denied: null, toast: { told: null, nth: 0 }, news: '' };
set({ ...closed(), ...silent, labels, place: 'entering' });
ROOM.addEventListener('change', touch);

/** Unless they are switched off (WCAG 2.2, 2.1.4). */
const KEYS: Readonly<Record<string, () => unknown>> = {
  '/': () => document.querySelector<HTMLInputElement>('#query')?.select(),
  a: add,
  l: () => list.focus(null),
  '?': () => set({ dialog: KeysDialog }),
};
document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || state.place !== 'open') return;
  // A key of whoever composes a word is the word's.
  if (event.isComposing) return;
  if (document.querySelector('dialog:modal') !== null) return;
  if (event.key === 'Escape') return state.opened === null ? search('') : close();
  const typing = event.target instanceof Element && event.target.matches('input, textarea, select, [contenteditable]');
  const act = typing || !keysAreOn() || !Object.hasOwn(KEYS, event.key) ? undefined : KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});

await resume();
