// Edge: the Ledger, one SQLite Durable Object: pending ids and their schedule. It never calls out, and it alone decides what is due.
import { DurableObject } from 'cloudflare:workers';
import { readSettings, type Settings } from '../config/settings.ts';
import { type Pacing, recovered } from '../model/circuit-breaker.ts';
import type { Change } from '../model/lifecycle.ts';
import { DUE_MAX_ROWS, WAITERS_MAX, WATCH_MAX_MS } from '../model/limits.ts';
import type { DeliveryOutcome, FileOutcome, MirrorJob, MirrorMessage } from '../model/messages.ts';
import { type ClipState, keyOf, stampOf, type Stored } from '../model/state.ts';
import type { ClipReading } from '../model/task.ts';
import { Book } from './book.ts';
import { Catalogue, readingOf } from './catalogue.ts';
import { Changing } from './changing.ts';
import { Deliveries } from './deliveries.ts';
import { isExpected } from './expecting.ts';
import { Hearing } from './hearing.ts';
import { Importing } from './importing.ts';
import { Jobs } from './jobs.ts';
import { Log } from './log.ts';
import { Looking } from './looking.ts';
import type {
  ClipChange,
  ClipChanged,
  ClipFound,
  ClipQuery,
  DeliveryJob,
  Due,
  EventPage,
  EventQuery,
  Heard,
  Imported,
  LedgerStats,
  Library,
  Look,
  MediaName,
  Recorded,
  RecordedClip,
  RecordedTask,
  Save,
  TrackOptions,
} from './messages.ts';
import { Rebuilding } from './rebuilding.ts';
import { Schedule } from './schedule.ts';
import { statsOf } from './stats.ts';
import { LogStore } from './store-log.ts';
import { NoteStore } from './store-notes.ts';
import { WordStore } from './store-words.ts';
import { type ListQuery, Store } from './store.ts';
import { Telling } from './telling.ts';
import { Tracking } from './tracking.ts';
import { Watchers } from './watchers.ts';

