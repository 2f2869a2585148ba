// State: whom to ask about what, now: ids that are due (lifecycle.ts says when) in batches, leased while asked about.
import type { Settings } from '../config/settings.ts';
import { mayAsk } from '../model/circuit-breaker.ts';
import { ASK_LEASE_MARGIN_MS, BATCH_MAX_IDS, VENDOR_MAX_PARALLEL } from '../model/limits.ts';
import { keyOf } from '../model/state.ts';
import { awaitedIntervalMs } from '../model/vendor-calls.ts';
import type { PolledId, PollLease } from './api.ts';
import type { LeaseTable } from './leases.ts';
import { type LiveTask, type LiveTasks, newestFirst } from './live-tasks.ts';
import type { Timetable } from './timetable.ts';
import type { Database } from './store/database.ts';
import type { VendorCalls } from './vendor-calls.ts';

/** Single requests in one lease, one after the other. */
const SINGLES_IN_LEASE = 5;
/** Leases of those that only read: they count against no sweep's requests. */
const READERS = 'readers';
const sweepsOf = (vendor: string): string => `sweep ${vendor}`;
/** One at a time, and of the sweep's places: whoever calls often takes nothing from other tasks. */
const callsOf = (vendor: string): string => `calls ${vendor}`;

export class PollSchedule {
  readonly #db: Database;
  readonly #settings: Settings;
  readonly #live: LiveTasks;
  readonly #leases: LeaseTable;
  readonly #calls: VendorCalls;
  #turn = 0;

  constructor(db: Database, settings: Settings, live: LiveTasks, leases: LeaseTable, calls: VendorCalls) {
    this.#db = db;
    this.#settings = settings;
    this.#live = live;
    this.#leases = leases;
    this.#calls = calls;
  }

