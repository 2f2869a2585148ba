// Edge: what is still to be delivered to whom, and when; knows which deliveries are on their way. Used by the ledger alone.
import {
  type Delays,
  DELIVERIES_IN_FLIGHT_MAX,
  DELIVERIES_PER_RECEIVER_MAX,
  DELIVERY_LEASE_MS,
  RETRY_AFTER_MAX_MS,
} from '../model/limits.ts';
import type { DeliveryOutcome } from '../model/messages.ts';
import type { DeliveryRow, LogStore } from './store-log.ts';

/** In memory only: what a new process forgets is sent again, with the same id and body. */
interface Flight {
  url: string;
  until: number;
  handed: boolean;
}

interface Receiver {
  /** When the first delivery is due that is not on its way; null: all are on their way. */
  next_at: number | null;
  count: number;
  readonly flights: Set<string>;
}

export class Deliveries {
  readonly #store: LogStore;
  readonly #delays: Delays;
  readonly #flights = new Map<string, Flight>();
  readonly #receivers = new Map<string, Receiver>();

  constructor(store: LogStore, delays: Delays) {
    this.#store = store;
    this.#delays = delays;
    for (const { url, next_at, count } of store.receivers())
      this.#receivers.set(url, { next_at, count, flights: new Set() });
  }

  get pending(): number {
    return [...this.#receivers.values()].reduce((sum, { count }) => sum + count, 0);
  }

  get failed(): number {
    return this.#store.failedDeliveries();
  }

  add(id: string, url: string, kind: DeliveryRow['kind'], subject: string, now: number): void {
    const row = { id, url, kind, subject, created_at: now, first_try_at: null, tries: 0, next_at: now, detail: null };
    this.#store.putDelivery(row);
    const receiver = this.#receiver(url);
    receiver.count++;
    receiver.next_at = now;
  }

  /** What is to be sent now: a share for each receiver, so that one that hangs holds back no other. */
  due(now: number): string[] {
    if (this.#receivers.size === 0) return [];
    this.#forgetLost(now);
    return [...this.#receivers].flatMap(([url, receiver]) => {
      const share = Math.min(
        DELIVERIES_PER_RECEIVER_MAX - receiver.flights.size,
        DELIVERIES_IN_FLIGHT_MAX - this.#flights.size,
      );
      if (share <= 0 || receiver.next_at === null || receiver.next_at > now) return [];
      const most = share + receiver.flights.size;
      const due = this.#store.dueDeliveries(url, now, most);
      const some = due.filter((id) => !this.#flights.has(id)).slice(0, share);
      for (const id of some) this.#begin(id, url, receiver, false, now);
      if (due.length < most) receiver.next_at = this.#store.nextDeliveryAt(url, now);
      // Who was served goes behind those who were not.
      this.#receivers.delete(url);
      this.#receivers.set(url, receiver);
      return some;
    });
  }

  /** When something is due next that no report under way will bring up. */
  nextAt(now: number): number | null {
    const times = [...this.#receivers.values()]
      .filter(({ flights }) => flights.size < DELIVERIES_PER_RECEIVER_MAX)
      .map(({ next_at }) => next_at)
      .filter((at) => at !== null && at > now) as number[];
    const leases = [...this.#flights.values()].map(({ until }) => until);
    const all = [...times, ...leases];
    return all.length === 0 ? null : Math.min(...all);
  }

  /** May this be worked on now? A second delivery of one message gets null. */
  handOut(id: string, now: number): DeliveryRow | null {
    const flight = this.#flights.get(id);
    if (flight && flight.handed && flight.until > now) return null;
    const row = this.#store.delivery(id);
    if (!row || row.next_at === null) return null;
    this.#begin(id, row.url, this.#receiver(row.url), true, now);
    return row;
  }

  /** Nothing is left to say: its task is tracked no more, or its event is older than the log. */
  drop(id: string): void {
    const row = this.#store.delivery(id);
    if (row) this.#end(row);
    this.#store.deleteDelivery(id);
  }

  report(id: string, outcome: DeliveryOutcome, now: number): void {
    const row = this.#store.delivery(id);
    // Told already, by another try.
    if (!row || row.next_at === null) return;
    const receiver = this.#end(row);
    if (outcome.ok) return this.#store.deleteDelivery(id);
    const tries = row.tries + 1;
    const first_try_at = row.first_try_at ?? now;
    const wait = this.#delays.webhook_tries_ms[tries];
    const asked = Math.min(outcome.retry_after_ms ?? 0, RETRY_AFTER_MAX_MS);
    const next_at = outcome.final || wait === undefined ? null : Math.max(first_try_at + wait, now + asked);
    this.#store.putDelivery({ ...row, first_try_at, tries, next_at, detail: outcome.detail });
    if (next_at === null) return;
    // Still to be told: counted again, and due later.
    const again = receiver ?? this.#receiver(row.url);
    again.count++;
    again.next_at = Math.min(again.next_at ?? Infinity, next_at);
    this.#receivers.set(row.url, again);
  }

  /** After a restart nothing is under way any more. */
  endLeases(now: number): void {
    for (const flight of this.#flights.values()) flight.until = now;
    this.#forgetLost(now);
  }

  #receiver(url: string): Receiver {
    const known = this.#receivers.get(url) ?? { next_at: null, count: 0, flights: new Set<string>() };
    this.#receivers.set(url, known);
    return known;
  }

  #begin(id: string, url: string, receiver: Receiver, handed: boolean, now: number): void {
    this.#flights.set(id, { url, until: now + DELIVERY_LEASE_MS, handed });
    receiver.flights.add(id);
  }

  /** Told or given up: the receiver has one less to wait for. */
  #end({ id, url }: DeliveryRow): Receiver | undefined {
    const receiver = this.#receivers.get(url);
    this.#flights.delete(id);
    if (!receiver) return undefined;
    receiver.flights.delete(id);
    receiver.count--;
    if (receiver.count <= 0) this.#receivers.delete(url);
    return receiver;
  }

  /** No report came in time: due again. */
  #forgetLost(now: number): void {
    for (const [id, { url, until }] of this.#flights) {
      if (until > now) continue;
      this.#flights.delete(id);
      const receiver = this.#receivers.get(url);
      receiver?.flights.delete(id);
      if (receiver) receiver.next_at = now;
    }
  }
}
