// Pure: (what is known, what came, now) → what is known and when to poll next. Stall, expiry and grace live here.
import { archiveOf, type WantRules } from './files.ts';
import {
  DENIALS_MIN,
  EXPIRED_AFTER_MS,
  NOT_FOUND_GRACE_MS,
  POLL_FAST_UNTIL_MS,
  POLL_GRID_PARTS,
  POLL_MEDIUM_MS,
  POLL_MEDIUM_UNTIL_MS,
  POLL_SLOW_MS,
  POLL_SPACING,
  STALLED_AFTER_MS,
} from './limits.ts';
import { hasEnded, mergeReadings } from './merge.ts';
import { type ClipState, EMPTY_READING, fingerprint, type NotifyHook, type TaskFacts, TaskState } from './state.ts';
import type { LastError, Reading, Task, TrackingState, Visibility } from './task.ts';
import { awaitedIntervalMs } from './vendor-calls.ts';

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
    hook_named?: boolean;
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
    denials: 0,
    early_clock: null,
    look_again: false,
    heard: null,
    webhook_url: options.webhook_url ?? null,
    notify_hook: options.notify_hook ?? null,
    hook_named: options.hook_named ?? false,
    told: null,
    visibility: options.visibility,
    slugs: [],
  };
}

/** What decides when a task rests. */
export interface EndRules {
  /** So long a song is asked on that is called done before everything of it is there. */
  readonly early_end_ms: number;
}

/** The vendor answered for the task. Null: the answer is older than what is known, and dropped. */
export function afterAnswer(
  state: TaskState,
  answer: Reading,
  askedAt: number,
  at: Moment,
  { early_end_ms }: EndRules,
): TaskState | null {
  if (askedAt < state.asked_at) return null;
  const merged = mergeReadings(state.reading, answer);
  const isSame = JSON.stringify(merged) === JSON.stringify(state.reading);
  const reading = isSame ? state.reading : merged;
  const early_clock = hasEnded(reading) && isEarlyEnd(reading) ? (state.early_clock ?? at.clock) : null;
  // One that rests already rests on.
  const waits = state.ended_at === null && early_clock !== null && at.clock - early_clock < early_end_ms;
  const ended = hasEnded(reading) && !waits;
  return {
    ...state,
    reading,
    answered: true,
    expired: !ended && !waits && at.clock - state.tracked_clock >= EXPIRED_AFTER_MS,
    changed_clock: !isSame || !state.answered ? at.clock : state.changed_clock,
    asked_at: askedAt,
    ended_at: ended ? (state.ended_at ?? at.now) : null,
    early_clock: waits ? early_clock : null,
    last_error: ended && isEmptyEnd(reading) ? emptyEndError(reading.keys, at) : null,
    failures: 0,
    denials: 0,
    look_again: false,
    heard: fingerprint(answer),
  };
}

const hasWords = ({ lyrics, lyrics_variants }: Reading): boolean => lyrics !== null || lyrics_variants.length > 0;

/** Called done, and there is nothing in it. */
export const isEmptyEnd = (reading: Reading): boolean =>
  reading.status === 'succeeded' && reading.clips.length === 0 && !hasWords(reading) && !reading.timed_words;

/** Called done while a clip of it still streams, or with nothing readable in it yet: the rest may come. */
const isEarlyEnd = (reading: Reading): boolean =>
  reading.status === 'succeeded' &&
  (isEmptyEnd(reading) ||
    reading.clips.some(
      ({ status, stream_url, audio_url }) =>
        status === 'pending' || status === 'streaming' || (stream_url !== null && audio_url === null),
    ));

/** What a task that ended with nothing in it says of itself. */
export const emptyEndError = (keys: readonly string[], at: Moment): LastError => ({
  code: 'vendor_bad_answer',
  message: `The vendor calls the task done, but nothing readable is in its answer; it has the keys ${keys.join(', ')}`,
  at: new Date(at.now).toISOString(),
});

/**
 * A saved answer adds to what is known: it is older than anything that was heard, and all there is where nothing was.
 * It asks nobody: what nobody watches settles as it stands, done or not.
 */
export function afterImport(state: TaskState, reading: Reading, at: Moment, isWatched: boolean): TaskState {
  const merged = state.answered ? mergeReadings(reading, state.reading) : reading;
  return {
    ...state,
    reading: JSON.stringify(merged) === JSON.stringify(state.reading) ? state.reading : merged,
    requested: true,
    answered: true,
    expired: false,
    ended_at: isWatched && !hasEnded(merged) ? null : (state.ended_at ?? at.now),
    early_clock: null,
    last_error: null,
    failures: 0,
    denials: 0,
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
    early_clock: null,
    // A dialect that is known since shows what nobody could read.
    last_error: isEmptyEnd(state.reading) && !isEmptyEnd(reading) ? null : state.last_error,
    changed_clock: at.clock,
  };
}

/**
 * A record's clocks in a ledger that has lost how long the vendor was out of order: that time would count as the task's
 * own age. What passed before it was tracked is known from the record; only later outages are lost.
 */
