// Edge: the Ledger, one SQLite Durable Object: pending ids and their schedule. It never calls out, and it alone decides what is due.
import { DurableObject } from 'cloudflare:workers';
import { readSettings, type Settings } from '../config.ts';
import {
  ASK_LEASE_MARGIN_MS,
  BATCH_MAX_IDS,
  DUE_MAX_ROWS,
  VENDOR_MAX_PARALLEL,
  WAITERS_MAX,
  WATCH_MAX_MS,
} from '../limits.ts';
import { chunks } from '../chunks.ts';
import type { FileOutcome, MirrorJob, MirrorMessage } from '../mirroring.ts';
import type { ClipReading } from '../task.ts';
import {
  afterAnswer,
  afterDenial,
  afterFailure,
  isOver,
  newTask,
  nextPollAt,
  revived,
  type Moment,
} from './advance.ts';
import { Book, keyOf, type Save } from './book.ts';
import { fileOf, rolesToTry, tryAgain, wantedRoles } from './files.ts';
import { Leases } from './leases.ts';
import { isRegression } from './merge.ts';
import type { Ask, Asked, Change, Due, Heard, Look, Recorded, TrackOptions } from './messages.ts';
import { faulted, mayAsk, recovered, type Pacing } from './pacing.ts';
import { ROLE_URLS, stampOf, type ClipState, type Stored } from './state.ts';
import { Watchers } from './watchers.ts';
import { Store, toStored, type ListQuery, type TaskRow } from './store.ts';

/** Single GETs in one lease: few, so that the lease is honest when each takes its whole time-out. */
const SOLO_GROUP_IDS = 5;

export class Ledger extends DurableObject<Env> {
  readonly #store: Store;
  readonly #book: Book;
  readonly #settings: Settings;
  readonly #leases = new Leases();
  readonly #watchers = new Watchers();
  /** Answers for tasks that nothing is kept of: of all callers at the same time one asks. */
  readonly #untracked = new Map<string, { stored: Stored; until: number }>();
  #turn = 0;
  #nextPruneAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const settings = readSettings(env);
    if (!settings.ok) throw new Error(`Cannot open the ledger: ${settings.fault.join('; ')}`);
    this.#settings = settings.value;
    this.#store = new Store(ctx.storage);
    this.#store.migrate();
    this.#book = new Book(this.#store, this.#settings, (task) => this.#watchers.tell(task));
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

