// Edge: the list on the page. Only rows that are seen are elements; they are changed in place, so that focus, selection and
// scroll stay where they are.
import { setAttribute } from './dom.js';
import { Line } from './line.js';
import { rowAfter, rowsIn, scrollTo } from './window.js';

/** Covers are loaded where the list rests, not for every row that flies past. */
const REST_MS = 120;

/** @typedef {import('./row.js').Row} Row */

/**
 * @typedef {object} Shown
 * @property {number} count Rows in all, those that are not read yet included.
 * @property {(place: number) => string | null} keyAt Null: not read yet.
 * @property {(key: string) => Row | null} rowOf
 */

export class List {
  /** The row that keys start from, and that Tab comes to. */
  active = 0;
  #list;
  #size;

  /** @type {string | null} */
  #selected = null;
  /** Elements by key, `#place` where it is not read yet. @type {Map<string, Line>} */
  #lines = new Map();
  /** @type {Shown} */
  #shown = { count: 0, keyAt: () => null, rowOf: () => null };
  #rowHeight = 72;
  #due = false;
  #movedAt = 0;
  /** @type {string | null} */
  #first = null;
  #events;

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} size An element as high as a row.
   * @param {{open: (key: string) => void, seen: (first: number, end: number) => void}} events
   */
  constructor(list, size, events) {
    this.#list = list;
    this.#size = size;
    this.#events = events;
    addEventListener('scroll', () => this.#moved(), { passive: true });
    addEventListener('resize', () => this.draw());
    list.addEventListener('keydown', (event) => this.#key(event));
    list.addEventListener('focusin', (event) => this.#focused(event));
    list.addEventListener('click', (event) => this.#clicked(event));
  }

  /** @param {Shown} shown */
  set(shown) {
    this.#shown = shown;
    this.draw();
  }

  /** @param {string | null} key The one whose details are open. */
  select(key) {
    this.#selected = key;
    this.draw();
  }

  /** Drawn at most once a frame. */
  draw() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#draw();
    });
  }

  /** Keys of rows that are seen, or nearly. */
  visible() {
    return [...this.#lines.keys()].filter((key) => !key.startsWith('#'));
  }

  /** From the beginning again: another list. */
  reset() {
    this.active = 0;
    this.#first = null;
    for (const line of this.#lines.values()) line.item.remove();
    this.#lines.clear();
  }

  /** @param {string | null} key Null: where the keys stand. */
  focus(key) {
    const line = this.#lines.get(key ?? this.#keyAt(this.active));
    if (line) line.button.focus();
    else this.#go(this.active);
  }

  #moved() {
    this.#movedAt = Date.now();
    this.draw();
    setTimeout(() => Date.now() - this.#movedAt >= REST_MS && this.draw(), REST_MS + 10);
  }

  /** @param {number} place */
  #keyAt(place) {
    return this.#shown.keyAt(place) ?? `#${place}`;
  }

  #draw() {
    const { count } = this.#shown;
    this.#rowHeight = this.#size.offsetHeight || this.#rowHeight;
    const focused = document.activeElement?.closest('li')?.parentElement === this.#list ? this.#active() : null;
    this.#keepPlace();
    setAttribute(this.#list, 'data-rows', String(count));
    this.#list.style.setProperty('block-size', `${count * this.#rowHeight}px`);
    const top = -this.#list.getBoundingClientRect().top;
    const { first, end } = rowsIn({ top, height: innerHeight, row: this.#rowHeight, count });
    this.active = Math.min(this.active, Math.max(0, count - 1));
    const places = Array.from({ length: end - first }, (_, index) => first + index);
    // Who left it by scrolling finds it again.
    if (count > 0 && this.active < first) places.unshift(this.active);
    if (count > 0 && this.active >= end) places.push(this.active);
    this.#place(places);
    if (focused !== null && !document.activeElement?.closest('li'))
      this.#lines.get(this.#keyAt(this.active))?.button.focus({ preventScroll: true });
    if (count > 0) this.#events.seen(first, end);
  }

  /** Rows that came in above what is seen do not push it away; who is at the top sees them come. */
  #keepPlace() {
    const key = this.#shown.keyAt(0);
    const before = this.#first;
    this.#first = key;
    if (before === null || key === before || key === null) return;
    let added = 1;
    while (added < 1_000 && added < this.#shown.count && this.#shown.keyAt(added) !== before) added++;
    if (this.#shown.keyAt(added) !== before) return;
    this.active += added;
    const above = -this.#list.getBoundingClientRect().top;
    if (above > this.#rowHeight) {
      this.#list.style.setProperty('block-size', `${this.#shown.count * this.#rowHeight}px`);
      scrollBy({ top: added * this.#rowHeight, behavior: 'instant' });
    }
  }

  /** @param {number[]} places */
  #place(places) {
    const wanted = new Map(places.map((place) => [this.#keyAt(place), place]));
    for (const [key, line] of this.#lines) {
      if (wanted.has(key)) continue;
      this.#lines.delete(key);
      line.item.remove();
    }
    const resting = Date.now() - this.#movedAt >= REST_MS;
    let next = this.#list.firstElementChild;
    for (const [key, place] of wanted) {
      const line = this.#lines.get(key) ?? new Line();
      this.#lines.set(key, line);
      if (line.item === next) next = next.nextElementSibling;
      else this.#list.insertBefore(line.item, next);
      line.item.style.setProperty('transform', `translateY(${place * this.#rowHeight}px)`);
      setAttribute(line.item, 'aria-posinset', String(place + 1));
      setAttribute(line.item, 'aria-setsize', String(this.#shown.count));
      setAttribute(line.button, 'tabindex', place === this.active ? '0' : '-1');
      setAttribute(line.button, 'aria-current', key === this.#selected ? 'true' : null);
      setAttribute(line.button, 'data-place', String(place));
      line.show(this.#shown.rowOf(key), resting);
    }
  }

  #active() {
    return this.#keyAt(this.active);
  }

  /** @param {Event} event */
  #placeIn(event) {
    const button = event.target instanceof Element ? event.target.closest('button.row') : null;
    return button instanceof HTMLElement ? Number(button.dataset['place']) : null;
  }

  /** @param {FocusEvent} event */
  #focused(event) {
    const place = this.#placeIn(event);
    if (place === null || place === this.active) return;
    this.active = place;
    this.draw();
  }

  /** @param {Event} event */
  #clicked(event) {
    const place = this.#placeIn(event);
    const key = place === null ? null : this.#shown.keyAt(place);
    if (key !== null) this.#events.open(key);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.floor(innerHeight / this.#rowHeight);
    const target = rowAfter(event.key, { index: this.active, count: this.#shown.count, page });
    if (target === null) return;
    event.preventDefault();
    this.#go(target);
  }

  /** @param {number} target */
  #go(target) {
    this.active = target;
    const offset = this.#list.getBoundingClientRect().top + target * this.#rowHeight;
    const top = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
    const by = scrollTo({ offset, row: this.#rowHeight, top, bottom: innerHeight });
    if (by !== 0) scrollBy({ top: by, behavior: 'instant' });
    this.#draw();
    this.#lines.get(this.#active())?.button.focus({ preventScroll: true });
  }
}
