// Edge: submits under an Idempotency-Key: which is new, which is under way, and what the first one was answered.
import { ASK_LEASE_MARGIN_MS, ORDERS_KEEP_MS, RELAY_TIMEOUT_MS, UPKEEP_MAX_ROWS } from '../model/limits.ts';
import type { Order, OrderBegun } from './api.ts';
import type { OrderRows } from './store/order-rows.ts';

/** After this nobody carries it out any more. */
const UNDER_WAY_MS = RELAY_TIMEOUT_MS + ASK_LEASE_MARGIN_MS;

export class Orders {
  readonly #rows: OrderRows;

  constructor(rows: OrderRows) {
    this.#rows = rows;
  }

  /**
   * One that broke off, since its Worker was ended, stays as it is for the day: the vendor may have taken it, a second
   * song would cost, and only its caller can find out.
   */
  begin(order: Order, now: number): OrderBegun {
    const known = this.#rows.get(order.name);
    if (known === null || known.begun_at + ORDERS_KEEP_MS <= now) {
      this.#rows.begin(order, now);
      return { state: 'new' };
    }
    if (known.fingerprint !== order.fingerprint) return { state: 'other' };
    if (known.answer !== null) return { state: 'answered', answer: known.answer };
    return { state: now - known.begun_at < UNDER_WAY_MS ? 'under_way' : 'unknown' };
  }

  end(name: string, answer: string | null): void {
    if (answer === null) this.#rows.delete(name);
    else this.#rows.answer(name, answer);
  }

  /** Answers whether more may be there. */
  prune(now: number): boolean {
    return this.#rows.deleteBefore(now - ORDERS_KEEP_MS, UPKEEP_MAX_ROWS) === UPKEEP_MAX_ROWS;
  }
}