  /** A reader wants these tasks: what is known, and a lease on what must be asked for (CONTRACT 6, GET /v1/tasks/{id}). */
  look(vendor: string, ids: string[], token: string): Look {
    const now = Date.now();
    const pacing = this.#store.pacing(vendor);
    const rows = this.#store.tasks(vendor, ids);
    const asked: Asked[] = [];
    const waiting: string[] = [];
    const known: Stored[] = [];
    for (const id of new Set(ids)) {
      const row = rows.get(id);
      const kept = row ? this.#stored(row) : this.#keptUntracked(vendor, id, now);
      if (kept) known.push(kept);
      if (this.#isFresh(row, kept, now)) continue;
      if (this.#leases.isTaken(vendor, id, now)) waiting.push(id);
      else if (mayAsk(pacing, now) && !this.#settings.vendors.get(vendor)?.retired) {
        asked.push({ id, known: row?.state.answered ?? false, solo: row?.state.solo ?? false });
      }
    }
    return { known, ask: asked.length === 0 ? null : this.#lease(token, vendor, asked, false, now), waiting, pacing };
  }

  #isFresh(row: TaskRow | undefined, kept: Stored | null, now: number): boolean {
    if (!row) return kept !== null;
    if (row.state.ended_at !== null) return true;
    return row.last_polled_at !== null && now - row.last_polled_at < this.#settings.poll_interval_ms;
  }

  #keptUntracked(vendor: string, id: string, now: number): Stored | null {
    const kept = this.#untracked.get(`${vendor}/${id}`);
    return kept && kept.until > now ? kept.stored : null;
  }

  /** Resolves when nobody asks about these ids any more; bounded in number and by the leases in time. */
  async wait(vendor: string, ids: string[]): Promise<void> {
    const now = Date.now();
    await Promise.all(ids.map((id) => this.#leases.wait(vendor, id, now, WAITERS_MAX)));
  }

  /** Resolves when something of the task changes that a caller could see, or after `ms`; at once if it is not as `seen` any more. */
  async watch(vendor: string, id: string, seen: string, ms: number): Promise<void> {
    const row = this.#store.task(vendor, id);
    if (row && stampOf(this.#stored(row)) !== seen) return;
    await this.#watchers.watch(keyOf({ vendor, id }), Math.min(ms, WATCH_MAX_MS), WAITERS_MAX);
  }

  /** The task as it is stored. */
  peek(vendor: string, id: string): { stored: Stored; pacing: Pacing } | null {
    const row = this.#store.task(vendor, id);
    return row ? { stored: this.#stored(row), pacing: this.#store.pacing(vendor) } : null;
  }

  /** What a tick has to do now: whom to ask about what, which clips to send, which records to save. Due ids are leased. */
  takeDue(token: string, mostSaves: number, mostAsks: number): Due {
    const now = Date.now();
    this.#leases.sweepOut(now);
    const messages: MirrorMessage[] = [];
    const saves: Due['saves'] = [];
    for (const row of this.#store.dueWork(now, DUE_MAX_ROWS)) {
      // The rest stays due.
      if (saves.length >= mostSaves && row.version !== row.saved_version) continue;
      const save = this.#store.atomically(() => this.#book.work(row, this.#book.moment(row.vendor, now), messages));
      if (save) saves.push(save);
    }
    this.#prune(now);
    const vendors = [...this.#settings.vendors.values()].filter((vendor) => !vendor.retired);
    const turned = vendors
      .map((_, index) => vendors[(index + this.#turn) % vendors.length])
      .filter((vendor) => vendor !== undefined);
    this.#turn++;
    // A vendor's first request goes before any other's second: those that hang must not take all the places.
    const groups = turned
      .flatMap(({ id, batch_path }) => this.#dueGroups(id, batch_path !== null, now))
      .sort((one, other) => one.place - other.place);
    const asks = groups
      .slice(0, mostAsks)
      .map(({ vendor, place, ids }) => this.#lease(`${token}/${vendor}/${place}`, vendor, ids, true, now));
    const next = [this.#store.nextWorkAt(now), ...vendors.map(({ id }) => this.#nextAskAt(id, now))].filter(
      (at) => at !== null,
    );
    return { asks, messages, saves, next_at: next.length === 0 ? null : Math.min(...next) };
  }

  /** An hour apart for the default of 30 days. */
  #prune(now: number): void {
    if (now < this.#nextPruneAt) return;
    this.#nextPruneAt = now + Math.min(Math.max(this.#settings.ledger_keep_ms / 720, 1_000), 3_600_000);
    this.#store.atomically(() => this.#book.prune(now));
  }

  /** What a vendor may be asked now, one request each; `place`: how many of its requests go before. */
  #dueGroups(vendor: string, hasBatch: boolean, now: number): { vendor: string; place: number; ids: Asked[] }[] {
    const pacing = this.#store.pacing(vendor);
    const inFlight = this.#leases.inFlight(vendor);
    const free = VENDOR_MAX_PARALLEL - inFlight;
    if (free <= 0 || !mayAsk(pacing, now)) return [];
    // Past its back-off one request goes out as a probe; the rest waits for what it brings.
    const slots = pacing.until === null ? free : free === VENDOR_MAX_PARALLEL ? 1 : 0;
    const due = this.#store
      .duePolls(vendor, now, Math.min(slots * BATCH_MAX_IDS * 4, DUE_MAX_ROWS))
      .filter((row) => !this.#leases.isTaken(vendor, row.id, now))
      // Confirmations of absent ids go round: those that were heard of last come last.
      .sort((one, other) => (one.last_polled_at ?? 0) - (other.last_polled_at ?? 0))
      .map((row): Asked => ({ id: row.id, known: row.state.answered, solo: row.state.solo || !hasBatch }));
    const groups = [
      ...chunks(
        due.filter((asked) => !asked.solo),
        BATCH_MAX_IDS,
      ),
      ...chunks(
        due.filter((asked) => asked.solo),
        SOLO_GROUP_IDS,
      ),
    ];
    return groups.slice(0, slots).map((ids, index) => ({ vendor, place: inFlight + index, ids }));
  }

  /** What is due already waits for a place at its vendor: the end of what is under way there wakes the sweep. */
  #nextAskAt(vendor: string, now: number): number | null {
    const { until } = this.#store.pacing(vendor);
    if (until === null || until <= now) return this.#store.nextPollAt(vendor, now);
    return this.#store.nextPollAt(vendor, 0) === null ? null : until;
  }

  #lease(token: string, vendor: string, ids: Asked[], sweep: boolean, now: number): Ask {
    this.#leases.take({ token, vendor, ids: new Set(ids.map(({ id }) => id)), sweep, until: this.#leaseEnd(now) });
    return { token, vendor, ids };
  }

  #leaseEnd(now: number): number {
    return now + this.#settings.delays.vendor_timeout_ms + ASK_LEASE_MARGIN_MS;
  }

  /** What was heard moves the tasks on; answers what to send now. Late, doubled and reordered reports change nothing. */
  record(heard: Heard): Recorded {
    const now = Date.now();
    const messages: MirrorMessage[] = [];
    const replies = new Map<string, Stored>();
    const changed: Change[] = [];
    this.#store.atomically(() => {
      this.#pace(heard, now);
      const at = this.#book.moment(heard.vendor, now);
      const ids = [
        ...[...heard.answers, ...heard.denied, ...heard.failed].map(({ id }) => id),
        ...heard.deferred,
        ...heard.solo,
      ];
      const rows = this.#store.tasks(heard.vendor, [...ids, ...heard.reply]);
      const before = new Map(rows);
      for (const answer of heard.answers) this.#recordAnswer(heard, answer, rows, at, messages, replies);
      for (const { id, error } of heard.denied) {
        const row = rows.get(id);
        if (row) rows.set(id, this.#polled(row, afterDenial(this.#alone(row, heard), error, at), at, messages));
      }
      for (const { id, error } of heard.failed) {
        const row = rows.get(id) ?? this.#keepUnanswered(heard, id, at);
        if (row) rows.set(id, this.#polled(row, afterFailure(this.#alone(row, heard), error, at), at, messages));
      }
      for (const id of heard.deferred) {
        const row = rows.get(id);
        if (row) rows.set(id, this.#deferred(row, heard, at));
      }
      if (heard.fault && heard.track)
        for (const id of heard.reply) if (!rows.has(id)) this.#keepUnanswered(heard, id, at);
      for (const [id, row] of rows)
        if (row.version !== (before.get(id)?.version ?? 0)) changed.push(this.#book.change(row));
      for (const id of heard.reply) {
        const row = rows.get(id);
        if (row) replies.set(id, this.#stored(row));
      }
    });
    this.#leases.release(heard.token, heard.more, this.#leaseEnd(now));
    return { messages, changed, stored: [...replies.values()], pacing: this.#store.pacing(heard.vendor) };
  }

  #pace(heard: Heard, now: number): void {
    const before = this.#store.pacing(heard.vendor);
    const answered = heard.answers.length + heard.denied.length > 0;
    const after = heard.fault
      ? faulted(before, heard.fault.fault, heard.fault.error, now, Math.random(), this.#settings.delays)
      : answered
        ? recovered(before, now)
        : before;
    if (after !== before) this.#store.putPacing(heard.vendor, after);
  }

  /** An id that a read brought and whose vendor failed: the sweep tries on (CONTRACT 6). */
  #keepUnanswered(heard: Heard, id: string, at: Moment): TaskRow | null {
    if (!heard.track) return null;
    return this.#book.open(
      heard.vendor,
      id,
      newTask(at, { requested: false, visibility: this.#settings.default_visibility }),
      null,
      at,
    );
  }

  #recordAnswer(
    heard: Heard,
    answer: Heard['answers'][number],
    rows: Map<string, TaskRow>,
    at: Moment,
    messages: MirrorMessage[],
    replies: Map<string, Stored>,
  ): void {
    const { id, reading, raw } = answer;
    const known = rows.get(id);
    if (!known && !heard.track) {
      const fresh = newTask(at, { requested: false, visibility: this.#settings.default_visibility });
      const state = afterAnswer(fresh, reading, heard.asked_at, at) ?? fresh;
      const stored: Stored = {
        vendor: heard.vendor,
        id,
        tracked: false,
        polls: 1,
        last_polled_at: at.now,
        next_poll_at: null,
        state,
        clips: [],
        raw,
      };
      this.#untracked.set(`${heard.vendor}/${id}`, { stored, until: at.now + this.#settings.poll_interval_ms });
      this.#forgetUntracked(at.now);
      replies.set(id, stored);
      return;
    }
    const row =
      known ??
      this.#book.open(
        heard.vendor,
        id,
        newTask(at, { requested: false, visibility: this.#settings.default_visibility }),
        null,
        at,
      );
    rows.set(id, row);
    const polls = { polls: row.polls + 1, last_polled_at: at.now };
    const state = afterAnswer(this.#alone(row, heard), reading, heard.asked_at, at);
    if (!state) return;
    const poll_at = nextPollAt(state, at.now, at, this.#settings.poll_interval_ms);
    const changed = JSON.stringify({ ...state, asked_at: 0 }) !== JSON.stringify({ ...row.state, asked_at: 0 });
    const unsavedForLong =
      row.version !== row.saved_version && row.work_at === null && this.#book.isOldEnoughToSave(row, at);
    if (!changed && row.raw !== null && !unsavedForLong) {
      const polled = { ...row, ...polls, poll_at };
      this.#store.updatePoll(polled);
      rows.set(id, polled);
      return;
    }
    const kept = row.raw !== null && (isRegression(row.state.reading, reading) || !changed) ? row.raw : raw;
    rows.set(id, this.#book.advance(row, { ...polls, state, poll_at, raw: kept }, changed, at, messages));
  }

  #alone(row: TaskRow, heard: Heard): TaskRow['state'] {
    return heard.solo.includes(row.id) ? { ...row.state, solo: true } : row.state;
  }

  #forgetUntracked(now: number): void {
    for (const [key, { until }] of this.#untracked) if (until <= now) this.#untracked.delete(key);
  }

  #polled(row: TaskRow, state: TaskRow['state'], at: Moment, messages: MirrorMessage[]): TaskRow {
    const poll_at = nextPollAt(state, at.now, at, this.#settings.poll_interval_ms);
    const next = { state, raw: row.raw, polls: row.polls + 1, last_polled_at: at.now, poll_at };
    return this.#book.advance(row, next, state.expired !== row.state.expired, at, messages);
  }

  /** Nothing was concluded: polled again at its time. */
  #deferred(row: TaskRow, heard: Heard, at: Moment): TaskRow {
    const poll_at = nextPollAt(row.state, at.now, at, this.#settings.poll_interval_ms);
    if (!heard.solo.includes(row.id)) {
      const polled = { ...row, poll_at };
      this.#store.updatePoll(polled);
      return polled;
    }
    return this.#book.advance(row, { ...row, state: { ...row.state, solo: true }, poll_at }, false, at, []);
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
    const handed = roles.length === 0 ? null : this.#book.handOut(row, clip.slug, now);
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
  ): { discard: string[]; messages: MirrorMessage[]; changed: Change[]; save: Save | null } {
    const now = Date.now();
    const messages: MirrorMessage[] = [];
    return this.#store.atomically(() => {
      const clip = this.#store.clip(message.slug);
      const row = this.#store.task(message.vendor, message.task_id);
      if (!clip) return { discard: [], messages, changed: [], save: null };
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
        changed: after && after.version !== row.version ? [this.#book.change(after)] : [],
        save,
      };
    });
  }

  list(query: ListQuery): { rows: { stored: Stored; seq: number }[]; pacing: Record<string, Pacing> } {
    const rows = this.#store.list(query).map((row) => ({ stored: this.#stored(row), seq: row.seq }));
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
      return { known: { stored: this.#stored(again), pacing: this.#store.pacing(vendor) }, messages };
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
    return { clip, reading: row ? readingOf(row, slug) : null, stored: row ? this.#stored(row) : null };
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

  #stored(row: TaskRow): Stored {
    return toStored(row, this.#store.clips(row.state.slugs));
  }
}

const readingOf = (row: TaskRow, slug: string): ClipReading | null =>
  row.state.reading.clips[row.state.slugs.indexOf(slug)] ?? null;
