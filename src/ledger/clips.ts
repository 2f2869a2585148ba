// Edge: the clips: what is stored of each; of those whose audio is archived their order, words and reading.
import { type CountedFile, withChecksum } from '../model/files.ts';
import { isOver } from '../model/lifecycle.ts';
import { nextSeq } from '../model/id.ts';
import { withParent } from '../model/merge.ts';
import { ANSWER_MAX_BYTES, UPKEEP_MAX_ROWS } from '../model/limits.ts';
import { type ClipState, nextVersion } from '../model/state.ts';
import { type ClipReading, ROLES, VISIBILITIES } from '../model/task.ts';
import { within } from './answer-size.ts';
import type { ClipFound, ClipPage, ClipQuery, LedgerApi, Library, Relative, Relatives } from './api.ts';
import type { Counts } from './counts.ts';
import type { ClipRows } from './store/clip-rows.ts';
import type { Database } from './store/database.ts';
import { indexedText, matchOf } from './store/full-text.ts';
import type { FileCounts, TaskRow, TaskRows } from './store/task-rows.ts';
import type { Versions } from './store/versions.ts';
import type { UnitOfWork } from './unit-of-work.ts';

type TaskName = ClipState['also'][number];

/** All tasks that hold it, the one that showed it first before the others. */
export const holdersOf = ({ vendor, task_id, also }: ClipState): TaskName[] => [{ vendor, id: task_id }, ...also];

export const readingOf = (row: Pick<TaskRow, 'state'>, slug: string): ClipReading | null =>
  row.state.reading.clips[row.state.slugs.indexOf(slug)] ?? null;

/** What was taken down is no file any more. */
export function filesOf(clip: ClipState): Omit<FileCounts, 'pending'> {
  const counts = { archived: 0, unavailable: 0, bytes: 0 };
  for (const role of ROLES) {
    const file = clip.files[role];
    if (file === null || clip.taken_down_at !== null) continue;
    if (file.state === 'archived') {
      counts.archived++;
      counts.bytes += file.bytes ?? 0;
    } else if (file.state === 'unavailable') counts.unavailable++;
  }
  return counts;
}

export class Clips {
  readonly #db: Database;
  readonly #rows: ClipRows;
  readonly #tasks: TaskRows;
  readonly #versions: Versions;
  readonly #counts: Counts;
  #lastPlace: number;
  /** Clips up to this place are in the index of words. */
  #indexedUpTo: number;

  constructor(db: Database, rows: ClipRows, tasks: TaskRows, versions: Versions, counts: Counts) {
    this.#db = db;
    this.#rows = rows;
    this.#tasks = tasks;
    this.#versions = versions;
    this.#counts = counts;
    this.#lastPlace = rows.lastListed();
    this.#indexedUpTo = Number(db.note('words') ?? 0);
  }

  get(slug: string): ClipState | null {
    return this.#rows.get(slug);
  }

  all(slugs: readonly string[]): Map<string, ClipState> {
    return this.#rows.all(slugs);
  }

