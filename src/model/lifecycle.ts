// Pure: a task moves on: (what is known, what was heard, now) → what is known, and when it is polled next. Stall, expiry and grace live here only.
import { archiveOf, type WantRules } from './files.ts';
import {
  EXPIRED_AFTER_MS,
  NOT_FOUND_GRACE_MS,
  POLL_FAST_UNTIL_MS,
  POLL_MEDIUM_MS,
  POLL_MEDIUM_UNTIL_MS,
  POLL_SLOW_MS,
  STALLED_AFTER_MS,
} from './limits.ts';
import { hasEnded, mergeReadings } from './merge.ts';
import { type ClipState, EMPTY_READING, type NotifyHook, TaskState } from './state.ts';
import type { LastError, Reading, Task, TrackingState, Visibility } from './task.ts';

/** One moment, on both clocks (ms): `clock` stands still while the vendor is out of order (pacing.ts). */
export interface Moment {
  readonly now: number;
  readonly clock: number;
}

export function newTask(
  at: Moment,
  options: {
    requested: boolean;
    visibility: Visibility;
    webhook_url?: string | null;
    notify_hook?: NotifyHook | null;
  },
): TaskState {
  return {
    reading: EMPTY_READING,
    requested: options.requested,
    answered: false,
    expired: false,
    tracked_at: at.now,
    tracked_clock: at.clock,
    changed_clock: at.clock,
    asked_at: 0,
    ended_at: null,
    last_error: null,
    failures: 0,
    solo: false,
    webhook_url: options.webhook_url ?? null,
    notify_hook: options.notify_hook ?? null,
    told: null,
    visibility: options.visibility,
    slugs: [],
  };
}

/** The vendor told something about the task. Null: the answer is older than what is known, and dropped. */
export function afterAnswer(state: TaskState, reading: Reading, askedAt: number, at: Moment): TaskState | null {
  if (askedAt < state.asked_at) return null;
  const merged = mergeReadings(state.reading, reading);
  const changed = !state.answered || JSON.stringify(merged) !== JSON.stringify(state.reading);
  const ended = hasEnded(merged);
  return {
    ...state,
    reading: merged,
    answered: true,
    expired: !ended && at.clock - state.tracked_clock >= EXPIRED_AFTER_MS,
    changed_clock: changed ? at.clock : state.changed_clock,
    asked_at: askedAt,
    ended_at: ended ? (state.ended_at ?? at.now) : null,
    last_error: null,
    failures: 0,
  };
}

/** A saved answer adds to what is known: it is older than anything that was heard, and all there is where nothing was. */
export function afterImport(state: TaskState, reading: Reading, at: Moment): TaskState {
  const merged = state.answered ? mergeReadings(reading, state.reading) : reading;
  const ended = hasEnded(merged);
  return {
    ...(state.expired && !ended ? revived(state, at) : state),
    reading: merged,
    requested: true,
    answered: true,
    expired: false,
    ended_at: ended ? (state.ended_at ?? at.now) : null,
    last_error: null,
    failures: 0,
  };
}

/** What a record, or its answer read anew, adds to what is known. The same state where it adds nothing. */
export function afterRebuild(state: TaskState, reading: Reading, at: Moment): TaskState {
  if (JSON.stringify(reading) === JSON.stringify(state.reading)) return state;
  const ended = hasEnded(reading);
  return {
    ...state,
    reading,
    answered: true,
    expired: state.expired && !ended,
    ended_at: ended ? (state.ended_at ?? at.now) : null,
    changed_clock: at.clock,
  };
}

/**
 * A record's clocks in a ledger that has lost how long the vendor was out of order: that time would count as the task's
 * own age. What passed before it was tracked is known from the record; only later outages are lost.
 */
export function onThisClock(state: TaskState, at: Moment): TaskState {
  const lost = Math.max(0, state.tracked_at - state.tracked_clock - (at.now - at.clock));
  return { ...state, tracked_clock: state.tracked_clock + lost, changed_clock: state.changed_clock + lost };
}

