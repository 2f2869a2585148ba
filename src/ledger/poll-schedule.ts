// Edge: whom to ask about what, now: due ids in batches, leased while they are being asked about. Used by the ledger alone.
import type { Settings } from '../config/settings.ts';
import { chunks } from '../lib/chunks.ts';
import { ASK_LEASE_MARGIN_MS, BATCH_MAX_IDS, DUE_MAX_ROWS, VENDOR_MAX_PARALLEL } from '../model/limits.ts';
import { Leases } from './leases.ts';
import type { Ask, Asked } from './api.ts';
import { mayAsk } from '../model/circuit-breaker.ts';
import type { Store } from './store/task-rows.ts';

/** Single GETs in one lease: few, so that the lease is honest when each takes its whole time-out. */
const SOLO_GROUP_IDS = 5;

interface Group {
  vendor: string;
  /** How many requests of this vendor go before. */
  place: number;
  ids: Asked[];
}

export class Schedule {
  readonly leases = new Leases();
  readonly #store: Store;
  readonly #settings: Settings;
  #turn = 0;

  constructor(store: Store, settings: Settings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** At most so many requests, vendors in rotating order. */
  asks(token: string, most: number, now: number): Ask[] {
    this.leases.sweepOut(now);
    const vendors = this.#active();
    const turned = vendors
      .map((_, index) => vendors[(index + this.#turn) % vendors.length])
      .filter((vendor) => vendor !== undefined);
    this.#turn++;
    // A vendor's first request goes before any other's second: those that hang must not take all the places.
    return turned
      .flatMap(({ id, batch_path }) => this.#groups(id, batch_path !== null, now))
      .sort((one, other) => one.place - other.place)
      .slice(0, most)
      .map(({ vendor, place, ids }) => this.lease(`${token}/${vendor}/${place}`, vendor, ids, true, now));
  }

  /** When something is due next that no answer under way will bring up. */
  nextAt(now: number): number | null {
    const times = this.#active()
      .map(({ id }) => this.#nextAskAt(id, now))
      .filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  lease(token: string, vendor: string, ids: Asked[], sweep: boolean, now: number): Ask {
    this.leases.take({ token, vendor, ids: new Set(ids.map(({ id }) => id)), sweep, until: this.#leaseEnd(now) });
    return { token, vendor, ids };
  }

  /** Ends the lease on all its ids but `more`, which are still being asked about. */
  release(token: string, more: readonly string[], now: number): void {
    this.leases.release(token, more, this.#leaseEnd(now));
  }

  #active() {
    return [...this.#settings.vendors.values()].filter((vendor) => !vendor.retired);
  }

  #leaseEnd(now: number): number {
    return now + this.#settings.delays.vendor_timeout_ms + ASK_LEASE_MARGIN_MS;
  }

  #groups(vendor: string, hasBatch: boolean, now: number): Group[] {
    const pacing = this.#store.pacing(vendor);
    const inFlight = this.leases.inFlight(vendor);
    const free = VENDOR_MAX_PARALLEL - inFlight;
    if (free <= 0 || !mayAsk(pacing, now)) return [];
    // Past its back-off one request goes out as a probe; the rest waits for what it brings.
    const slots = pacing.until === null ? free : free === VENDOR_MAX_PARALLEL ? 1 : 0;
    const due = this.#store
      .duePolls(vendor, now, Math.min(slots * BATCH_MAX_IDS * 4, DUE_MAX_ROWS))
      .filter((row) => !this.leases.isTaken(vendor, row.id, now))
      // Confirmations of absent ids go round: those that were heard of last come last.
      .sort((one, other) => (one.last_polled_at ?? 0) - (other.last_polled_at ?? 0))
      .map(({ id, state }): Asked => ({ id, kept: true, known: state.answered, solo: state.solo || !hasBatch }));
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
}
