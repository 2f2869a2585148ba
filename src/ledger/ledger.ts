// Edge: the Ledger, one SQLite Durable Object: pending ids and their schedule. It never calls out, and it alone decides what is due.
import { DurableObject } from 'cloudflare:workers';
import { readSettings, type Settings } from '../config.ts';
import type { DeliveryOutcome } from '../event.ts';
import { DUE_MAX_ROWS, WAITERS_MAX, WATCH_MAX_MS } from '../limits.ts';
import type { FileOutcome, MirrorJob, MirrorMessage } from '../mirroring.ts';
import type { ClipReading } from '../task.ts';
import { isOver, newTask, nextPollAt, revived, type Moment } from './advance.ts';
import { Book } from './book.ts';
import { fileOf, rolesToTry, tryAgain, wantedRoles } from './files.ts';
import { Hearing } from './hearing.ts';
import type {
  Asked,
  Change,
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
  Look,
  Recorded,
  Save,
  TrackOptions,
} from './messages.ts';
import { mayAsk, type Pacing } from './pacing.ts';
import { Schedule } from './schedule.ts';
import { keyOf, ROLE_URLS, stampOf, type ClipState, type Stored } from './state.ts';
import { Store, type ListQuery, type TaskRow } from './store.ts';
import { Watchers } from './watchers.ts';

