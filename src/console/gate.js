// Edge: what stands before the console: the form for the token, and what keeps the whole of it from working.
import { ask } from './api.js';
import { byId, make, setText } from './dom.js';
import { remember, token } from './session.js';
import { problemWords } from './words.js';

/** @typedef {import('./api.js').Trouble} Trouble */
/** @typedef {import('./charts.js').Stats} Stats */

export class Gate {
  #gate = byId('gate', HTMLElement);
  #form = byId('token-form', HTMLFormElement);
  #field = byId('token', HTMLInputElement);
  #fault = byId('token-fault', HTMLElement);
  #trouble = byId('trouble', HTMLElement);
  #entered;

  /** @param {(stats: Stats) => void} entered */
  constructor(entered) {
    this.#entered = entered;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#try(this.#field.value.trim());
    });
    byId('trouble-again', HTMLElement).addEventListener('click', () => void this.enter());
    byId('trouble-token', HTMLElement).addEventListener('click', () => this.askToken(null));
  }

  /** With the token that this tab has, if it has one. */
  async enter() {
    const known = token();
    if (known === null) this.askToken(null);
    else await this.#try(known);
  }

  /** @param {string | null} fault Why the one before is of no use. */
  askToken(fault) {
    this.#open(this.#form);
    setText(this.#fault, fault ?? '');
    this.#field.setAttribute('aria-invalid', String(fault !== null));
    this.#field.value = '';
    this.#field.focus();
  }

  /** @param {Trouble} trouble Nothing works while it lasts. */
  tell({ code, detail }) {
    this.#open(this.#trouble);
    const { what, then } = problemWords(code);
    setText(byId('trouble-what', HTMLElement), what);
    setText(byId('trouble-then', HTMLElement), then);
    byId('trouble-details', HTMLElement).replaceChildren(
      ...(detail?.split('; ') ?? []).map((mistake) => make('li', { dir: 'auto' }, [mistake])),
    );
    byId('trouble-what', HTMLElement).focus();
  }

  close() {
    this.#gate.hidden = true;
  }

  /** @param {HTMLElement} part */
  #open(part) {
    this.#gate.hidden = false;
    for (const one of [this.#form, this.#trouble]) one.hidden = one !== part;
  }

  /** @param {string} text */
  async #try(text) {
    if (text === '') return this.askToken('Type a token first.');
    if (!/^[\x21-\x7e]+$/.test(text)) return this.askToken('A token has no spaces and no letters beyond English ones.');
    /** @type {import('./api.js').Outcome<Stats>} */
    const outcome = await ask('GET', '/v1/stats', { as: text });
    if (outcome.ok) {
      if (text !== token()) remember(text);
      this.#field.value = '';
      this.close();
      return this.#entered(outcome.value);
    }
    const { trouble } = outcome;
    const { what, then } = problemWords(trouble.code);
    if (trouble.code === 'unauthorized') return this.askToken(`${what}. ${then}`);
    // It may well be the right one: it is not to be typed again.
    if (text !== token()) remember(text);
    this.tell(trouble);
  }
}
