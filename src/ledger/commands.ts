// Edge: ids are taken under care, taken up again, and tried again. Used by the ledger alone.
import type { MirrorMessage } from '../model/messages.ts';
import { newTask, nextPollAt, revived, type Moment } from '../model/lifecycle.ts';
import type { Book } from './tasks.ts';
import { tryAgain } from '../model/files.ts';
import type { Importing } from './importing.ts';
import type { TrackOptions } from './api.ts';
import type { Pacing } from '../model/circuit-breaker.ts';
import type { Stored } from '../model/state.ts';
import type { TaskRow } from './store/task-rows.ts';

export class Tracking {
  readonly #book: Book;
  readonly #importing: Importing;

  constructor(book: Book, importing: Importing) {
    this.#book = book;
    this.#importing = importing;
  }

  /** Takes ids under care; pruned ones go on from their records. `created`: nothing of it was known before. */
  track(
    vendor: string,
    ids: string[],
    options: TrackOptions,
    recorded: readonly Stored[],
    now: number,
  ): { id: string; created: boolean }[] {
    const at = this.#book.moment(vendor, now);
    const recordOf = new Map(recorded.map((stored) => [stored.id, stored]));
    return this.#book.store.atomically(() => {
      const known = this.#book.store.tasks(vendor, ids);
      return ids.map((id) => {
        const row = known.get(id);
        if (!row) {
          const state = newTask(at, {
            requested: true,
            visibility: options.visibility ?? this.#book.settings.default_visibility,
            webhook_url: options.webhook_url,
            notify_hook: options.notify_hook ?? null,
          });
          const opened = this.#book.open(vendor, id, state, null, at);
          const record = recordOf.get(id);
          known.set(id, record ? this.#importing.restore(opened, record, at) : opened);
          return { id, created: !record };
        }
        this.#trackAgain(row, options, at);
        return { id, created: false };
      });
    });
  }

  /** Ids that a read brought while their vendor could not be asked: the sweep asks when it may. */
  keep(vendor: string, ids: string[], now: number): void {
    const at = this.#book.moment(vendor, now);
    this.#book.store.atomically(() => {
      const known = this.#book.store.tasks(vendor, ids);
      const visibility = this.#book.settings.default_visibility;
      for (const id of ids)
        if (!known.has(id)) this.#book.open(vendor, id, newTask(at, { requested: false, visibility }), null, at);
    });
  }

  /** Of a known id only a new webhook_url is taken; an expired one is asked again. */
  #trackAgain(row: TaskRow, options: TrackOptions, at: Moment): void {
    const webhook_url = options.webhook_url ?? row.state.webhook_url;
    const notify_hook = options.notify_hook ?? row.state.notify_hook;
    const isSame = webhook_url === row.state.webhook_url && notify_hook === row.state.notify_hook;
    if (row.state.requested && !row.state.expired && isSame) return;
    const asked = row.state.expired ? revived(row.state, at) : row.state;
    const poll_at = row.state.expired ? nextPollAt(asked, null, at, 0) : row.poll_at;
    const state = { ...asked, requested: true, webhook_url, notify_hook };
    this.#book.advance(row, { ...row, state, poll_at }, true, at, []);
  }

  /** Polls again, and tries unavailable files again. */
  retry(
    vendor: string,
    id: string,
    now: number,
  ): { known: { stored: Stored; pacing: Pacing }; messages: MirrorMessage[] } | null {
    const at = this.#book.moment(vendor, now);
    const messages: MirrorMessage[] = [];
    return this.#book.store.atomically(() => {
      const row = this.#book.store.task(vendor, id);
      if (!row) return null;
      for (const clip of this.#book.store.clips.all(row.state.slugs))
        this.#book.store.clips.put(tryAgain(clip, at.now));
      const state = revived(row.state, at);
      // An ended task with files to try again is looked at once more too: its links may be dead by now.
      const again = this.#book.advance(
        row,
        { ...row, state: { ...state, requested: true }, poll_at: at.now },
        true,
        at,
        messages,
      );
      return { known: { stored: this.#book.stored(again), pacing: this.#book.store.pacing(vendor) }, messages };
    });
  }
}
