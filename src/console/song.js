// Edge: the details of one task, or of one archived song: beside the list where there is room, else over it.
import { serverNow } from './api.js';
import { ClipCard } from './clip-card.js';
import { icon, make, setText } from './dom.js';
import { agoText, countText } from './format.js';
import { taskTitle } from './row.js';
import { may } from './session.js';
import { verdictOf } from './verdict.js';
import { KINDS, problemWords, STATUSES, TRACKING } from './words.js';

/** @typedef {import('../model/task.ts').Task} Task */
/** @typedef {import('../model/task.ts').Clip} Clip */
/** @typedef {import('./clip-card.js').ClipActs & {retry: (vendor: string, id: string) => void, untrack: (task: Task) => void, closed: () => void}} Acts */

/** Beside the list from this width on (widths.css). */
const ROOM = matchMedia('(min-width: 64rem)');

export class Song {
  #dialog;
  #acts;
  #title = make('h2', { id: 'song-title', tabindex: '-1', dir: 'auto' });
  #state = make('p', { class: 'state' });
  #why = make('p', { class: 'why', dir: 'auto' });
  #facts = make('dl', { class: 'facts' });
  #body = make('div', { class: 'song-body' });
  #clipList = make('div', { class: 'clips' });
  #lyrics = make('div', { class: 'variants' });
  #retry = make('button', { type: 'button', class: 'button' }, ['Retry']);
  #untrack = make('button', { type: 'button', class: 'button' }, ['Stop tracking']);
  #copyId = make('button', { type: 'button', class: 'button small' }, ['Copy id']);
  /** @type {Map<string, ClipCard>} */
  #cards = new Map();
  /** @type {{task: Task | null, clip: Clip | null}} */
  #shown = { task: null, clip: null };

