// Edge: whole minutes of a system with a clock that jumps: the real ledger, ticks of full length, vendors that take their time.
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import { readTaskRecord, saveTask } from '../../src/archive/records.ts';
import { readSettings, type Settings } from '../../src/config/settings.ts';
import type { Queues } from '../../src/flows/enqueue.ts';
import { askCalled, type CalledDeps } from '../../src/flows/ask-called.ts';
import { readTasks } from '../../src/flows/read-tasks.ts';
import { sweep, type SweepDeps } from '../../src/flows/tick.ts';
import { type Fault, type Result } from '../../src/model/fault.ts';
import type { MirrorMessage } from '../../src/model/messages.ts';
import type { VendorAnswer, VendorClient } from '../../src/relay/client.ts';
import { cleaning, records, type Ledger } from './system.ts';

export const START = Date.parse('2026-10-01T00:00:00Z');
export const SECOND = 1_000;
export const MINUTE = 60_000;

const realTimeout = globalThis.setTimeout;

/** Whoever sleeps is woken in turn, as soon as nobody works. */
export class Clock {
  #sleepers: { at: number; wake: () => void }[] = [];
  /** Calls under way that do not sleep. */
  #busy = 0;

  constructor() {
    vi.useFakeTimers({ toFake: ['Date'], now: START });
    // What the ledger sleeps: its caller's call is under way meanwhile, and does not work. Its promises are its own: it
    // looks by itself whether its time has come.
    vi.stubGlobal('scheduler', {
      wait: async (ms: number) => {
        let isWoken = false;
        this.#sleepers.push({
          at: Date.now() + Math.max(0, ms),
          wake: () => {
            this.#busy++;
            isWoken = true;
          },
        });
        this.#busy--;
        while (!isWoken) await new Promise((done) => realTimeout(done, 1));
      },
    });
  }

  end(): void {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }

  sleep(ms: number): Promise<void> {
    return new Promise<void>((wake) => this.#sleepers.push({ at: Date.now() + Math.max(0, ms), wake }));
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
    }
  }

  /** Until this is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (;;) {
      await this.#quiet();
      if (isDone) return done;
      this.#jump();
    }
  }

  /** Until then; what is under way goes on. */
  async pass(ms: number): Promise<void> {
    await this.until(this.sleep(ms));
  }

  async #quiet(): Promise<void> {
    for (let still = 0; still < 3;) {
      await new Promise((done) => realTimeout(done, 0));
      still = this.#busy > 0 ? 0 : still + 1;
    }
  }

  #jump(): void {
    const next = Math.min(...this.#sleepers.map(({ at }) => at));
    if (next === Infinity) throw new Error('Nobody works and nobody sleeps: what is waited for will never come');
    vi.setSystemTime(Math.max(next, Date.now()));
    const woken = this.#sleepers.filter(({ at }) => at <= next);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > next);
    for (const { wake } of woken) wake();
  }
}

export interface Asked {
  vendor: string;
  /** When it was sent (ms since START). */
  at: number;
  kind: 'get' | 'batch';
  ids: readonly string[];
  /** Requests of this vendor open at that moment, this one counted. */
  in_flight: number;
}

export interface VendorScript {
  /** How long each answer takes. */
  ms?: number;
  /** What is answered for an id; null: it is denied, and batches leave it out. */
  row?(id: string): object | null;
  /** Instead of an answer. `nth`: 0 for the first request of all. */
  fault?(asked: Asked, nth: number): Fault | null;
}

export const running = (id: string): object => ({ task_id: id, status: 'IN_PROGRESS', data: null });

export class Minutes {
  readonly clock = new Clock();
  readonly ledger: Ledger;
  /** The ledger itself, whose calls are not counted. */
  readonly stub: Ledger;
  readonly settings: Settings;
  readonly asked: Asked[] = [];
  /** Calls of the ledger by name. */
  readonly calls: string[] = [];
  readonly sent: { at: number; message: MirrorMessage }[] = [];
  readonly delivered: { at: number; id: string }[] = [];
  readonly log: Record<string, unknown>[] = [];
  readonly scripts: Record<string, VendorScript>;
  /** May fail, or take its time. */
  save: (...saved: Parameters<typeof saveTask>) => Promise<unknown> = saveTask;
  readonly #open = new Map<string, number>();

