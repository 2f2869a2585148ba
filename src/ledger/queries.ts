// Edge: what a reader meets: what is known, what it must ask itself, what others ask, and news to wait for.
import type { Settings } from '../config/settings.ts';
import type { Pacing } from '../model/circuit-breaker.ts';
import { msOf } from '../model/id.ts';
import { ANSWER_MAX_BYTES, BATCH_MAX_IDS, UPKEEP_MAX_ROWS, WAITERS_MAX, WATCH_MAX_MS } from '../model/limits.ts';
import { keyOf, type Known, stampOf, type Stored } from '../model/state.ts';
import { sizeOf, within } from './answer-size.ts';
import type { CalledResult, LedgerHealth, LedgerStats, ListQuery, PolledId, ReadResult, TaskPage } from './api.ts';
import type { Counts } from './counts.ts';
import type { Deliveries } from './deliveries.ts';
import type { LeaseTable } from './leases.ts';
import type { LiveTasks } from './live-tasks.ts';
import type { PollResults } from './poll-results.ts';
import type { PollSchedule } from './poll-schedule.ts';
import type { Database } from './store/database.ts';
import type { TaskRow, TaskRows } from './store/task-rows.ts';
import type { Versions } from './store/versions.ts';
import type { Tasks } from './tasks.ts';
import type { VendorCalls } from './vendor-calls.ts';

export interface QueryParts {
  readonly db: Database;
  readonly settings: Settings;
  readonly rows: TaskRows;
  readonly tasks: Tasks;
  readonly live: LiveTasks;
  readonly leases: LeaseTable;
  readonly schedule: PollSchedule;
  readonly results: PollResults;
  readonly deliveries: Deliveries;
  readonly counts: Counts;
  readonly versions: Versions;
  readonly calls: VendorCalls;
}

export class Queries {
  readonly #parts: QueryParts;
  readonly #watchers = new Map<string, Set<() => void>>();
  /** Callers who wait, for an answer or for news. */
  #waiting = 0;

  constructor(parts: QueryParts) {
    this.#parts = parts;
  }

