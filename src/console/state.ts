// State: all that the page shows, in one place. Each change draws the page once, in the next frame.
import type { Scope } from '../config/tokens.ts';
import type { Language } from '../model/language.ts';
import type { Stats } from '../model/stats.ts';
import type { Clip, Task } from '../model/task.ts';
import type { Trouble } from './api.ts';
import type { Labels, TroubleCode } from './english.ts';
import type { Day } from './events.ts';
import type { Filters } from './listing.ts';
import type { Source } from './source.ts';

export interface State {
  readonly language: Language;
  readonly labels: Labels;
  /** Whether single keys do something wherever one is. */
  readonly keys_on: boolean;
  /** An open song has room beside the list. */
  readonly wide: boolean;
  readonly place: 'entering' | 'sign-in' | 'trouble' | 'open';
  /** Why the token that was typed is of no use. */
  readonly fault: 'empty' | 'letters' | TroubleCode | null;
  /** What keeps the whole of it from working. */
  readonly trouble: Trouble | null;
  /** What keeps the page from being up to date. */
  readonly banner: Trouble | null;
  readonly stats: Stats | null;
  readonly day: Day | null;
  readonly filters: Filters;
  readonly tasks: Source<Task>;
  /** What was looked for, where something was. */
  readonly query: string | null;
  readonly found: Source<Clip> | null;
  /** What looking an id up at a vendor came to. */
  readonly lookup: { readonly busy: string | null; readonly trouble: Trouble | null };
  readonly opened: Opened | null;
  /** The least that this token was refused for: what needs it is offered no more. */
  readonly denied: Scope | null;
  readonly question: Question | null;
  readonly dialog: 'add' | 'keys' | null;
  /** What an action has done, seen and heard; `nth`: the same twice is said twice. */
  readonly toast: { readonly text: string; readonly nth: number };
  /** What happened by itself, heard only. */
  readonly news: string;
  readonly batch: Batch | null;
}
/** `key`: in the list that is shown; null: found by its id, in whichever place of the list. */
export interface Opened {
  readonly key: string | null;
  readonly task: Task | null;
  readonly clip: Clip | null;
  readonly answer: Answer | null;
}
/** What the vendor answers, once somebody wants to see it; both null: it is being asked. */
export interface Answer {
  readonly text: string | null;
  readonly trouble: Trouble | null;
}
/** Asked before what cannot be taken back, and for a new title. */
export interface Question {
  readonly title: string;
  readonly about: string;
  readonly yes: string;
  readonly danger?: boolean;
  /** A field with this text in it. */
  readonly text?: string;
  /** Null: done; else what is wrong, and the question stays. */
  act(text: string): Promise<string | null>;
}
/** Retrying all that failed. `all` is null while it is being looked for. */
export interface Batch {
  readonly done: number;
  readonly all: number | null;
}

export class Store {
  state: State;
  #draw;
  #due = false;

  constructor(state: State, draw: (state: State) => void) {
    this.state = state;
    this.#draw = draw;
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.touch();
  }

  /** Something inside has changed, such as rows of a list. */
  touch(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#draw(this.state);
    });
  }
}
