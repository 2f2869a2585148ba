// Edge: keys that work everywhere on the page, unless they are switched off (WCAG 2.2, 2.1.4).
export interface KeyActs {
  readonly search: () => void;
  readonly add: () => void;
  readonly list: () => void;
  readonly keys: () => void;
  readonly escape: () => void;
}

export function listenToKeys(acts: KeyActs, isOn: () => boolean, isOpen: () => boolean): void {
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
