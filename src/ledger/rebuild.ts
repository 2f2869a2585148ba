// Edge: records become rows again: missing ones are put in, others completed, and rows that know more win.
import type { Settings } from '../config/settings.ts';
import { markReported } from '../model/event.ts';
import { archiveOf } from '../model/files.ts';
import { afterRebuild, isOver, type Moment, nextPollAt, rebaseClock, settledSince } from '../model/lifecycle.ts';
import { REMOVED_KEEP_MS } from '../model/limits.ts';
import { completeClip, isLasting, isRegression, mergeReadings, restoreSequence } from '../model/merge.ts';
import type { ClipState, Stored, TaskState } from '../model/state.ts';
import type { ClipReading, Reading } from '../model/task.ts';
import type { RecordedClip, RecordedTask } from './api.ts';
import { type Clips, filesOf } from './clips.ts';
import type { Counts } from './counts.ts';
import type { Database } from './store/database.ts';
import type { TaskRow } from './store/task-rows.ts';
import { fitsReading, type Tasks } from './tasks.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** What is kept of the last answer, and of how often it was asked for. */
type Polled = Pick<Stored, 'raw' | 'polls' | 'last_polled_at'>;

export class Rebuild {
  readonly #db: Database;
  readonly #settings: Settings;
  readonly #tasks: Tasks;
  readonly #clips: Clips;
  readonly #counts: Counts;

  constructor(parts: { db: Database; settings: Settings; tasks: Tasks; clips: Clips; counts: Counts }) {
    this.#db = parts.db;
    this.#settings = parts.settings;
    this.#tasks = parts.tasks;
    this.#clips = parts.clips;
    this.#counts = parts.counts;
  }

  /** A clip's own record: its place, its words, its tombstone. What was never archived comes with its task, or not at all. */
  clip(unit: UnitOfWork, { clip, reading }: RecordedClip): void {
    if (isLasting(clip)) this.#take(unit, clip, reading);
  }

  task(unit: UnitOfWork, { stored, more }: RecordedTask): void {
    const at = this.#tasks.moment(stored.vendor, unit.now);
    const row = this.#tasks.find(stored.vendor, stored.id);
    // Its record may have been read before it was deleted.
    const removed = row ? null : this.#db.removed(stored.vendor, stored.id);
    if (removed && at.now - removed.at < REMOVED_KEEP_MS) return;
    // One that would be pruned at once is answered from its record, as before; its songs have told of themselves.
    if (!row && more === null && this.#isPruned(stored, at.now)) return;
    const reading = more ?? stored.state.reading;
    const isYounger = row !== null && (!row.state.answered || row.state.tracked_at > stored.state.tracked_at);
    // A row that goes on may have dropped a clip that its record still names: only what lasts is taken from there.
    this.#takeClips(
      unit,
      stored,
      (clip) => !row || isYounger || isLasting(clip) || row.state.slugs.includes(clip.slug),
    );
    if (!row) this.#open(unit, stored, reading, at);
    else if (isYounger) this.#takeOver(unit, row, stored, reading, at);
    else this.#complete(unit, row, stored, reading, at);
  }

