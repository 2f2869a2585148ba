// Edge: follows the log of events from now on: which songs have changed, and what is worth saying of it.
import { ask, withQuery } from './api.js';
import { logPlace } from './log-place.js';
import { taskKey, taskTitle } from './row.js';
import { news } from './tell.js';
import { countText } from './format.js';
import { EVENTS } from './words.js';

/** @typedef {import('../model/event.ts').Event} Event */

/** Clocks differ a little: what happened just before is told again rather than missed. */
const MARGIN_MS = 2_000;

export class Follower {
  #cursor = '';
  #changed;

  /** @param {(keys: string[], vendors: boolean) => void} changed Keys of tasks; whether a vendor's health has changed. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {number} now The server's time (ms since the epoch). */
  begin(now) {
    this.#cursor = logPlace(now - MARGIN_MS);
  }

  async look() {
    for (;;) {
      /** @type {import('./api.js').Outcome<{data: Event[], has_more: boolean}>} */
      const outcome = await ask('GET', withQuery('/v1/events', { cursor: this.#cursor, limit: 100 }));
      if (!outcome.ok || outcome.value.data.length === 0) return;
      const { data, has_more } = outcome.value;
      this.#cursor = data.at(-1)?.id ?? this.#cursor;
      this.#changed(
        [...new Set(data.flatMap(keyOf))],
        data.some(({ type }) => type.startsWith('vendor.')),
      );
      for (const text of newsOf(data)) news(text);
      if (!has_more) return;
    }
  }
}

/** @param {Event} event */
function keyOf({ data }) {
  if ('task_id' in data) return [taskKey({ vendor: data.vendor, id: data.task_id })];
  return 'tracking' in data ? [taskKey(data)] : [];
}

/** @param {readonly Event[]} events */
function newsOf(events) {
  return Object.entries(EVENTS).flatMap(([type, words]) => {
    const some = events.filter((event) => event.type === type);
    const [first] = some;
    if (words === null || first === undefined) return [];
    if (some.length > 1)
      return [`${countText(some.length, type.startsWith('vendor.') ? 'vendor' : 'song')} ${words.many}.`];
    return [`${nameOf(first)} ${words.one}.`];
  });
}

/** @param {Event} event */
function nameOf({ data }) {
  if ('tracking' in data) return `“${taskTitle(data)}”`;
  return 'task_id' in data ? `“${data.title ?? data.id}”` : `Vendor ${data.vendor}`;
}
