// Edge: saved answers, and records of the bucket, become tasks without any vendor being asked. Used by the ledger alone.
import { silenced } from '../model/event.ts';
import { afterImport, type Moment, newTask, nextPollAt } from '../model/lifecycle.ts';
import { isRegression } from '../model/merge.ts';
import type { MirrorMessage } from '../model/messages.ts';
import type { ClipState, Stored, TaskState } from '../model/state.ts';
import type { Book } from './book.ts';
import type { Catalogue } from './catalogue.ts';
import { fitsRaw, fitsState } from './hearing.ts';
import type { Imported } from './messages.ts';
import type { TaskRow } from './store.ts';

export class Importing {
  readonly #book: Book;
  readonly #catalogue: Catalogue;

  constructor(book: Book, catalogue: Catalogue) {
    this.#book = book;
    this.#catalogue = catalogue;
  }

  /** `recorded`: what the records bucket holds of those that have no row. */
  take(
    vendor: string,
    answers: readonly Imported[],
    recorded: readonly Stored[],
    at: Moment,
    messages: MirrorMessage[],
  ): { id: string; created: boolean }[] {
    const recordOf = new Map(recorded.map((stored) => [stored.id, stored]));
    return answers.map((answer) => {
      const known = this.#book.store.task(vendor, answer.id);
      const record = recordOf.get(answer.id);
      const row = known ?? this.#open(vendor, answer.id, at);
      this.#add(record && !known ? this.restore(row, record, at) : row, answer, at, messages);
      return { id: answer.id, created: !known && !record };
    });
  }

  /** A task that was pruned, and is tracked again, goes on from its record. Nothing of it is told twice. */
  restore(row: TaskRow, stored: Stored, at: Moment): TaskRow {
    const { store, settings } = this.#book;
    const clips: ClipState[] = stored.clips.map((clip, index) => {
      const known = store.clips.get(clip.slug);
      const reading = stored.state.reading.clips[index];
      if (known || !reading) return known ?? clip;
      const adopted = this.#catalogue.adopt({ clip, reading, over: true, seq: clip.listed });
      this.#catalogue.touched(at.now, adopted);
      return adopted;
    });
    const silent = silenced(stored.state, clips, settings);
    for (const clip of silent.clips) store.clips.put(clip);
    const state: TaskState = {
      ...silent.state,
      requested: true,
      webhook_url: row.state.webhook_url ?? stored.state.webhook_url,
      notify_hook: row.state.notify_hook,
    };
    const poll_at = nextPollAt(state, stored.last_polled_at, at, settings.poll_interval_ms);
    const { polls, last_polled_at, raw } = stored;
    // As if it had never left: what changes now is no news.
    return this.#book.advance({ ...row, state }, { state, raw, polls, last_polled_at, poll_at }, true, at, []);
  }

  #open(vendor: string, id: string, at: Moment): TaskRow {
    const { default_visibility } = this.#book.settings;
    return this.#book.open(vendor, id, newTask(at, { requested: true, visibility: default_visibility }), null, at);
  }

  #add(row: TaskRow, { reading, raw }: Imported, at: Moment, messages: MirrorMessage[]): void {
    const state = afterImport(row.state, reading, at);
    if (!fitsState(JSON.stringify(state))) return;
    const tellsNoLess = row.raw === null || !isRegression(row.state.reading, reading);
    const kept = tellsNoLess && fitsRaw(raw) ? raw : row.raw;
    const poll_at = nextPollAt(state, row.last_polled_at, at, this.#book.settings.poll_interval_ms);
    this.#book.advance(row, { ...row, state, raw: kept, poll_at }, true, at, messages);
  }
}
