// Edge: one song in the details: cover, player, words, files, and what can be done with it. Changed in place: what plays, plays on.
import { icon, make, setAttribute, setText, webAddress } from './dom.js';
import { FileLine } from './file-line.js';
import { lengthText } from './format.js';
import { clipVerdict, isTakenDown } from './verdict.js';
import { VISIBILITIES } from './words.js';

const ROLES = /** @type {const} */ (['audio', 'cover', 'video']);

/** @typedef {import('../model/task.ts').Clip} Clip */
/** @typedef {{publish: (clip: Clip) => void, retitle: (clip: Clip) => void, takeDown: (clip: Clip) => void, copy: (what: string, text: string) => void}} ClipActs */

export class ClipCard {
  #cover = make('img', { class: 'cover', alt: '', width: '96', height: '96', decoding: 'async', hidden: true });
  #blank = make('span', { class: 'cover blank', 'aria-hidden': 'true' }, [make('span', { class: 'disc' })]);
  #title = make('h3', { dir: 'auto' });
  #credits = make('p', { class: 'soft', dir: 'auto' });
  #state = make('p', { class: 'state' });
  #why = make('p', { class: 'why', dir: 'auto' });
  #audio = make('audio', { controls: true, preload: 'metadata', hidden: true });
  #lyrics = make('details', { class: 'lyrics' }, [make('summary', {}, ['Lyrics'])]);
  #text = make('p', { dir: 'auto' });
  #files;
  #page = make('a', { class: 'button small', target: '_blank', rel: 'noopener' }, ['Share page']);
  #copy = make('button', { type: 'button', class: 'button small' }, ['Copy page link']);
  #publish = make('button', { type: 'button', class: 'button small' });
  #retitle = make('button', { type: 'button', class: 'button small' }, ['Change title']);
  #takeDown = make('button', { type: 'button', class: 'button small danger' }, ['Take down']);
  #acts = make('div', { class: 'acts' });
  /** @type {Clip | null} */
  #clip = null;
  element;

  /** @param {ClipActs} acts */
  constructor(acts) {
    this.#files = ROLES.map((role) => new FileLine(role, acts.copy));
    this.#lyrics.append(this.#text);
    this.#acts.append(this.#page, this.#copy, this.#publish, this.#retitle, this.#takeDown);
    const list = make('ul', { class: 'files' });
    list.append(...this.#files.map(({ element }) => element));
    this.element = make('article', { class: 'clip' }, [
      make('div', { class: 'clip-head' }, [
        make('span', { class: 'sleeve' }, [this.#blank, this.#cover]),
        make('div', {}, [this.#title, this.#credits, this.#state]),
      ]),
      this.#why,
      this.#audio,
      list,
      this.#lyrics,
      this.#acts,
    ]);
    /** @type {[HTMLElement, (clip: Clip) => void][]} */
    const buttons = [
      [this.#copy, (clip) => acts.copy('Link of the share page', clip.links.page)],
      [this.#publish, acts.publish],
      [this.#retitle, acts.retitle],
      [this.#takeDown, acts.takeDown],
    ];
    for (const [button, act] of buttons) button.addEventListener('click', () => this.#clip !== null && act(this.#clip));
  }

  /** @param {Clip} clip @param {boolean} mayChange */
  show(clip, mayChange) {
    this.#clip = clip;
    const [verdict, gone] = [clipVerdict(clip), isTakenDown(clip)];
    this.element.dataset['slug'] = clip.slug;
    setText(this.#title, clip.title ?? clip.id);
    const length = clip.duration_seconds === null ? null : lengthText(clip.duration_seconds);
    setText(this.#credits, [clip.artist, length, clip.tags].filter(Boolean).join(' · '));
    this.#showState(verdict, gone ? null : VISIBILITIES[clip.visibility]);
    // Of a file that is lost its own line tells.
    const why = clip.audio?.state === 'unavailable' ? null : verdict.why;
    setText(this.#why, why ?? '');
    this.#why.hidden = why === null;
    this.#showCover(gone || clip.cover?.state !== 'archived' ? null : webAddress(clip.cover.url));
    this.#showAudio(
      gone || clip.audio?.state !== 'archived' ? null : webAddress(clip.audio.url),
      clip.title ?? clip.id,
    );
    ROLES.forEach((role, index) => this.#files[index]?.show(clip[role]));
    setText(this.#text, clip.lyrics ?? '');
    this.#lyrics.hidden = clip.lyrics === null || gone;
    this.#acts.hidden = gone;
    setAttribute(this.#page, 'href', webAddress(clip.links.page));
    setText(this.#publish, clip.visibility === 'public' ? 'Make unlisted' : 'Make public');
    for (const button of [this.#publish, this.#retitle, this.#takeDown]) {
      button.disabled = !mayChange;
      setAttribute(button, 'title', mayChange ? null : 'Needs a token of scope admin');
    }
  }

  /** Its place is left: what plays falls silent. */
  leave() {
    this.#audio.pause();
    this.element.remove();
  }

  /** @param {import('./verdict.js').Verdict} verdict @param {string | null} visibility */
  #showState({ tone, label }, visibility) {
    const text = visibility === null ? label : `${label}, ${visibility}`;
    if (this.#state.dataset['tone'] === tone && this.#state.textContent === text) return;
    this.#state.dataset['tone'] = tone;
    this.#state.replaceChildren(icon(tone), text);
  }

  /** @param {string | null} address */
  #showCover(address) {
    this.#cover.hidden = address === null;
    this.#blank.hidden = address !== null;
    setAttribute(this.#cover, 'src', address);
  }

  /** @param {string | null} address @param {string} title */
  #showAudio(address, title) {
    this.#audio.hidden = address === null;
    if (address === null && this.#audio.hasAttribute('src')) this.#audio.pause();
    setAttribute(this.#audio, 'src', address);
    setAttribute(this.#audio, 'aria-label', `Play ${title}`);
  }
}
