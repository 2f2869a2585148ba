// Edge: what callers ask for: ids tracked, tried again, imported or let go; clips changed or taken down.
import type { Settings } from '../config/settings.ts';
import { recovered } from '../model/circuit-breaker.ts';
import { markReported } from '../model/event.ts';
import { nextTryAt, tryAgain, wantedRoles } from '../model/files.ts';
import { afterImport, isOver, type Moment, newTask, nextPollAt, restarted } from '../model/lifecycle.ts';
import { REMOVED_KEEP_MS } from '../model/limits.ts';
import { isRegression } from '../model/merge.ts';
import { type ClipState, nextVersion, type Stored, type TaskState } from '../model/state.ts';
import type { ClipChange, ClipChanged, ClipFound, Imported, Retried, TrackOptions } from './api.ts';
import { type Clips, filesOf, holdersOf } from './clips.ts';
import type { Counts } from './counts.ts';
import type { EventLog } from './event-log.ts';
import type { Database } from './store/database.ts';
import type { TaskRow } from './store/task-rows.ts';
import { fitsRaw, fitsReading, type Tasks } from './tasks.ts';
import type { UnitOfWork } from './unit-of-work.ts';

type Result = { id: string; created: boolean };

export class Commands {
  readonly #db: Database;
  readonly #settings: Settings;
  readonly #tasks: Tasks;
  readonly #clips: Clips;
  readonly #log: EventLog;
  readonly #counts: Counts;

  constructor(parts: { db: Database; settings: Settings; tasks: Tasks; clips: Clips; log: EventLog; counts: Counts }) {
    this.#db = parts.db;
    this.#settings = parts.settings;
    this.#tasks = parts.tasks;
    this.#clips = parts.clips;
    this.#log = parts.log;
    this.#counts = parts.counts;
  }

