// Edge: the outbox of what is to be told: what is still to be delivered to whom, and when.
import type { Delays } from '../model/limits.ts';
import {
  DELIVERIES_IN_FLIGHT_MAX,
  DELIVERIES_PER_HOST_MAX,
  DELIVERIES_PER_RECEIVER_MAX,
  DELIVERY_LEASE_MS,
  EVENTS_KEEP_MS,
  RETRY_AFTER_MAX_MS,
  UPKEEP_MAX_ROWS,
} from '../model/limits.ts';
import type { DeliveryOutcome } from '../model/messages.ts';
import { hostOf } from '../net/address.ts';
import type { Counts } from './counts.ts';
import type { Lease, LeaseTable } from './leases.ts';
import type { DeliveryRow, EventRows } from './store/event-rows.ts';
import type { UnitOfWork } from './unit-of-work.ts';

interface Receiver {
  /** When the first delivery is due that is not on its way; null: all are on their way. */
  next_at: number | null;
  /** Still to be told, on their way or not. */
  count: number;
}

const receiverOf = (url: string): string => `receiver ${url}`;

export class Deliveries {
  readonly #rows: EventRows;
  readonly #delays: Delays;
  readonly #leases: LeaseTable;
  readonly #counts: Counts;
  readonly #receivers = new Map<string, Receiver>();

  constructor(rows: EventRows, delays: Delays, leases: LeaseTable, counts: Counts) {
    this.#rows = rows;
    this.#delays = delays;
    this.#leases = leases;
    this.#counts = counts;
    for (const { url, next_at, count } of rows.receivers()) this.#receivers.set(url, { next_at, count });
  }

  get pending(): number {
    return [...this.#receivers.values()].reduce((sum, { count }) => sum + count, 0);
  }

  add(unit: UnitOfWork, id: string, url: string, kind: DeliveryRow['kind'], subject: string): void {
    const { now } = unit;
    const row = { id, url, kind, subject, created_at: now, first_try_at: null, tries: 0, next_at: now, detail: null };
    this.#rows.putDelivery(row);
    unit.afterwards(() => this.#count(url, 1, now));
  }

  /** What is to be sent now: a share for each receiver and each host, so that one that hangs holds back no other. */
  due(now: number): string[] {
    if (this.#receivers.size === 0) return [];
    return [...this.#receivers].flatMap(([url, receiver]) => {
      if (receiver.next_at === null || receiver.next_at > now) return [];
      const onTheirWay = this.#leases.count('delivery', receiverOf(url));
      const share = Math.min(
        DELIVERIES_PER_RECEIVER_MAX - onTheirWay,
        DELIVERIES_PER_HOST_MAX - this.#leases.count('delivery', hostOf(url)),
        DELIVERIES_IN_FLIGHT_MAX - this.#leases.count('delivery'),
      );
      if (share <= 0) return [];
      const most = share + onTheirWay;
      const due = this.#rows.dueDeliveries(url, now, most);
      const some = due.filter((id) => !this.#leases.of('delivery', id)).slice(0, share);
      for (const id of some) this.#leases.begin(lease(id, url, null, now));
      if (due.length < most) receiver.next_at = this.#rows.nextDeliveryAt(url, now);
      // Who was served goes behind those who were not.
      this.#receivers.delete(url);
      this.#receivers.set(url, receiver);
      return some;
    });
  }

  /** When something is due next that no report under way will bring up. */
  nextAt(now: number): number | null {
    const times = [...this.#receivers.values()].flatMap(({ next_at }) =>
      next_at !== null && next_at > now ? [next_at] : [],
    );
    const all = [...times, ...[this.#leases.next('delivery')].filter((at) => at !== null)];
    return all.length === 0 ? null : Math.min(...all);
  }

  /** May this be worked on now? A second copy of a message gets null, and so does one that comes after its try was reported. */
  handOut(id: string, now: number): DeliveryRow | null {
    const known = this.#leases.of('delivery', id);
    if (known && known.handed_at !== null && known.until > now) return null;
    const row = this.#rows.delivery(id);
    if (!row || row.next_at === null || row.next_at > now) return null;
    this.#leases.begin(lease(id, row.url, now, now));
    return row;
  }

  /** Nothing is left to say: its task is tracked no more, or its event is older than the log. */
  drop(unit: UnitOfWork, id: string): void {
    const row = this.#rows.delivery(id);
    this.#rows.deleteDelivery(id);
    if (row) this.#ended(unit, row);
  }

  /** Told already by another try, or not due: a late copy's failure is no news. */
  report(unit: UnitOfWork, id: string, outcome: DeliveryOutcome): void {
    const { now } = unit;
    const row = this.#rows.delivery(id);
    if (!row || row.next_at === null || (!outcome.ok && row.next_at > now)) return;
    if (outcome.ok) {
      this.#rows.deleteDelivery(id);
      return this.#ended(unit, row);
    }
    const tries = row.tries + 1;
    const first_try_at = row.first_try_at ?? now;
    const wait = this.#delays.webhook_tries_ms[tries];
    const asked = Math.min(outcome.retry_after_ms ?? 0, RETRY_AFTER_MAX_MS);
    const next_at = outcome.final || wait === undefined ? null : Math.max(first_try_at + wait, now + asked);
    this.#rows.putDelivery({ ...row, first_try_at, tries, next_at, detail: outcome.detail });
    if (next_at === null) this.#counts.failedDeliveries(1);
    this.#ended(unit, row);
    // Still to be told: counted again, and due later.
    if (next_at !== null) unit.afterwards(() => this.#count(row.url, 1, next_at));
  }

  /** Messages that never reached the queue are not under way. */
  unsent(ids: readonly string[], now: number): void {
    for (const id of ids) {
      const known = this.#leases.of('delivery', id);
      if (known && known.handed_at === null) this.#forget(known, now);
    }
  }

  /** No report came in time: due again. */
  endLapsed(now: number): void {
    for (const known of this.#leases.lapsed(now, ['delivery'])) this.#dueAgain(known, now);
  }

  /** After a restart nothing is under way any more. */
  endAll(now: number): void {
    for (const known of this.#leases.all('delivery')) this.#forget(known, now);
  }

  prune(now: number): void {
    this.#counts.failedDeliveries(-this.#rows.deleteFailedBefore(now - EVENTS_KEEP_MS, UPKEEP_MAX_ROWS));
  }

  #forget(known: Lease, now: number): void {
    this.#leases.end('delivery', known.holder);
    this.#dueAgain(known, now);
  }

  #dueAgain({ groups }: Lease, now: number): void {
    for (const [url, receiver] of this.#receivers) if (groups.includes(receiverOf(url))) receiver.next_at = now;
  }

  /** Told or given up: the receiver has one less to wait for. */
  #ended(unit: UnitOfWork, { id, url }: DeliveryRow): void {
    unit.end('delivery', id);
    unit.afterwards(() => this.#count(url, -1, null));
  }

  #count(url: string, by: number, next: number | null): void {
    const receiver = this.#receivers.get(url) ?? { next_at: null, count: 0 };
    receiver.count += by;
    if (next !== null) receiver.next_at = Math.min(receiver.next_at ?? Infinity, next);
    if (receiver.count > 0) this.#receivers.set(url, receiver);
    else this.#receivers.delete(url);
  }
}

const lease = (id: string, url: string, handed_at: number | null, now: number): Lease => ({
  kind: 'delivery',
  holder: id,
  keys: new Set([id]),
  groups: [receiverOf(url), hostOf(url)],
  begun_at: now,
  until: now + DELIVERY_LEASE_MS,
  handed_at,
  resent: false,
});
