// Edge: the numbers of the whole system as small bars, each part with its number and its words; a part is also a way to its songs.
import { serverNow } from './api.js';
import { make, setText } from './dom.js';
import { agoText, bytesText, countText, numberText } from './format.js';
import { STATUSES, TRACKING } from './words.js';

/** @typedef {import('valibot').InferOutput<typeof import('../views/stats.ts').Stats>} Stats */
/** @typedef {import('./verdict.js').Tone} Tone */
/** @typedef {{tone: Tone, name: string, count: (stats: Stats) => number, filter?: Record<string, string>}} Part */

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @type {readonly (readonly [keyof typeof TRACKING, Tone])[]} */
const TRACKED = [
  ['settled', 'good'],
  ['watching', 'busy'],
  ['archiving', 'warn'],
  ['expired', 'bad'],
  ['untracked', 'idle'],
];
/** @type {readonly (readonly [keyof typeof STATUSES, Tone])[]} */
const TOLD = [
  ['succeeded', 'good'],
  ['running', 'busy'],
  ['queued', 'warn'],
  ['failed', 'bad'],
  ['unknown', 'idle'],
];

/** @type {readonly {title: string, lead: (stats: Stats) => string, note: (stats: Stats) => string, parts: readonly Part[]}[]} */
const CHARTS = [
  {
    title: 'Tasks here',
    lead: ({ tasks }) => numberText(tasks.total),
    note: ({ oldest_pending_at }) =>
      oldest_pending_at === null ? 'Nothing is waiting' : `Oldest waiting: ${agoText(oldest_pending_at, serverNow())}`,
    parts: TRACKED.map(([state, tone]) => ({
      ...{ tone, name: capital(TRACKING[state]), filter: { tracking: state } },
      count: ({ tasks }) => tasks.by_tracking[state],
    })),
  },
  {
    title: 'At the vendors',
    lead: ({ tasks }) => numberText(tasks.by_status.succeeded),
    note: ({ tasks }) => `of ${numberText(tasks.total)} succeeded`,
    parts: TOLD.map(([status, tone]) => ({
      ...{ tone, name: capital(STATUSES[status]), filter: { status } },
      count: ({ tasks }) => tasks.by_status[status],
    })),
  },
  {
    title: 'Files',
    lead: ({ files }) => bytesText(files.bytes),
    note: ({ files }) => `in ${countText(files.archived, 'file')}`,
    parts: [
      { tone: 'good', name: 'Kept', count: ({ files }) => files.archived },
      { tone: 'busy', name: 'On their way', filter: { archive: 'pending' }, count: ({ files }) => files.pending },
      { tone: 'bad', name: 'Lost', count: ({ files }) => files.unavailable },
    ],
  },
  {
    title: 'Webhooks',
    lead: ({ deliveries }) => numberText(deliveries.pending),
    note: () => 'deliveries on their way',
    parts: [
      { tone: 'busy', name: 'On their way', count: ({ deliveries }) => deliveries.pending },
      { tone: 'bad', name: 'Failed', count: ({ deliveries }) => deliveries.failed },
    ],
  },
];

export class Charts {
  #brief;
  #cards;

  /**
   * @param {HTMLElement} place
   * @param {HTMLElement} brief
   * @param {(filter: Record<string, string>) => void} choose
   */
  constructor(place, brief, choose) {
    this.#brief = brief;
    this.#cards = CHARTS.map((chart) => new Chart(chart, choose));
    place.append(...this.#cards.map(({ element }) => element));
  }

  /** @param {Stats} stats */
  show(stats) {
    for (const card of this.#cards) card.show(stats);
    const { tasks, files } = stats;
    const moving = tasks.by_tracking.watching + tasks.by_tracking.archiving;
    setText(
      this.#brief,
      `${countText(tasks.total, 'task')}, ${numberText(moving)} under way, ${countText(files.archived, 'file')} kept, ${numberText(files.unavailable)} lost, ${bytesText(files.bytes)}`,
    );
  }
}

class Chart {
  #chart;
  #lead = make('p', { class: 'lead' });
  #note = make('p', { class: 'soft' });
  #parts;
  element;

  /** @param {(typeof CHARTS)[number]} chart @param {(filter: Record<string, string>) => void} choose */
  constructor(chart, choose) {
    this.#chart = chart;
    this.#parts = chart.parts.map(({ tone, name, filter, count }) => {
      const number = make('span', { class: 'number' }, ['0']);
      const label = [make('span', { class: 'swatch', 'data-tone': tone, 'aria-hidden': 'true' }), name, ' ', number];
      const legend = filter
        ? make('button', { type: 'button', class: 'legend', title: `Show only these: ${name}` }, label)
        : make('span', { class: 'legend' }, label);
      if (filter) legend.addEventListener('click', () => choose(filter));
      return { bar: make('span', { 'data-tone': tone }), place: make('li', {}, [legend]), number, count };
    });
    this.element = make('section', { class: 'chart' }, [
      make('h3', {}, [chart.title]),
      this.#lead,
      this.#note,
      make(
        'div',
        { class: 'stack', 'aria-hidden': 'true' },
        this.#parts.map(({ bar }) => bar),
      ),
      make(
        'ul',
        { class: 'legends' },
        this.#parts.map(({ place }) => place),
      ),
    ]);
  }

  /** @param {Stats} stats */
  show(stats) {
    setText(this.#lead, this.#chart.lead(stats));
    setText(this.#note, this.#chart.note(stats));
    for (const { bar, place, number, count } of this.#parts) {
      const value = count(stats);
      bar.style.setProperty('flex-grow', String(value));
      bar.hidden = value === 0;
      setText(number, numberText(value));
      place.hidden = value === 0;
    }
  }
}
