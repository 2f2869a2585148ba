// Pure, but for the map it holds: which tasks are due to be recorded, and which are being recorded. In memory only: what a new process forgets is saved again.
import type { Settings } from '../config/settings.ts';
import { isDone, type Moment } from '../model/lifecycle.ts';
import { SAVE_UNFINISHED_AFTER_MS } from '../model/limits.ts';
import { type ClipState, keyOf } from '../model/state.ts';
import type { Save } from './messages.ts';
import { type TaskRow, toStored } from './store.ts';

export class Saving {
  readonly #settings: Settings;
  /** By task. */
  readonly #underWay = new Map<string, { version: number; until: number }>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** What is to be saved now, unless that is under way. */
  begin(row: TaskRow, clips: ClipState[], at: Moment): Save | null {
    if (!this.isDue(row, clips, at)) return null;
    const underWay = this.#underWay.get(keyOf(row));
    if (underWay !== undefined && underWay.until > at.now && underWay.version === row.version) return null;
    this.#underWay.set(keyOf(row), { version: row.version, until: at.now + this.#settings.tick_ms });
    return { stored: toStored(row, clips), version: row.version };
  }

  end(row: TaskRow): void {
    this.#underWay.delete(keyOf(row));
  }

  isDue(row: TaskRow, clips: readonly ClipState[], at: Moment): boolean {
    return row.version !== row.saved_version && (isDone(row, clips, this.#settings) || isOldEnough(row, at));
  }

  /** Changed, old enough, and nothing would bring it up: the next poll has to. */
  waits(row: TaskRow, at: Moment): boolean {
    return row.version !== row.saved_version && row.work_at === null && isOldEnough(row, at);
  }
}

/** A task that takes long is recorded unfinished too. */
const isOldEnough = (row: TaskRow, at: Moment): boolean => at.now - row.state.tracked_at >= SAVE_UNFINISHED_AFTER_MS;
