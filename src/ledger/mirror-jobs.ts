// Edge: what is behind a message to the mirror, and what its report means for all tasks that hold the clip.
import type { Settings } from '../config/settings.ts';
import { afterTry, fileOf, wantsFreshLook } from '../model/files.ts';
import { isOver } from '../model/lifecycle.ts';
import { NO_PLACE_MS } from '../model/limits.ts';
import type { FileOutcome, MirrorJob, MirrorMessage } from '../model/messages.ts';
import { type ClipState, ROLE_URLS } from '../model/state.ts';
import type { MediaName, Save } from './api.ts';
import { type Clips, filesOf, holdersOf, readingOf } from './clips.ts';
import type { Counts } from './counts.ts';
import type { LeaseTable } from './leases.ts';
import type { LiveTasks } from './live-tasks.ts';
import type { MirrorQueue } from './mirror-queue.ts';
import type { TaskRow } from './store/task-rows.ts';
import type { Tasks } from './tasks.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export class MirrorJobs {
  readonly #settings: Settings;
  readonly #tasks: Tasks;
  readonly #clips: Clips;
  readonly #live: LiveTasks;
  readonly #leases: LeaseTable;
  readonly #queue: MirrorQueue;
  readonly #counts: Counts;

  constructor(parts: {
    settings: Settings;
    tasks: Tasks;
    clips: Clips;
    live: LiveTasks;
    leases: LeaseTable;
    mirror: MirrorQueue;
    counts: Counts;
  }) {
    this.#settings = parts.settings;
    this.#tasks = parts.tasks;
    this.#clips = parts.clips;
    this.#live = parts.live;
    this.#leases = parts.leases;
    this.#queue = parts.mirror;
    this.#counts = parts.counts;
  }

  job(message: MirrorMessage, now: number): MirrorJob | null {
    const clip = this.#clips.get(message.slug);
    // Where its task was deleted meanwhile it is as good for another that holds the clip.
    const holders = clip ? [{ vendor: message.vendor, id: message.task_id }, ...holdersOf(clip)] : [];
    const row = this.#rowsOf(holders).find((one) => readingOf(one, message.slug) !== null);
    const reading = row ? readingOf(row, message.slug) : null;
    if (!row || !clip || !reading) return null;
    const roles = this.#queue.rolesFor(clip, reading, isOver(row.state), now);
    const clear = (clip.clear_at ?? Infinity) <= now;
    if (roles.length === 0 && !clear) return this.#nothingToDo(clip.slug, row, now);
    const handed = this.#queue.handOut(clip, reading, roles, now);
    if (!handed) return null;
    const files = roles.flatMap((role) => {
      const source_url = reading[ROLE_URLS[role]];
      const file = fileOf(clip, role);
      return source_url === null
        ? []
        : [{ role, source_url, look_first: handed.resent || file.attempts + file.deaths > 0 }];
    });
    const { vendor, id: task_id } = row;
    const { clip_id, slug } = clip;
    const { duration_seconds } = reading;
    const title = clip.title ?? reading.title;
    const fresh = Object.values(clip.files).every((file) => file?.state !== 'archived');
    return { vendor, task_id, clip_id, slug, title, duration_seconds, files, clear, fresh };
  }

  /** A late copy, or a host that limits since: its place is free again. */
  #nothingToDo(slug: string, row: { vendor: string; id: string }, now: number): null {
    if (this.#leases.of('file', slug)?.handed_at !== null) return null;
    this.#leases.end('file', slug);
    this.#live.work.set(`${row.vendor}/${row.id}`, now + NO_PLACE_MS);
    return null;
  }

  /** What became of a clip's files. Answers the record to save where the message's task is done. */
  report(unit: UnitOfWork, message: MirrorMessage, outcomes: readonly FileOutcome[]): Save | null {
    const clip = this.#clips.get(message.slug);
    const tookMs = unit.now - (this.#leases.of('file', message.slug)?.handed_at ?? unit.now);
    unit.end('file', message.slug);
    for (const outcome of outcomes) unit.afterwards(() => this.#queue.noteLimit(outcome, unit.now));
    // Its task was deleted meanwhile: no record will name these.
    if (!clip) {
      for (const outcome of outcomes) if (outcome.ok) unit.discard.push(outcome.key);
      return null;
    }
    const { reported, lookAgain } = this.#reported(unit, clip, outcomes, tookMs);
    const rows = this.#rowsOf(holdersOf(clip));
    if (!rows.some(({ vendor, id }) => vendor === clip.vendor && id === clip.task_id)) {
      this.#counts.files(filesOf(clip), -1);
      this.#counts.files(filesOf(reported), 1);
      this.#clips.put(unit, reported);
    }
    const moved = rows.map((row) => this.#tasks.withClips(unit, row, [reported], { lookAgain }));
    for (const [index, { row }] of moved.entries())
      if (row.version !== rows[index]?.version) unit.changed.push(this.#tasks.change(row));
    // What is due in the records of others that hold it follows by itself.
    const own =
      moved.find(({ row: { vendor, id } }) => vendor === message.vendor && id === message.task_id) ?? moved[0];
    return own?.isDone ? this.#tasks.save(unit, own.row) : null;
  }

  #rowsOf(names: readonly { vendor: string; id: string }[]): TaskRow[] {
    return names.flatMap(({ vendor, id }) => this.#tasks.find(vendor, id) ?? []);
  }

  #reported(unit: UnitOfWork, clip: ClipState, outcomes: readonly FileOutcome[], tookMs: number) {
    const files = { ...clip.files };
    let lookAgain = false;
    for (const outcome of outcomes) {
      const file = files[outcome.role] ?? fileOf(clip, outcome.role);
      if (clip.taken_down_at !== null) {
        if (outcome.ok) unit.discard.push(outcome.key);
        continue;
      }
      if (outcome.ok && file.state === 'archived' && file.key !== outcome.key) unit.discard.push(outcome.key);
      const after = afterTry(file, outcome, unit.now, this.#settings.delays, tookMs);
      files[outcome.role] = after;
      lookAgain ||= wantsFreshLook(after);
    }
    // No outcome: its place was cleared.
    const cleared = clip.clear_at != null && outcomes.length === 0 ? { clear_at: null } : {};
    return { reported: this.#clips.sequenced({ ...clip, files, ...cleared }), lookAgain };
  }

  /** Messages that never reached the queue are not under way. */
  unsent(messages: readonly MirrorMessage[], now: number): void {
    for (const { vendor, task_id, slug } of messages) {
      if (this.#leases.of('file', slug)?.handed_at !== null) continue;
      this.#leases.end('file', slug);
      this.#live.work.set(`${vendor}/${task_id}`, now);
    }
  }

  /**
   * Which of these objects of the media bucket are still on their way into a record: its clip is with the mirror, its file
   * is still to come (an earlier try may have put it), or its record is not written yet. What was taken down is expected
   * no more once nobody works on it.
   */
  expected(objects: readonly MediaName[], now: number): string[] {
    return objects.filter((object) => this.#isExpected(object, now)).map(({ key }) => key);
  }

  #isExpected({ slug, role, key }: MediaName, now: number): boolean {
    const clip = this.#clips.get(slug);
    if (!clip) return false;
    if (this.#leases.isTaken('file', slug, now)) return true;
    const row = clip.taken_down_at === null ? this.#tasks.find(clip.vendor, clip.task_id) : null;
    if (!row) return false;
    const file = clip.files[role];
    if (file?.state === 'archived') return file.key === key && row.version !== row.saved_version;
    return file?.state !== 'unavailable' && row.facets.tracking !== 'settled';
  }
}