  #isPruned(stored: Stored, now: number): boolean {
    const { state, last_polled_at } = stored;
    const { pending } = archiveOf(
      state.reading,
      this.#tasks.inOrder(stored, stored.clips),
      isOver(state),
      this.#settings,
    );
    return isOver(state) && pending === 0 && settledSince(state, last_polled_at) <= now - this.#settings.ledger_keep_ms;
  }

  #takeClips(unit: UnitOfWork, { clips, state }: Stored, isWanted: (clip: ClipState) => boolean): void {
    for (const clip of clips) {
      const reading = state.reading.clips[state.slugs.indexOf(clip.slug)];
      if (reading && isWanted(clip)) this.#take(unit, clip, reading);
    }
  }

  #take(unit: UnitOfWork, recorded: ClipState, reading: ClipReading): void {
    const known = this.#clips.get(recorded.slug);
    const clip = restoreSequence(known ? completeClip(known, recorded) : recorded, recorded.listed);
    if (clip === known) return;
    if (!known) this.#clips.adopt(unit, { clip, reading });
    else {
      const isFree = this.#tasks.find(known.vendor, known.task_id) === null;
      if (isFree) this.#counts.files(filesOf(known), -1);
      const taken =
        known.listed === null
          ? this.#clips.adopt(unit, { clip, reading })
          : this.#clips.put(unit, this.#clips.sequenced({ ...clip, listed: known.listed }));
      if (isFree && known.listed !== null) this.#counts.files(filesOf(taken), 1);
    }
  }

  #open(unit: UnitOfWork, stored: Stored, reading: Reading, at: Moment): void {
    const recorded = rebaseClock(this.#markReported(unit, stored), at);
    const row = this.#tasks.reopen(unit, stored, recorded);
    const state = fitted(afterRebuild(recorded, reading, at), recorded);
    this.#move(unit, row, state, { stored, at });
  }

  /** A row that a ledger without its memory has begun anew: it is older than it knows. */
  #takeOver(unit: UnitOfWork, row: TaskRow, stored: Stored, reading: Reading, at: Moment): void {
    const recorded = rebaseClock(this.#markReported(unit, stored), at);
    const heard = row.state.answered ? mergeReadings(reading, row.state.reading) : reading;
    const isNews = row.state.answered && !isRegression(reading, row.state.reading);
    const merged: TaskState = {
      ...afterRebuild(recorded, heard, at),
      answered: row.state.answered || recorded.answered,
      expired: row.state.answered ? row.state.expired : recorded.expired,
      asked_at: Math.max(row.state.asked_at, recorded.asked_at),
      requested: row.state.requested || recorded.requested,
      webhook_url: row.state.webhook_url ?? recorded.webhook_url,
      notify_hook: row.state.notify_hook ?? recorded.notify_hook,
    };
    const polls = {
      raw: isNews ? row.raw : stored.raw,
      polls: Math.max(row.polls, stored.polls),
      last_polled_at: row.last_polled_at ?? stored.last_polled_at,
    };
    const before = { ...row, state: { ...recorded, slugs: row.state.slugs } };
    this.#move(unit, before, fitted(merged, recorded), { stored: polls, at, changed: true });
  }

  /** A row that goes on: its own state is the newest, but its answer may tell more than it was once read to. */
  #complete(unit: UnitOfWork, row: TaskRow, stored: Stored, reading: Reading, at: Moment): void {
    const isSameAnswer = row.raw?.json === stored.raw?.json;
    const heard = isSameAnswer ? mergeReadings(row.state.reading, reading) : mergeReadings(reading, row.state.reading);
    const state = fitted(afterRebuild(row.state, heard, at), row.state);
    const { archive, tracking } = this.#tasks.change(row);
    if (state === row.state && archive.state === row.facets.archive && tracking === row.facets.tracking) return;
    const due = state.ended_at !== null && row.state.ended_at === null ? { due: null } : {};
    this.#tasks.advance(unit, row, { state, changed: true, resent: true, ...due });
  }

  #markReported(unit: UnitOfWork, stored: Stored): TaskState {
    const clips = this.#tasks.clipsInOrder(stored);
    const reported = markReported(stored.state, clips, this.#settings);
    for (const clip of reported.clips) if (this.#clips.get(clip.slug)) this.#clips.put(unit, clip);
    return reported.state;
  }

  /** As if the row had never been away: what differs from its record is news. */
  #move(
    unit: UnitOfWork,
    row: TaskRow,
    state: TaskState,
    { stored, at, changed = state !== row.state }: { stored: Polled; at: Moment; changed?: boolean },
  ): void {
    const { raw, polls, last_polled_at } = stored;
    const due = nextPollAt(state, last_polled_at, at, this.#settings.poll_interval_ms);
    this.#tasks.advance(unit, row, { state, raw, polls, last_polled_at, due, changed, resent: true });
  }
}

/** What is too large for a row stays as it was. */
const fitted = (next: TaskState, before: TaskState): TaskState =>
  next === before || fitsReading(next.reading) ? next : before;