export function rebaseClock(state: TaskState, at: Moment): TaskState {
  const lost = Math.max(0, state.tracked_at - state.tracked_clock - (at.now - at.clock));
  const early_clock = state.early_clock === null ? null : state.early_clock + lost;
  return {
    ...state,
    tracked_clock: state.tracked_clock + lost,
    changed_clock: state.changed_clock + lost,
    early_clock,
  };
}

/** Since when nothing has happened to a task that is done. */
export const settledSince = (state: TaskFacts, lastPolledAt: number | null): number =>
  state.ended_at ?? lastPolledAt ?? state.tracked_at;

/**
 * The vendor said that it does not know the id. A known task stays as it was; a new one may not be visible yet: it is
 * given up when it was denied several times in a row, over a while.
 */
export function afterDenial(state: TaskState, error: LastError, at: Moment, rules: EndRules): TaskState {
  const age = at.clock - state.tracked_clock;
  const denials = state.denials + 1;
  const isOld = state.answered ? age >= EXPIRED_AFTER_MS : denials >= DENIALS_MIN && age >= NOT_FOUND_GRACE_MS;
  const denied = { ...state, last_error: error, denials: state.answered ? 0 : denials, look_again: false };
  const rested = afterWait(denied, at, rules);
  return { ...rested, expired: state.expired || (rested.ended_at === null && isOld) };
}

/** An early end is not waited for longer, whatever the vendor says meanwhile. */
function afterWait(state: TaskState, at: Moment, { early_end_ms }: EndRules): TaskState {
  if (state.early_clock === null || at.clock - state.early_clock < early_end_ms) return state;
  return { ...state, early_clock: null, ended_at: state.ended_at ?? at.now };
}

/** A look failed for a reason that is this task's own, not the vendor's: it is asked more and more rarely. */
export function afterFailure(state: TaskState, error: LastError, at: Moment, rules: EndRules): TaskState {
  const rested = afterWait({ ...state, last_error: error, failures: state.failures + 1, look_again: false }, at, rules);
  const over = rested.ended_at === null && at.clock - state.tracked_clock >= EXPIRED_AFTER_MS;
  return { ...rested, expired: state.expired || over };
}

/** Asked again by request, with its clocks started anew. */
export const restarted = (state: TaskState, at: Moment): TaskState =>
  state.ended_at === null
    ? { ...state, expired: false, tracked_clock: at.clock, changed_clock: at.clock, failures: 0, denials: 0 }
    : { ...state, failures: 0 };

/** Its vendor is retired: nobody will ever be asked. */
export const afterRetirement = (state: TaskState, error: LastError): TaskState => ({
  ...state,
  last_error: error,
  expired: state.ended_at === null,
});

/** When the task is polled next (ms since the epoch); null: no more. `lastPolledAt` null: at once. `isAwaited`: its vendor is known to call. */
export function nextPollAt(
  state: Pick<TaskFacts, 'ended_at' | 'expired' | 'tracked_clock' | 'failures' | 'look_again'>,
  lastPolledAt: number | null,
  at: Moment,
  pollIntervalMs: number,
  isAwaited = false,
): number | null {
  if (state.look_again) return at.now;
  if (state.ended_at !== null || state.expired) return null;
  if (lastPolledAt === null) return at.now;
  const age = at.clock - state.tracked_clock;
  const byAge = age < POLL_FAST_UNTIL_MS ? 0 : age < POLL_MEDIUM_UNTIL_MS ? POLL_MEDIUM_MS : POLL_SLOW_MS;
  const byFailures =
    state.failures === 0 ? 0 : Math.min(pollIntervalMs * 2 ** Math.min(state.failures, 16), POLL_SLOW_MS);
  const ordinary = isAwaited ? awaitedIntervalMs(pollIntervalMs) : pollIntervalMs;
  return lastPolledAt + Math.max(ordinary, byAge, byFailures);
}

/**
 * A time that many share: at it or up to a third of the interval later. Where the common moment of an interval is within
 * reach it is that one, so that those that were begun at different seconds meet there after a poll or two. The moments
 * stand a little further apart than the interval: one that is asked late is not asked too soon the next time.
 */
export function onGrid(ms: number, intervalMs: number): number {
  const apart = intervalMs * POLL_SPACING;
  const step = apart / POLL_GRID_PARTS;
  const latest = ms + step + apart - intervalMs;
  const meeting = Math.ceil(ms / apart) * apart;
  return Math.round(meeting <= latest ? meeting : Math.floor(latest / step) * step);
}

/** From this on (on the vendor's clock) the same answer as before is news: the task has waited long enough. */
export const patienceEndsAt = (
  { tracked_clock, early_clock }: Pick<TaskFacts, 'tracked_clock' | 'early_clock'>,
  { early_end_ms }: EndRules,
): number => (early_clock === null ? tracked_clock + EXPIRED_AFTER_MS : early_clock + early_end_ms);

export const isOver = (state: Pick<TaskFacts, 'ended_at' | 'expired'>): boolean =>
  state.ended_at !== null || state.expired;

export const isStalled = (state: TaskFacts, clock: number): boolean =>
  !isOver(state) && clock - state.changed_clock >= STALLED_AFTER_MS;

export function trackingOf(state: Pick<TaskFacts, 'ended_at' | 'expired'>, pendingFiles: number): TrackingState {
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
  tracking: TrackingState;
  archive: Task['archive']['state'];
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
