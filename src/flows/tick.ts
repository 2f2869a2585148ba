// Flow: a tick: due → ask in batches → report → send what is wanted → save what the bucket lacks; and again.
import type { Settings } from '../config/settings.ts';
import type { DueWork, LedgerApi, PollLease, PollReport, Removal, Save, SaveOutcome } from '../ledger/api.ts';
import {
  CONFIRM_MAX_PER_ROUND,
  CONNECTIONS_MAX,
  POLL_SPACING,
  removalOperations,
  SAVE_OPERATIONS_MAX,
  saveOperations,
  TICK_MAX_CALLS,
} from '../model/limits.ts';
import type { Stored } from '../model/state.ts';
import type { VendorClient } from '../relay/client.ts';
import type { Budget } from '../relay/transport.ts';
import { askVendor } from './ask-vendor.ts';
import { type Queues, sendOn } from './enqueue.ts';
import { leasedClient } from './leased-client.ts';
import { condensed, inParts, unreadIn } from './poll-report.ts';

export interface SweepDeps extends Queues {
  readonly settings: Settings;
  readonly ledger: Pick<LedgerApi, 'takeDue' | 'renew' | 'unsent'>;
  readonly client: VendorClient;
  readonly budget: Budget;
  saveRecord(stored: Stored, isNew: boolean): Promise<void>;
  deleteRecord(vendor: string, id: string): Promise<void>;
  /** All objects of a clip that its record does not name. */
  clearMedia(slug: string): Promise<void>;
  now(): number;
  sleep(ms: number): Promise<void>;
  token(): string;
}

/** Requests kept back for redirects and confirmations of what is already being asked. */
const BUDGET_RESERVE = 1;
/** What is due again this soon was refused for a reason that takes a moment: a vendor with both its places taken. */
const SHORTEST_SLEEP_MS = 50;
/** A ledger that failed is called again after this, and not for ever. */
const AGAIN_AFTER_FAILURE_MS = 1_000;
const FAILURES_MAX = 3;
const SAVES_TOLD_AT_ONCE = 25;

/**
 * Runs until the next tick is due. Vendors are asked side by side and each by itself: one that hangs holds back none.
 * Overlapping, doubled and missing ticks are harmless, since what is due is leased.
 */
export const sweep = (deps: SweepDeps): Promise<void> => new Tick(deps).run();

class Tick {
  readonly #deps: SweepDeps;
  readonly #started: number;
  #ends: number;
  readonly #totals = { asked: 0, answered: 0, denied: 0, failed: 0, sent: 0, saved: 0, rounds: 0 };
  /** What is under way, and wakes the tick when it is done. */
  readonly #open = new Set<Promise<void>>();
  #wake: () => void = () => undefined;
  /** What the ledger is told with the next turn. */
  #reports: PollReport[] = [];
  #saved: SaveOutcome[] = [];
  #removed: { vendor: string; id: string }[] = [];
  #operations = SAVE_OPERATIONS_MAX;
  #asking = 0;
  /** Until then no more than this is left of the budget: the requests of a tick are spread over its rounds. */
  #round = { ends: 0, floor: 0, asked: new Set<string>() };
  #vendors: readonly string[] = [];

  constructor(deps: SweepDeps) {
    this.#deps = deps;
    this.#started = deps.now();
    this.#ends = this.#started + deps.settings.tick_ms;
  }