export class Ledger extends DurableObject<Env> {
  readonly #store: Store;
  readonly #book: Book;
  readonly #settings: Settings;
  readonly #schedule: Schedule;
  readonly #hearing: Hearing;
  readonly #watchers = new Watchers();
  #nextPruneAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const settings = readSettings(env);
    if (!settings.ok) throw new Error(`Cannot open the ledger: ${settings.fault.join('; ')}`);
    this.#settings = settings.value;
    this.#store = new Store(ctx.storage);
    this.#store.migrate();
    this.#book = new Book(this.#store, this.#settings, (task) => this.#watchers.tell(task));
    this.#schedule = new Schedule(this.#store, this.#settings);
    this.#hearing = new Hearing(this.#book);
  }

  /** Takes ids under care. `created`: it was not tracked before. */
  track(vendor: string, ids: string[], options: TrackOptions): { id: string; created: boolean }[] {
    const at = this.#book.moment(vendor, Date.now());
    return this.#store.atomically(() => {
      const known = this.#store.tasks(vendor, ids);
      return ids.map((id) => {
        const row = known.get(id);
        if (!row) {
          const state = newTask(at, {
            requested: true,
            visibility: options.visibility ?? this.#settings.default_visibility,
            webhook_url: options.webhook_url,
          });
          known.set(id, this.#book.open(vendor, id, state, null, at));
          return { id, created: true };
        }
        this.#trackAgain(row, options, at);
        return { id, created: false };
      });
    });
  }

  /** Of a known id only a new webhook_url is taken; an expired one is asked again. */
  #trackAgain(row: TaskRow, options: TrackOptions, at: Moment): void {
    const webhook_url = options.webhook_url ?? row.state.webhook_url;
    if (row.state.requested && !row.state.expired && webhook_url === row.state.webhook_url) return;
    const asked = row.state.expired ? revived(row.state, at) : row.state;
    const poll_at = row.state.expired ? nextPollAt(asked, null, at, 0) : row.poll_at;
    this.#book.advance(row, { ...row, state: { ...asked, requested: true, webhook_url }, poll_at }, true, at, []);
  }

  /** Tasks that were pruned, and are tracked again, go on from their records. */
  restore(list: Stored[]): void {
    this.#store.atomically(() => {
      for (const stored of list) {
        const at = this.#book.moment(stored.vendor, Date.now());
        const row = this.#store.task(stored.vendor, stored.id);
        if (!row || row.state.answered) continue;
        for (const clip of stored.clips) if (!this.#store.clip(clip.slug)) this.#store.putClip(clip);
        const state = {
          ...stored.state,
          requested: true,
          webhook_url: row.state.webhook_url ?? stored.state.webhook_url,
        };
        const poll_at = nextPollAt(state, stored.last_polled_at, at, this.#settings.poll_interval_ms);
        const { polls, last_polled_at, raw } = stored;
        this.#book.advance(row, { state, raw, polls, last_polled_at, poll_at }, true, at, []);
      }
    });
  }

  /** A reader wants these tasks: what is known, and a lease on what must be asked for (CONTRACT 6, GET /v1/tasks/{id}).
   * `afresh`: however short the last poll is ago. */
  look(vendor: string, ids: string[], token: string, afresh = false): Look {
    const now = Date.now();
    const pacing = this.#store.pacing(vendor);
    const rows = this.#store.tasks(vendor, ids);
    const asked: Asked[] = [];
    const waiting: string[] = [];
    const known: Stored[] = [];
    for (const id of new Set(ids)) {
      const row = rows.get(id);
      const kept = row ? this.#book.stored(row) : this.#hearing.untracked(vendor, id, now);
      if (kept) known.push(kept);
      if (this.#isFresh(row, kept, afresh, now)) continue;
      if (this.#schedule.leases.isTaken(vendor, id, now)) waiting.push(id);
      else if (mayAsk(pacing, now) && !this.#settings.vendors.get(vendor)?.retired) {
        asked.push({ id, known: row?.state.answered ?? false, solo: row?.state.solo ?? false });
      }
    }
    return {
      known,
      ask: asked.length === 0 ? null : this.#schedule.lease(token, vendor, asked, false, now),
      waiting,
      pacing,
    };
  }

  #isFresh(row: TaskRow | undefined, kept: Stored | null, afresh: boolean, now: number): boolean {
    if (!row) return kept !== null && !afresh;
    if (row.state.ended_at !== null) return true;
    if (afresh) return false;
    return row.last_polled_at !== null && now - row.last_polled_at < this.#settings.poll_interval_ms;
  }

  /** Resolves when nobody asks about these ids any more; bounded in number and by the leases in time. */
  async wait(vendor: string, ids: string[]): Promise<void> {
    const now = Date.now();
    await Promise.all(ids.map((id) => this.#schedule.leases.wait(vendor, id, now, WAITERS_MAX)));
  }

  /** Resolves when something of the task changes that a caller could see, or after `ms`; at once if it is not as `seen` any more. */
  async watch(vendor: string, id: string, seen: string, ms: number): Promise<void> {
    const row = this.#store.task(vendor, id);
    if (row && stampOf(this.#book.stored(row)) !== seen) return;
    await this.#watchers.watch(keyOf({ vendor, id }), Math.min(ms, WATCH_MAX_MS), WAITERS_MAX);
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
    const times = [this.#store.nextWorkAt(now), this.#schedule.nextAt(now)].filter((at) => at !== null);
    return { asks, messages, deliveries: [], saves, next_at: times.length === 0 ? null : Math.min(...times) };
  }

  /** An hour apart for the default of 30 days. */
  #prune(now: number): void {
    if (now < this.#nextPruneAt) return;
    this.#nextPruneAt = now + Math.min(Math.max(this.#settings.ledger_keep_ms / 720, 1_000), 3_600_000);
    this.#store.atomically(() => this.#book.prune(now));
  }

  /** What was heard moves the tasks on; answers what to send now. Late, doubled and reordered reports change nothing. */
  record(heard: Heard): Recorded {
    const now = Date.now();
    const heardOf = this.#store.atomically(() => this.#hearing.take(heard, now, Math.random()));
    this.#schedule.release(heard.token, heard.more, now);
    return { ...heardOf, deliveries: [], pacing: this.#store.pacing(heard.vendor) };
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
    const now = Date.now();
    const row = this.#store.task(message.vendor, message.task_id);
    const clip = this.#store.clip(message.slug);
    const reading = row ? readingOf(row, message.slug) : null;
    if (!row || !clip || !reading) return null;
    const roles = rolesToTry(clip, wantedRoles(reading, isOver(row.state), this.#settings), now);
    const handed = roles.length === 0 ? null : this.#book.flights.handOut(clip.slug, keyOf(row), now);
    if (!handed) return null;
    const files = roles.flatMap((role) => {
      const source_url = reading[ROLE_URLS[role]];
      const file = fileOf(clip, role);
      return source_url === null
        ? []
        : [{ role, source_url, look_first: handed.resent || file.attempts + file.deaths > 0 }];
    });
    return {
      vendor: row.vendor,
      task_id: row.id,
      clip_id: clip.clip_id,
      slug: clip.slug,
      title: clip.title ?? reading.title,
      files,
    };
  }

  /** What became of a clip's files. `discard`: objects that must not stay. */
  mirrorReport(
    message: MirrorMessage,
    outcomes: FileOutcome[],
  ): { discard: string[]; messages: MirrorMessage[]; deliveries: string[]; changed: Change[]; save: Save | null } {
    const now = Date.now();
    const messages: MirrorMessage[] = [];
    return this.#store.atomically(() => {
      const clip = this.#store.clip(message.slug);
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
        deliveries: [],
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
    const at = this.#book.moment(vendor, Date.now());
    const messages: MirrorMessage[] = [];
    return this.#store.atomically(() => {
      const row = this.#store.task(vendor, id);
      if (!row) return null;
      for (const clip of this.#store.clips(row.state.slugs)) this.#store.putClip(tryAgain(clip, at.now));
      const state = revived(row.state, at);
      // An ended task with files to try again is looked at once more too: its links may be dead by now.
      const again = this.#book.advance(
        row,
        { ...row, state: { ...state, requested: true }, poll_at: at.now },
        true,
        at,
        messages,
      );
      return { known: { stored: this.#book.stored(again), pacing: this.#store.pacing(vendor) }, messages };
    });
  }

  untrack(vendor: string, id: string): boolean {
    return this.#store.atomically(() => {
      const known = this.#store.task(vendor, id) !== null;
      if (known) this.#store.deleteTask(vendor, id);
      return known;
    });
  }

  clip(slug: string): { clip: ClipState; reading: ClipReading | null; stored: Stored | null } | null {
    const clip = this.#store.clip(slug);
    if (!clip) return null;
    const row = this.#store.task(clip.vendor, clip.task_id);
    return { clip, reading: row ? readingOf(row, slug) : null, stored: row ? this.#book.stored(row) : null };
  }

  /** Saved answers begin or complete tasks; `recorded`: what the records bucket holds of those that the ledger does not know. */
  importAnswers(
    vendor: string,
    answers: Imported[],
    recorded: Stored[],
  ): { results: { id: string; created: boolean }[]; messages: MirrorMessage[]; deliveries: string[] } {
    throw new Error(`Not yet: ${vendor} ${answers.length} ${recorded.length}`);
  }

  /** Those of these ids that no task is known of. */
  unknownOf(vendor: string, ids: string[]): string[] {
    throw new Error(`Not yet: ${vendor} ${ids.length}`);
  }

  /** The log, oldest first, for as long as it is kept. */
  events(query: EventQuery): EventPage {
    throw new Error(`Not yet: ${query.limit}`);
  }

  /** Rendered once: of two that render the same row the first one counts. Answers what is kept. */
  keepRendered(rendered: { seq: number; data: string[] }[]): { seq: number; data: string[] }[] {
    throw new Error(`Not yet: ${rendered.length}`);
  }

  /** The work behind a message; null: nothing is left to deliver, or another consumer has it. */
  deliveryJob(id: string): DeliveryJob | null {
    throw new Error(`Not yet: ${id}`);
  }

  /** What became of a delivery; answers the ids of deliveries to send now. */
  deliveryReport(id: string, outcome: DeliveryOutcome): { deliveries: string[] } {
    throw new Error(`Not yet: ${id} ${outcome.ok}`);
  }

  /** Clips whose audio is archived, newest first. */
  clips(query: ClipQuery): ClipFound[] {
    throw new Error(`Not yet: ${query.limit}`);
  }

  /** Null: no such clip is known. `recorded`: its record, where the ledger may have lost it. */
  changeClip(slug: string, change: ClipChange, recorded: ClipFound | null): ClipChanged | null {
    throw new Error(`Not yet: ${slug} ${change.title} ${recorded?.seq}`);
  }

  /** Tombstone first: from now on nothing of the clip is shown or archived. `keys`: objects to delete. */
  takeDown(slug: string, recorded: ClipFound | null): (ClipChanged & { keys: string[] }) | null {
    throw new Error(`Not yet: ${slug} ${recorded?.seq}`);
  }

  stats(): LedgerStats {
    throw new Error('Not yet');
  }

  /** Lifts a pause or a back-off now. */
  resume(vendor: string): { deliveries: string[] } {
    throw new Error(`Not yet: ${vendor}`);
  }

  /** After a restart nothing is under way any more: what was sent is due again (CONTRACT 11). */
  endLeases(): void {
    this.#store.endLeases(Date.now());
  }

  ping(): string {
    return 'ok';
  }

  health(): Record<string, Pacing> {
    return Object.fromEntries([...this.#settings.vendors.keys()].map((id) => [id, this.#store.pacing(id)]));
  }
}

const readingOf = (row: TaskRow, slug: string): ClipReading | null =>
  row.state.reading.clips[row.state.slugs.indexOf(slug)] ?? null;