  constructor(scripts: Record<string, VendorScript>, more: Record<string, unknown> = {}) {
    this.scripts = scripts;
    const VENDORS = Object.fromEntries(Object.keys(scripts).map((id) => [id, { base_url: `https://${id}.example` }]));
    const read = readSettings({ API_TOKENS: 'test', DELAYS: 'short', VENDORS, ...more });
    if (!read.ok) throw new Error(read.fault.join('; '));
    this.settings = read.value;
    this.stub = env.LEDGER.getByName(crypto.randomUUID());
    this.ledger = new Proxy(this.stub, {
      get:
        (target, name: string) =>
        (...args: unknown[]) => {
          this.calls.push(name);
          const stub = target as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
          // Who waits for another's answer does not work meanwhile.
          return name === 'wait' ? stub[name]!(...args) : this.clock.during(() => stub[name]!(...args));
        },
    });
  }

  get now(): number {
    return Date.now() - START;
  }

  track(vendor: string, ids: string[], more: { hook_named?: boolean } = {}) {
    return this.ledger.track(vendor, ids, { webhook_url: null, visibility: null, ...more });
  }

  /** A tick of its whole length begins; it ends with the promise. */
  begin(): Promise<void> {
    const budget = { left: this.settings.fetch_budget };
    return sweep({
      ...{ settings: this.settings, ledger: this.ledger, budget, client: this.#client(budget), ...this.#queues },
      saveRecord: (stored: Parameters<typeof saveTask>[0]) => this.clock.during(() => this.save(stored, records)),
      ...cleaning,
      sleep: (ms: number) => this.clock.sleep(ms),
      now: () => Date.now(),
      token: () => crypto.randomUUID(),
    } as unknown as SweepDeps);
  }

  /** Ticks, each beginning a minute after the one before; beside them whatever else happens. */
  async ticks(count: number, beside: () => Promise<unknown> = async () => undefined): Promise<void> {
    const one = async (): Promise<void> => {
      for (let tick = 0; tick < count; tick++) {
        await Promise.all([this.begin(), this.clock.sleep(this.settings.tick_ms)]);
      }
    };
    await this.clock.until(Promise.all([one(), beside()]));
  }

  read(vendor: string, ids: string[]) {
    return readTasks(this.settings.vendors.get(vendor)!, ids, { track: true }, this.#reading);
  }

  /** The vendor calls about these. */
  call(vendor: string, ids: string[], track = true) {
    return askCalled(this.settings.vendors.get(vendor)!, ids, { track }, this.#reading);
  }

  get #reading(): CalledDeps {
    return {
      ...{ settings: this.settings, client: this.#client({ left: this.settings.fetch_budget }), ...this.#queues },
      readRecord: (id: string, task: string) => this.clock.during(() => readTaskRecord(id, task, records)),
      waitUntil: () => undefined,
      now: () => Date.now(),
      token: () => crypto.randomUUID(),
      ledger: this.ledger,
    } as unknown as CalledDeps;
  }

  get #queues(): Omit<Queues, 'ledger'> {
    return {
      sendMirror: async (messages: MirrorMessage[]) =>
        void this.sent.push(...messages.map((message) => ({ at: this.now, message }))),
      sendDeliver: async (ids: string[]) => void this.delivered.push(...ids.map((id) => ({ at: this.now, id }))),
      log: (entry: object) => void this.log.push({ ...entry }),
    };
  }

  #client(budget: { left: number }): VendorClient {
    const ask = async (vendor: string, kind: Asked['kind'], ids: readonly string[]): Promise<Result<VendorAnswer>> => {
      if (budget.left <= 0) return { ok: false, fault: { reason: 'own_limit', detail: 'no budget' } };
      budget.left--;
      const { ms = 50, row = running, fault } = this.scripts[vendor] ?? {};
      const in_flight = (this.#open.get(vendor) ?? 0) + 1;
      this.#open.set(vendor, in_flight);
      const nth = this.asked.filter((one) => one.vendor === vendor).length;
      const asked: Asked = { vendor, at: this.now, kind, ids, in_flight };
      this.asked.push(asked);
      await this.clock.sleep(ms);
      this.#open.set(vendor, (this.#open.get(vendor) ?? 1) - 1);
      const failed = fault?.(asked, nth) ?? null;
      if (failed) return { ok: false, fault: failed };
      const rows = ids.flatMap((id) => row(id) ?? []);
      if (kind === 'batch') return { ok: true, value: { value: rows, text: JSON.stringify(rows) } };
      if (rows.length === 0) return { ok: false, fault: { reason: 'not_found', detail: 'denied' } };
      return { ok: true, value: { value: rows[0], text: JSON.stringify(rows[0]) } };
    };
    return {
      get: (vendor, id) => ask(vendor.id, 'get', [id]),
      batch: (vendor, ids) => ask(vendor.id, 'batch', ids),
    };
  }
}