  async run(): Promise<void> {
    const deps = this.#deps;
    let failures = 0;
    let calls = 0;
    for (; calls < TICK_MAX_CALLS && failures < FAILURES_MAX; calls++) {
      const due = await this.#turn();
      failures = due === null ? failures + 1 : 0;
      if (due) await this.#begin(due);
      if (!(await this.#pause(due))) break;
    }
    // From now on nothing is taken that nobody would tell of.
    this.#ends = Math.min(this.#ends, this.#now);
    await Promise.all(this.#open);
    // What came to its end since: told, and what follows from it sent.
    for (; this.#hasNews && failures < FAILURES_MAX; failures++) {
      const due = await this.#turn();
      if (due) await this.#begin(due);
      if (due) failures--;
    }
    await Promise.all(this.#open);
    const ms = deps.now() - this.#started;
    deps.log({ event: 'sweep', ms, requests_left: deps.budget.left, ...this.#totals });
  }

  get #hasNews(): boolean {
    return this.#reports.length + this.#saved.length + this.#removed.length > 0;
  }

  /** What was done is told, and what is due is taken. Null: the ledger cannot be reached; what it was to be told is kept. */
  async #turn(): Promise<DueWork | null> {
    const done = { reports: this.#reports, saved: this.#saved, removed: this.#removed };
    [this.#reports, this.#saved, this.#removed] = [[], [], []];
    const [first, ...others] = done.reports.flatMap(inParts);
    const some = first ? [first, ...(isSmall(first) ? others.filter(isSmall) : [])] : [];
    const rest = others.filter((one) => !some.includes(one));
    const isOver = this.#deps.now() >= this.#ends;
    const most = {
      asks: rest.length > 0 ? 0 : this.#places(),
      operations: rest.length > 0 || isOver ? 0 : Math.max(0, this.#operations),
    };
    const wait_until = rest.length > 0 || isOver || this.#open.size > 0 ? null : this.#waitsUntil();
    this.#totals.rounds++;
    try {
      const turn = { token: this.#deps.token(), ...done, reports: some, most, served: this.#served(), wait_until };
      const due = await this.#deps.ledger.takeDue(turn);
      this.#vendors = due.vendors;
      this.#reports = [...rest, ...this.#reports];
      return due;
    } catch (error) {
      this.#deps.log({ event: 'error', at: 'ledger', message: String(error) });
      this.#reports = [...done.reports, ...this.#reports];
      this.#saved = [...done.saved, ...this.#saved];
      this.#removed = [...done.removed, ...this.#removed];
      return null;
    }
  }

  get #now(): number {
    return this.#deps.now();
  }

  async #begin({ asks, messages, deliveries, saves, removals, gone, changed }: DueWork): Promise<void> {
    for (const change of changed) this.#deps.log({ event: 'task.changed', ...change });
    for (const ask of asks) this.#run(`vendor ${ask.vendor}`, () => this.#ask(ask));
    if (saves.length > 0) this.#run('records', () => this.#saveAll(saves));
    if (removals.length + gone.length > 0) this.#run('removals', () => this.#removeAll(removals, gone));
    this.#totals.sent += await sendOn({ messages, deliveries }, this.#deps);
  }

  /** Until something is to be told or falls due. False: that is all until the next tick. */
  async #pause(due: DueWork | null): Promise<boolean> {
    const now = this.#now;
    if (this.#hasNews) return true;
    if (now >= this.#ends) return false;
    const next = due === null ? now + AGAIN_AFTER_FAILURE_MS : this.#nextAt(due, now);
    if (this.#open.size === 0) {
      if (next === null || next >= this.#ends) return false;
      // Nothing is under way: the next turn waits where what falls due is known.
      if (due !== null && this.#waitsUntil() === this.#ends) return true;
    }
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    const ms = next === null ? null : Math.max(Math.min(next, this.#ends) - now, SHORTEST_SLEEP_MS);
    const sleeping = ms === null ? [] : [this.#deps.sleep(ms)];
    await Promise.race([woken, ...sleeping]);
    return true;
  }

  #nextAt({ next_at, next_ask_at }: DueWork, now: number): number | null {
    const ask = this.#places() > 0 ? next_ask_at : next_ask_at === null ? null : this.#roundAfter(now);
    const served = this.#served().length > 0 ? this.#roundAfter(now) : null;
    const times = [next_at, ask, served].filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Once the requests of a round are spent, the ledger does not know for how long. */
  #waitsUntil(): number {
    const isFree = this.#places() > 0 && this.#served().length === 0;
    return isFree || this.#deps.budget.left <= BUDGET_RESERVE ? this.#ends : this.#round.ends;
  }

  /** Null: no more requests in this tick. */
  #roundAfter(now: number): number | null {
    if (this.#deps.budget.left <= BUDGET_RESERVE) return null;
    // A place comes free with the end of what is under way.
    return this.#asking >= CONNECTIONS_MAX - 1 ? null : Math.max(this.#round.ends, now);
  }

  /** Requests that may be begun now. The platform queues connections past its limit: what has no place is not leased. */
  #places(): number {
    const now = this.#now;
    const left = this.#deps.budget.left - BUDGET_RESERVE;
    if (now >= this.#ends || left <= 0) return 0;
    if (now >= this.#round.ends) {
      const interval = this.#deps.settings.poll_interval_ms * POLL_SPACING;
      const rounds = Math.max(1, Math.ceil((this.#ends - now) / interval));
      this.#round = { ends: now + interval, floor: left - Math.ceil(left / rounds), asked: new Set() };
    }
    return Math.max(0, Math.min(CONNECTIONS_MAX - 1 - this.#open.size, left - this.#round.floor));
  }

  /** While others are still to come in this round, the last requests of it are theirs. */
  #served(): string[] {
    const { asked, floor } = this.#round;
    const others = this.#vendors.filter((vendor) => !asked.has(vendor)).length;
    return this.#deps.budget.left - BUDGET_RESERVE - floor <= others ? [...asked] : [];
  }

  #run(what: string, work: () => Promise<void>): void {
    const done: Promise<void> = work()
      .catch((error: unknown) => this.#deps.log({ event: 'error', at: what, message: String(error) }))
      .finally(() => {
        this.#open.delete(done);
        this.#wake();
      });
    this.#open.add(done);
  }

  async #ask(ask: PollLease): Promise<void> {
    const { settings, ledger, now } = this.#deps;
    const vendor = settings.vendors.get(ask.vendor);
    if (!vendor) return;
    this.#asking++;
    this.#round.asked.add(ask.vendor);
    const timeoutMs = settings.delays.vendor_timeout_ms;
    const client = leasedClient(ask, {
      ledger,
      client: this.#deps.client,
      timeoutMs,
      deadline: Infinity,
      now: () => now(),
    });
    const rules = { confirmMax: CONFIRM_MAX_PER_ROUND, loneByGet: ask.is_probe === true };
    const polled = await askVendor(ask, vendor, rules, {
      client,
      log: (entry) => this.#deps.log(entry),
      now: () => now(),
    }).finally(() => this.#asking--);
    this.#totals.asked += ask.ids.length;
    this.#totals.answered += polled.answers.length;
    this.#totals.denied += polled.denied.length;
    this.#totals.failed += polled.failed.length + (polled.fault ? 1 : 0);
    const report = condensed(polled, ask.ids);
    for (const entry of unreadIn(report)) this.#deps.log(entry);
    this.#reports.push(report);
  }

  /** One at a time: each is a connection for its whole upload. One that fails is due again later, and stops no other. */
  async #saveAll(saves: readonly Save[]): Promise<void> {
    for (const { stored, version, is_new } of saves) {
      const { vendor, id } = stored;
      this.#operations -= saveOperations(stored.clips.length);
      const ok = await this.#deps.saveRecord(stored, is_new).then(
        () => true,
        (error: unknown) => {
          this.#deps.log({ event: 'error', at: 'records', vendor, task_id: id, message: String(error) });
          return false;
        },
      );
      if (ok) this.#totals.saved++;
      this.#saved.push({ vendor, id, version, ok });
      // Told while others are still being written, so that none is handed out again meanwhile.
      if (this.#saved.length >= SAVES_TOLD_AT_ONCE) this.#wake();
    }
  }

  /** `gone`: records of tasks that were deleted while these were written. */
  async #removeAll(removals: readonly Removal[], gone: DueWork['gone']): Promise<void> {
    this.#operations -= gone.length;
    for (const { slugs } of removals) this.#operations -= removalOperations(slugs.length);
    for (const { vendor, id } of gone) await this.#deps.deleteRecord(vendor, id);
    for (const { vendor, id, record, slugs } of removals) {
      if (record) await this.#deps.deleteRecord(vendor, id);
      for (const slug of slugs) await this.#deps.clearMedia(slug);
      this.#removed.push({ vendor, id });
    }
  }
}

/** Fits into a turn beside others. */
const isSmall = ({ answers }: PollReport): boolean =>
  answers.reduce((sum, { raw }) => sum + raw.json.length, 0) < 200_000;
