// Edge: what was heard moves a vendor's pace and its tasks on. Late, doubled and reordered reports change nothing.
import type { Settings } from '../config/settings.ts';
import { afterOddAnswer, faulted, type Pacing, recovered } from '../model/circuit-breaker.ts';
import type { Fault } from '../model/fault.ts';
import {
  afterAnswer,
  afterDenial,
  afterFailure,
  type Moment,
  newTask,
  nextPollAt,
  onGrid,
} from '../model/lifecycle.ts';
import {
  ANSWER_MAX_BYTES,
  TASK_STATE_MAX_BYTES,
  UNBATCHED_MS,
  UNTRACKED_MAX,
  UNTRACKED_MAX_CHARACTERS,
} from '../model/limits.ts';
import { isRegression } from '../model/merge.ts';
import { fingerprint, keyOf, type Raw, type Stored, type TaskState } from '../model/state.ts';
import type { LastError, Reading } from '../model/task.ts';
import { mayBeCalled } from '../model/vendor-calls.ts';
import { within } from './answer-size.ts';
import type { PollReport } from './api.ts';
import type { EventLog } from './event-log.ts';
import type { LeaseTable } from './leases.ts';
import type { LiveTasks } from './live-tasks.ts';
import type { Database } from './store/database.ts';
import type { TaskRow } from './store/task-rows.ts';
import { fitsRaw, fitsReading, type Tasks } from './tasks.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import type { VendorCalls } from './vendor-calls.ts';

/** One report on its way through. */
interface Round {
  readonly unit: UnitOfWork;
  readonly report: PollReport;
  readonly at: Moment;
  readonly rows: Map<string, TaskRow>;
  readonly replies: Map<string, Stored>;
}

const tooLarge = (now: number): LastError => ({
  code: 'vendor_bad_answer',
  message: `The vendor's answer for this task is larger than the ${TASK_STATE_MAX_BYTES} bytes that are kept of one`,
  at: new Date(now).toISOString(),
});

/** Moved by each look: the same words again are no news. */
const isSameError = (one: LastError | null, other: LastError): boolean =>
  one?.code === other.code && one.message === other.message;

export class PollResults {
  readonly #db: Database;
  readonly #settings: Settings;
  readonly #tasks: Tasks;
  readonly #live: LiveTasks;
  readonly #leases: LeaseTable;
  readonly #log: EventLog;
  readonly #calls: VendorCalls;
  /** Answers for tasks that nothing is kept of: of all callers at the same time one asks. */
  readonly #untracked = new Map<string, { stored: Stored; until: number; size: number }>();
  #untrackedSize = 0;

  constructor(parts: {
    db: Database;
    settings: Settings;
    tasks: Tasks;
    live: LiveTasks;
    leases: LeaseTable;
    log: EventLog;
    calls: VendorCalls;
  }) {
    this.#db = parts.db;
    this.#settings = parts.settings;
    this.#tasks = parts.tasks;
    this.#live = parts.live;
    this.#leases = parts.leases;
    this.#log = parts.log;
    this.#calls = parts.calls;
  }

