// State: the tasks with something left to do, and what is due when; rebuilt from narrow rows at opening.
import type { Settings } from '../config/settings.ts';
import { vendorClock, type Pacing } from '../model/circuit-breaker.ts';
import { nextPollAt, onGrid, patienceEndsAt } from '../model/lifecycle.ts';
import { POLL_SPACING } from '../model/limits.ts';
import { keyOf, type TaskFacts } from '../model/state.ts';
import { mayBeCalled } from '../model/vendor-calls.ts';
import type { Counted } from './counts.ts';
import type { FileCounts, NarrowRow, TaskRow } from './store/task-rows.ts';
import { Timetable } from './timetable.ts';
import type { VendorCalls } from './vendor-calls.ts';

/** Small: there may be a hundred thousand of them. */
export interface LiveTask extends Counted {
  readonly id: string;
  readonly seq: number;
  readonly archive: string;
  /** Polls that changed nothing are counted here alone. */
  polls: number;
  last_polled_at: number | null;
  /** When the newest answer was asked for. */
  asked_at: number;
  readonly version: number;
  readonly saved_version: number;
  readonly is_watched: boolean;
  readonly solo: boolean;
  readonly answered: boolean;
  /** The last answer in short. */
  readonly heard: string | null;
  /** The same answer again changes nothing of it before this (on the vendor's clock); null: it does. */
  readonly patience_ends: number | null;
  readonly tracked_at: number;
  readonly tracked_clock: number;
  readonly failures: number;
  /** Its vendor may still call about its end. */
  readonly may_be_called: boolean;
}

type Scheduled = Pick<LiveTask, 'vendor' | 'id' | 'tracked_clock' | 'failures' | 'may_be_called'>;

type Row = NarrowRow | TaskRow;
const factsOf = (row: Row): TaskFacts => ('facts' in row ? row.facts : row.state);

export class LiveTasks {
  readonly #settings: Settings;
  readonly #pacing: (vendor: string) => Pacing;
  readonly #calls: Pick<VendorCalls, 'isAwaited'>;
  readonly #byKey = new Map<string, LiveTask>();
  /** By vendor: whom to ask about, in batches and one by one. */
  readonly #polls = new Map<string, { batch: Timetable; single: Timetable }>();
  /** Counted as their rows say, which a clip's report does not write while its siblings are on their way. */
  readonly #uncounted = new Set<string>();
  /** Tasks whose files are looked after then. */
  readonly work = new Timetable();

  constructor(settings: Settings, pacing: (vendor: string) => Pacing, calls: Pick<VendorCalls, 'isAwaited'>) {
    this.#settings = settings;
    this.#pacing = pacing;
    this.#calls = calls;
  }

  /** `sweptAt`: by then all that was due had been handed out. */
  load(rows: readonly NarrowRow[], sweptAt: number, now: number): void {
    for (const row of rows) {
      this.put(row, this.#dueAgain(row, sweptAt, now));
      if (row.files.pending > 0) this.#uncounted.add(keyOf(row));
    }
  }

  get(vendor: string, id: string): LiveTask | null {
    return this.#byKey.get(keyOf({ vendor, id })) ?? null;
  }

  all(): IterableIterator<LiveTask> {
    return this.#byKey.values();
  }

  byKey(key: string): LiveTask | null {
    return this.#byKey.get(key) ?? null;
  }

  /** As its row is now. `due`: when its vendor is asked next; absent: as before. */
  put(row: Row, due?: number | null): void {
    const key = keyOf(row);
    if (!row.is_open) return this.remove(row);
    this.#uncounted.delete(key);
    const facts = factsOf(row);
    const is_watched = row.facets.tracking === 'watching' || facts.look_again;
    const known = this.#byKey.get(key);
    this.#byKey.set(key, {
      id: row.id,
      seq: row.seq,
      vendor: row.vendor,
      status: row.facets.status,
      tracking: row.facets.tracking,
      archive: row.facets.archive,
      files: row.files,
      polls: row.polls,
      last_polled_at: row.last_polled_at,
      asked_at: facts.asked_at,
      version: row.version,
      saved_version: row.saved_version,
      is_watched,
      solo: facts.solo,
      answered: facts.answered,
      heard: facts.heard,
      patience_ends: isSteady(facts) ? patienceEndsAt(facts, this.#settings.delays) : null,
      tracked_at: facts.tracked_at,
      tracked_clock: facts.tracked_clock,
      failures: facts.failures,
      may_be_called: mayBeCalled(facts),
    });
    const before = known ? this.dueAt(row.vendor, row.id) : null;
    if (known && known.solo !== facts.solo) this.setDue(known, null);
    this.#setDue(row.vendor, row.id, facts.solo, !is_watched ? null : due === undefined ? before : due);
    this.work.set(key, row.work_at);
  }

