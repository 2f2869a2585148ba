// Edge: what was heard from a vendor moves its pace and its tasks on. Late, doubled and reordered reports change nothing. Used by the ledger alone.
import { afterOddAnswer, faulted, type Pacing, recovered } from '../model/circuit-breaker.ts';
import type { Fault } from '../model/fault.ts';
import {
  afterAnswer,
  afterDenial,
  afterFailure,
  type Change,
  type Moment,
  newTask,
  nextPollAt,
} from '../model/lifecycle.ts';
import { RAW_ANSWER_MAX_BYTES, TASK_STATE_MAX_BYTES } from '../model/limits.ts';
import { isRegression } from '../model/merge.ts';
import type { MirrorMessage } from '../model/messages.ts';
import { keyOf, type Raw, type Stored, type TaskState } from '../model/state.ts';
import type { LastError } from '../model/task.ts';
import type { Book } from './book.ts';
import type { Heard } from './messages.ts';
import type { TaskRow } from './store.ts';
import type { Telling } from './telling.ts';

/** One report on its way through. */
interface Round {
  readonly heard: Heard;
  readonly at: Moment;
  readonly rows: Map<string, TaskRow>;
  readonly messages: MirrorMessage[];
  readonly replies: Map<string, Stored>;
}

/** UTF-8 takes at most three bytes for a UTF-16 code unit: most texts need no counting. */
const fits = (text: string, mostBytes: number): boolean =>
  text.length * 3 <= mostBytes || (text.length <= mostBytes && new TextEncoder().encode(text).byteLength <= mostBytes);

export const fitsState = (text: string): boolean => fits(text, TASK_STATE_MAX_BYTES);
export const fitsRaw = (raw: Raw): boolean => fits(raw.json, RAW_ANSWER_MAX_BYTES);

const tooLarge = (now: number): LastError => ({
  code: 'vendor_bad_answer',
  message: `The vendor's answer for this task is larger than the ${TASK_STATE_MAX_BYTES} bytes that are kept of one`,
  at: new Date(now).toISOString(),
});

export class Hearing {
  readonly #book: Book;
  readonly #telling: Telling;
  /** Answers for tasks that nothing is kept of: of all callers at the same time one asks. */
  readonly #untracked = new Map<string, { stored: Stored; until: number }>();

  constructor(book: Book, telling: Telling) {
    this.#book = book;
    this.#telling = telling;
  }

