// State: what vendors called about, in memory; and who of them is known to call, in their rows.
import type { Settings } from '../config/settings.ts';
import { CALLED_MAX } from '../model/limits.ts';
import { keyOf } from '../model/state.ts';
import { afterEnd, calledAskAt, isJustLate, isKnownToCall, paidAfterAsk } from '../model/vendor-calls.ts';
import type { Database } from './store/database.ts';
import type { TaskRow } from './store/task-rows.ts';

interface Named {
  readonly vendor: string;
  readonly id: string;
}

export class VendorCalls {
  readonly #db: Database;
  readonly #intervalMs: number;
  /** By task, the first called first: until when the looks at it would reach at one an interval. */
  readonly #paidUntil = new Map<string, number>();
  /** By vendor: called about, and not looked at since. */
  readonly #waiting = new Map<string, Set<string>>();

  constructor(db: Database, settings: Settings) {
    this.#db = db;
    this.#intervalMs = settings.poll_interval_ms;
  }

  /** `row`: what is known of the task; `lastPolledAt`: as memory has it. */
  called({ vendor, id }: Named, row: TaskRow | undefined, lastPolledAt: number | null, now: number): void {
    const key = keyOf({ vendor, id });
    const { ended_at = null, hook_named = false } = row?.state ?? {};
    const isFirst = !this.#paidUntil.has(key);
    if (isFirst) this.#remember(key, lastPolledAt === null ? now : lastPolledAt + this.#intervalMs);
    if (ended_at === null) this.#waitingOf(vendor).add(id);
    else if (isFirst && hook_named && isJustLate(ended_at, now, this.#intervalMs)) this.#learn(vendor, true);
  }

  /** It ended, having our hook. */
  ended(task: Named): void {
    this.#learn(task.vendor, this.#paidUntil.has(keyOf(task)));
  }

  /** Somebody asks about it now. */
  asked({ vendor, id }: Named, now: number): void {
    this.#waiting.get(vendor)?.delete(id);
    const key = keyOf({ vendor, id });
    const paid = this.#paidUntil.get(key);
    if (paid !== undefined) this.#paidUntil.set(key, paidAfterAsk(paid, now, this.#intervalMs));
  }

  /** Called about, and not looked at since. */
  waiting(vendor: string): string[] {
    return [...this.#waitingOf(vendor)];
  }

  /** When it may be asked about because of a call; null: no call waits. */
  askAt({ vendor, id }: Named): number | null {
    const paid = this.#paidUntil.get(keyOf({ vendor, id }));
    return paid === undefined || !this.#waitingOf(vendor).has(id) ? null : calledAskAt(paid, this.#intervalMs);
  }

  forget({ vendor, id }: Named): void {
    this.#waiting.get(vendor)?.delete(id);
  }

  /** It calls when something is done. */
  isKnown(vendor: string): boolean {
    return isKnownToCall(this.#db.vendor(vendor).calls);
  }

  /** Its end will be called: polls of it may be rare. Once it was called about, and there was no end, they may not. */
  isAwaited(task: Named): boolean {
    return this.isKnown(task.vendor) && !this.#paidUntil.has(keyOf(task));
  }

  #learn(vendor: string, wasCalled: boolean): void {
    const row = this.#db.vendor(vendor);
    const calls = afterEnd(row.calls, wasCalled);
    if (calls !== row.calls) this.#db.putVendor(vendor, { ...row, calls });
  }

  #remember(key: string, paidUntil: number): void {
    this.#paidUntil.set(key, paidUntil);
    if (this.#paidUntil.size <= CALLED_MAX) return;
    const [oldest = ''] = this.#paidUntil.keys();
    this.#paidUntil.delete(oldest);
    const [vendor = ''] = oldest.split('/', 1);
    this.forget({ vendor, id: oldest.slice(vendor.length + 1) });
  }

  #waitingOf(vendor: string): Set<string> {
    const waiting = this.#waiting.get(vendor) ?? new Set();
    this.#waiting.set(vendor, waiting);
    return waiting;
  }
}
