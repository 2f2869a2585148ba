// Edge: applies what advance.ts and files.ts decide to the stored rows, with all that follows from it. Used by the ledger alone.
import type { Settings } from '../config/settings.ts';
import { vendorClock } from '../model/circuit-breaker.ts';
import { afterTry, fileOf, wantedRoles, wantsFreshLook, withFreshSources } from '../model/files.ts';
import { nextSeq, SEQ_PER_MS, slugOf } from '../model/id.ts';
import {
  type Change,
  changeOf,
  facetsOf,
  isDone,
  isOver,
  type Moment,
  nextPollAt,
  restingSince,
  trackingOf,
} from '../model/lifecycle.ts';
import type { FileOutcome, MirrorMessage } from '../model/messages.ts';
import { type ClipState, keyOf, newClip, type Raw, type Stored, type TaskState } from '../model/state.ts';
import type { ClipReading } from '../model/task.ts';
import type { Catalogue } from './catalogue.ts';
import type { Save } from './messages.ts';
import { Planning } from './planning.ts';
import { Saving } from './saving.ts';
import { type Store, type TaskRow, toStored } from './store.ts';
import type { Telling } from './telling.ts';

/** Rows looked at in one go; the next look takes more. */
const PRUNE_MAX_ROWS = 500;

export class Book {
  readonly store: Store;
  readonly settings: Settings;
  readonly saving: Saving;
  readonly planning: Planning;
  #lastSeq: number;

  readonly #telling: Telling;
  readonly #catalogue: Catalogue;
  readonly #onChange: (task: string) => void;

  /** `onChange` hears of each task of which a caller could now see something new. */
  constructor(
    store: Store,
    settings: Settings,
    parts: { telling: Telling; catalogue: Catalogue; onChange: (task: string) => void },
  ) {
    this.#telling = parts.telling;
    this.#catalogue = parts.catalogue;
    this.#onChange = parts.onChange;
    this.store = store;
    this.settings = settings;
    this.#lastSeq = store.lastSeq();
    this.saving = new Saving(settings);
    this.planning = new Planning(store, settings, this.saving);
  }

  moment(vendor: string, now: number): Moment {
    return { now, clock: vendorClock(this.store.pacing(vendor), now) };
  }