export class Ledger extends DurableObject<Env> {
  readonly #store: Store;
  readonly #book: Book;
  readonly #settings: Settings;
  readonly #schedule: Schedule;
  readonly #hearing: Hearing;
  readonly #importing: Importing;
  readonly #rebuilding: Rebuilding;
  readonly #changing: Changing;
  readonly #tracking: Tracking;
  readonly #looking: Looking;
  readonly #jobs: Jobs;
  readonly #log: Log;
  readonly #deliveries: Deliveries;
  readonly #telling: Telling;
  readonly #catalogue: Catalogue;
  readonly #notes: NoteStore;
  readonly #watchers = new Watchers();
  #nextPruneAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const settings = readSettings(env);
    if (!settings.ok) throw new Error(`Cannot open the ledger: ${settings.fault.join('; ')}`);
    this.#settings = settings.value;
    this.#store = new Store(ctx.storage, crypto.randomUUID());
    this.#store.migrate();
    const log = new LogStore(ctx.storage.sql);
    this.#log = new Log(log);
    this.#deliveries = new Deliveries(log, this.#settings.delays);
    this.#catalogue = new Catalogue(this.#store, new WordStore(ctx.storage.sql));
    this.#telling = new Telling(this.#log, this.#deliveries, this.#settings);
    this.#book = new Book(this.#store, this.#settings, {
      telling: this.#telling,
      catalogue: this.#catalogue,
      onChange: (task) => this.#watchers.tell(task),
    });
    this.#schedule = new Schedule(this.#store, this.#settings);
    this.#hearing = new Hearing(this.#book, this.#telling);
    this.#importing = new Importing(this.#book, this.#catalogue);
    this.#rebuilding = new Rebuilding(this.#book, this.#catalogue);
    this.#notes = new NoteStore(ctx.storage.sql);
    this.#tracking = new Tracking(this.#book, this.#importing);
    this.#looking = new Looking(this.#book, this.#schedule, this.#hearing);
    this.#changing = new Changing(this.#book, this.#catalogue);
    this.#jobs = new Jobs(this.#book, this.#log, this.#deliveries);
  }

  /** Takes ids under care; pruned ones go on from their records. `created`: nothing of it was known before. */
  track(
    vendor: string,
    ids: string[],
    options: TrackOptions,
    recorded: Stored[] = [],
  ): { id: string; created: boolean }[] {
    return this.#tracking.track(vendor, ids, options, recorded, Date.now());
  }

  /**
   * A reader wants these tasks: what is known, and a lease on what must be asked for (CONTRACT 6, GET /v1/tasks/{id}).
   * `afresh`: however short the last poll is ago.
   */
  look(vendor: string, ids: string[], token: string, afresh = false): Look {
    return this.#looking.look(vendor, ids, token, afresh, Date.now());
  }

  /** Whether a look now would show the same as the one that is claimed (writes.ts). */
  stands(claim: string): boolean {
    return this.#store.writes.stands(claim);
  }

  /** Ids that a read brought while their vendor could not be asked: the sweep asks when it may. */
  keep(vendor: string, ids: string[]): void {
    this.#tracking.keep(vendor, ids, Date.now());
  }

  /** Resolves when nobody asks about these ids any more; by the leases bounded in time. False: at once, too many wait already. */
  async wait(vendor: string, ids: string[]): Promise<boolean> {
    const now = Date.now();
    const waited = await Promise.all(ids.map((id) => this.#schedule.leases.wait(vendor, id, now, WAITERS_MAX)));
    return waited.some(Boolean);
  }

  /**
   * Resolves when something of the task changes that a caller could see, or after `ms`; at once if it is not as `seen` any
   * more. False, at once: too many watch already.
   */
  async watch(vendor: string, id: string, seen: string, ms: number): Promise<boolean> {
    const row = this.#store.task(vendor, id);
    if (row && stampOf(this.#book.stored(row)) !== seen) return true;
    return this.#watchers.watch(keyOf({ vendor, id }), Math.min(ms, WATCH_MAX_MS), WAITERS_MAX);
  }

  /** The task as it is stored. */
  peek(vendor: string, id: string): { stored: Stored; pacing: Pacing } | null {
    const row = this.#store.task(vendor, id);
    return row ? { stored: this.#book.stored(row), pacing: this.#store.pacing(vendor) } : null;
  }

  /** What a tick has to do now: whom to ask about what, which clips to send, which records to save. Due ids are leased. */
  takeDue(token: string, mostSaves: number, mostAsks: number): Due {
    const now = Date.now();
    const messages: MirrorMessage[] = [];
    const saves: Due['saves'] = [];
    for (const row of this.#store.dueWork(now, DUE_MAX_ROWS)) {
      // The rest stays due.
      if (saves.length >= mostSaves && row.version !== row.saved_version) continue;
      const save = this.#store.atomically(() => this.#book.work(row, this.#book.moment(row.vendor, now), messages));
      if (save) saves.push(save);
    }
    this.#prune(now);
    const asks = this.#schedule.asks(token, mostAsks, now);
    const deliveries = this.#deliveries.due(now);
    const times = [this.#store.nextWorkAt(now), this.#schedule.nextAt(now), this.#deliveries.nextAt(now)].filter(
      (at) => at !== null,
    );
    return { asks, messages, deliveries, saves, next_at: times.length === 0 ? null : Math.min(...times) };
  }

  /** An hour apart for the default of 30 days. */
  #prune(now: number): void {
    if (now < this.#nextPruneAt) return;
    this.#nextPruneAt = now + Math.min(Math.max(this.#settings.ledger_keep_ms / 720, 1_000), 3_600_000);
    this.#store.atomically(() => {
      this.#book.prune(now);
      this.#log.prune(now);
    });
    this.#catalogue.catchUp();
  }

  /** What was heard moves the tasks on; answers what to send now. Late, doubled and reordered reports change nothing. */
  record(heard: Heard): Recorded {
    const now = Date.now();
    const heardOf = this.#store.atomically(() => this.#hearing.take(heard, now, Math.random()));
    this.#schedule.release(heard.token, heard.more, now);
    return { ...heardOf, deliveries: this.#deliveries.due(now), pacing: this.#store.pacing(heard.vendor) };
  }

  /** These versions are in the records bucket. */
  saved(list: { vendor: string; id: string; version: number }[]): MirrorMessage[] {
    const now = Date.now();
    const messages: MirrorMessage[] = [];
    this.#store.atomically(() => {
      for (const { vendor, id, version } of list) {
        const row = this.#store.task(vendor, id);
        if (row) this.#book.saved(row, version, this.#book.moment(vendor, now), messages);
      }
    });
    return messages;
  }

  /** The work behind a message: what of the clip is still to be archived. Null: nothing, or another delivery has it. */
  mirrorJob(message: MirrorMessage): MirrorJob | null {
    return this.#jobs.mirror(message, Date.now());
  }

  /** What became of a clip's files. `discard`: objects that must not stay. */
  mirrorReport(
    message: MirrorMessage,
    outcomes: FileOutcome[],
  ): { discard: string[]; messages: MirrorMessage[]; deliveries: string[]; changed: Change[]; save: Save | null } {
    const now = Date.now();
    const messages: MirrorMessage[] = [];
    return this.#store.atomically(() => {
      const clip = this.#store.clips.get(message.slug);
      const row = this.#store.task(message.vendor, message.task_id);
      if (!clip) return { discard: [], messages, deliveries: [], changed: [], save: null };
      const { discard, save } = this.#book.report(
        row,
        clip,
        outcomes,
        this.#book.moment(message.vendor, now),
        messages,
      );
      const after = row && this.#store.task(message.vendor, message.task_id);
      return {
        discard,
        messages,
        deliveries: this.#deliveries.due(now),
        changed: after && after.version !== row.version ? [this.#book.change(after)] : [],
        save,
      };
    });
  }

  list(query: ListQuery): { rows: { stored: Stored; seq: number }[]; pacing: Record<string, Pacing> } {
    const rows = this.#store.list(query).map((row) => ({ stored: this.#book.stored(row), seq: row.seq }));
    const vendors = [...new Set(rows.map(({ stored }) => stored.vendor))];
    return { rows, pacing: Object.fromEntries(vendors.map((vendor) => [vendor, this.#store.pacing(vendor)])) };
  }

  /** Polls again, and tries unavailable files again. */
  retry(vendor: string, id: string): { known: { stored: Stored; pacing: Pacing }; messages: MirrorMessage[] } | null {
    return this.#tracking.retry(vendor, id, Date.now());
  }

  /** Answers what stays: clips whose audio is archived, for their records; null: no such task. */
  untrack(vendor: string, id: string): ClipFound[] | null {
    this.#rebuilding.leaves(vendor, id, Date.now());
    return this.#store.atomically(() => {
      const row = this.#store.task(vendor, id);
      if (!row) return null;
      this.#book.leave(row);
      return row.state.slugs.flatMap((slug) => this.#catalogue.found(slug) ?? []);
    });
  }

  clip(slug: string): { clip: ClipState; reading: ClipReading | null; stored: Stored | null } | null {
    const known = this.#store.clips.row(slug);
    if (!known) return null;
    const row = this.#store.task(known.clip.vendor, known.clip.task_id);
    return {
      clip: known.clip,
      reading: (row && readingOf(row, slug)) ?? known.reading,
      stored: row ? this.#book.stored(row) : null,
    };
  }

  /** Saved answers begin or complete tasks; `recorded`: what the records bucket holds of those that the ledger does not know. */
  importAnswers(
    vendor: string,
    answers: Imported[],
    recorded: Stored[],
  ): { results: { id: string; created: boolean }[]; messages: MirrorMessage[]; deliveries: string[] } {
    const at = this.#book.moment(vendor, Date.now());
    const messages: MirrorMessage[] = [];
    const results = this.#store.atomically(() => this.#importing.take(vendor, answers, recorded, at, messages));
    return { results, messages, deliveries: this.#deliveries.due(at.now) };
  }

  /** Those of these ids that no task is known of. */
  unknownOf(vendor: string, ids: string[]): string[] {
    const known = this.#store.tasks(vendor, ids);
    return ids.filter((id) => !known.has(id));
  }

  /** The log, oldest first, for as long as it is kept. */
  events(query: EventQuery): EventPage {
    return this.#log.page(query, Date.now());
  }

  /** Rendered once: of two that render the same row the first one counts. Answers what is kept. */
  keepRendered(rendered: { seq: number; data: string[] }[]): { seq: number; data: string[] }[] {
    return this.#store.atomically(() => this.#log.keep(rendered));
  }

  /** The work behind a message; null: nothing is left to deliver, or another consumer has it. */
  deliveryJob(id: string): DeliveryJob | null {
    return this.#jobs.delivery(id, Date.now());
  }

  /** What became of a delivery; answers the ids of deliveries to send now. */
  deliveryReport(id: string, outcome: DeliveryOutcome): { deliveries: string[] } {
    const now = Date.now();
    this.#store.atomically(() => this.#deliveries.report(id, outcome, now));
    return { deliveries: this.#deliveries.due(now) };
  }

  /** Clips whose audio is archived, newest first. */
  clips(query: ClipQuery): ClipFound[] {
    return this.#catalogue.list(query);
  }

  library(limit: number): Library {
    return this.#catalogue.library(limit);
  }

  clipFound(slug: string): ClipFound | null {
    return this.#catalogue.found(slug);
  }

  /** Null: no such clip is known. `recorded`: its record, where the ledger may have lost it. What is taken down stays as it is. */
  changeClip(slug: string, change: ClipChange, recorded: ClipFound | null): ClipChanged | null {
    const now = Date.now();
    return this.#changed(
      this.#store.atomically(() => this.#changing.change(slug, change, recorded, now)),
      now,
    );
  }

  /** Tombstone first: from now on nothing of the clip is shown or archived. */
  takeDown(slug: string, recorded: ClipFound | null): ClipChanged | null {
    const now = Date.now();
    return this.#changed(
      this.#store.atomically(() => this.#changing.takeDown(slug, recorded, now)),
      now,
    );
  }

  #changed(changed: Omit<ClipChanged, 'deliveries'> | null, now: number): ClipChanged | null {
    return changed && { ...changed, deliveries: this.#deliveries.due(now) };
  }

  /** Records of the bucket: what the ledger lacks of them is put in. Once more changes nothing. Answers what to send now. */
  rebuild(tasks: RecordedTask[], clips: RecordedClip[]): { messages: MirrorMessage[]; deliveries: string[] } {
    const now = Date.now();
    const messages: MirrorMessage[] = [];
    this.#store.atomically(() => {
      for (const clip of clips) this.#rebuilding.clip(clip);
      for (const task of tasks) this.#rebuilding.task(task, this.#book.moment(task.stored.vendor, now), messages);
    });
    return { messages, deliveries: this.#deliveries.due(now) };
  }

  /** Those of these objects that a record does not have to name yet. */
  expected(objects: MediaName[]): string[] {
    const now = Date.now();
    return objects.filter((object) => isExpected(object, this.#book, now)).map(({ key }) => key);
  }

  /** Where the daily look at stored bytes goes on; null: from the beginning. */
  verifyCursor(): string | null {
    return this.#notes.get('verify');
  }

  setVerifyCursor(cursor: string | null): void {
    this.#notes.put('verify', cursor);
  }

  stats(): LedgerStats {
    return statsOf(this.#book, this.#deliveries, this.health());
  }

  /** Lifts a pause or a back-off now. */
  resume(vendor: string): { deliveries: string[] } {
    const now = Date.now();
    this.#store.atomically(() => {
      const before = this.#store.pacing(vendor);
      const after = recovered(before, now);
      if (after === before) return;
      this.#store.putPacing(vendor, after);
      this.#telling.vendor(vendor, before, after, 'The pause was lifted by request', now);
    });
    return { deliveries: this.#deliveries.due(now) };
  }

  /** After a restart nothing is under way any more: what was sent is due again (CONTRACT 11). */
  endLeases(): void {
    const now = Date.now();
    this.#store.endLeases(now);
    this.#deliveries.endLeases(now);
  }

  ping(): string {
    return 'ok';
  }

  health(): Record<string, Pacing> {
    return Object.fromEntries([...this.#settings.vendors.keys()].map((id) => [id, this.#store.pacing(id)]));
  }
}