  /** @param {HTMLDialogElement} dialog @param {Acts} acts */
  constructor(dialog, acts) {
    this.#dialog = dialog;
    this.#acts = acts;
    const close = make(
      'button',
      { type: 'button', class: 'button icon', 'aria-label': 'Close', 'aria-keyshortcuts': 'Escape' },
      ['×'],
    );
    close.addEventListener('click', () => this.close());
    dialog.append(make('div', { class: 'song-head' }, [this.#title, close]), this.#body);
    this.#body.append(
      this.#state,
      this.#why,
      make('div', { class: 'acts' }, [this.#retry, this.#untrack, this.#copyId]),
      this.#clipList,
      this.#lyrics,
      this.#facts,
    );
    dialog.addEventListener('close', () => this.#left());
    this.#retry.addEventListener('click', () => this.#act((vendor, id) => acts.retry(vendor, id)));
    this.#untrack.addEventListener('click', () => this.#shown.task !== null && acts.untrack(this.#shown.task));
    this.#copyId.addEventListener('click', () => this.#act((_, id) => acts.copy('The id', id)));
    ROOM.addEventListener('change', () => this.#dialog.open && this.#show());
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** @param {Task} task */
  openTask(task) {
    this.#open(() => this.showTask(task));
  }

  /** @param {Clip} clip */
  openClip(clip) {
    this.#open(() => this.showClip(clip));
  }

  /** @param {() => void} fill */
  #open(fill) {
    this.#begin();
    fill();
    this.#show();
    this.#body.scrollTo(0, 0);
    this.#title.focus({ preventScroll: true });
  }

  close() {
    this.#dialog.close();
  }

  /** @param {Task} task As it is now. */
  showTask(task) {
    this.#shown = { task, clip: null };
    const verdict = verdictOf(task);
    setText(this.#title, taskTitle(task));
    this.#state.hidden = false;
    if (this.#state.dataset['tone'] !== verdict.tone || this.#state.textContent !== verdict.label) {
      this.#state.dataset['tone'] = verdict.tone;
      this.#state.replaceChildren(icon(verdict.tone), verdict.label);
    }
    setText(this.#why, verdict.why ?? '');
    this.#why.hidden = verdict.why === null;
    this.#showClips(task.clips);
    this.#showLyrics(task);
    this.#showFacts(task);
    this.#offer(task.tracking.state !== 'untracked');
  }

  /** @param {Clip} clip As it is now. */
  showClip(clip) {
    this.#shown = { task: null, clip };
    setText(this.#title, clip.title ?? clip.id);
    this.#state.hidden = true;
    this.#why.hidden = true;
    this.#showClips([clip]);
    this.#lyrics.replaceChildren();
    this.#fill([
      ['Task', clip.task_id],
      ['Vendor', clip.vendor],
    ]);
    this.#offer(false);
  }

  #begin() {
    for (const card of this.#cards.values()) card.leave();
    this.#cards.clear();
    this.#lyrics.replaceChildren();
  }

  #show() {
    if (this.#dialog.open) {
      // Without this a change of width would be an end of it.
      const open = this.#dialog;
      if (open.matches(':modal') === !ROOM.matches) return;
      open.removeAttribute('open');
    }
    if (ROOM.matches) this.#dialog.show();
    else this.#dialog.showModal();
  }

  #left() {
    for (const card of this.#cards.values()) card.leave();
    this.#cards.clear();
    this.#acts.closed();
  }

  /** @param {(vendor: string, id: string) => void} act */
  #act(act) {
    const { task, clip } = this.#shown;
    if (task !== null) act(task.vendor, task.id);
    else if (clip !== null) act(clip.vendor, clip.task_id);
  }

  /** @param {boolean} tracked */
  #offer(tracked) {
    this.#untrack.hidden = !tracked;
    /** @type {[HTMLButtonElement, import('./session.js').Scope][]} */
    const needs = [
      [this.#retry, 'track'],
      [this.#untrack, 'admin'],
    ];
    for (const [button, scope] of needs) {
      button.disabled = !may(scope);
      button.title = may(scope) ? '' : `Needs a token of scope ${scope}`;
    }
  }

  /** @param {readonly Clip[]} clips */
  #showClips(clips) {
    const slugs = new Set(clips.map(({ slug }) => slug));
    for (const [slug, card] of this.#cards) {
      if (slugs.has(slug)) continue;
      card.leave();
      this.#cards.delete(slug);
    }
    for (const clip of clips) {
      const card = this.#cards.get(clip.slug) ?? new ClipCard(this.#acts);
      if (!this.#cards.has(clip.slug)) this.#clipList.append(card.element);
      this.#cards.set(clip.slug, card);
      card.show(clip, may('admin'));
    }
  }

  /** @param {Task} task */
  #showLyrics({ lyrics_variants: variants }) {
    if (this.#lyrics.childElementCount === variants.length) return;
    this.#lyrics.replaceChildren(
      ...variants.map(({ title, text }, index) =>
        make('details', { class: 'lyrics', open: index === 0 }, [
          make('summary', { dir: 'auto' }, [title ?? `Lyrics ${index + 1}`]),
          make('p', { dir: 'auto' }, [text ?? '']),
        ]),
      ),
    );
  }

  /** @param {Task} task */
  #showFacts(task) {
    const { tracking, archive } = task;
    const now = serverNow();
    const error = tracking.last_error;
    this.#fill([
      ['Vendor', task.vendor],
      ['Id', task.id],
      ['Kind', KINDS[task.kind]],
      [
        'At the vendor',
        [STATUSES[task.status], task.vendor_status && `(${task.vendor_status})`].filter(Boolean).join(' '),
      ],
      ['Here', TRACKING[tracking.state]],
      ['Files', `${archive.archived} kept, ${archive.pending} on their way, ${archive.unavailable} lost`],
      ['Failure', task.failure ?? ''],
      ['Tracked', agoText(tracking.tracked_at, now)],
      [
        'Asked',
        tracking.polls === 0
          ? ''
          : `${countText(tracking.polls, 'time')}, last ${agoText(tracking.last_polled_at, now)}`,
      ],
      ['Asked next', tracking.state === 'watching' ? agoText(tracking.next_poll_at, now) : ''],
      [
        'Last error',
        error === null ? '' : `${problemWords(error.code).what}: ${error.message} (${agoText(error.at, now)})`,
      ],
    ]);
  }

  /** @param {[name: string, text: string][]} facts Those without a text are left out. */
  #fill(facts) {
    const told = facts.filter(([, text]) => text !== '');
    const names = told.map(([name]) => name).join();
    if (this.#facts.dataset['names'] !== names) {
      this.#facts.dataset['names'] = names;
      this.#facts.replaceChildren(...told.flatMap(([name]) => [make('dt', {}, [name]), make('dd', { dir: 'auto' })]));
    }
    const values = this.#facts.querySelectorAll('dd');
    told.forEach(([, text], index) => values[index] && setText(values[index], text));
  }
}