  /** A new row, due at once. */
  open(vendor: string, id: string, state: TaskState, raw: Raw | null, at: Moment): TaskRow {
    this.#lastSeq = nextSeq(this.#lastSeq, at.now);
    const { kind, status } = state.reading;
    const row: TaskRow = {
      ...{ facets: { kind, status, tracking: trackingOf(state, 0), archive: 'none' } },
      ...{ vendor, id, seq: this.#lastSeq, poll_at: nextPollAt(state, null, at, 0), work_at: null },
      ...{ polls: 0, last_polled_at: null, version: 1, saved_version: 0, state, raw },
    };
    this.store.insertTask(row);
    return row;
  }

  /** A row again for a record, in its old place; its vendor is asked when `advance` says. */
  reopen(stored: Stored, state: TaskState, at: Moment): TaskRow {
    const seq = this.store.freeSeq(stored.seq ?? stored.state.tracked_at * SEQ_PER_MS);
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    const { vendor, id, polls, last_polled_at, raw } = stored;
    const { kind, status } = state.reading;
    const row: TaskRow = {
      ...{ facets: { kind, status, tracking: trackingOf(state, 0), archive: 'none' } },
      ...{ vendor, id, seq, polls, last_polled_at, poll_at: null, work_at: null, state, raw },
      // The bucket has it. Beyond any version that was counted: what a writer of before confirms is none of ours.
      ...{ version: at.now, saved_version: at.now },
    };
    this.store.insertTask(row);
    return row;
  }

  /**
   * Writes a task that moved on, sends what is wanted now, and sets what is due when. Answers the row as it stands.
   * `resent`: objects of earlier tries may lie in the bucket.
   */
  advance(
    before: TaskRow,
    next: Pick<TaskRow, 'state' | 'raw' | 'polls' | 'last_polled_at' | 'poll_at'>,
    changed: boolean,
    at: Moment,
    messages: MirrorMessage[],
    resent = false,
  ): TaskRow {
    const slugs = next.state.reading.clips.map((clip) => slugOf(before.vendor, clip.id));
    const state = { ...next.state, slugs };
    const known = this.clipsOf(before, state).map((clip, index) =>
      this.#withFreshSources(clip, state.reading.clips[index], at.now),
    );
    this.#reword(before.state, state, known, at.now);
    const row: TaskRow = { ...before, ...next, state, version: before.version + (changed ? 1 : 0) };
    const clips = this.#tell(before.state, row, known, at);
    row.work_at = this.planning.plan(row, clips, at, messages, resent);
    row.facets = facetsOf(row, clips, this.settings);
    this.store.updateTask(before, row);
    if (changed) this.#onChange(keyOf(row));
    return row;
  }

  /** Work that fell due: leases that ran out, files to try again, records to save. */
  work(before: TaskRow, at: Moment, messages: MirrorMessage[]): Save | null {
    const over = isOver(before.state);
    const known = this.clipsOf(before, before.state).map((clip, index) => {
      const reading = before.state.reading.clips[index];
      return reading ? this.planning.afterLostFlight(clip, wantedRoles(reading, over, this.settings), at.now) : clip;
    });
    const row = { ...before, facets: facetsOf(before, known, this.settings) };
    const clips = this.#tell(before.state, row, known, at);
    // A clip that another task holds too may have been archived meanwhile.
    const changed = row.facets.archive !== before.facets.archive || row.facets.tracking !== before.facets.tracking;
    if (changed) row.version++;
    row.work_at = this.planning.plan(row, clips, at, messages, true);
    if (changed || row.work_at !== before.work_at || row.state !== before.state) this.store.updateTask(before, row);
    if (changed) this.#onChange(keyOf(row));
    return this.saving.begin(row, clips, at);
  }

  /** The record holds this version now. */
  saved(before: TaskRow, version: number, at: Moment, messages: MirrorMessage[]): void {
    this.saving.end(before);
    const row = { ...before, saved_version: Math.max(before.saved_version, version) };
    const clips = this.store.clips.all(row.state.slugs);
    row.work_at = this.planning.plan(row, clips, at, messages, false);
    row.facets = facetsOf(row, clips, this.settings);
    this.store.updateTask(before, row);
  }

  /** Rows that were settled long ago, and are recorded, leave; their records answer for ever. Tombstones stay. */
  prune(now: number): void {
    const before = now - this.settings.ledger_keep_ms;
    for (const row of this.store.trackedBefore(before * SEQ_PER_MS, PRUNE_MAX_ROWS)) {
      if (restingSince(row.state, row.last_polled_at) > before || row.version !== row.saved_version) continue;
      if (isDone(row, this.store.clips.all(row.state.slugs), this.settings)) this.leave(row);
    }
  }

  /** The row goes; of its clips what is archived stays. */
  leave(row: TaskRow): void {
    this.#catalogue.release(row);
    this.store.deleteTask(row);
  }

  /** What became of a clip's files. Answers the keys that no record will name. */
  report(
    row: TaskRow | null,
    clip: ClipState,
    outcomes: readonly FileOutcome[],
    at: Moment,
    messages: MirrorMessage[],
  ): { discard: string[]; save: Save | null } {
    const tookMs = this.planning.flights.end(clip.slug, at.now);
    const discard: string[] = [];
    const files = { ...clip.files };
    let lookAgain = false;
    for (const outcome of outcomes) {
      const file = fileOf(clip, outcome.role);
      if (clip.taken_down_at !== null) {
        if (outcome.ok) discard.push(outcome.key);
        continue;
      }
      if (outcome.ok && file.state === 'archived' && file.key !== outcome.key) discard.push(outcome.key);
      const after = afterTry(file, outcome, at.now, this.settings.delays, tookMs);
      files[outcome.role] = after;
      lookAgain ||= wantsFreshLook(after);
    }
    // No outcome: its place was cleared.
    const cleared = clip.clear_at != null && outcomes.length === 0 ? { clear_at: null } : {};
    const updated = this.#catalogue.placed({ ...clip, files, ...cleared });
    if (row) return { discard, save: this.#afterReport(row, updated, at, lookAgain, messages) };
    this.store.clips.put(updated);
    return { discard, save: null };
  }

  #afterReport(
    before: TaskRow,
    reported: ClipState,
    at: Moment,
    lookAgain: boolean,
    messages: MirrorMessage[],
  ): Save | null {
    const row = { ...before };
    const known = this.store.clips.all(before.state.slugs);
    const clips = this.#tell(before.state, row, known, at, reported);
    const done = isDone(row, clips, this.settings);
    if (done || before.version === before.saved_version) row.version++;
    if (lookAgain) row.poll_at = Math.min(row.poll_at ?? Infinity, at.now);
    const planned = this.planning.plan(row, clips, at, messages, true);
    // Whoever reported the last file saves the record too; should it fail, the lease's end brings the row up again.
    row.work_at = done ? (before.work_at ?? at.now + this.settings.mirror_lease_ms) : planned;
    // While siblings are still on their way nothing of the row itself has changed, and a write is a billed row.
    const same =
      row.version === before.version &&
      row.work_at === before.work_at &&
      row.poll_at === before.poll_at &&
      row.state === before.state;
    row.facets = facetsOf(row, clips, this.settings);
    if (!same) this.store.updateTask(before, row);
    this.#onChange(keyOf(row));
    return done ? this.saving.begin(row, clips, at) : null;
  }

  /** The caller changed a clip, or took it down: what follows for its task. Answers the record to save where the task is done. */
  afterChange(before: TaskRow, clip: ClipState, at: Moment, messages: MirrorMessage[]): Save | null {
    const row = { ...before, version: before.version + 1 };
    const clips = this.#tell(before.state, row, this.store.clips.all(row.state.slugs), at, clip);
    const planned = this.planning.plan(row, clips, at, messages, true);
    const done = isDone(row, clips, this.settings);
    // Saved by the caller's own request; should that fail, the sweep comes by.
    row.work_at = done ? at.now + this.settings.mirror_lease_ms : planned;
    row.facets = facetsOf(row, clips, this.settings);
    this.store.updateTask(before, row);
    this.#onChange(keyOf(row));
    return done ? this.saving.begin(row, clips, at) : null;
  }

  /** Puts what is told into the log, and the clips into the store. `changed`: a clip of these that is not stored yet. */
  #tell(
    before: TaskState,
    row: TaskRow,
    known: readonly ClipState[],
    at: Moment,
    changed: ClipState | null = null,
  ): ClipState[] {
    const clips = known.map((clip) => (clip.slug === changed?.slug ? changed : clip));
    const told = this.#telling.task(before, row, clips, this.store.pacing(row.vendor), at.now);
    row.state = told.state;
    const bySlug = new Map(told.clips.map((clip) => [clip.slug, clip]));
    if (changed && !bySlug.has(changed.slug)) bySlug.set(changed.slug, changed);
    for (const clip of bySlug.values()) this.store.clips.put(clip);
    return clips.map((clip) => bySlug.get(clip.slug) ?? clip);
  }

