// Edge: what is behind a message to a receiver, now: an event's row, or a task for the callback of its submit.
import * as v from 'valibot';
import type { DeliveryJob } from './api.ts';
import type { Deliveries } from './deliveries.ts';
import { type EventLog, placeOf } from './event-log.ts';
import type { DeliveryRow } from './store/event-rows.ts';
import type { Tasks } from './tasks.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** Vendor, task id and origin of links. */
const NotifySubject = v.tuple([v.string(), v.string(), v.string()]);

export class DeliveryJobs {
  readonly #log: EventLog;
  readonly #deliveries: Deliveries;
  readonly #tasks: Tasks;

  constructor(log: EventLog, deliveries: Deliveries, tasks: Tasks) {
    this.#log = log;
    this.#deliveries = deliveries;
    this.#tasks = tasks;
  }

  job(unit: UnitOfWork, id: string): DeliveryJob | null {
    const row = this.#deliveries.handOut(id, unit.now);
    const job = row && this.#jobOf(row);
    if (row && !job) this.#deliveries.drop(unit, id);
    return job;
  }

  /** Null: its task is tracked no more, or its event is older than the log. */
  #jobOf({ id, url, kind, subject }: DeliveryRow): DeliveryJob | null {
    if (kind === 'webhook') {
      const { seq, index } = placeOf(subject);
      const logged = this.#log.row(seq);
      const event = logged?.events[index];
      return logged && event ? { kind, id, url, event: { id: event.id, type: event.type, index }, logged } : null;
    }
    const [vendor, task_id, base] = v.parse(NotifySubject, JSON.parse(subject));
    const row = this.#tasks.find(vendor, task_id);
    return row && { kind, id, url, base, known: this.#tasks.known(row) };
  }
}
