// Edge: what is behind a queue's message, now: the files of a clip, or something to tell a receiver. Used by the ledger alone.
import * as v from 'valibot';
import type { MirrorJob, MirrorMessage } from '../model/messages.ts';
import { isOver } from '../model/lifecycle.ts';
import type { Book } from './tasks.ts';
import { readingOf } from './clips.ts';
import type { Deliveries } from './deliveries.ts';
import { fileOf, rolesToTry, wantedRoles } from '../model/files.ts';
import { placeOf, type Log } from './event-log.ts';
import type { DeliveryJob } from './api.ts';
import { keyOf, ROLE_URLS } from '../model/state.ts';
import type { DeliveryRow } from './store/event-rows.ts';

/** Vendor, task id and origin of links. */
const NotifySubject = v.tuple([v.string(), v.string(), v.string()]);

export class Jobs {
  readonly #book: Book;
  readonly #log: Log;
  readonly #deliveries: Deliveries;

  constructor(book: Book, log: Log, deliveries: Deliveries) {
    this.#book = book;
    this.#log = log;
    this.#deliveries = deliveries;
  }

  mirror(message: MirrorMessage, now: number): MirrorJob | null {
    const { store, settings, planning } = this.#book;
    const row = store.task(message.vendor, message.task_id);
    const clip = store.clips.get(message.slug);
    const reading = row ? readingOf(row, message.slug) : null;
    if (!row || !clip || !reading) return null;
    const roles = rolesToTry(clip, wantedRoles(reading, isOver(row.state), settings), now);
    const clear = (clip.clear_at ?? Infinity) <= now;
    const handed = roles.length === 0 && !clear ? null : planning.flights.handOut(clip.slug, keyOf(row), now);
    if (!handed) return null;
    const files = roles.flatMap((role) => {
      const source_url = reading[ROLE_URLS[role]];
      const file = fileOf(clip, role);
      return source_url === null
        ? []
        : [{ role, source_url, look_first: handed.resent || file.attempts + file.deaths > 0 }];
    });
    const { vendor, id: task_id } = row;
    const { clip_id, slug } = clip;
    const { duration_seconds } = reading;
    const title = clip.title ?? reading.title;
    const fresh = Object.values(clip.files).every((file) => file?.state !== 'archived');
    return { vendor, task_id, clip_id, slug, title, duration_seconds, files, clear, fresh };
  }

  delivery(id: string, now: number): DeliveryJob | null {
    const row = this.#deliveries.handOut(id, now);
    const job = row && this.#tell(row);
    if (row && !job) this.#deliveries.drop(id);
    return job;
  }

  /** Null: its task is tracked no more, or its event is older than the log. */
  #tell({ id, url, kind, subject }: DeliveryRow): DeliveryJob | null {
    if (kind === 'webhook') {
      const { seq, index } = placeOf(subject);
      const logged = this.#log.row(seq);
      const event = logged?.events[index];
      return logged && event ? { kind, id, url, event: { id: event.id, type: event.type, index }, logged } : null;
    }
    const [vendor, task_id, base] = v.parse(NotifySubject, JSON.parse(subject));
    const row = this.#book.store.task(vendor, task_id);
    const pacing = this.#book.store.pacing(vendor);
    return row && { kind, id, url, base, known: { stored: this.#book.stored(row), pacing } };
  }
}
