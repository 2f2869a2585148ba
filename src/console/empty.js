// Edge: what stands where there are no rows: nothing yet, nothing that fits, nothing found, or nothing to be had.
import { byId, icon, make } from './dom.js';
import { problemWords } from './words.js';

/**
 * @typedef {object} Emptiness
 * @property {boolean} shown
 * @property {import('./api.js').Trouble | null} failed
 * @property {string | null} searched
 * @property {boolean} filtered
 * @property {() => void} add
 * @property {() => void} all
 * @property {() => void} again
 */

/** @param {Emptiness} emptiness */
export function showEmpty({ shown, failed, searched, filtered, add, all, again }) {
  const place = byId('empty', HTMLElement);
  place.hidden = !shown && failed === null;
  const kind = place.hidden
    ? ''
    : failed !== null
      ? `failed ${failed.code}`
      : searched !== null
        ? 'searched'
        : filtered
          ? 'filtered'
          : 'none';
  if (place.dataset['kind'] === kind) return;
  place.dataset['kind'] = kind;
  if (kind === '') place.replaceChildren();
  else if (failed !== null) {
    const { what, then } = problemWords(failed.code);
    fill(icon('warn', 'bad'), what, then, 'Try again', again);
  } else if (kind === 'searched')
    fill(
      disc(),
      'No archived song has these words',
      'Words are looked for in titles and tags. Songs that are still being made are not among them.',
      'Back to all tasks',
      all,
    );
  else if (kind === 'filtered') fill(disc(), 'No task fits these filters', 'Others may.', 'Show all', all);
  else
    fill(
      disc(),
      'No songs yet',
      'Paste the ids of tasks that a relay gave you, or a log, URLs or saved answers that hold them. Each song is followed, and kept for good as soon as it is done.',
      'Add the first songs',
      add,
    );
}

const disc = () => make('span', { class: 'disc', 'aria-hidden': 'true' });

/** @param {Element} picture @param {string} what @param {string} then @param {string} label @param {() => void} act */
function fill(picture, what, then, label, act) {
  const button = make('button', { type: 'button', class: 'button strong' }, [label]);
  button.addEventListener('click', act);
  byId('empty', HTMLElement).replaceChildren(
    picture,
    make('p', { class: 'what' }, [what]),
    make('p', {}, [then]),
    button,
  );
}
