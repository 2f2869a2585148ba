// Edge: one file of a song: whether it is here, how large, its hash, and in plain words why not.
import { icon, make, setText, webAddress } from './dom.js';
import { bytesText, countText } from './format.js';
import { FILE_REASONS, FILES, ROLES } from './words.js';

/** @type {Readonly<Record<import('../model/task.ts').File['state'], import('./verdict.js').Tone>>} */
const TONES = { archived: 'good', pending: 'busy', unavailable: 'bad', skipped: 'idle' };

export class FileLine {
  #mark = make('span', { class: 'mark' });
  #state = make('span', { class: 'file-state' });
  #facts = make('span', { class: 'soft' });
  #why = make('p', { class: 'why', hidden: true });
  #hash = make('code', { class: 'hash', hidden: true });
  #copy;
  element;
  /** @type {string | null} */
  #link = null;

  /**
   * @param {import('../model/task.ts').Role} role
   * @param {(what: string, text: string) => void} copy
   */
  constructor(role, copy) {
    this.#copy = make('button', { type: 'button', class: 'button small', hidden: true }, [
      'Copy link',
      make('span', { class: 'unseen' }, [` of the ${role}`]),
    ]);
    this.#copy.addEventListener('click', () => this.#link !== null && copy(`Link of the ${role}`, this.#link));
    const head = make('p', { class: 'file-head' }, [
      this.#mark,
      make('strong', {}, [ROLES[role]]),
      ' ',
      this.#state,
      ' ',
      this.#facts,
    ]);
    this.element = make('li', { class: 'file' }, [head, this.#why, this.#hash, this.#copy]);
  }

  /** @param {import('../model/task.ts').File | null} file */
  show(file) {
    this.element.hidden = file === null;
    if (file === null) return;
    const tone = file.reason === 'taken_down' ? 'idle' : TONES[file.state];
    if (this.#mark.dataset['tone'] !== tone) {
      this.#mark.replaceChildren(icon(tone));
      this.#mark.dataset['tone'] = tone;
    }
    setText(this.#state, file.reason === 'taken_down' ? 'taken down' : FILES[file.state]);
    const tried = file.state !== 'archived' && file.attempts > 0 ? countText(file.attempts, 'try', 'tries') : null;
    const size = file.bytes === null ? null : bytesText(file.bytes);
    setText(this.#facts, [size, file.content_type, tried].filter(Boolean).join(' · '));
    const reason = file.reason === null ? null : FILE_REASONS[file.reason];
    this.#why.hidden = reason === null;
    if (reason !== null) setText(this.#why, `${reason.what}. ${reason.then}`);
    this.#hash.hidden = file.sha256 === null;
    setText(this.#hash, file.sha256 === null ? '' : `sha256 ${file.sha256}`);
    this.#link = file.state === 'archived' ? webAddress(file.url) : null;
    this.#copy.hidden = this.#link === null;
  }
}