  /** At most so many requests, vendors in rotating order. */
  take(token: string, most: number, served: readonly string[], now: number): PollLease[] {
    const vendors = this.active().filter((vendor) => !served.includes(vendor));
    const turned = vendors.map((_, index) => vendors[(index + this.#turn) % vendors.length] as string);
    if (vendors.length > 0) this.#turn = (this.#turn + 1) % vendors.length;
    const taken: PollLease[] = [];
    // A vendor's first request goes before any other's second: those that hang must not take all the places.
    for (let place = 0; place < VENDOR_MAX_PARALLEL; place++)
      for (const vendor of turned) {
        if (taken.length >= most) return taken;
        if (this.#leases.count('ask', sweepsOf(vendor)) > place) continue;
        const asked = this.#next(vendor, now);
        if (asked) taken.push(this.#lease(`${token}/${vendor}/${place}`, vendor, asked, [sweepsOf(vendor)], now));
      }
    return taken;
  }

  /** When something is due next that no answer under way brings up. */
  nextAt(served: readonly string[], now: number): number | null {
    const vendors = this.active().filter((vendor) => !served.includes(vendor));
    const times = vendors.flatMap((vendor) => this.#nextAt(vendor, now) ?? []);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** A reader asks himself. */
  lease(token: string, vendor: string, ids: PolledId[], now: number): PollLease {
    const isProbe = this.#db.vendor(vendor).pacing.until !== null;
    return this.#lease(token, vendor, { ids, is_probe: isProbe }, [READERS], now);
  }

  /** Whoever was called. */
  leaseCalled(token: string, vendor: string, ids: PolledId[], now: number): PollLease {
    const isProbe = this.#db.vendor(vendor).pacing.until !== null;
    return this.#lease(token, vendor, { ids, is_probe: isProbe }, [callsOf(vendor), sweepsOf(vendor)], now);
  }

  /** An id whose answer makes room for a call's request; none: there is room. Null: another call is asking, and takes along what waits. */
  callWaitsFor(vendor: string): string[] | null {
    if (this.#leases.count('ask', callsOf(vendor)) > 0) return null;
    const sweeps = this.#leases.all('ask').filter(({ groups }) => groups.includes(sweepsOf(vendor)));
    if (sweeps.length < VENDOR_MAX_PARALLEL) return [];
    return [...(sweeps[0]?.keys ?? [])].slice(0, 1).map((key) => key.slice(vendor.length + 1));
  }

  /** Another request is about to be made: false where the lease was lost, and none may be. */
  renew(token: string, now: number): boolean {
    const lease = this.#leases.of('ask', token);
    if (!lease) return false;
    lease.until = this.#leaseEnd(now);
    return true;
  }

  /** These are still being asked about; of the others of this lease nobody has to be any more. */
  keep(token: string, more: readonly string[], now: number): void {
    const lease = this.#leases.of('ask', token);
    if (!lease) return;
    const vendor = lease.groups.at(-1) ?? '';
    const kept = new Set(more.map((id) => keyOf({ vendor, id })));
    for (const key of lease.keys) if (!kept.has(key)) this.#putBack(key, now);
    this.#leases.keep('ask', token, kept, this.#leaseEnd(now));
  }

  /** Whoever had to ask did not come back: what he did not tell of is due again. */
  endLapsed(now: number): void {
    for (const { keys } of this.#leases.lapsed(now, ['ask'])) for (const key of keys) this.#putBack(key, now);
  }

  endAll(now: number): void {
    for (const lease of this.#leases.all('ask')) lease.until = now;
    this.endLapsed(now);
  }

  /** May this vendor be asked by one more, a reader or a sweep? After a back-off one request tells, whoever makes it. */
  mayAsk(vendor: string, now: number): boolean {
    const { pacing } = this.#db.vendor(vendor);
    if (!mayAsk(pacing, now)) return false;
    return pacing.until === null || this.#leases.count('ask', vendor) === 0;
  }

  asBatch(vendor: string, now: number): boolean {
    const { unbatched_until } = this.#db.vendor(vendor);
    return this.#settings.vendors.get(vendor)?.batch_path != null && (unbatched_until ?? 0) <= now;
  }

  /** Ids in one lease. */
  most(vendor: string, now: number): number {
    if (this.#db.vendor(vendor).pacing.until !== null) return 1;
    return this.asBatch(vendor, now) ? BATCH_MAX_IDS : SINGLES_IN_LEASE;
  }

  polled(task: LiveTask, isBatched: boolean): PolledId {
    return { id: task.id, kept: true, known: task.answered, solo: task.solo || !isBatched, heard: task.heard };
  }

  /** Vendors that are asked about anything. */
  active(): string[] {
    return this.#live.vendors().filter((id) => {
      if (this.#settings.vendors.get(id)?.retired !== false) return false;
      const { batch, single } = this.#live.pollsOf(id);
      return batch.size + single.size + this.#leases.count('ask', id) > 0;
    });
  }

  #next(vendor: string, now: number): { ids: PolledId[]; is_probe: boolean } | null {
    if (!this.mayAsk(vendor, now)) return null;
    const is_probe = this.#db.vendor(vendor).pacing.until !== null;
    const { batch, single } = this.#live.pollsOf(vendor);
    const isBatched = this.asBatch(vendor, now);
    const isFree = (id: string): boolean => !this.#leases.isTaken('ask', keyOf({ vendor, id }), now);
    const together = dueOf(batch, now, this.most(vendor, now), isFree);
    const alone = dueOf(single, now, is_probe ? 1 : SINGLES_IN_LEASE, isFree);
    // Each kind in its turn, the longest due first: neither waits for the end of the other.
    const times = [together, alone].map(([first]) =>
      first === undefined ? Infinity : this.#live.dueAt(vendor, first)!,
    );
    const ids = (times[0] ?? Infinity) <= (times[1] ?? Infinity) ? together : alone;
    const asked = ids.flatMap((id) => this.#live.get(vendor, id) ?? []).map((task) => this.polled(task, isBatched));
    return asked.length === 0 ? null : { ids: asked, is_probe };
  }

  #lease(
    token: string,
    vendor: string,
    { ids, is_probe }: { ids: PolledId[]; is_probe: boolean },
    groups: string[],
    now: number,
  ): PollLease {
    this.#leases.begin({
      kind: 'ask',
      holder: token,
      keys: new Set(ids.map(({ id }) => keyOf({ vendor, id }))),
      groups: [...groups, vendor],
      begun_at: now,
      until: this.#leaseEnd(now),
      handed_at: now,
      resent: false,
    });
    for (const { id } of ids) {
      this.#calls.asked({ vendor, id }, now);
      const task = this.#live.get(vendor, id);
      if (task) this.#live.setDue(task, null);
    }
    return { token, vendor, ids, is_probe, unbatched: !this.asBatch(vendor, now), until: this.#leaseEnd(now) };
  }

  /** A vendor called about it: due as soon as it may be asked for that. */
  called(task: LiveTask, now: number): void {
    const at = this.#calls.askAt(task);
    const due = this.#live.dueAt(task.vendor, task.id);
    if (at !== null && due !== null) this.#live.setDue(task, Math.min(due, Math.max(at, now)));
  }

  /** Not asked about after all: due at once. */
  #putBack(key: string, now: number): void {
    const task = this.#live.byKey(key);
    if (!task?.is_watched) return;
    if (this.#live.dueAt(task.vendor, task.id) === null)
      this.#live.setDue(task, task.last_polled_at === null ? newestFirst(task.tracked_at) : now);
    // The call came while it was asked about: what it is about may be newer than the answer.
    this.called(task, now);
  }

  #leaseEnd(now: number): number {
    return now + this.#settings.delays.vendor_timeout_ms + ASK_LEASE_MARGIN_MS;
  }

  /** This poll is far off since a call is expected: it is looked after at the usual times, as a call may make it due sooner. */
  #isDelayedForCall(vendor: string, due: number, now: number): boolean {
    const usual = this.#settings.poll_interval_ms;
    const wait = due - now;
    return wait > usual && wait <= awaitedIntervalMs(usual) + usual && this.#calls.isKnown(vendor);
  }

  #nextAt(vendor: string, now: number): number | null {
    const { batch, single } = this.#live.pollsOf(vendor);
    const times = [batch.next(), single.next()].filter((at) => at !== null);
    if (times.length === 0) return null;
    const { until } = this.#db.vendor(vendor).pacing;
    const due = Math.max(Math.min(...times), until ?? 0);
    if (due > now) return this.#isDelayedForCall(vendor, due, now) ? now + this.#settings.poll_interval_ms : due;
    // What is due already waits for a place: the end of what is under way there, at the latest of its lease, frees one.
    const ends = this.#leases.next('ask', until === null ? sweepsOf(vendor) : vendor);
    const isFull =
      until === null ? this.#leases.count('ask', sweepsOf(vendor)) >= VENDOR_MAX_PARALLEL : !this.mayAsk(vendor, now);
    return isFull ? ends : due;
  }
}

/** New ids and those that were asked before, each at least half: neither keeps the other waiting. */
function dueOf(times: Timetable, now: number, most: number, isFree: (id: string) => boolean): string[] {
  const fresh = times.due(0, most, isFree);
  const again = times.due(now, most, isFree, 1);
  const half = Math.max(Math.ceil(most / 2), most - again.length);
  return [...fresh.slice(0, half), ...again].slice(0, most);
}