  /** `random` in [0, 1) is for the vendor's back-off. */
  take(heard: Heard, now: number, random: number): { messages: MirrorMessage[]; changed: Change[]; stored: Stored[] } {
    this.#pace(heard, now, random);
    const named = [...heard.answers, ...heard.denied, ...heard.failed].map(({ id }) => id);
    const rows = this.#book.store.tasks(heard.vendor, [...named, ...heard.deferred, ...heard.solo, ...heard.reply]);
    const before = new Map(rows);
    const round: Round = { heard, at: this.#book.moment(heard.vendor, now), rows, messages: [], replies: new Map() };
    for (const answer of heard.answers) this.#answer(round, answer);
    for (const { id, error } of heard.denied)
      this.#move(round, rows.get(id), (state) => afterDenial(state, error, round.at));
    for (const { id, error } of heard.failed)
      this.#move(round, rows.get(id) ?? this.#keep(round, id), (state) => afterFailure(state, error, round.at));
    for (const id of heard.deferred) this.#defer(round, rows.get(id));
    // The vendor failed for an id that a read brought: the sweep tries on (CONTRACT 6).
    if (heard.fault) for (const id of heard.reply) if (!rows.has(id)) this.#keep(round, id);
    for (const id of heard.reply) {
      const row = rows.get(id);
      if (row) round.replies.set(id, this.#book.stored(row));
    }
    const changed = [...rows.values()]
      .filter((row) => row.version !== (before.get(row.id)?.version ?? 0))
      .map((row) => this.#book.change(row));
    return { messages: round.messages, changed, stored: [...round.replies.values()] };
  }

  /** What was heard a moment ago of a task that is not kept. */
  untracked(vendor: string, id: string, now: number): Stored | null {
    const kept = this.#untracked.get(keyOf({ vendor, id }));
    return kept && kept.until > now ? kept.stored : null;
  }

  #pace(heard: Heard, now: number, random: number): void {
    const { store, settings } = this.#book;
    const before = store.pacing(heard.vendor);
    const { fault } = heard;
    const answered = heard.answers.length + heard.denied.length > 0;
    const failing = (pacing: Pacing, one: { fault: Fault; error: LastError }): Pacing =>
      faulted(pacing, one.fault, one.error, now, random, settings.delays);
    const odd = (pacing: Pacing): Pacing =>
      (heard.odd ?? []).reduce((so, one) => afterOddAnswer(so, one.id, () => failing(so, one)), pacing);
    const after = fault ? failing(before, fault) : answered ? recovered(before, now) : odd(before);
    if (after === before) return;
    store.putPacing(heard.vendor, after);
    this.#telling.vendor(heard.vendor, before, after, 'The vendor answers again', now);
  }

  #answer(round: Round, { id, reading, raw }: Heard['answers'][number]): void {
    const { heard, at, rows, messages } = round;
    const row = rows.get(id) ?? this.#keep(round, id);
    if (!row) return this.#showOnly(round, id, afterAnswer(this.#fresh(at), reading, heard.asked_at, at), raw);
    const state = afterAnswer(this.#withSolo(round, row), reading, heard.asked_at, at);
    if (!state) return;
    const polled = { ...this.#polled(round, row, state), state };
    const text = JSON.stringify({ ...state, asked_at: 0 });
    if (!fitsState(text)) {
      const error = tooLarge(at.now);
      return this.#move(round, row, (known) => afterFailure(known, error, at));
    }
    const changed = text !== JSON.stringify({ ...row.state, asked_at: 0 });
    if (!changed && row.raw !== null && !this.#book.saving.waits(row, at)) {
      // Nothing but the poll itself is written: one row and its place in the schedule.
      rows.set(id, { ...row, ...polled, state: row.state });
      return this.#book.store.updatePoll({ ...row, ...polled });
    }
    const older = row.raw !== null && (isRegression(row.state.reading, reading) || !changed);
    const kept = older || !fitsRaw(raw) ? row.raw : raw;
    rows.set(id, this.#book.advance(row, { ...polled, raw: kept }, changed, at, messages));
  }

  #showOnly({ heard, at, replies }: Round, id: string, state: TaskState | null, raw: Raw): void {
    if (!state) return;
    const polls = { polls: 1, last_polled_at: at.now, next_poll_at: null };
    const stored: Stored = { vendor: heard.vendor, id, tracked: false, ...polls, state, clips: [], raw };
    for (const [key, { until }] of this.#untracked) if (until <= at.now) this.#untracked.delete(key);
    this.#untracked.set(keyOf(stored), { stored, until: at.now + this.#book.settings.poll_interval_ms });
    replies.set(id, stored);
  }

  #move(round: Round, row: TaskRow | null | undefined, next: (state: TaskState) => TaskState): void {
    if (!row) return;
    const state = next(this.#withSolo(round, row));
    const moved = { ...this.#polled(round, row, state), state, raw: row.raw };
    round.rows.set(
      row.id,
      this.#book.advance(row, moved, state.expired !== row.state.expired, round.at, round.messages),
    );
  }

  /** Nothing was concluded: polled again at its time. */
  #defer(round: Round, row: TaskRow | undefined): void {
    if (!row) return;
    const state = this.#withSolo(round, row);
    const { poll_at } = this.#polled(round, row, state);
    if (state === row.state) return this.#book.store.updatePoll({ ...row, poll_at });
    round.rows.set(row.id, this.#book.advance(row, { ...row, state, poll_at }, false, round.at, round.messages));
  }

  /** An id that a read brought begins to be tracked, where it may. */
  #keep({ heard, at, rows }: Round, id: string): TaskRow | null {
    if (!heard.track) return null;
    const row = this.#book.open(heard.vendor, id, this.#fresh(at), null, at);
    rows.set(id, row);
    return row;
  }

  #fresh(at: Moment): TaskState {
    return newTask(at, { requested: false, visibility: this.#book.settings.default_visibility });
  }

  #withSolo({ heard }: Round, row: TaskRow): TaskState {
    return heard.solo.includes(row.id) && !row.state.solo ? { ...row.state, solo: true } : row.state;
  }

  #polled({ at }: Round, row: TaskRow, state: TaskState): Pick<TaskRow, 'polls' | 'last_polled_at' | 'poll_at'> {
    return {
      polls: row.polls + 1,
      last_polled_at: at.now,
      poll_at: nextPollAt(state, at.now, at, this.#book.settings.poll_interval_ms),
    };
  }
}
