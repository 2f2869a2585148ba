// Edge: what is said to whoever sits there: what an action has done, seen and heard; and what happened meanwhile, heard only.
import { byId, setText } from './dom.js';

const TOAST_MS = 6_000;
/** What happens by itself is said at most this often: a voice that never stops is switched off. */
const NEWS_MS = 5_000;

const timers = { toast: 0, news: 0 };
/** @type {string[]} */
const waiting = [];

/** @param {string} text */
export function toast(text) {
  const place = byId('toast', HTMLElement);
  // The same twice would not be said again.
  place.textContent = '';
  requestAnimationFrame(() => setText(place, text));
  clearTimeout(timers.toast);
  timers.toast = setTimeout(() => setText(place, ''), TOAST_MS);
}

/** @param {string} text */
export function news(text) {
  waiting.push(text);
  if (timers.news !== 0) return;
  const say = () => {
    const text = waiting.splice(0).slice(-3).join(' ');
    timers.news = text === '' ? 0 : setTimeout(say, NEWS_MS);
    if (text !== '') setText(byId('news', HTMLElement), text);
  };
  say();
}

/** @param {string | null} text What keeps the page from being up to date; null: nothing. */
export function banner(text) {
  const place = byId('banner', HTMLElement);
  place.hidden = text === null;
  setText(place, text ?? '');
}
