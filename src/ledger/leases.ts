// Pure, but for the maps it holds: who is asking a vendor about which task. In memory only: an evicted object at worst asks once more.
import { keyOf } from '../model/state.ts';

export interface Lease {
  readonly token: string;
  readonly vendor: string;
  readonly ids: Set<string>;
  /** Counted against the requests a sweep may have in flight at one vendor. */
  readonly sweep: boolean;
  until: number;
}

export class Leases {
  readonly #byToken = new Map<string, Lease>();
  readonly #byTask = new Map<string, Lease>();
  readonly #waiters = new Map<string, (() => void)[]>();
  #waiting = 0;

  isTaken(vendor: string, id: string, now: number): boolean {
    const lease = this.#byTask.get(keyOf({ vendor, id }));
    return lease !== undefined && lease.until > now;
  }

  take(lease: Lease): void {
    this.#byToken.set(lease.token, lease);
    for (const id of lease.ids) this.#byTask.set(keyOf({ vendor: lease.vendor, id }), lease);
  }

  /** Ends the lease on all its ids but `more`, which are still being asked about until `until`. Wakes who waited. */
  release(token: string, more: readonly string[], until: number): void {
    const lease = this.#byToken.get(token);
    if (!lease) return;
    const kept = new Set(more);
    for (const id of lease.ids) {
      if (kept.has(id)) continue;
      lease.ids.delete(id);
      const key = keyOf({ vendor: lease.vendor, id });
      if (this.#byTask.get(key) === lease) this.#byTask.delete(key);
      for (const wake of this.#waiters.get(key) ?? []) wake();
      this.#waiters.delete(key);
    }
    lease.until = until;
    if (lease.ids.size === 0) this.#byToken.delete(token);
  }

  /** Leases that ran out are forgotten. */
  sweepOut(now: number): void {
    for (const lease of this.#byToken.values()) if (lease.until <= now) this.release(lease.token, [], now);
  }

  inFlight(vendor: string): number {
    return [...this.#byToken.values()].filter((lease) => lease.sweep && lease.vendor === vendor).length;
  }

  /** Resolves when the task's lease ends, at once where there is none; false, at once: too many wait already. */
  async wait(vendor: string, id: string, now: number, most: number): Promise<boolean> {
    const key = keyOf({ vendor, id });
    const lease = this.#byTask.get(key);
    if (!lease || lease.until <= now) return true;
    if (this.#waiting >= most) return false;
    this.#waiting++;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lease.until - now);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiters.set(key, [...(this.#waiters.get(key) ?? []), wake]);
    }).finally(() => this.#waiting--);
    return true;
  }
}
