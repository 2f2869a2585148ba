// Edge: keys that work everywhere on the page, and the list of them.
import { byId, make } from './dom.js';

/** @type {readonly [keys: string, what: string][]} */
const KEYS = [
  ['/', 'Search'],
  ['a', 'Add songs'],
  ['l', 'Go to the list'],
  ['↑ ↓', 'Song before, song after'],
  ['Page Up, Page Down', 'A screen of songs up or down'],
  ['Home, End', 'First song, last song'],
  ['Enter', 'Open the song'],
  ['Esc', 'Close what is open'],
  ['?', 'This list'],
];

/** @param {{search: () => void, add: () => void, list: () => void, escape: () => void}} acts */
export function listen(acts) {
  const dialog = byId('keys', HTMLDialogElement);
  byId('keys-list', HTMLElement).append(
    ...KEYS.flatMap(([keys, what]) => [make('dt', {}, [make('kbd', {}, [keys])]), make('dd', {}, [what])]),
  );
  const show = () => dialog.showModal();
  byId('keys-open', HTMLElement).addEventListener('click', show);
  /** @type {Readonly<Record<string, () => void>>} */
  const table = { '/': acts.search, a: acts.add, l: acts.list, '?': show };
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('dialog:modal') !== null || byId('main', HTMLElement).hidden) return;
    if (event.key === 'Escape') return acts.escape();
    if (isTyping(event.target)) return;
    const act = Object.hasOwn(table, event.key) ? table[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

/** @param {EventTarget | null} target */
const isTyping = (target) => target instanceof Element && target.matches('input, textarea, select, [contenteditable]');
