// Edge: the Ledger, one SQLite Durable Object. It never calls out, and it alone decides what is due.
import { DurableObject } from 'cloudflare:workers';
import { readSettings } from '../config/settings.ts';
import type { CountedFile } from '../model/files.ts';
import type { DeliveryOutcome, FileOutcome, MirrorMessage } from '../model/messages.ts';
import type { ClipState, Stored } from '../model/state.ts';
import type * as api from './api.ts';
import { Clips, readingOf } from './clips.ts';
import { Commands } from './commands.ts';
import { Counts } from './counts.ts';
import { Deliveries } from './deliveries.ts';
import { DeliveryJobs } from './delivery-jobs.ts';
import { DueWork } from './due-work.ts';
import { EventLog } from './event-log.ts';
import { LeaseTable } from './leases.ts';
import { LiveTasks } from './live-tasks.ts';
import { MirrorJobs } from './mirror-jobs.ts';
import { MirrorQueue } from './mirror-queue.ts';
import { Orders } from './orders.ts';
import { PollResults } from './poll-results.ts';
import { PollSchedule } from './poll-schedule.ts';
import { Queries } from './queries.ts';
import { Rebuild } from './rebuild.ts';
import { RecordOutbox } from './record-outbox.ts';
import { ClipRows } from './store/clip-rows.ts';
import { Database } from './store/database.ts';
import { EventRows } from './store/event-rows.ts';
import { OrderRows } from './store/order-rows.ts';
import { TaskRows } from './store/task-rows.ts';
import { Versions } from './store/versions.ts';
import { SweepClock } from './sweep-clock.ts';
import { Tasks } from './tasks.ts';
import { UnitOfWork } from './unit-of-work.ts';
import { VendorCalls } from './vendor-calls.ts';

const now = (): number => Date.now();
/** Places that one report frees are filled at once; a few more, since others may have failed to. */
const NEXT_FILES = 2;

export class Ledger extends DurableObject<Env> implements api.LedgerApi {
  readonly #db: Database;
  readonly #leases = new LeaseTable();
  readonly #counts: Counts;
  readonly #versions = new Versions(crypto.randomUUID());
  readonly #live: LiveTasks;
  readonly #outbox: RecordOutbox;
  readonly #deliveries: Deliveries;
  readonly #deliveryJobs: DeliveryJobs;
  readonly #log: EventLog;
  readonly #clips: Clips;
  readonly #tasks: Tasks;
  readonly #schedule: PollSchedule;
  readonly #results: PollResults;
  readonly #mirrorJobs: MirrorJobs;
  readonly #commands: Commands;
  readonly #queries: Queries;
  readonly #rebuild: Rebuild;
  readonly #due: DueWork;
  readonly #sweeps: SweepClock;
  readonly #orders: Orders;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const read = readSettings(env);
    if (!read.ok) throw new Error(`Cannot open the ledger: ${read.fault.join('; ')}`);
    const settings = read.value;
    const db = new Database(ctx.storage, (entry) => console.error(JSON.stringify(entry)));
    db.migrate();
    const rows = new TaskRows(db);
    const eventRows = new EventRows(db);
    const leases = this.#leases;
    const versions = this.#versions;
    const counts = new Counts(db);
    const calls = new VendorCalls(db, settings);
    const live = new LiveTasks(settings, (vendor) => db.vendor(vendor).pacing, calls);
    const outbox = new RecordOutbox(leases);
    const deliveries = new Deliveries(eventRows, settings.delays, leases, counts);
    const log = new EventLog(eventRows, deliveries, settings);
    const clips = new Clips(db, new ClipRows(db), rows, versions, counts);
    const mirror = new MirrorQueue(settings, leases);
    const orders = new Orders(new OrderRows(db));
    const onChange = (key: string): void => this.#queries.changed(key);
    const base = { db, settings, rows, clips, live, leases, outbox, log, mirror, counts, versions, deliveries, calls };
    const tasks = new Tasks({ ...base, onChange });
    const schedule = new PollSchedule(db, settings, live, leases, calls);
    const results = new PollResults({ ...base, tasks });
    this.#db = db;
    this.#counts = counts;
    this.#live = live;
    this.#outbox = outbox;
    this.#deliveries = deliveries;
    this.#deliveryJobs = new DeliveryJobs(log, deliveries, tasks);
    this.#log = log;
    this.#clips = clips;
    this.#tasks = tasks;
    this.#schedule = schedule;
    this.#results = results;
    this.#mirrorJobs = new MirrorJobs({ ...base, tasks });
    this.#commands = new Commands({ ...base, tasks });
    this.#queries = new Queries({ ...base, tasks, schedule, results });
    this.#rebuild = new Rebuild({ ...base, tasks });
    this.#sweeps = new SweepClock(db, settings, now());
    this.#orders = orders;
    this.#due = new DueWork({ ...base, tasks, schedule, orders, attempt: (what, work) => this.#attempt(what, work) });
    live.load(rows.open(), this.#sweeps.sweptAt, now());
    for (const task of live.all())
      outbox.put(task, task.tracking !== 'watching' && task.files.pending === 0, task.tracked_at, now());
  }

