// Edge: applies what lifecycle.ts and files.ts decide to the stored rows, with all that follows from it.
import type { Settings } from '../config/settings.ts';
import { vendorClock } from '../model/circuit-breaker.ts';
import { afterLoss, archiveOf, fileOf, wantedRoles, withFreshSources } from '../model/files.ts';
import { nextSeq, SEQ_PER_MS, slugOf } from '../model/id.ts';
import {
  type Change,
  changeOf,
  emptyEndError,
  facetsOf,
  isEmptyEnd,
  isOver,
  type Moment,
  trackingOf,
} from '../model/lifecycle.ts';
import { CLIP_HOLDERS_MAX, RAW_ANSWER_MAX_BYTES, TASK_STATE_MAX_BYTES } from '../model/limits.ts';
import { withParent } from '../model/merge.ts';
import {
  type ClipState,
  keyOf,
  type Known,
  newClip,
  nextVersion,
  type Raw,
  type Stored,
  type TaskState,
} from '../model/state.ts';
import type { Reading } from '../model/task.ts';
import type { Save } from './api.ts';
import { type Clips, filesOf } from './clips.ts';
import type { Counted, Counts } from './counts.ts';
import type { EventLog } from './event-log.ts';
import type { Lease, LeaseTable } from './leases.ts';
import { type LiveTasks, newestFirst } from './live-tasks.ts';
import type { MirrorQueue } from './mirror-queue.ts';
import type { RecordOutbox } from './record-outbox.ts';
import type { Database } from './store/database.ts';
import { type FileCounts, type LostRow, NO_FILES, type TaskRow, type TaskRows } from './store/task-rows.ts';
import type { Versions } from './store/versions.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** UTF-8 takes at most three bytes for a UTF-16 code unit: most texts need no counting. */
const fits = (text: string, mostBytes: number): boolean =>
  text.length * 3 <= mostBytes || (text.length <= mostBytes && new TextEncoder().encode(text).byteLength <= mostBytes);

export const fitsReading = (reading: Reading): boolean => fits(JSON.stringify(reading), TASK_STATE_MAX_BYTES);
export const fitsRaw = (raw: Raw): boolean => fits(raw.json, RAW_ANSWER_MAX_BYTES);

export interface TaskParts {
  readonly db: Database;
  readonly settings: Settings;
  readonly rows: TaskRows;
  readonly clips: Clips;
  readonly live: LiveTasks;
  readonly leases: LeaseTable;
  readonly outbox: RecordOutbox;
  readonly log: EventLog;
  readonly mirror: MirrorQueue;
  readonly counts: Counts;
  readonly versions: Versions;
  /** Hears of each task of which a caller could now see something new. */
  readonly onChange: (key: string) => void;
}

/** How a task moves on. */
export interface Move {
  readonly state: TaskState;
  readonly raw?: Raw | null;
  readonly polls?: number;
  readonly last_polled_at?: number | null;
  /** A caller could see something new. */
  readonly changed: boolean;
  /** When its vendor is asked next; absent: as before. */
  readonly due?: number | null;
  /** Objects of earlier tries may lie in the bucket. */
  readonly resent?: boolean;
  /** Clips of it as they are now, not written yet. */
  readonly clips?: readonly ClipState[];
}

const isOwn = (clip: ClipState, row: Pick<TaskRow, 'vendor' | 'id'>): boolean =>
  clip.vendor === row.vendor && clip.task_id === row.id;

/** No record of it was ever confirmed. */
export const isNew = ({ saved_version }: Pick<TaskRow, 'saved_version'>): boolean => saved_version === 0;

export class Tasks {
  readonly #parts: TaskParts;
  #lastSeq: number;

  constructor(parts: TaskParts) {
    this.#parts = parts;
    this.#lastSeq = parts.rows.lastSeq();
  }

  find(vendor: string, id: string): TaskRow | null {
    return this.#parts.rows.find(vendor, id);
  }

  all(vendor: string, ids: readonly string[]): Map<string, TaskRow> {
    return this.#parts.rows.all(vendor, ids);
  }

