// State: when ticks looked for what is due, and their waiting for it. Written down once a tick.
import * as v from 'valibot';
import type { Settings } from '../config/settings.ts';
import type { DueWork, SweepTurn } from './api.ts';
import type { Database } from './store/database.ts';

const Note = v.object({ opened_at: v.number(), swept_at: v.nullable(v.number()) });
/** What is due again this soon was refused for a reason that takes a moment. */
const SHORTEST_WAIT_MS = 50;
/** Of the time between two ticks: one that comes a little early is written down as well. */
const TICK_PART = 0.9;

export class SweepClock {
  readonly #db: Database;
  readonly #settings: Settings;
  /** When this ledger was opened for the first time (ms since the epoch). */
  readonly openedAt: number;
  #lastSweepAt: number | null;
  #writtenAt: number;

  constructor(db: Database, settings: Settings, now: number) {
    this.#db = db;
    this.#settings = settings;
    const note = db.noteAs('sweep', Note);
    this.openedAt = note?.opened_at ?? now;
    this.#lastSweepAt = note?.swept_at ?? null;
    this.#writtenAt = note?.swept_at ?? 0;
    if (note === null) this.#write();
  }

  get lastSweepAt(): number | null {
    return this.#lastSweepAt;
  }

  /** What was due by then was handed out. */
  get sweptAt(): number {
    return this.#lastSweepAt ?? 0;
  }

  /** Once a tick: a write is a billed row. */
  swept(now: number): void {
    this.#lastSweepAt = now;
    if (now - this.#writtenAt < this.#settings.tick_ms * TICK_PART) return;
    this.#writtenAt = now;
    this.#write();
  }

  /** Waits until something is due, where nothing is; at the latest until then. False: there was nothing to wait for. */
  async wait(due: DueWork, { most, wait_until: until }: SweepTurn, now: number): Promise<boolean> {
    if (until === null) return false;
    const { asks, messages, deliveries, saves, removals, changed } = due;
    if ([asks, messages, deliveries, saves, removals, changed].some(({ length }) => length > 0)) return false;
    // Whoever can make no more requests does not wait for them.
    const times = [due.next_at, most.asks > 0 ? due.next_ask_at : null].filter((at) => at !== null);
    const next = times.length === 0 ? null : Math.max(Math.min(...times), now + SHORTEST_WAIT_MS);
    if (next === null || next >= until) return false;
    await scheduler.wait(next - now);
    return true;
  }

  #write(): void {
    this.#db.putNote('sweep', JSON.stringify({ opened_at: this.openedAt, swept_at: this.#lastSweepAt }));
  }
}
