// Edge: records of the bucket become rows again: what is missing is put in, what is there is completed, and rows that know more win. Used by the ledger alone.
import { silenced } from '../model/event.ts';
import { archiveOf } from '../model/files.ts';
import {
  afterRebuild,
  facetsOf,
  isOver,
  type Moment,
  nextPollAt,
  onThisClock,
  restingSince,
} from '../model/lifecycle.ts';
import { completeClip, isLasting, isRegression, mergeReadings, placedAgain } from '../model/merge.ts';
import type { MirrorMessage } from '../model/messages.ts';
import { type ClipState, keyOf, type Stored, type TaskState } from '../model/state.ts';
import type { ClipReading, Reading } from '../model/task.ts';
import type { Book } from './book.ts';
import type { Catalogue } from './catalogue.ts';
import { fitsState } from './hearing.ts';
import type { RecordedClip, RecordedTask } from './messages.ts';
import type { TaskRow } from './store.ts';

/** A record that is read now may have been deleted since: far longer than one page of a rebuild takes. */
const UNTRACKED_REMEMBERED_MS = 600_000;

export class Rebuilding {
  readonly #book: Book;
  readonly #catalogue: Catalogue;
  /** When a task was untracked. In memory only: whoever reads records while the object is evicted reads them after that. */
  readonly #untracked = new Map<string, number>();

  constructor(book: Book, catalogue: Catalogue) {
    this.#book = book;
    this.#catalogue = catalogue;
  }

  /** Its record is about to go: a rebuild that has read it already must not bring it back. */
  leaves(vendor: string, id: string, now: number): void {
    for (const [key, at] of this.#untracked) if (at + UNTRACKED_REMEMBERED_MS < now) this.#untracked.delete(key);
    this.#untracked.set(keyOf({ vendor, id }), now);
  }

  /** A clip's own record: its place, its words, its tombstone. What was never archived comes with its task, or not at all. */
  clip({ clip, reading }: RecordedClip): void {
    if (isLasting(clip)) this.#take(clip, reading);
  }

  task({ stored, more }: RecordedTask, at: Moment, messages: MirrorMessage[]): void {
    const row = this.#book.store.task(stored.vendor, stored.id);
    const untrackedAt = this.#untracked.get(keyOf(stored)) ?? -Infinity;
    if (!row && at.now - untrackedAt < UNTRACKED_REMEMBERED_MS) return;
    // One that would be pruned at once is answered from its record, as before; its songs have told of themselves.
    if (!row && more === null && this.#isPruned(stored, at.now)) return;
    const reading = more ?? stored.state.reading;
    const isYounger = row && (!row.state.answered || row.state.tracked_at > stored.state.tracked_at);
    // A row that goes on may have dropped a clip that its record still names: only what lasts is taken from there.
    this.#takeClips(stored, (clip) => !row || isYounger || isLasting(clip) || row.state.slugs.includes(clip.slug));
    if (!row) this.#open(stored, reading, at, messages);
    else if (isYounger) this.#takeOver(row, stored, reading, at, messages);
    else this.#complete(row, stored, reading, at, messages);
  }

  #isPruned(stored: Stored, now: number): boolean {
    const { state, clips, last_polled_at } = stored;
    const { pending } = archiveOf(state.reading, clips, isOver(state), this.#book.settings);
    return (
      isOver(state) && pending === 0 && restingSince(state, last_polled_at) <= now - this.#book.settings.ledger_keep_ms
    );
  }

  #takeClips({ clips, state }: Stored, isWanted: (clip: ClipState) => boolean | null): void {
    for (const clip of clips) {
      const reading = state.reading.clips[state.slugs.indexOf(clip.slug)];
      if (reading && isWanted(clip)) this.#take(clip, reading);
    }
  }

  #take(recorded: ClipState, reading: ClipReading): void {
    const { clips } = this.#book.store;
    const known = clips.get(recorded.slug);
    const clip = placedAgain(known ? completeClip(known, recorded) : recorded, recorded.listed);
    if (clip === known) return;
    if (known?.listed != null) clips.put(this.#catalogue.placed({ ...clip, listed: known.listed }));
    else this.#catalogue.adopt({ clip, reading, over: true, seq: clip.listed });
  }

  #open(stored: Stored, reading: Reading, at: Moment, messages: MirrorMessage[]): void {
    const silent = onThisClock(this.#silenced(stored), at);
    const row = this.#book.reopen(stored, silent, at);
    this.#move(row, stored, fitted(afterRebuild(silent, reading, at), silent), at, messages);
  }

  /** A row that a ledger without its memory has begun anew: it is older than it knows. */
  #takeOver(row: TaskRow, stored: Stored, reading: Reading, at: Moment, messages: MirrorMessage[]): void {
    const silent = onThisClock(this.#silenced(stored), at);
    const heard = row.state.answered ? mergeReadings(reading, row.state.reading) : reading;
    const isNews = row.state.answered && !isRegression(reading, row.state.reading);
    const merged: TaskState = {
      ...afterRebuild(silent, heard, at),
      answered: row.state.answered || silent.answered,
      expired: row.state.answered ? row.state.expired : silent.expired,
      asked_at: Math.max(row.state.asked_at, silent.asked_at),
      requested: row.state.requested || silent.requested,
      webhook_url: row.state.webhook_url ?? silent.webhook_url,
      notify_hook: row.state.notify_hook ?? silent.notify_hook,
    };
    const polls = {
      raw: isNews ? row.raw : stored.raw,
      polls: Math.max(row.polls, stored.polls),
      last_polled_at: row.last_polled_at ?? stored.last_polled_at,
    };
    this.#move({ ...row, state: silent }, { ...stored, ...polls }, fitted(merged, silent), at, messages, true);
  }

  /** A row that goes on: its own state is the newest, but its answer may tell more than it was once read to. */
  #complete(row: TaskRow, stored: Stored, reading: Reading, at: Moment, messages: MirrorMessage[]): void {
    const isSameAnswer = row.raw?.json === stored.raw?.json;
    const heard = isSameAnswer ? mergeReadings(row.state.reading, reading) : mergeReadings(reading, row.state.reading);
    const state = fitted(afterRebuild(row.state, heard, at), row.state);
    const now = facetsOf(row, this.#book.store.clips.all(row.state.slugs), this.#book.settings);
    if (state === row.state && now.archive === row.facets.archive && now.tracking === row.facets.tracking) return;
    const poll_at = state.ended_at !== null && row.state.ended_at === null ? null : row.poll_at;
    this.#book.advance(row, { ...row, state, poll_at }, true, at, messages, true);
  }

  #silenced(stored: Stored): TaskState {
    const silent = silenced(stored.state, this.#book.clipsOf(stored, stored.state), this.#book.settings);
    for (const clip of silent.clips) this.#book.store.clips.put(clip);
    return silent.state;
  }

  /** As if the row had never been away: what differs from its record is news. */
  #move(
    row: TaskRow,
    { raw, polls, last_polled_at }: Pick<Stored, 'raw' | 'polls' | 'last_polled_at'>,
    state: TaskState,
    at: Moment,
    messages: MirrorMessage[],
    changed = state !== row.state,
  ): void {
    const poll_at = nextPollAt(state, last_polled_at, at, this.#book.settings.poll_interval_ms);
    this.#book.advance(row, { state, raw, polls, last_polled_at, poll_at }, changed, at, messages, true);
  }
}

/** What is too large for a row stays as it was. */
const fitted = (next: TaskState, before: TaskState): TaskState =>
  next === before || fitsState(JSON.stringify(next)) ? next : before;