  /** All or nothing of what belongs together; what lives in memory follows the commit. */
  #transact<T>(work: (unit: UnitOfWork) => T): { unit: UnitOfWork; value: T } {
    const unit = new UnitOfWork(now(), this.#leases);
    try {
      const value = this.#db.atomically(() => {
        const result = work(unit);
        this.#counts.write();
        return result;
      });
      unit.committed();
      return { unit, value };
    } catch (error) {
      this.#counts.forget();
      throw error;
    }
  }

  #attempt(what: string, work: (unit: UnitOfWork) => void): UnitOfWork | null {
    try {
      return this.#transact(work).unit;
    } catch (error) {
      console.error(JSON.stringify({ event: 'error', at: 'ledger', what, message: String(error) }));
      return null;
    }
  }

  /** What a change calls for, once it is committed. */
  #wanted(...units: readonly UnitOfWork[]): api.Wanted {
    return { messages: units.flatMap(({ messages }) => messages), deliveries: this.#deliveries.due(now()) };
  }

  async track(vendor: string, ids: string[], options: api.TrackOptions, recorded: Stored[] = []): Promise<api.Tracked> {
    const { unit, value } = this.#transact((work) => this.#commands.track(work, vendor, ids, options, recorded));
    return { results: value, ...this.#wanted(unit) };
  }

  async unknownOf(vendor: string, ids: string[]): Promise<string[]> {
    return this.#tasks.unknownOf(vendor, ids);
  }

  async importAnswers(vendor: string, answers: api.Imported[], recorded: Stored[]): Promise<api.Tracked> {
    const { unit, value } = this.#transact((work) => this.#commands.importAnswers(work, vendor, answers, recorded));
    return { results: value, ...this.#wanted(unit) };
  }

  async retry(vendor: string, id: string): Promise<api.Retried | null> {
    const { unit, value } = this.#transact((work) => this.#commands.retry(work, vendor, id));
    return value && { known: this.#queries.peek(vendor, id) ?? value.known, ...this.#wanted(unit) };
  }

  async untrack(vendor: string, id: string): Promise<api.ClipFound[] | null> {
    const { value } = this.#transact((work) => this.#commands.untrack(work, vendor, id));
    const removed = this.#db.removed(vendor, id);
    if (removed) this.#due.removed(removed);
    return value;
  }

  async beginOrder(order: api.Order): Promise<api.OrderBegun> {
    return this.#orders.begin(order, now());
  }

  async endOrder(name: string, answer: string | null): Promise<void> {
    this.#orders.end(name, answer);
  }

  async look(vendor: string, ids: string[], token: string): Promise<api.ReadResult> {
    return this.#queries.look(vendor, ids, token, now());
  }

  async called(vendor: string, ids: string[], token: string): Promise<api.CalledResult> {
    return this.#queries.called(vendor, ids, token, now());
  }

  async keep(vendor: string, ids: string[]): Promise<void> {
    this.#transact((work) => this.#commands.keep(work, vendor, ids));
  }

  async wait(vendor: string, ids: string[]): Promise<boolean> {
    return this.#queries.wait(vendor, ids, now());
  }

  async isCurrent(token: string): Promise<boolean> {
    return this.#versions.isCurrent(token);
  }

  async peek(vendor: string, id: string) {
    return this.#queries.peek(vendor, id);
  }

  async watch(vendor: string, id: string, seen: string, ms: number): Promise<boolean> {
    return this.#queries.watch(vendor, id, seen, ms);
  }

  async list(query: api.ListQuery): Promise<api.TaskPage> {
    return this.#queries.list(query);
  }

  async takeDue(turn: api.SweepTurn): Promise<api.DueWork> {
    this.#sweeps.swept(now());
    const units = turn.reports.flatMap(
      (report) => this.#attempt(`report of ${report.vendor}`, (work) => this.#ingest(work, report)) ?? [],
    );
    const confirmed = this.#confirm(turn.saved);
    units.push(...confirmed.units);
    const done = this.#wanted(...units);
    const changed = units.flatMap((unit) => unit.changed);
    const take = (): api.DueWork => this.#due.take(turn, now());
    let due = take();
    const isIdle = done.messages.length + done.deliveries.length + changed.length + confirmed.gone.length === 0;
    if (isIdle && (await this.#sweeps.wait(due, turn, now()))) due = take();
    return {
      ...due,
      messages: [...done.messages, ...due.messages],
      deliveries: [...done.deliveries, ...due.deliveries],
      changed: [...changed, ...due.changed],
      gone: confirmed.gone,
    };
  }

  async record(report: api.PollReport): Promise<api.Recorded> {
    const { unit, value } = this.#transact((work) => this.#ingest(work, report));
    return {
      ...this.#wanted(unit),
      changed: unit.changed,
      stored: value,
      pacing: this.#db.vendor(report.vendor).pacing,
    };
  }

  #ingest(work: UnitOfWork, report: api.PollReport): Stored[] {
    const stored = this.#results.take(work, report, Math.random());
    work.afterwards(() => this.#schedule.keep(report.token, report.more, work.now));
    return stored;
  }

  async renew(token: string): Promise<boolean> {
    return this.#schedule.renew(token, now());
  }

  async saved(list: api.SaveOutcome[]): Promise<api.Confirmed> {
    const { units, gone } = this.#confirm(list);
    return { ...this.#wanted(...units), gone };
  }

  /** Each by itself: one that fails keeps no other from being confirmed. */
  #confirm(list: api.SaveOutcome[]) {
    const gone: { vendor: string; id: string }[] = [];
    const units = list.flatMap(
      (outcome) =>
        this.#attempt(`record of ${outcome.vendor}/${outcome.id}`, (work) => {
          gone.push(...this.#due.saved(work, [outcome]));
        }) ?? [],
    );
    return { units, gone };
  }

  async unsent({ messages, deliveries }: api.Wanted): Promise<void> {
    this.#mirrorJobs.unsent(messages, now());
    this.#deliveries.unsent(deliveries, now());
  }

  async mirrorJob(message: MirrorMessage) {
    return this.#mirrorJobs.job(message, now());
  }

  async mirrorReport(message: MirrorMessage, outcomes: FileOutcome[]): Promise<api.MirrorReported> {
    const { unit, value } = this.#transact((work) => this.#mirrorJobs.report(work, message, outcomes));
    const next = this.#due.next(now(), NEXT_FILES);
    return { discard: unit.discard, changed: unit.changed, save: value, ...this.#wanted(unit, ...next) };
  }

  async events(query: api.EventQuery): Promise<api.EventPage> {
    return this.#log.page(query, now());
  }

  async keepRendered(rendered: { seq: number; data: string[] }[]) {
    return this.#transact(() => this.#log.keep(rendered)).value;
  }

  async deliveryJob(id: string): Promise<api.DeliveryJob | null> {
    return this.#transact((work) => this.#deliveryJobs.job(work, id)).value;
  }

  async deliveryReport(id: string, outcome: DeliveryOutcome): Promise<{ deliveries: string[] }> {
    this.#transact((work) => this.#deliveries.report(work, id, outcome));
    return { deliveries: this.#deliveries.due(now()) };
  }

  async clip(slug: string) {
    const clip = this.#clips.get(slug);
    if (!clip) return null;
    const row = this.#tasks.find(clip.vendor, clip.task_id);
    const reading = (row && readingOf(row, slug)) ?? this.#clips.readingKept(clip);
    return { clip, reading, stored: row ? this.#tasks.stored(row) : null };
  }

  async knownClips(slugs: string[]): Promise<ClipState[]> {
    return [...this.#clips.all(slugs).values()];
  }

  async clips(query: api.ClipQuery): Promise<api.ClipPage> {
    return this.#clips.list(query);
  }

  async library(limit: number): Promise<api.Library> {
    return this.#clips.library(limit);
  }

  async relatives(clip: Parameters<api.LedgerApi['relatives']>[0], limit: number): Promise<api.Relatives> {
    return this.#clips.relatives(clip, limit);
  }

  async clipFound(slug: string): Promise<api.ClipFound | null> {
    return this.#clips.found(slug);
  }

  async changeClip(slug: string, change: api.ClipChange, recorded: api.ClipFound | null) {
    const { unit, value } = this.#transact((work) => this.#commands.changeClip(work, slug, change, recorded));
    return value && { ...value, ...this.#wanted(unit) };
  }

  async takeDown(slug: string, recorded: api.ClipFound | null) {
    const { unit, value } = this.#transact((work) => this.#commands.takeDown(work, slug, recorded));
    return value && { ...value, ...this.#wanted(unit) };
  }

  async keepChecksums(counted: CountedFile[]): Promise<void> {
    this.#transact((work) => {
      for (const file of counted) this.#clips.keepChecksum(work, file);
    });
  }

  async rebuild(tasks: api.RecordedTask[], clips: api.RecordedClip[]): Promise<api.Wanted> {
    const { unit } = this.#transact((work) => {
      for (const clip of clips) this.#rebuild.clip(work, clip);
      for (const task of tasks) this.#rebuild.task(work, task);
    });
    return this.#wanted(unit);
  }

  async expected(objects: api.MediaName[]): Promise<string[]> {
    return this.#mirrorJobs.expected(objects, now());
  }

  async verifyCursor(): Promise<string | null> {
    return this.#db.note('verify');
  }

  async setVerifyCursor(cursor: string | null): Promise<void> {
    this.#db.putNote('verify', cursor);
  }

  async stats(): Promise<api.LedgerStats> {
    return this.#queries.stats(this.#sweeps.lastSweepAt);
  }

  async health(): Promise<api.LedgerHealth> {
    return this.#queries.health(this.#sweeps.lastSweepAt, this.#sweeps.openedAt);
  }

  async resume(vendor: string): Promise<{ deliveries: string[] }> {
    this.#transact((work) => this.#commands.resume(work, vendor));
    return { deliveries: this.#deliveries.due(now()) };
  }

  async endLeases(): Promise<void> {
    const at = now();
    this.#schedule.endAll(at);
    this.#outbox.endAll();
    this.#deliveries.endAll(at);
    for (const { holder } of this.#leases.all('file')) this.#leases.end('file', holder);
    for (const { vendor, id, files } of this.#live.all())
      if (files.pending > 0) this.#live.work.set(`${vendor}/${id}`, at);
  }

  async ping(): Promise<string> {
    return 'ok';
  }
}