  /** The vendor may word a song otherwise after its audio came. */
  #reword(before: TaskState, after: TaskState, clips: readonly ClipState[], now: number): void {
    after.reading.clips.forEach((reading, index) => {
      const was = before.reading.clips[index];
      const clip = clips[index];
      if (!clip || clip.listed === null || !was) return;
      if (was.title !== reading.title || was.tags !== reading.tags) this.#catalogue.reworded(clip, reading);
      if (JSON.stringify(was) !== JSON.stringify(reading)) this.#catalogue.touched(now, clip);
    });
  }

  /** A row with its clips, as readers and records have it. */
  stored(row: TaskRow): Stored {
    return toStored(row, this.store.clips.all(row.state.slugs));
  }

  /** What of a task people follow. */
  change(row: TaskRow): Change {
    return changeOf(row, this.store.clips.all(row.state.slugs), this.settings);
  }

  /** Files of all tasks that are still under way. */
  get pendingFiles(): number {
    return this.store.archiving().reduce((sum, row) => sum + this.change(row).archive.pending, 0);
  }

  /** The clips of a state, in its order; those not known yet are opened. */
  clipsOf(row: Pick<TaskRow, 'vendor' | 'id'>, state: TaskState): ClipState[] {
    const known = new Map(this.store.clips.all(state.slugs).map((clip) => [clip.slug, clip]));
    return state.slugs.map((slug, index) => {
      const found = known.get(slug);
      if (found) return found;
      const { id } = state.reading.clips[index] as ClipReading;
      const clip = newClip(slug, id, row, state.visibility);
      known.set(slug, clip);
      this.store.clips.put(clip);
      return clip;
    });
  }

  #withFreshSources(clip: ClipState, reading: ClipReading | undefined, now: number): ClipState {
    const updated = reading ? withFreshSources(clip, reading, now) : clip;
    if (updated !== clip) this.store.clips.put(updated);
    return updated;
  }
}