/** Since when nothing has happened to a task that is done. */
export const restingSince = (state: TaskState, lastPolledAt: number | null): number =>
  state.ended_at ?? lastPolledAt ?? state.tracked_at;

/** The vendor said that it does not know the id. A known task stays as it was; a new one may not be visible yet (UPSTREAM 1). */
export function afterDenial(state: TaskState, error: LastError, at: Moment): TaskState {
  const age = at.clock - state.tracked_clock;
  const over = age >= (state.answered ? EXPIRED_AFTER_MS : NOT_FOUND_GRACE_MS);
  return { ...state, last_error: error, expired: state.expired || (state.ended_at === null && over) };
}

/** A look failed for a reason that is this task's own, not the vendor's: it is asked more and more rarely. */
export function afterFailure(state: TaskState, error: LastError, at: Moment): TaskState {
  const over = state.ended_at === null && at.clock - state.tracked_clock >= EXPIRED_AFTER_MS;
  return { ...state, last_error: error, failures: state.failures + 1, expired: state.expired || over };
}

/** Asked again by request, with its clocks started anew. */
export const revived = (state: TaskState, at: Moment): TaskState =>
  state.ended_at === null
    ? { ...state, expired: false, tracked_clock: at.clock, changed_clock: at.clock, failures: 0 }
    : { ...state, failures: 0 };

/** When the task is polled next (ms since the epoch); null: no more. `lastPolledAt` null: at once. */
export function nextPollAt(
  state: TaskState,
  lastPolledAt: number | null,
  at: Moment,
  pollIntervalMs: number,
): number | null {
  if (state.ended_at !== null || state.expired) return null;
  if (lastPolledAt === null) return at.now;
  const age = at.clock - state.tracked_clock;
  const byAge = age < POLL_FAST_UNTIL_MS ? 0 : age < POLL_MEDIUM_UNTIL_MS ? POLL_MEDIUM_MS : POLL_SLOW_MS;
  const byFailures =
    state.failures === 0 ? 0 : Math.min(pollIntervalMs * 2 ** Math.min(state.failures, 16), POLL_SLOW_MS);
  return lastPolledAt + Math.max(pollIntervalMs, byAge, byFailures);
}

export const isOver = (state: TaskState): boolean => state.ended_at !== null || state.expired;

export const isStalled = (state: TaskState, clock: number): boolean =>
  !isOver(state) && clock - state.changed_clock >= STALLED_AFTER_MS;

export function trackingOf(state: TaskState, pendingFiles: number): TrackingState {
  if (state.ended_at !== null) return pendingFiles > 0 ? 'archiving' : 'settled';
  return state.expired ? 'expired' : 'watching';
}

/** A change that a person who watches would want to see. */
export interface Change {
  vendor: string;
  task_id: string;
  status: string;
  tracking: string;
  archive: Task['archive'];
  failure: string | null;
}

/** What lists filter by: derived from the state whenever a row is written. */
export interface Facets {
  kind: string;
  status: string;
  tracking: string;
  archive: string;
}

type Clips = readonly ClipState[];

/** A task under its name, wherever it is kept. */
interface NamedTask {
  readonly vendor: string;
  readonly id: string;
  readonly state: TaskState;
}

const archive = (row: NamedTask, clips: Clips, rules: WantRules): Task['archive'] =>
  archiveOf(row.state.reading, clips, isOver(row.state), rules);

export function facetsOf(row: NamedTask, clips: Clips, rules: WantRules): Facets {
  const { kind, status } = row.state.reading;
  const { state, pending } = archive(row, clips, rules);
  return { kind, status, tracking: trackingOf(row.state, pending), archive: state };
}

export function changeOf(row: NamedTask, clips: Clips, rules: WantRules): Change {
  const { status, failure } = row.state.reading;
  const counts = archive(row, clips, rules);
  const tracking = trackingOf(row.state, counts.pending);
  return { vendor: row.vendor, task_id: row.id, status, tracking, archive: counts, failure };
}

/** Nothing of the task is under way any more. */
export const isDone = (row: NamedTask, clips: Clips, rules: WantRules): boolean =>
  isOver(row.state) && archive(row, clips, rules).pending === 0;
