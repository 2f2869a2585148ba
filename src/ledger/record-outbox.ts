// State: which records are due to be written, each with its own order and back-off, apart from other work.
import { SAVE_AGAIN_MAX_MS, SAVE_AGAIN_MS, SAVE_LEASE_MS, SAVE_UNFINISHED_AFTER_MS } from '../model/limits.ts';
import { keyOf } from '../model/state.ts';
import type { LeaseTable } from './leases.ts';
import type { TaskRow } from './store/task-rows.ts';
import { Timetable } from './timetable.ts';

/** What an entry needs of a row, be it of the store or in memory. */
interface Unsaved {
  readonly vendor: string;
  readonly id: string;
  readonly version: number;
  readonly saved_version: number;
}

export class RecordOutbox {
  readonly #leases: LeaseTable;
  readonly #times = new Timetable();
  /** By task: how often its record could not be written, and when it is tried again. */
  readonly #failures = new Map<string, { tries: number; until: number }>();

  constructor(leases: LeaseTable) {
    this.#leases = leases;
  }

  /** A row as it is now. `isDone`: nothing of it is under way any more. */
  put(row: Unsaved, isDone: boolean, trackedAt: number, now: number): void {
    const key = keyOf(row);
    if (row.version === row.saved_version) return this.remove(key);
    // A task that takes long is recorded unfinished too.
    const due = isDone ? now : trackedAt + SAVE_UNFINISHED_AFTER_MS;
    this.#times.set(key, Math.max(due, this.#failures.get(key)?.until ?? 0));
  }

  remove(key: string): void {
    this.#times.set(key, null);
    this.#failures.delete(key);
    this.#leases.end('save', key);
  }

  /** What is due and not being written. */
  due(now: number, limit: number): string[] {
    return this.#times.due(now, limit, (key) => !this.#leases.isTaken('save', key, now));
  }

  begin({ vendor, id }: Pick<TaskRow, 'vendor' | 'id'>, now: number): void {
    const key = keyOf({ vendor, id });
    this.#leases.begin({
      kind: 'save',
      holder: key,
      keys: new Set([key]),
      groups: [],
      begun_at: now,
      until: now + SAVE_LEASE_MS,
      handed_at: now,
      resent: false,
    });
  }

  /** Written, or not: then later again, each time twice as long. */
  end(key: string, isWritten: boolean, now: number): void {
    this.#leases.end('save', key);
    if (isWritten) this.#failures.delete(key);
    else this.#fail(key, now);
  }

  endLapsed(now: number): void {
    for (const { holder } of this.#leases.lapsed(now, ['save'])) this.#fail(holder, now);
  }

  endAll(): void {
    for (const { holder } of this.#leases.all('save')) this.#leases.end('save', holder);
  }

  /** When something falls due that is not being written, or a lease runs out. */
  nextAt(now: number): number | null {
    const times = [this.#leases.next('save'), this.#times.next(now)].filter((at) => at !== null);
    if (this.due(now, 1).length > 0) return now;
    return times.length === 0 ? null : Math.min(...times);
  }

  #fail(key: string, now: number): void {
    if (this.#times.at(key) === null) return;
    const tries = (this.#failures.get(key)?.tries ?? 0) + 1;
    const until = now + Math.min(SAVE_AGAIN_MS * 2 ** Math.min(tries - 1, 20), SAVE_AGAIN_MAX_MS);
    this.#failures.set(key, { tries, until });
    this.#times.set(key, until);
  }
}