  remove({ vendor, id }: { vendor: string; id: string }): void {
    const key = keyOf({ vendor, id });
    const known = this.#byKey.get(key);
    if (!known) return;
    this.setDue(known, null);
    this.work.set(key, null);
    this.#byKey.delete(key);
    this.#uncounted.delete(key);
  }

  /** Some of those that were loaded and whose files have not been counted since; each is named once. */
  takeUncounted(limit: number): LiveTask[] {
    const some = [...this.#uncounted].slice(0, limit);
    for (const key of some) this.#uncounted.delete(key);
    return some.flatMap((key) => this.#byKey.get(key) ?? []);
  }

  counted(task: LiveTask, files: FileCounts): void {
    this.#byKey.set(keyOf(task), { ...task, files });
  }

  /** The vendor said the same again, or nothing that counts. */
  polled(task: LiveTask, askedAt: number, now: number): void {
    task.polls++;
    task.last_polled_at = now;
    task.asked_at = Math.max(task.asked_at, askedAt);
    this.setDue(task, this.nextDue(task, askedAt, now));
  }

  /** When a task that was asked about then is asked about next. */
  nextDue(task: Scheduled, askedAt: number, now: number): number {
    const { vendor, tracked_clock, failures, may_be_called } = task;
    const facts = { ended_at: null, expired: false, look_again: false, tracked_clock, failures };
    const at = { now, clock: vendorClock(this.#pacing(vendor), now) };
    const isAwaited = may_be_called && this.#calls.isAwaited(task);
    const next = nextPollAt(facts, askedAt, at, this.#settings.poll_interval_ms, isAwaited) ?? now;
    return onGrid(next, this.#settings.poll_interval_ms);
  }

  dueAt(vendor: string, id: string): number | null {
    const polls = this.pollsOf(vendor);
    return polls.single.at(id) ?? polls.batch.at(id);
  }

  setDue({ vendor, id, solo }: Pick<LiveTask, 'vendor' | 'id' | 'solo'>, due: number | null): void {
    this.#setDue(vendor, id, solo, due);
  }

  #setDue(vendor: string, id: string, solo: boolean, due: number | null): void {
    const polls = this.pollsOf(vendor);
    (solo ? polls.single : polls.batch).set(id, due);
  }

  pollsOf(vendor: string): { batch: Timetable; single: Timetable } {
    let polls = this.#polls.get(vendor);
    if (!polls) {
      polls = { batch: new Timetable(), single: new Timetable() };
      this.#polls.set(vendor, polls);
    }
    return polls;
  }

  vendors(): string[] {
    return [...this.#polls.keys()];
  }

  /**
   * Polls that changed nothing are in no row. After an eviction a task is due at the first moment after the last sweep at
   * which tasks of its age are asked: as often as if the object had lived on.
   */
  #dueAgain(row: NarrowRow, sweptAt: number, now: number): number {
    const { facts, vendor, id, last_polled_at } = row;
    if (last_polled_at === null) return newestFirst(facts.tracked_at);
    if (facts.look_again) return now;
    const { tracked_clock, failures } = facts;
    const task: Scheduled = { vendor, id, tracked_clock, failures, may_be_called: mayBeCalled(facts) };
    const interval = this.#settings.poll_interval_ms;
    const soonest = this.nextDue(task, last_polled_at, now);
    if (last_polled_at >= sweptAt) return soonest;
    const apart = interval * POLL_SPACING;
    const wait = Math.ceil((this.nextDue(task, now, now) - now) / apart) * apart;
    return Math.max(soonest, Math.floor(sweptAt / wait + 1) * wait);
  }
}

/**
 * When an id is due that was never asked about: before all that were, and the newest first, so that no backlog keeps it
 * waiting. By the second: those that were tracked together stay together.
 */
export const newestFirst = (trackedAt: number): number => -Math.floor(trackedAt / 1000);

/** Nothing but time moves it on when the vendor says the same again. */
const isSteady = (facts: TaskFacts): boolean =>
  facts.answered &&
  !facts.expired &&
  facts.ended_at === null &&
  facts.last_error === null &&
  facts.failures === 0 &&
  !facts.look_again;
