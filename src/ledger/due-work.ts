// Edge: a tick's turn: what is due is handed out, and what nobody waits for is done a little further.
import type { Settings } from '../config/settings.ts';
import { SEQ_PER_MS } from '../model/id.ts';
import { afterRetirement, newTask, settledSince } from '../model/lifecycle.ts';
import {
  ANSWER_MAX_BYTES,
  FILE_WORK_MAX_TASKS,
  REMOVED_KEEP_MS,
  removalOperations,
  saveOperations,
  UPKEEP_MAX_ROWS,
} from '../model/limits.ts';
import { keyOf } from '../model/state.ts';
import { sizeOf } from './answer-size.ts';
import type { DueWork as Due, Removal, Save, SaveOutcome, SweepTurn } from './api.ts';
import { type Clips, holdersOf } from './clips.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventLog } from './event-log.ts';
import type { Lease, LeaseTable } from './leases.ts';
import type { LiveTask, LiveTasks } from './live-tasks.ts';
import type { MirrorQueue } from './mirror-queue.ts';
import type { Orders } from './orders.ts';
import type { PollSchedule } from './poll-schedule.ts';
import type { RecordOutbox } from './record-outbox.ts';
import type { Database, RemovedRow } from './store/database.ts';
import type { TaskRows } from './store/task-rows.ts';
import { isNew, type Tasks } from './tasks.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export interface DueParts {
  readonly db: Database;
  readonly settings: Settings;
  readonly rows: TaskRows;
  readonly tasks: Tasks;
  readonly clips: Clips;
  readonly live: LiveTasks;
  readonly leases: LeaseTable;
  readonly outbox: RecordOutbox;
  readonly log: EventLog;
  readonly deliveries: Deliveries;
  readonly mirror: MirrorQueue;
  readonly schedule: PollSchedule;
  readonly orders: Orders;
  /** One unit of work, in a transaction of its own. One that fails is logged, and holds back none of the others. */
  attempt(what: string, work: (unit: UnitOfWork) => void): UnitOfWork | null;
}

/** Between two looks through what may leave. */
const PRUNE_AGAIN_MS = 3_600_000;
const PRUNE_AGAIN_PARTS = 720;

export class DueWork {
  readonly #parts: DueParts;
  /** Deleted tasks whose last traces are to be cleared. */
  readonly #removed = new Map<string, RemovedRow>();
  /** Up to here all that may leave has left; it begins again from the oldest. */
  #prunedUpTo = 0;
  #nextPruneAt = 0;
  #hasWordsToCome = true;

  constructor(parts: DueParts) {
    this.#parts = parts;
    for (const row of parts.db.allRemoved()) this.removed(row);
  }

  removed(row: RemovedRow): void {
    this.#removed.set(`${row.vendor}/${row.id}`, row);
  }