  look(vendor: string, ids: readonly string[], token: string, now: number): ReadResult {
    const { schedule, tasks, db, settings, leases, versions } = this.#parts;
    schedule.endLapsed(now);
    const { pacing } = db.vendor(vendor);
    const wanted = [...new Set(ids)];
    const rows = tasks.all(vendor, wanted);
    const isBatched = schedule.asBatch(vendor, now);
    const mayAsk = settings.vendors.get(vendor)?.retired === false && schedule.mayAsk(vendor, now);
    // After a back-off one request tells whether the vendor is well: about one id.
    const most = pacing.until === null ? Infinity : 1;
    const asked: PolledId[] = [];
    const waiting: string[] = [];
    const known: Stored[] = [];
    let left = ANSWER_MAX_BYTES;
    let looked = 0;
    for (const id of wanted) {
      const row = rows.get(id);
      const untracked = row ? null : this.#parts.results.untracked(vendor, id, now);
      if (!this.#isFresh(row, untracked, now)) {
        if (leases.isTaken('ask', keyOf({ vendor, id }), now)) waiting.push(id);
        else if (mayAsk && asked.length < most) {
          asked.push(this.#polled(id, row, untracked !== null, isBatched));
          looked++;
          continue;
        }
      }
      const stored = row ? tasks.stored(row) : untracked;
      if (stored) {
        left -= sizeOf(stored);
        if (left < 0 && known.length > 0) break;
        known.push(stored);
      }
      looked++;
    }
    return {
      known,
      ask: asked.length === 0 ? null : schedule.lease(token, vendor, asked, now),
      waiting,
      rest: wanted.slice(looked),
      pacing,
      moment: versions.version(),
    };
  }

  /**
   * Its vendor called about these. Of all that it called about, what may be asked now is leased to whoever comes first: of
   * many who are called at the same time one asks, for the others too.
   */
  called(vendor: string, ids: readonly string[], token: string, now: number): CalledResult {
    const { schedule, tasks, db, settings, live, calls } = this.#parts;
    schedule.endLapsed(now);
    const named = tasks.all(vendor, ids);
    for (const id of ids) {
      const row = named.get(id);
      const task = live.get(vendor, id);
      calls.called({ vendor, id }, row, task?.last_polled_at ?? row?.last_polled_at ?? null, now);
      if (task) schedule.called(task, now);
    }
    const { pacing } = db.vendor(vendor);
    if (settings.vendors.get(vendor)?.retired !== false || !schedule.mayAsk(vendor, now))
      return { ask: null, waiting: [], unasked: ids.filter((id) => !named.has(id)), pacing };
    return { ...this.#nextCalled(vendor, token, now), unasked: [], pacing };
  }

  #nextCalled(vendor: string, token: string, now: number): Pick<CalledResult, 'ask' | 'waiting'> {
    const { schedule, leases, live, calls } = this.#parts;
    const blockers = schedule.callWaitsFor(vendor);
    const ready = calls.waiting(vendor).filter((id) => (calls.askAt({ vendor, id }) ?? Infinity) <= now);
    const free = ready.filter((id) => !leases.isTaken('ask', keyOf({ vendor, id }), now));
    if (blockers === null) return { ask: null, waiting: [] };
    if (free.length === 0) return { ask: null, waiting: ready.slice(0, BATCH_MAX_IDS) };
    if (blockers.length > 0) return { ask: null, waiting: blockers };
    // What is tracked goes before names that may be anybody's.
    const known = free.filter((id) => live.get(vendor, id) !== null);
    const some = [...new Set([...known, ...free])].slice(0, schedule.most(vendor, now));
    const asked = this.#open(vendor, some, now);
    return { ask: asked.length === 0 ? null : schedule.leaseCalled(token, vendor, asked, now), waiting: [] };
  }

  /** Those that have not ended meanwhile. */
  #open(vendor: string, ids: readonly string[], now: number): PolledId[] {
    const { schedule, tasks, calls } = this.#parts;
    const rows = tasks.all(vendor, ids);
    const isBatched = schedule.asBatch(vendor, now);
    return ids.flatMap((id) => {
      const row = rows.get(id);
      if (!row || row.state.ended_at === null) return [this.#polled(id, row, false, isBatched)];
      calls.forget({ vendor, id });
      return [];
    });
  }

  #polled(id: string, row: TaskRow | undefined, isUntracked: boolean, isBatched: boolean): PolledId {
    const kept = row !== undefined || isUntracked;
    const { answered = false, solo = false } = row?.state ?? {};
    // A reader wants the whole answer where the ledger has none.
    const heard = row?.raw == null ? null : row.state.heard;
    return { id, kept, known: answered, solo: solo || !isBatched, heard };
  }