  unknownOf(vendor: string, ids: readonly string[]): string[] {
    const known = this.#parts.rows.known(vendor, ids);
    return ids.filter((id) => !known.has(id));
  }

  moment(vendor: string, now: number): Moment {
    return { now, clock: vendorClock(this.#parts.db.vendor(vendor).pacing, now) };
  }

  /** A new row, due at once. */
  open(unit: UnitOfWork, vendor: string, id: string, state: TaskState): TaskRow {
    this.#lastSeq = nextSeq(this.#lastSeq, unit.now);
    const polls = { polls: 0, last_polled_at: null };
    return this.#write(
      unit,
      null,
      { seq: this.#lastSeq, vendor, id, ...polls, version: unit.now, saved_version: 0, state, raw: null },
      { clips: [], work_at: null, due: newestFirst(unit.now) },
    );
  }

  /** A row again for a record, in its old place; its vendor is asked when the next move says. */
  reopen(unit: UnitOfWork, stored: Stored, state: TaskState): TaskRow {
    const { rows, clips } = this.#parts;
    const seq = rows.freeSeq(stored.seq ?? stored.state.tracked_at * SEQ_PER_MS);
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    const { vendor, id, polls, last_polled_at, raw } = stored;
    const known = clips.all(state.slugs);
    for (const clip of known.values()) if (isOwn(clip, stored)) clips.takeOver(clip);
    // The bucket has this version.
    const { version } = stored;
    const row = { seq, vendor, id, polls, last_polled_at, version, saved_version: version, state, raw };
    return this.#write(unit, null, row, { clips: this.#inOrder(row, known), work_at: null, due: null });
  }

  /** Writes a task that moved on, sends what is wanted now, and sets what is due when. Answers the row as it stands. */
  advance(unit: UnitOfWork, before: TaskRow, move: Move): TaskRow {
    const { raw = before.raw, polls = before.polls, last_polled_at = before.last_polled_at, resent = false } = move;
    const slugs = move.state.reading.clips.map((clip) => slugOf(before.vendor, clip.id));
    const moved: TaskState = { ...move.state, slugs };
    const state = this.#ended(before.state, moved, this.moment(before.vendor, unit.now));
    const written = new Map<string, ClipState>();
    const clips = this.#clipsOf(unit, before, state, written, move.clips ?? []);
    this.#reword(before.state, state, clips, unit.now);
    const version = move.changed ? nextVersion(before.version, unit.now) : before.version;
    const row = { ...before, polls, last_polled_at, raw, version, state };
    const shown = this.#logEvents(unit, before.state, row, clips, written);
    row.state = shown.state;
    const { work_at, look_at, hosts } = this.#parts.mirror.plan(unit, row, shown.clips, resent);
    for (const clip of written.values()) this.#parts.clips.put(unit, clip);
    const after = this.#write(unit, before, row, { clips: shown.clips, work_at, due: move.due });
    unit.afterwards(() => {
      this.#parts.live.work.set(keyOf(row), look_at);
      this.#parts.mirror.wait(row, hosts);
    });
    return after;
  }

  /** Its files are looked after: leases that ran out, files to try again. `lost`: leases of its clips that came to nothing. */
  work(unit: UnitOfWork, before: TaskRow, lost: readonly Lease[]): TaskRow {
    const over = isOver(before.state);
    const known = this.#parts.clips.all(before.state.slugs);
    const clips = lost.flatMap(({ holder, handed_at }) => {
      const clip = known.get(holder);
      const reading = before.state.reading.clips[before.state.slugs.indexOf(holder)];
      // Never handed out: the message is late or lost, and no invocation died of it.
      if (!clip || !reading || handed_at === null) return [];
      const files = { ...clip.files };
      for (const role of wantedRoles(reading, over, this.#parts.settings)) {
        const file = fileOf(clip, role);
        if (file.state === 'pending' && (file.next_try_at ?? 0) <= unit.now)
          files[role] = afterLoss(file, unit.now, this.#parts.settings.delays);
      }
      return [{ ...clip, files }];
    });
    return this.advance(unit, before, { state: before.state, changed: clips.length > 0, resent: true, clips });
  }

  /** Clips of it were reported, changed or taken down. `mustSave`: by a caller, in whose records that is to be at once. */
  withClips(
    unit: UnitOfWork,
    before: TaskRow,
    clips: readonly ClipState[],
    { mustSave = false, lookAgain = false },
  ): { row: TaskRow; isDone: boolean } {
    const state = { ...before.state, look_again: before.state.look_again || lookAgain };
    const isDone = isOver(before.state) && this.#filesAfter(before, clips).pending === 0;
    const changed = mustSave || isDone || before.version === before.saved_version;
    const due = lookAgain && !before.state.look_again ? { due: unit.now } : {};
    const row = this.advance(unit, before, { state, changed, resent: true, clips, ...due });
    if (row.version === before.version) unit.afterwards(() => this.#parts.onChange(keyOf(row)));
    return { row, isDone };
  }

  /** What of a row is to be written into the records bucket now. Whoever gets it, writes it. */
  save(unit: UnitOfWork, row: TaskRow): Save {
    unit.afterwards(() => this.#parts.outbox.begin(row, unit.now));
    return { stored: this.stored(row), version: row.version, is_new: isNew(row) };
  }

  /** The record holds this version now. */
  saved(unit: UnitOfWork, before: TaskRow, version: number): void {
    const { outbox } = this.#parts;
    unit.afterwards(() => outbox.end(keyOf(before), true, unit.now));
    if (version <= before.saved_version) return;
    const clips = this.clipsInOrder(before);
    const row = { ...before, saved_version: Math.min(version, before.version) };
    this.#write(unit, before, row, { clips, work_at: before.work_at, due: undefined });
  }

  /** The row goes; of its clips what is archived stays, and what another task holds is that one's. */
  leave(unit: UnitOfWork, row: TaskRow): string[] {
    const { rows, clips, live, outbox, leases, counts, versions } = this.#parts;
    if (!row.is_open) counts.task(countedOf(row), -1);
    const { heirs, forgotten } = clips.release(unit, row);
    rows.delete(row);
    unit.afterwards(() => {
      live.remove(row);
      outbox.remove(keyOf(row));
      leases.release('ask', keyOf(row));
      versions.note(keyOf(row));
      this.#parts.onChange(keyOf(row));
    });
    for (const slug of forgotten) unit.end('file', slug);
    for (const { vendor, id } of heirs) {
      const heir = rows.find(vendor, id);
      if (heir) this.advance(unit, heir, { state: heir.state, changed: true, resent: true });
    }
    return forgotten;
  }

  /** A row that nobody could read was set aside: what was open begins anew. */
  beginAnew(unit: UnitOfWork, lost: LostRow, state: TaskState): void {
    if (lost.is_open) this.open(unit, lost.vendor, lost.id, state);
    else this.#parts.counts.task(countedOf(lost), -1);
  }

  /** A row with its clips, as readers and records have it. */
  stored(row: TaskRow): Stored {
    const { live, leases } = this.#parts;
    const { vendor, id, seq, version, state, raw } = row;
    const task = live.get(vendor, id);
    const due = live.dueAt(vendor, id);
    const asked = leases.on('ask', keyOf(row));
    return {
      vendor,
      id,
      seq,
      tracked: true,
      version,
      polls: Math.max(task?.polls ?? 0, row.polls),
      last_polled_at: task?.last_polled_at ?? row.last_polled_at,
      next_poll_at:
        due === null ? (task?.is_watched ? (asked?.begun_at ?? null) : null) : Math.max(due, state.tracked_at),
      state,
      clips: this.clipsInOrder(row),
      raw,
    };
  }

  /** Counts the files of some tasks that were loaded from their rows alone. */
  count(limit: number): void {
    const { live, rows } = this.#parts;
    for (const task of live.takeUncounted(limit)) {
      const row = rows.find(task.vendor, task.id);
      if (row) live.counted(task, this.#filesOf(row, this.clipsInOrder(row)));
    }
  }

  known(row: TaskRow): Known {
    return { stored: this.stored(row), pacing: this.#parts.db.vendor(row.vendor).pacing };
  }

  /** What of a task people follow. */
  change(row: TaskRow): Change {
    return changeOf(row, this.clipsInOrder(row), this.#parts.settings);
  }

  /** The clips of a row, in its order; of those that are not stored what is known of any. */
  clipsInOrder(row: Pick<TaskRow, 'vendor' | 'id' | 'state'>): ClipState[] {
    return this.#inOrder(row, this.#parts.clips.all(row.state.slugs));
  }

  inOrder(row: Pick<TaskRow, 'vendor' | 'id' | 'state'>, clips: readonly ClipState[]): ClipState[] {
    return this.#inOrder(row, new Map(clips.map((clip) => [clip.slug, clip])));
  }

  #inOrder(row: Pick<TaskRow, 'vendor' | 'id' | 'state'>, known: ReadonlyMap<string, ClipState>): ClipState[] {
    return row.state.slugs.map(
      (slug, index) =>
        known.get(slug) ?? newClip(slug, row.state.reading.clips[index]?.id ?? slug, row, row.state.visibility),
    );
  }

  /** The clips of a state that is about to be written: new ones are opened, others' are shared, fresh addresses taken. */
  #clipsOf(
    unit: UnitOfWork,
    before: TaskRow,
    state: TaskState,
    written: Map<string, ClipState>,
    changed: readonly ClipState[],
  ): ClipState[] {
    const { clips } = this.#parts;
    const known = clips.all(state.slugs);
    const isKnown = new Set(before.state.slugs);
    for (const clip of changed) {
      known.set(clip.slug, clip);
      written.set(clip.slug, clip);
    }
    return state.slugs.map((slug, index) => {
      const reading = state.reading.clips[index];
      let clip = known.get(slug);
      const stored = clip;
      if (!clip) clip = newClip(slug, reading?.id ?? slug, before, state.visibility);
      else if (!isKnown.has(slug)) {
        if (isOwn(clip, before)) clips.takeOver(clip);
        else clip = this.#shared(clip, before);
      }
      if (reading && isOwn(clip, before)) clip = withParent(clip, reading);
      if (reading) clip = withFreshSources(clip, reading, unit.now);
      if (clip !== stored) written.set(slug, clip);
      known.set(slug, clip);
      return clip;
    });
  }

  /** Another task showed it first. */
  #shared(clip: ClipState, { vendor, id }: TaskRow): ClipState {
    const isHeld = clip.also.some((holder) => holder.vendor === vendor && holder.id === id);
    if (isHeld || clip.also.length >= CLIP_HOLDERS_MAX) return clip;
    return { ...clip, also: [...clip.also, { vendor, id }] };
  }

  /** A task that ended with nothing in it says so, and what its answer looks like. */
  #ended(before: TaskState, state: TaskState, at: Moment): TaskState {
    if (state.ended_at === null || before.ended_at !== null || !isEmptyEnd(state.reading)) return state;
    return { ...state, last_error: emptyEndError(state.reading.keys, at) };
  }

  /** Puts the events of a change into the log. Answers the state and the clips that know of it. */
  #logEvents(
    unit: UnitOfWork,
    before: TaskState,
    row: TaskRow,
    clips: readonly ClipState[],
    written: Map<string, ClipState>,
  ): { state: TaskState; clips: ClipState[] } {
    const { db, log } = this.#parts;
    const stored: Stored = { ...this.#asStored(row), clips: [...clips] };
    const logged = log.task(unit, before, stored, db.vendor(row.vendor).pacing);
    for (const clip of logged.clips) written.set(clip.slug, clip);
    const bySlug = new Map(logged.clips.map((clip) => [clip.slug, clip]));
    return { state: logged.state, clips: clips.map((clip) => bySlug.get(clip.slug) ?? clip) };
  }

  #asStored({ vendor, id, seq, version, polls, last_polled_at, state }: TaskRow): Omit<Stored, 'clips'> {
    return { vendor, id, seq, tracked: true, version, polls, last_polled_at, next_poll_at: null, state, raw: null };
  }

  /** The vendor may word a song otherwise after its audio came. */
  #reword(before: TaskState, after: TaskState, clips: readonly ClipState[], now: number): void {
    if (before.reading === after.reading) return;
    after.reading.clips.forEach((reading, index) => {
      const was = before.reading.clips[before.slugs.indexOf(after.slugs[index] ?? '')];
      const clip = clips[index];
      if (!clip || clip.listed === null || !was) return;
      if (was.title !== reading.title || was.tags !== reading.tags) this.#parts.clips.reworded(clip, reading);
      if (JSON.stringify(was) !== JSON.stringify(reading)) this.#parts.clips.touched(now, clip);
    });
  }

  /** Of its own clips, each once; pending are those of all that it wants. */
  #filesOf(row: Pick<TaskRow, 'vendor' | 'id' | 'state'>, clips: readonly ClipState[]): FileCounts {
    const own = new Map(clips.filter((clip) => isOwn(clip, row)).map((clip) => [clip.slug, clip]));
    const { pending } = archiveOf(row.state.reading, clips, isOver(row.state), this.#parts.settings);
    const sum = [...own.values()].map(filesOf).reduce(
      (one, other) => ({
        archived: one.archived + other.archived,
        unavailable: one.unavailable + other.unavailable,
        bytes: one.bytes + other.bytes,
      }),
      { archived: 0, unavailable: 0, bytes: 0 },
    );
    return { ...sum, pending };
  }

  #filesAfter(row: TaskRow, changed: readonly ClipState[]): FileCounts {
    const bySlug = new Map(changed.map((clip) => [clip.slug, clip]));
    return this.#filesOf(
      row,
      this.clipsInOrder(row).map((clip) => bySlug.get(clip.slug) ?? clip),
    );
  }

  #write(
    unit: UnitOfWork,
    before: TaskRow | null,
    draft: Omit<TaskRow, 'facets' | 'files' | 'is_open' | 'work_at'>,
    { clips, work_at, due }: { clips: readonly ClipState[]; work_at: number | null; due: number | null | undefined },
  ): TaskRow {
    const { rows, live, outbox, counts, settings, versions, onChange } = this.#parts;
    const files = clips.length === 0 ? NO_FILES : this.#filesOf(draft, clips);
    const tracking = trackingOf(draft.state, files.pending);
    const facets = facetsOf(draft, clips, settings);
    // What others did to its clips may show in it.
    const isNews = before !== null && JSON.stringify(before.facets) !== JSON.stringify(facets);
    const version = isNews && before.version === draft.version ? nextVersion(draft.version, unit.now) : draft.version;
    const is_open =
      tracking === 'watching' ||
      tracking === 'archiving' ||
      work_at !== null ||
      draft.state.look_again ||
      version !== draft.saved_version;
    const row: TaskRow = { ...draft, facets, version, files, is_open, work_at };
    if (before === null) rows.insert(row);
    else if (isChanged(before, row)) rows.update(before, row);
    if (before === null || isChanged(before, row)) {
      if (before?.is_open === false) counts.task(countedOf(before), -1);
      if (!row.is_open) counts.task(countedOf(row), 1);
    }
    const isDone = isOver(row.state) && files.pending === 0;
    unit.afterwards(() => {
      live.put(row, due);
      outbox.put(row, isDone, row.state.tracked_at, unit.now);
      versions.note(keyOf(row));
      if (before?.version !== row.version) onChange(keyOf(row));
    });
    return row;
  }
}

/** A write is a billed row. While its siblings are on their way nothing of a row changes by a clip's report, but for counts. */
const isChanged = (before: TaskRow, row: TaskRow): boolean =>
  (before.state !== row.state && JSON.stringify(before.state) !== JSON.stringify(row.state)) ||
  before.raw !== row.raw ||
  (['version', 'saved_version', 'work_at', 'is_open', 'polls'] as const).some((name) => before[name] !== row[name]);

const countedOf = ({ vendor, facets, files }: Pick<TaskRow, 'vendor' | 'facets' | 'files'>): Counted => ({
  vendor,
  status: facets.status,
  tracking: facets.tracking,
  files,
});