  take({ token, most, served, removed }: Pick<SweepTurn, 'token' | 'most' | 'served' | 'removed'>, now: number): Due {
    const { schedule, deliveries, outbox, live } = this.#parts;
    schedule.endLapsed(now);
    outbox.endLapsed(now);
    deliveries.endLapsed(now);
    this.#cleared(removed);
    const units = [...this.#lost(now), ...this.#files(now), ...this.#retire(now)];
    this.#upkeep(now);
    const saves = this.#saves(most.operations, now);
    const left = saves.reduce((sum, { stored }) => sum - saveOperations(stored.state.slugs.length), most.operations);
    return {
      asks: schedule.take(token, most.asks, served, now),
      messages: units.flatMap(({ messages }) => messages),
      deliveries: deliveries.due(now),
      saves,
      removals: this.#removals(left, now),
      gone: [],
      changed: units.flatMap(({ changed }) => changed),
      next_at: soonest([
        this.#parts.leases.next('file'),
        this.#parts.mirror.isFull ? null : soonest([live.work.next(now), this.#parts.mirror.nextAt(now)]),
        this.#isWorkWaiting(now) ? now : null,
        most.operations > 0 ? outbox.nextAt(now) : null,
        deliveries.nextAt(now),
        ...(left > 0 ? [...this.#removed.values()].map(({ due_at }) => Math.max(due_at, now)) : []),
      ]),
      next_ask_at: schedule.nextAt(served, now),
      vendors: schedule.active(),
    };
  }

  /** After a report places are free: whoever waits for one takes it, without waiting for a tick. */
  next(now: number, most: number): UnitOfWork[] {
    return this.#look(this.#dueFiles(now, most), new Map(), now);
  }

  saved(unit: UnitOfWork, list: readonly SaveOutcome[]): { vendor: string; id: string }[] {
    const { tasks, outbox } = this.#parts;
    return list.flatMap(({ vendor, id, version, ok = true }) => {
      if (!ok) {
        unit.afterwards(() => outbox.end(`${vendor}/${id}`, false, unit.now));
        return [];
      }
      const row = tasks.find(vendor, id);
      if (row) tasks.saved(unit, row, version);
      return row ? [] : [{ vendor, id }];
    });
  }

  /** Rows that nobody could read. */
  #lost(now: number): UnitOfWork[] {
    return this.#parts.rows.takeLost().flatMap((lost) => {
      const visibility = this.#parts.settings.default_visibility;
      return (
        this.#parts.attempt(`row ${lost.vendor}/${lost.id}`, (unit) => {
          const at = this.#parts.tasks.moment(lost.vendor, now);
          this.#parts.tasks.beginAnew(unit, lost, newTask(at, { requested: true, visibility }));
        }) ?? []
      );
    });
  }

  /** Leases that ran out, then as many of those that are due as there are places. */
  #files(now: number): UnitOfWork[] {
    const { leases, live } = this.#parts;
    const lost = new Map<string, Lease[]>();
    for (const lease of leases.lapsed(now, ['file'])) {
      const clip = this.#parts.clips.get(lease.holder);
      const holders = (clip ? holdersOf(clip) : []).map(keyOf).filter((key) => live.byKey(key) !== null);
      // One loss, however many hold the clip: the first tells it, and the others follow what it has become.
      for (const [index, key] of holders.entries())
        lost.set(key, [...(lost.get(key) ?? []), ...(index === 0 ? [lease] : [])]);
    }
    const due = this.#dueFiles(now, FILE_WORK_MAX_TASKS).filter((key) => !lost.has(key));
    return this.#look([...lost.keys(), ...due], lost, now);
  }

  /** First those whose host has room again. */
  #dueFiles(now: number, most: number): string[] {
    const { live, mirror } = this.#parts;
    if (mirror.isFull) return [];
    const called = mirror.takeWaiting(now, most, (key) => live.byKey(key) !== null);
    return [...called, ...live.work.due(now, most - called.length, (key) => !called.includes(key))];
  }

  #look(keys: readonly string[], lost: ReadonlyMap<string, Lease[]>, now: number): UnitOfWork[] {
    const { live, tasks, mirror } = this.#parts;
    return keys.flatMap((key) => {
      const task = live.byKey(key);
      // Full since the last one: the rest waits where it is.
      if (!task) return [];
      if (mirror.isFull && !lost.has(key)) {
        live.work.set(key, live.work.at(key) ?? now);
        return [];
      }
      const unit = this.#parts.attempt(`files of ${key}`, (work) => {
        const row = tasks.find(task.vendor, task.id);
        if (row) tasks.work(work, row, lost.get(key) ?? []);
      });
      // What fails is looked at again, and not at once.
      if (!unit) live.work.set(key, now + 60_000);
      return unit ?? [];
    });
  }

  #isWorkWaiting(now: number): boolean {
    return (
      !this.#parts.mirror.isFull && this.#parts.live.work.due(now, FILE_WORK_MAX_TASKS).length >= FILE_WORK_MAX_TASKS
    );
  }

  /** Of a vendor that is asked no more nothing will ever come. */
  #retire(now: number): UnitOfWork[] {
    const { live, settings, tasks } = this.#parts;
    const retired = live
      .vendors()
      .filter((vendor) => settings.vendors.get(vendor)?.retired)
      .flatMap((vendor) => {
        const { batch, single } = live.pollsOf(vendor);
        return [...batch.due(Infinity, UPKEEP_MAX_ROWS), ...single.due(Infinity, UPKEEP_MAX_ROWS)].map((id) => ({
          vendor,
          id,
        }));
      });
    return retired.slice(0, UPKEEP_MAX_ROWS).flatMap(({ vendor, id }) => {
      const message = `Vendor "${vendor}" is retired: it is asked no more`;
      const error = { code: 'vendor_unavailable', message, at: new Date(now).toISOString() };
      return (
        this.#parts.attempt(`end of ${vendor}/${id}`, (unit) => {
          const row = tasks.find(vendor, id);
          if (row)
            tasks.advance(unit, row, {
              state: { ...afterRetirement(row.state, error), look_again: false },
              changed: true,
              due: null,
            });
        }) ?? []
      );
    });
  }

  #saves(operations: number, now: number): Save[] {
    const { outbox, live, tasks } = this.#parts;
    const saves: Save[] = [];
    let left = operations;
    let bytes = ANSWER_MAX_BYTES;
    for (const key of left > 0 ? outbox.due(now, UPKEEP_MAX_ROWS) : []) {
      const task = live.byKey(key) as LiveTask;
      const row = tasks.find(task.vendor, task.id);
      if (!row) {
        outbox.remove(key);
        continue;
      }
      left -= saveOperations(row.state.slugs.length);
      const stored = tasks.stored(row);
      bytes -= sizeOf(stored);
      if (saves.length > 0 && (left < 0 || bytes < 0)) break;
      outbox.begin(row, now);
      saves.push({ stored, version: row.version, is_new: isNew(row) });
    }
    return saves;
  }

  #cleared(removed: readonly { vendor: string; id: string }[]): void {
    for (const { vendor, id } of removed) {
      this.#parts.attempt('removed', (unit) => {
        this.#parts.db.dropRemoved(vendor, id);
        unit.afterwards(() => this.#removed.delete(`${vendor}/${id}`));
      });
    }
  }

  #removals(operations: number, now: number): Removal[] {
    let left = operations;
    return [...this.#removed.values()]
      .filter(({ due_at }) => due_at <= now)
      .slice(0, FILE_WORK_MAX_TASKS)
      .filter(({ slugs }, index) => (left -= removalOperations(slugs.length)) >= 0 || (index === 0 && operations > 0))
      .map(({ vendor, id, slugs, ...row }) => {
        const known = this.#parts.clips.all(slugs);
        // Should whoever clears not come back, it is due again.
        this.#removed.set(`${vendor}/${id}`, { vendor, id, slugs, ...row, due_at: now + REMOVED_KEEP_MS });
        return {
          vendor,
          id,
          record: this.#parts.tasks.find(vendor, id) === null,
          slugs: slugs.filter((slug) => !known.has(slug)),
        };
      });
  }

  /** What was settled long ago leaves, and what is new gets into the index: a little with each turn. */
  #upkeep(now: number): void {
    if (this.#hasWordsToCome || now >= this.#nextPruneAt) this.#hasWordsToCome = this.#parts.clips.catchUp() > 0;
    if (now < this.#nextPruneAt) return;
    const { settings, rows, tasks, log, deliveries, orders } = this.#parts;
    let hasMoreOrders = false;
    const before = now - settings.ledger_keep_ms;
    const candidates = rows.closed(this.#prunedUpTo, before * SEQ_PER_MS, UPKEEP_MAX_ROWS);
    this.#parts.attempt('pruning', (unit) => {
      for (const { vendor, id, facts, last_polled_at } of candidates) {
        if (settledSince(facts, last_polled_at) > before) continue;
        const row = tasks.find(vendor, id);
        if (row) tasks.leave(unit, row);
      }
      log.prune(now);
      deliveries.prune(now);
      hasMoreOrders = orders.prune(now);
    });
    const isThrough = candidates.length < UPKEEP_MAX_ROWS;
    this.#prunedUpTo = isThrough ? 0 : (candidates.at(-1)?.seq ?? 0);
    if (!isThrough || hasMoreOrders) return;
    const pause = Math.min(Math.max(settings.ledger_keep_ms / PRUNE_AGAIN_PARTS, 1_000), PRUNE_AGAIN_MS);
    this.#nextPruneAt = now + pause;
  }
}

const soonest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
};