  #isFresh(row: TaskRow | undefined, untracked: Stored | null, now: number): boolean {
    if (!row) return untracked !== null;
    if (row.state.ended_at !== null) return true;
    const polled = this.#parts.live.get(row.vendor, row.id)?.last_polled_at ?? row.last_polled_at;
    return polled !== null && now - polled < this.#parts.settings.poll_interval_ms;
  }

  peek(vendor: string, id: string): Known | null {
    const row = this.#parts.tasks.find(vendor, id);
    return row && this.#parts.tasks.known(row);
  }

  list(query: ListQuery): TaskPage {
    const { rows, tasks, db } = this.#parts;
    const found = rows.list({ ...query, limit: query.limit + 1 });
    const shown = found
      .slice(0, query.limit)
      .map((row) => ({ stored: { ...tasks.stored(row), raw: null }, seq: row.seq }));
    const fitting = within(shown, ANSWER_MAX_BYTES);
    const vendors = [...new Set(fitting.map(({ stored }) => stored.vendor))];
    return {
      rows: fitting,
      more: fitting.length < found.length,
      pacing: Object.fromEntries(vendors.map((vendor) => [vendor, db.vendor(vendor).pacing])),
    };
  }

  /** Resolves when nobody asks about these any more, at the latest when all leases on them have run out. */
  async wait(vendor: string, ids: readonly string[], now: number): Promise<boolean> {
    const { leases } = this.#parts;
    return this.#inPlace(async () => {
      await Promise.all(
        ids.map((id) => {
          const key = keyOf({ vendor, id });
          const lease = leases.on('ask', key);
          if (!lease || lease.until <= now) return undefined;
          return until(lease.until - now, (wake) => leases.whenFree('ask', key, wake));
        }),
      );
    });
  }

  async watch(vendor: string, id: string, seen: string, ms: number): Promise<boolean> {
    const row = this.#parts.tasks.find(vendor, id);
    if (row && stampOf(this.#parts.tasks.stored(row)) !== seen) return true;
    const key = keyOf({ vendor, id });
    return this.#inPlace(() =>
      until(Math.min(ms, WATCH_MAX_MS), (wake) => {
        const watchers = this.#watchers.get(key) ?? new Set();
        this.#watchers.set(key, watchers.add(wake));
        return () => {
          watchers.delete(wake);
          if (watchers.size === 0 && this.#watchers.get(key) === watchers) this.#watchers.delete(key);
        };
      }),
    );
  }

  /** Something of this task is new. */
  changed(key: string): void {
    for (const wake of [...(this.#watchers.get(key) ?? [])]) wake();
  }

  /** Each caller once, however much he waits for. False: there is no place. */
  async #inPlace(work: () => Promise<void>): Promise<boolean> {
    if (this.#waiting >= WAITERS_MAX) return false;
    this.#waiting++;
    try {
      await work();
      return true;
    } finally {
      this.#waiting--;
    }
  }

  stats(lastSweepAt: number | null): LedgerStats {
    const { live, counts, deliveries, db } = this.#parts;
    this.#parts.tasks.count(UPKEEP_MAX_ROWS);
    const { tasks, files, failed_deliveries } = counts.kept;
    const sum = { ...files, pending: 0 };
    const by = new Map(Object.entries(tasks));
    const pending: Record<string, number> = {};
    let oldest: number | null = null;
    for (const { vendor, status, tracking, files: own, seq } of live.all()) {
      const name = `${vendor}/${status}/${tracking}`;
      by.set(name, (by.get(name) ?? 0) + 1);
      for (const kind of ['archived', 'pending', 'unavailable', 'bytes'] as const) sum[kind] += own[kind];
      if (tracking === 'watching') pending[vendor] = (pending[vendor] ?? 0) + 1;
      if (tracking === 'watching' || own.pending > 0) oldest = Math.min(oldest ?? Infinity, seq);
    }
    const kinds = [...by].map(([name, count]) => ({ name: name.split('/'), count }));
    return {
      tasks: {
        total: kinds.reduce((total, { count }) => total + count, 0),
        by_status: countBy(kinds, 1),
        by_tracking: countBy(kinds, 2),
      },
      files: sum,
      vendors: Object.fromEntries(
        Object.entries(this.#pacing()).map(([id, pacing]) => [id, { pacing, pending: pending[id] ?? 0 }]),
      ),
      deliveries: { pending: deliveries.pending, failed: failed_deliveries },
      oldest_pending_at: oldest === null ? null : msOf(oldest),
      last_sweep_at: lastSweepAt,
      unreadable: db.unreadable(),
    };
  }

  health(lastSweepAt: number | null, openedAt: number): LedgerHealth {
    return { vendors: this.#pacing(), last_sweep_at: lastSweepAt, opened_at: openedAt };
  }

  #pacing(): Record<string, Pacing> {
    const { settings, db } = this.#parts;
    return Object.fromEntries([...settings.vendors.keys()].map((id) => [id, db.vendor(id).pacing]));
  }
}

function countBy(kinds: readonly { name: string[]; count: number }[], place: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name, count } of kinds) counts[name[place] ?? ''] = (counts[name[place] ?? ''] ?? 0) + count;
  return counts;
}

/** After `ms`, or when whoever was told to wake does. `subscribe` answers how to call it off. */
const until = (ms: number, subscribe: (wake: () => void) => () => void): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const unsubscribe = subscribe(end);
  });
