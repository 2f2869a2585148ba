// Edge: how each vendor is: answering, resting or paused; why, until when, how much waits for it; and the way to resume.
import { serverNow } from './api.js';
import { icon, make, setText } from './dom.js';
import { agoText, countText } from './format.js';
import { may } from './session.js';
import { HEALTH } from './words.js';

/** @typedef {import('./charts.js').Stats['vendors'][string]} Health */

export class Vendors {
  #place;
  #resume;
  /** @type {Map<string, VendorLine>} */
  #lines = new Map();

  /** @param {HTMLElement} place @param {(vendor: string) => void} resume */
  constructor(place, resume) {
    this.#place = place;
    this.#resume = resume;
  }

  /** Ids of all vendors. */
  get ids() {
    return [...this.#lines.keys()];
  }

  /** @param {Record<string, Health>} vendors */
  show(vendors) {
    for (const [id, health] of Object.entries(vendors)) {
      const line = this.#lines.get(id) ?? new VendorLine(id, () => this.#resume(id));
      if (!this.#lines.has(id)) this.#place.append(line.element);
      this.#lines.set(id, line);
      line.show(health);
    }
    for (const [id, line] of this.#lines) {
      if (id in vendors) continue;
      line.element.remove();
      this.#lines.delete(id);
    }
  }
}

class VendorLine {
  #mark = make('span', { class: 'mark' });
  #what = make('span', {});
  #why = make('p', { class: 'why', dir: 'auto' });
  #then = make('p', { class: 'soft' });
  #resume;
  element;

  /** @param {string} id @param {() => void} resume */
  constructor(id, resume) {
    this.#resume = make('button', { type: 'button', class: 'button small strong' }, [
      'Resume',
      make('span', { class: 'unseen' }, [` ${id}`]),
    ]);
    this.#resume.addEventListener('click', resume);
    this.element = make('li', { class: 'vendor' }, [
      make('p', { class: 'vendor-head' }, [this.#mark, make('strong', {}, [id]), ' ', this.#what]),
      this.#why,
      this.#then,
      this.#resume,
    ]);
  }

  /** @param {Health} health */
  show({ health, until, reason, pending }) {
    const { tone, what, then } = HEALTH[health];
    if (this.element.dataset['tone'] !== tone) {
      this.element.dataset['tone'] = tone;
      this.#mark.replaceChildren(icon(tone));
    }
    setText(this.#what, pending === 0 ? what : `${what}, ${countText(pending, 'task')} waiting for it`);
    const well = health === 'ok';
    setText(this.#why, reason ?? '');
    this.#why.hidden = well || reason === null;
    const next =
      until === null
        ? ''
        : Date.parse(until) > serverNow()
          ? `Asked again ${agoText(until, serverNow())}.`
          : 'Asked again now.';
    setText(this.#then, `${then} ${next}`);
    this.#then.hidden = well;
    this.#resume.hidden = well;
    this.#resume.disabled = !may('admin');
    this.#resume.title = may('admin') ? '' : 'Needs a token of scope admin';
  }
}
