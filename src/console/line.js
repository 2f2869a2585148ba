// Edge: one row of the list as elements, changed in place.
import { serverNow } from './api.js';
import { icon, make, setAttribute, setText, webAddress } from './dom.js';
import { agoBrief, momentText } from './format.js';

/** @typedef {import('./row.js').Row} Row */

export class Line {
  cover = make('img', { alt: '', width: '48', height: '48', decoding: 'async', hidden: true });
  blank = make('span', { class: 'cover blank' }, [make('span', { class: 'disc' })]);
  title = make('span', { class: 'title', dir: 'auto' });
  note = make('span', { class: 'note' });
  state = make('span', { class: 'state' });
  label = make('span', {});
  bar = make('span', { class: 'bar', hidden: true }, [make('span', {})]);
  time = make('time', {});
  button;
  item;
  #tone = '';

  constructor() {
    this.cover.className = 'cover';
    this.state.append(this.label);
    this.button = make('button', { type: 'button', class: 'row', tabindex: '-1' }, [
      make('span', { class: 'sleeve', 'aria-hidden': 'true' }, [this.blank, this.cover]),
      make('span', { class: 'about' }, [this.title, this.note]),
      make('span', { class: 'how' }, [this.state, this.bar]),
      this.time,
    ]);
    this.item = make('li', {}, [this.button]);
  }

  /** @param {Row | null} row Null: not read yet. @param {boolean} resting */
  show(row, resting) {
    this.button.classList.toggle('waiting', row === null);
    if (row === null) {
      setText(this.title, 'Loading…');
      return;
    }
    const { verdict } = row;
    setText(this.title, row.title);
    setText(this.note, row.note);
    setText(this.label, verdict.label);
    if (this.#tone !== verdict.tone) {
      this.#tone = verdict.tone;
      this.state.firstElementChild?.matches('svg') && this.state.firstElementChild.remove();
      this.state.prepend(icon(verdict.tone));
      this.state.dataset['tone'] = verdict.tone;
    }
    setAttribute(this.button, 'title', verdict.why);
    this.bar.hidden = verdict.progress === null;
    const fill = /** @type {HTMLElement} */ (this.bar.firstElementChild);
    fill.style.setProperty('inline-size', `${verdict.progress ?? 0}%`);
    setText(this.time, agoBrief(row.at, serverNow()));
    setAttribute(this.time, 'datetime', row.at);
    setAttribute(this.time, 'title', row.at === null ? null : momentText(row.at));
    if (resting || row.cover === null) this.#showCover(webAddress(row.cover));
  }

  /** @param {string | null} address */
  #showCover(address) {
    this.cover.hidden = address === null;
    this.blank.hidden = address !== null;
    if (address !== null && this.cover.src !== address) this.cover.src = address;
    if (address === null) this.cover.removeAttribute('src');
  }
}