  /** `random` in [0, 1) is for the vendor's back-off. Answers what the caller wanted back, as far as it fits. */
  take(unit: UnitOfWork, report: PollReport, random: number): Stored[] {
    this.#pace(unit, report, random);
    const at = this.#tasks.moment(report.vendor, unit.now);
    const same = report.answers.filter(({ id, reading }) => this.#isSame(report.vendor, id, reading));
    const again = new Set(same.map(({ id }) => id));
    const unchanged = [...(report.unchanged ?? []), ...again].filter((id) => !this.#isQuiet(report, id, at));
    const answers = report.answers.filter(({ id }) => !again.has(id));
    const named = [...answers, ...report.denied, ...report.failed].map(({ id }) => id);
    const rows = this.#tasks.all(report.vendor, [...named, ...unchanged, ...report.solo, ...report.reply]);
    const before = new Map(rows);
    const round: Round = { unit, report, at, rows, replies: new Map() };
    for (const { id, reading, raw } of answers) this.#answer(round, id, reading, raw);
    for (const id of unchanged) {
      const row = rows.get(id);
      if (row) this.#answer(round, id, row.state.reading, row.raw);
    }
    for (const { id, error } of report.denied) this.#denied(round, id, error);
    for (const { id, error } of report.failed)
      this.#move(round, rows.get(id) ?? this.#keep(round, id), (state) =>
        afterFailure(state, error, at, this.#settings.delays),
      );
    for (const id of report.solo) this.#singled(round, rows.get(id));
    for (const id of report.deferred) this.#again(report, id, unit.now);
    // The vendor failed for an id that a read brought: the sweep tries on.
    if (report.fault) for (const id of report.reply) if (!rows.has(id)) this.#keep(round, id);
    for (const row of rows.values())
      if (row.version !== (before.get(row.id)?.version ?? 0)) unit.changed.push(this.#tasks.change(row));
    return this.#replies(round);
  }

  /** What was heard a moment ago of a task that is not kept. */
  untracked(vendor: string, id: string, now: number): Stored | null {
    const kept = this.#untracked.get(keyOf({ vendor, id }));
    return kept && kept.until > now ? kept.stored : null;
  }

  #replies({ report, rows, replies }: Round): Stored[] {
    const stored = report.reply.flatMap((id) => {
      const row = rows.get(id);
      const own = row ? this.#tasks.stored(row) : replies.get(id);
      return own ? [own] : [];
    });
    return within(stored, ANSWER_MAX_BYTES);
  }

  #pace(unit: UnitOfWork, report: PollReport, random: number): void {
    const before = this.#db.vendor(report.vendor);
    const { fault } = report;
    const { pacing } = before;
    const answered = report.answers.length + report.denied.length + (report.unchanged?.length ?? 0) > 0;
    const afterFault = (current: Pacing, one: { fault: Fault; error: LastError }): Pacing =>
      faulted(current, one, { now: unit.now, random, delays: this.#settings.delays });
    const afterOdd = (report.odd ?? []).reduce(
      (current, one) => afterOddAnswer(current, one.id, () => afterFault(current, one)),
      pacing,
    );
    // Our own limits say nothing of the vendor.
    const isFault = fault !== null && !(answered && fault.fault.reason === 'own_limit');
    const after = isFault
      ? afterFault(pacing, fault)
      : answered
        ? recovered(pacing, unit.now, report.asked_at)
        : afterOdd;
    const unbatched_until = report.unbatched === true ? unit.now + UNBATCHED_MS : before.unbatched_until;
    if (after === pacing && unbatched_until === before.unbatched_until) return;
    this.#db.putVendor(report.vendor, { ...before, pacing: after, unbatched_until });
    this.#log.vendor(unit, report.vendor, pacing, after, 'The vendor answers again');
  }

  #isSame(vendor: string, id: string, reading: Reading): boolean {
    const heard = this.#live.get(vendor, id)?.heard ?? null;
    return heard !== null && heard === fingerprint(reading);
  }

  /** The same answer as before, and nothing else moves the task on: no row is read and none is written. */
  #isQuiet({ vendor, asked_at }: PollReport, id: string, { now, clock }: Moment): boolean {
    const task = this.#live.get(vendor, id);
    if (!task || task.patience_ends === null || clock >= task.patience_ends) return false;
    this.#live.polled(task, this.#askedFrom(vendor, id, asked_at), now);
    return true;
  }

  #answer(round: Round, id: string, reading: Reading, raw: Raw | null): void {
    const { unit, report, at, rows } = round;
    const rules = this.#settings.delays;
    const row = rows.get(id) ?? this.#keep(round, id);
    if (!row) return this.#showOnly(round, id, reading, raw);
    const state = afterAnswer(row.state, reading, report.asked_at, at, rules);
    if (!state) return;
    if (state.reading !== row.state.reading && !fitsReading(state.reading))
      return this.#move(round, row, (known) => afterFailure(known, tooLarge(at.now), at, rules));
    const changed =
      state.reading !== row.state.reading ||
      state.answered !== row.state.answered ||
      state.ended_at !== row.state.ended_at ||
      state.expired !== row.state.expired;
    const isOlder =
      row.raw !== null && (isRegression(row.state.reading, reading) || state.reading === row.state.reading);
    const kept = isOlder || raw === null || !fitsRaw(raw) ? row.raw : raw;
    rows.set(id, this.#tasks.advance(unit, row, { state, raw: kept, changed, ...this.#polled(round, row, state) }));
    if (state.hook_named && state.ended_at !== null && row.state.ended_at === null) this.#calls.ended(row);
  }

  #showOnly({ unit, report, at, replies }: Round, id: string, reading: Reading, raw: Raw | null) {
    const state = afterAnswer(this.#fresh(at), reading, report.asked_at, at, this.#settings.delays);
    if (!state) return;
    const polls = { polls: 1, last_polled_at: at.now, next_poll_at: null };
    const stored: Stored = {
      vendor: report.vendor,
      id,
      tracked: false,
      version: 0,
      ...polls,
      state,
      clips: [],
      raw,
    };
    replies.set(id, stored);
    unit.afterwards(() => this.#remember(stored, at.now));
  }

  #remember(stored: Stored, now: number): void {
    const key = keyOf(stored);
    this.#forget(key);
    const size = JSON.stringify(stored).length;
    this.#untracked.set(key, { stored, until: now + this.#settings.poll_interval_ms, size });
    this.#untrackedSize += size;
    // In the order in which they came: the first is the first to run out.
    for (const [oldest, { until }] of this.#untracked) {
      const isFull = this.#untracked.size > UNTRACKED_MAX || this.#untrackedSize > UNTRACKED_MAX_CHARACTERS;
      if (until > now && !isFull) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#untrackedSize -= this.#untracked.get(key)?.size ?? 0;
    this.#untracked.delete(key);
  }

  #denied(round: Round, id: string, error: LastError): void {
    const row = round.rows.get(id);
    if (!row) return;
    const { at, report } = round;
    const state = afterDenial(row.state, error, at, this.#settings.delays);
    // A known task that is denied again in the same words stays as it was.
    const isNews =
      state.expired !== row.state.expired ||
      state.ended_at !== row.state.ended_at ||
      state.denials !== row.state.denials ||
      state.look_again !== row.state.look_again ||
      !isSameError(row.state.last_error, error);
    if (!isNews) return this.#again(report, id, at.now);
    this.#move(round, row, () => state);
  }

  #move(round: Round, row: TaskRow | null | undefined, next: (state: TaskState) => TaskState): void {
    if (!row) return;
    const state = next(row.state);
    const changed = state.expired !== row.state.expired || state.ended_at !== row.state.ended_at;
    round.rows.set(
      row.id,
      this.#tasks.advance(round.unit, row, { state, changed, ...this.#polled(round, row, state) }),
    );
  }

  /** Asked by itself from now on. */
  #singled({ unit, rows }: Round, row: TaskRow | undefined): void {
    if (!row || row.state.solo) return;
    rows.set(row.id, this.#tasks.advance(unit, row, { state: { ...row.state, solo: true }, changed: false }));
  }

  /** Nothing was concluded: polled again at its time. */
  #again({ vendor, asked_at }: PollReport, id: string, now: number): void {
    const task = this.#live.get(vendor, id);
    if (task) this.#live.polled(task, this.#askedFrom(vendor, id, asked_at), now);
  }