  /** Written with a version of its own: of two records of it the newer one is known by that. */
  put(unit: UnitOfWork, clip: ClipState): ClipState {
    const next = { ...clip, version: nextVersion(clip.version, unit.now) };
    this.#rows.put(next);
    unit.afterwards(() => this.#versions.note(clip.slug));
    return next;
  }

  /** What no caller sees: its task is as it was. */
  keepChecksum(unit: UnitOfWork, counted: CountedFile): void {
    const clip = this.get(counted.slug);
    const next = clip && withChecksum(clip, counted);
    if (next && next !== clip) this.put(unit, next);
  }

  delete(unit: UnitOfWork, slug: string): void {
    this.#rows.delete(slug);
    unit.afterwards(() => this.#versions.note(slug));
  }

  /** With its place, once its audio is archived; without, once it was taken down. */
  sequenced(clip: ClipState): ClipState {
    const { audio } = clip.files;
    const isListed = audio?.state === 'archived' && clip.taken_down_at === null;
    if (isListed === (clip.listed !== null)) return clip;
    if (!isListed) {
      this.#forget(clip.listed);
      return { ...clip, listed: null };
    }
    this.#lastPlace = nextSeq(this.#lastPlace, audio.archived_at ?? 0);
    return { ...clip, listed: this.#lastPlace };
  }

  /** A clip from its record: in its old place among the others, where that is free. */
  adopt(unit: UnitOfWork, { clip, reading }: Pick<ClipFound, 'clip' | 'reading'>): ClipState {
    let listed = clip.taken_down_at === null ? clip.listed : null;
    while (listed !== null && this.#rows.isPlaceTaken(listed)) listed++;
    const adopted = this.sequenced(withParent({ ...clip, listed }, reading));
    this.#rows.put(adopted);
    unit.afterwards(() => this.#versions.note(clip.slug));
    this.#lastPlace = Math.max(this.#lastPlace, adopted.listed ?? 0);
    if (adopted.listed !== null) this.#rows.keepReading(adopted.listed, reading);
    if (adopted.listed !== null && adopted.listed <= this.#indexedUpTo) this.#index(adopted, reading);
    // Of a task that the ledger does not keep: counted by itself, until a task takes it over.
    if (!this.#tasks.find(clip.vendor, clip.task_id)) this.#counts.files(filesOf(adopted), 1);
    return adopted;
  }

  /** A task takes over a clip that was counted by itself. */
  takeOver(clip: ClipState): void {
    this.#counts.files(filesOf(clip), -1);
  }

  found(slug: string): ClipFound | null {
    const clip = this.#rows.get(slug);
    return clip && this.#show(clip);
  }

  #show(clip: ClipState): ClipFound | null {
    const task = this.#tasks.find(clip.vendor, clip.task_id);
    const known = task ? readingOf(task, clip.slug) : null;
    if (task && known) return { clip, reading: known, over: isOver(task.state), seq: clip.listed };
    const reading = this.readingKept(clip);
    return reading && { clip, reading, over: true, seq: clip.listed };
  }

  readingKept(clip: ClipState): ClipReading | null {
    return clip.listed === null ? null : this.#rows.reading(clip.listed);
  }

  library(limit: number): Library {
    const clips = this.#rows.published(limit).flatMap((clip) => this.#show(clip) ?? []);
    return { clips: within(clips, ANSWER_MAX_BYTES), changed_at: this.#changedAt() };
  }

  /** What lists of public songs say is not what it was, and no file's time tells so. */
  touched(now: number, ...states: readonly ClipState[]): void {
    if (states.every((clip) => clip.listed === null || clip.visibility !== 'public')) return;
    if (now > this.#changedAt()) this.#db.putNote('library', String(now));
  }

  #changedAt(): number {
    return Number(this.#db.note('library') ?? 0);
  }

  relatives({ slug, vendor, task_id, visibility }: Parameters<LedgerApi['relatives']>[0], limit: number): Relatives {
    const isPublic = visibility === 'public';
    const query = { visibility: isPublic ? visibility : null, parents: [slug] };
    const made = this.#newest(query, Number.MAX_SAFE_INTEGER, limit).reverse();
    const shown = new Set([slug, ...made.map((clip) => clip.slug)]);
    // One more for itself, and one for each that is shown already.
    const task = new Map(this.#rows.ofTask(vendor, task_id, limit + shown.size).map((clip) => [clip.slug, clip]));
    // The unlisted ones have no index of their own: they are found as long as the ledger keeps their task.
    if (!isPublic)
      for (const [other, clip] of this.#rows.all(this.#tasks.find(vendor, task_id)?.state.slugs ?? []))
        if (clip.listed !== null) task.set(other, clip);
    const beside = [...task.values()]
      .filter((clip) => !shown.has(clip.slug))
      .sort((one, other) => (one.listed ?? 0) - (other.listed ?? 0))
      .slice(0, limit);
    const tell = (clip: ClipState): Relative[] => {
      const found = this.#show(clip);
      return found ? [{ slug: clip.slug, title: clip.title ?? found.reading.title, stem: found.reading.stem }] : [];
    };
    return { made: made.flatMap(tell), beside: beside.flatMap(tell) };
  }

  list(query: ClipQuery): ClipPage {
    const { limit } = query;
    const last = query.before ?? Number.MAX_SAFE_INTEGER;
    const rows =
      query.q === null ? this.#newest(query, last, limit + 1) : this.#matching(query.q, query, last, limit + 1);
    const found = rows.slice(0, limit).flatMap((clip) => this.#show(clip) ?? []);
    const clips = within(found, ANSWER_MAX_BYTES);
    return { clips, more: rows.length > limit || clips.length < found.length };
  }

  /** One look at the index for each parent and visibility: of those in order as many as the page holds. */
  #newest(
    { visibility, parents }: Pick<ClipQuery, 'visibility' | 'parents'>,
    before: number,
    limit: number,
  ): ClipState[] {
    return (visibility === null ? VISIBILITIES : [visibility])
      .flatMap((each) =>
        parents === undefined
          ? this.#rows.listed(each, before, limit)
          : parents.flatMap((parent) => this.#rows.madeFrom(parent, each, before, limit)),
      )
      .sort((one, other) => (other.listed ?? 0) - (one.listed ?? 0))
      .slice(0, limit);
  }

  #matching(question: string, query: ClipQuery, before: number, limit: number): ClipState[] {
    const match = matchOf(question);
    if (match === null) return [];
    this.catchUp();
    return this.#rows.search(match, query, before, limit);
  }

  /** Takes some of the clips into the index of words that are not in it yet: many at a time cost few rows. Answers how many. */
  catchUp(): number {
    const clips = this.#rows.behind(this.#indexedUpTo, UPKEEP_MAX_ROWS);
    const last = clips.at(-1)?.listed;
    if (last == null) return 0;
    this.#db.atomically(() => {
      for (const clip of clips) {
        const shown = this.#show(clip);
        if (shown) this.#index(clip, shown.reading);
      }
      this.#db.putNote('words', String(last));
    });
    this.#indexedUpTo = last;
    return clips.length;
  }

  /** A title or tags changed: what is in the index already is written anew. */
  reworded(clip: ClipState, reading: ClipReading): void {
    if (clip.listed !== null && clip.listed <= this.#indexedUpTo) this.#index(clip, reading);
  }

  /**
   * The row of a task leaves. Of its clips the archived ones tell of themselves from now on, those that another task holds
   * are that one's, the others are forgotten; tombstones stay. Answers the tasks that have one of them now.
   */
  release(unit: UnitOfWork, row: TaskRow): { heirs: TaskName[]; forgotten: string[] } {
    const heirs: TaskName[] = [];
    const forgotten: string[] = [];
    for (const clip of this.#rows.all(row.state.slugs).values()) {
      const also = clip.also.filter(({ vendor, id }) => vendor !== row.vendor || id !== row.id);
      const isOwn = clip.vendor === row.vendor && clip.task_id === row.id;
      const [heir, ...others] = also;
      const reading = readingOf(row, clip.slug);
      if (!isOwn) {
        if (also.length !== clip.also.length) this.put(unit, { ...clip, also });
      } else if (heir) {
        this.put(unit, { ...clip, vendor: heir.vendor, task_id: heir.id, also: others });
        heirs.push(heir);
      } else if (clip.listed !== null && reading) {
        this.#rows.keepReading(clip.listed, reading);
        this.#counts.files(filesOf(clip), 1);
      } else if (clip.taken_down_at === null) {
        this.delete(unit, clip.slug);
        forgotten.push(clip.slug);
      }
    }
    return { heirs, forgotten };
  }

  #index(clip: ClipState, { title, tags }: ClipReading): void {
    if (clip.listed !== null) this.#rows.putWords(clip.listed, indexedText([clip.title ?? title, tags]));
  }

  #forget(place: number | null): void {
    if (place === null) return;
    this.#rows.keepReading(place, null);
    if (place <= this.#indexedUpTo) this.#rows.removeWords(place);
  }
}