  track(
    unit: UnitOfWork,
    vendor: string,
    ids: readonly string[],
    options: TrackOptions,
    recorded: readonly Stored[],
  ): Result[] {
    const at = this.#tasks.moment(vendor, unit.now);
    const recordOf = new Map(recorded.map((stored) => [stored.id, stored]));
    const known = this.#tasks.all(vendor, ids);
    return ids.map((id) => {
      const row = known.get(id);
      if (row) {
        known.set(id, this.#trackAgain(unit, row, options, at));
        return { id, created: false };
      }
      const state = newTask(at, {
        requested: true,
        visibility: options.visibility ?? this.#settings.default_visibility,
        webhook_url: options.webhook_url,
        notify_hook: options.notify_hook ?? null,
        hook_named: options.hook_named ?? false,
      });
      const opened = this.#tasks.open(unit, vendor, id, state);
      const record = recordOf.get(id);
      known.set(id, record ? this.#restore(unit, opened, record, at) : opened);
      return { id, created: !record };
    });
  }

  /** Ids that a read brought while their vendor could not be asked: the sweep asks when it may. */
  keep(unit: UnitOfWork, vendor: string, ids: readonly string[]): void {
    const at = this.#tasks.moment(vendor, unit.now);
    const known = this.#tasks.all(vendor, ids);
    const visibility = this.#settings.default_visibility;
    for (const id of new Set(ids))
      if (!known.has(id)) this.#tasks.open(unit, vendor, id, newTask(at, { requested: false, visibility }));
  }

  /** Of a known id only a new webhook_url is taken; an expired one is asked again. */
  #trackAgain(unit: UnitOfWork, row: TaskRow, options: TrackOptions, at: Moment): TaskRow {
    const webhook_url = options.webhook_url ?? row.state.webhook_url;
    const notify_hook = options.notify_hook ?? row.state.notify_hook;
    const hook_named = row.state.hook_named || options.hook_named === true;
    const isSame =
      webhook_url === row.state.webhook_url &&
      notify_hook === row.state.notify_hook &&
      hook_named === row.state.hook_named;
    if (row.state.requested && !row.state.expired && isSame) return row;
    const asked = row.state.expired ? restarted(row.state, at) : row.state;
    const due = row.state.expired ? { due: at.now } : {};
    const state = { ...asked, requested: true, webhook_url, notify_hook, hook_named };
    return this.#tasks.advance(unit, row, { state, changed: true, ...due });
  }

  /** A task that was pruned, and is tracked again, goes on from its record. Nothing of it is told twice. */
  #restore(unit: UnitOfWork, row: TaskRow, stored: Stored, at: Moment): TaskRow {
    const known = this.#clips.all(stored.state.slugs);
    const bySlug = new Map(stored.clips.map((clip) => [clip.slug, clip]));
    const clips: ClipState[] = stored.state.slugs.flatMap((slug, index) => {
      const reading = stored.state.reading.clips[index];
      const recorded = bySlug.get(slug);
      const own = known.get(slug);
      if (own || !recorded || !reading) return own ?? [];
      const adopted = this.#clips.adopt(unit, { clip: recorded, reading });
      this.#clips.touched(at.now, adopted);
      return [adopted];
    });
    const reported = markReported(stored.state, this.#tasks.inOrder(stored, clips), this.#settings);
    const state: TaskState = {
      ...(reported.state.expired ? restarted(reported.state, at) : reported.state),
      requested: true,
      webhook_url: row.state.webhook_url ?? stored.state.webhook_url,
      notify_hook: row.state.notify_hook,
      hook_named: row.state.hook_named,
    };
    const { polls, last_polled_at, raw, version } = stored;
    const due = nextPollAt(state, last_polled_at, at, this.#settings.poll_interval_ms);
    // As if it had never left: what changes now is no news. Its own clips are in their place already.
    const slugs = state.slugs.filter((slug) => !known.has(slug));
    const before = { ...row, version: Math.max(version, row.version), state: { ...state, slugs } };
    const move = { state, raw, polls, last_polled_at, due, changed: true, resent: true, clips: reported.clips };
    return this.#tasks.advance(unit, before, move);
  }

  /** Polls again, and tries unavailable files again. */
  retry(unit: UnitOfWork, vendor: string, id: string): Omit<Retried, 'messages' | 'deliveries'> | null {
    const row = this.#tasks.find(vendor, id);
    if (!row) return null;
    const at = this.#tasks.moment(vendor, unit.now);
    const clips = this.#tasks
      .clipsInOrder(row)
      .filter(({ files }) => Object.values(files).some((file) => file?.state === 'unavailable'))
      .map((clip) => tryAgain(clip, at.now));
    // An ended task with files to try again is looked at once more too: its links may be dead by now.
    const state = { ...restarted(row.state, at), requested: true, look_again: true };
    const again = this.#tasks.advance(unit, row, { state, changed: true, due: at.now, resent: true, clips });
    return { known: this.#tasks.known(again) };
  }

  /**
   * Whatever is under way for it ends with it. What was asked for before counts no more; what it wrote all the same is
   * cleared away at `due_at`, when nothing can come any more. Answers what stays: clips of which a file is archived, for their records; null: no such task.
   */
  untrack(unit: UnitOfWork, vendor: string, id: string): ClipFound[] | null {
    const row = this.#tasks.find(vendor, id);
    const shown = row ? [...new Set(row.state.slugs)].flatMap((slug) => this.#clips.found(slug) ?? []) : [];
    const slugs = row ? this.#tasks.leave(unit, row) : [];
    const due_at = unit.now + Math.max(REMOVED_KEEP_MS, this.#settings.mirror_lease_ms);
    this.#db.putRemoved({ vendor, id, at: unit.now, due_at, slugs });
    const stays = shown.filter(({ clip }) => filesOf(clip).archived > 0);
    // Without its audio a clip is in no list: its record alone tells of it from now on.
    return row && stays.map((before) => this.#clips.found(before.clip.slug) ?? { ...before, over: true });
  }

  /** `recorded`: what the records bucket holds of those that have no row. */
  importAnswers(unit: UnitOfWork, vendor: string, answers: readonly Imported[], recorded: readonly Stored[]): Result[] {
    const at = this.#tasks.moment(vendor, unit.now);
    const recordOf = new Map(recorded.map((stored) => [stored.id, stored]));
    return answers.map((answer) => {
      const known = this.#tasks.find(vendor, answer.id);
      const record = recordOf.get(answer.id);
      const row = known ?? this.#tasks.open(unit, vendor, answer.id, this.#imported(at));
      const isWatched = known !== null && !isOver(known.state);
      this.#add(unit, record && !known ? this.#restore(unit, row, record, at) : row, answer, { at, isWatched });
      return { id: answer.id, created: !known && !record };
    });
  }

  #imported(at: Moment): TaskState {
    return newTask(at, { requested: true, visibility: this.#settings.default_visibility });
  }

  #add(
    unit: UnitOfWork,
    row: TaskRow,
    { reading, raw }: Imported,
    { at, isWatched }: { at: Moment; isWatched: boolean },
  ): void {
    const state = afterImport(row.state, reading, at, isWatched);
    if (!fitsReading(state.reading)) return;
    const tellsNoLess = row.raw === null || !isRegression(row.state.reading, reading);
    const kept = tellsNoLess && fitsRaw(raw) ? raw : row.raw;
    const due = nextPollAt(state, row.last_polled_at, at, this.#settings.poll_interval_ms);
    this.#tasks.advance(unit, row, { state, raw: kept, due, changed: true });
  }

  changeClip(unit: UnitOfWork, slug: string, change: ClipChange, recorded: ClipFound | null) {
    return this.#apply(unit, slug, recorded, (clip) => ({
      ...clip,
      visibility: change.visibility ?? clip.visibility,
      ...(change.visibility === 'public' && clip.visibility !== 'public' && { published_at: unit.now }),
      ...(change.title !== undefined && { title: change.title, changed_at: unit.now }),
    }));
  }

  takeDown(unit: UnitOfWork, slug: string, recorded: ClipFound | null) {
    return this.#apply(unit, slug, recorded, (clip, { reading, over }) => {
      const isUnderWay = nextTryAt(clip, wantedRoles(reading, over, this.#settings)) !== null;
      const clear_at = isUnderWay ? unit.now + this.#settings.mirror_lease_ms : null;
      return this.#clips.sequenced({ ...clip, taken_down_at: unit.now, clear_at });
    });
  }

  /** What is taken down stays as it is. */
  #apply(
    unit: UnitOfWork,
    slug: string,
    recorded: ClipFound | null,
    next: (clip: ClipState, found: ClipFound) => ClipState,
  ): Pick<ClipChanged, 'found' | 'save'> | null {
    if (recorded && !this.#clips.get(slug)) this.#clips.adopt(unit, recorded);
    const before = this.#clips.found(slug);
    if (!before || before.clip.taken_down_at !== null) return before && { found: before, save: null };
    const clip = next(before.clip, before);
    const holders = holdersOf(clip).flatMap(({ vendor, id }) => this.#tasks.find(vendor, id) ?? []);
    if (!holders.some(({ vendor, id }) => vendor === clip.vendor && id === clip.task_id)) {
      this.#counts.files(filesOf(before.clip), -1);
      this.#counts.files(filesOf(clip), 1);
      this.#clips.put(unit, clip);
    }
    const [first] = holders.map((row) => this.#tasks.withClips(unit, row, [clip], { mustSave: true }));
    // The caller's own request writes the record of the first, done or not: a rebuilt ledger would know neither task nor
    // change without it. Those of the others follow by themselves.
    const save = first ? this.#tasks.save(unit, first.row) : null;
    this.#clips.reworded(clip, before.reading);
    this.#clips.touched(unit.now, before.clip, clip);
    const written = { ...clip, version: nextVersion(clip.version, unit.now) };
    return { found: { ...before, clip: written, seq: clip.listed }, save };
  }

  /** Lifts a pause or a back-off now. */
  resume(unit: UnitOfWork, vendor: string): void {
    const row = this.#db.vendor(vendor);
    const after = recovered(row.pacing, unit.now);
    if (after === row.pacing) return;
    this.#db.putVendor(vendor, { ...row, pacing: after });
    this.#log.vendor(unit, vendor, row.pacing, after, 'The pause was lifted by request');
  }
}