  /** An id that a read brought begins to be tracked, where it may: not if it was deleted since it was asked for. */
  #keep({ unit, report, at, rows }: Round, id: string): TaskRow | null {
    if (!report.track) return null;
    const removed = this.#db.removed(report.vendor, id);
    if (removed && removed.at >= report.asked_at) return null;
    const row = this.#tasks.open(unit, report.vendor, id, this.#fresh(at));
    rows.set(id, row);
    return row;
  }

  #fresh(at: Moment): TaskState {
    return newTask(at, { requested: false, visibility: this.#settings.default_visibility });
  }

  #polled({ report, at }: Round, row: TaskRow, state: TaskState) {
    const task = this.#live.get(report.vendor, row.id);
    const from = this.#askedFrom(report.vendor, row.id, report.asked_at);
    const isAwaited = mayBeCalled(state) && this.#calls.isAwaited(row);
    const next = nextPollAt(state, from, at, this.#settings.poll_interval_ms, isAwaited);
    return {
      polls: Math.max(task?.polls ?? 0, row.polls) + 1,
      last_polled_at: at.now,
      due: next === null ? null : onGrid(next, this.#settings.poll_interval_ms),
    };
  }

  /** When its request was begun: the next one is counted from there. */
  #askedFrom(vendor: string, id: string, askedAt: number): number {
    return this.#leases.on('ask', keyOf({ vendor, id }))?.begun_at ?? askedAt;
  }
}
