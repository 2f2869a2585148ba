// State: all that the page shows, in one place. Each change draws the page once, in the next frame.
import type { ComponentType } from 'preact';
import type { Scope } from '../config/tokens.ts';
import type { Stats } from '../model/stats.ts';
import type { Clip, Task } from '../model/task.ts';
import type { Trouble } from './api.ts';
import type { Labels, TroubleCode } from './english.ts';
import type { Day } from './events.ts';
import type { Source } from './source.ts';

export type Filters = Readonly<Partial<Record<'tracking' | 'status' | 'archive' | 'kind' | 'vendor', string>>>;

export interface State {
  readonly labels: Labels;
  readonly place: 'entering' | 'sign-in' | 'trouble' | 'open';
  /** Why the token that was typed is of no use. */
  readonly fault: TroubleCode | null;
  /** What keeps the whole of it from working. */
  readonly trouble: Trouble | null;
  /** What keeps the page from being up to date. */
  readonly banner: Trouble | null;
  readonly stats: Stats | null;
  readonly day: Day | null;
  readonly filters: Filters;
  readonly tasks: Source<Task>;
  /** What stands in the field, and what was looked for, where something was. */
  readonly typed: string;
  readonly query: string | null;
  readonly found: Source<Clip> | null;
  /** What kept an id that was looked up from being opened. */
  readonly lookup: Trouble | null;
  readonly opened: Opened | null;
  /** The least that this token was refused for: what needs it is offered no more. */
  readonly denied: Scope | null;
  readonly question: Question | null;
  /** Of those that stand in the middle of the page. */
  readonly dialog: ComponentType | null;
  /** A text that is to be added, kept while its dialog is closed, and no longer than its session. */
  readonly draft: string;
  /** What an action has done, seen and heard; `nth`: the same twice is said twice. */
  readonly toast: { readonly told: string | Trouble | null; readonly nth: number };
  /** What happened by itself, heard only. */
  readonly news: string;
  /** Retrying all that failed. `all` is null while it is being looked for. */
  readonly batch: { readonly done: number; readonly all: number | null; readonly stop: AbortController } | null;
}
export interface Opened {
  /** In the list that is shown. */
  readonly key: string;
  /** What the archive has that was made from its songs: their stems. */
  readonly made: readonly Clip[];
  /** What the vendor answers, once somebody wants to see it; both null: it is being asked. */
  readonly answer: { readonly text: string | null; readonly trouble: Trouble | null } | null;
}
/** Asked before what cannot be taken back, and for a new title. */
export interface Question {
  readonly title: string;
  readonly about: string;
  readonly yes: string;
  readonly danger?: boolean;
  /** A field with this text in it. */
  readonly text?: string;
  /** It was answered; `fault`: what came of that before. */
  readonly busy?: boolean;
  readonly fault?: Trouble;
  /** Null: done; else what is wrong, and the question stays. */
  act(text: string): Promise<Trouble | null>;
}

/** Read by every part of the page as it is drawn, and changed by `set` alone. */
export let state = {} as State;

/** The list as it is on the page. */
export const list = {
  /** Keys of the rows that are seen. */
  seen: [] as readonly string[],
  /** The focus comes to this row; null: where the keys stand. */
  focus: (_: string | null): void => {},
};

const screen = { due: false, draw: (): void => {} };
export const drawnBy = (draw: () => void): void => void (screen.draw = draw);

export function set(change: Partial<State>): void {
  state = { ...state, ...change };
  touch();
}

/** Something inside has changed, such as rows of a list. */
export function touch(): void {
  if (screen.due) return;
  screen.due = true;
  requestAnimationFrame(() => {
    screen.due = false;
    screen.draw();
  });
}
