// Edge: the whole Worker on the strict platform: requests, ticks and messages through its real wiring, time moved by hand, the stand-in as the world.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import { httpDeps } from '../../src/app/fetch.ts';
import { runDeliver, runMirror } from '../../src/app/queue.ts';
import { runSweep } from '../../src/app/scheduled.ts';
import { readSettings, type Settings } from '../../src/config/settings.ts';
import { createRouter, type HttpRouter } from '../../src/http/router.ts';
import { START_CRON } from '../../src/model/limits.ts';
import { newSpace, type TestSpace } from '../support/space.ts';
import { Platform } from './platform.ts';
import { batchOf, type Sent } from './queue.ts';

export const START = Date.parse('2026-10-01T00:00:00Z');
export const SECOND = 1_000;
export const HOUR = 3_600_000;
const CRON = '* * * * *';

export const pass = (ms: number): unknown => vi.setSystemTime(Date.now() + ms);

export interface Reply {
  status: number;
  headers: Headers;
  // Answers are looked into by expectations, which say what is wrong with them.
  json: any;
}

export class World {
  readonly spaces: Record<string, TestSpace>;
  readonly platform: Platform;
  readonly settings: Settings;
  readonly log: Record<string, unknown>[] = [];
  /** Tags that the edge cache was asked to forget. */
  readonly purged: string[] = [];
  readonly #router: HttpRouter;
  readonly #real = globalThis.fetch;

  /** `names` stand for ids that differ from run to run. */
  constructor(
    spaces: Record<string, TestSpace> = { alpha: newSpace() },
    options: { env?: Record<string, unknown>; names?: Record<string, string> } = {},
  ) {
    this.spaces = spaces;
    const names = Object.entries(options.names ?? {});
    const named = (text: string): string => {
      const spaceless = Object.values(spaces).reduce(
        (shorter, { url }) => shorter.replaceAll(`/${new URL(url).pathname.slice(1)}`, ''),
        text,
      );
      return names
        .reduce((other, [id, name]) => other.replaceAll(id, name), spaceless)
        .replaceAll(/evt_[0-9a-z]+_/g, 'event ')
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…');
    };
    const ledger = env.LEDGER.getByName(crypto.randomUUID());
    // An object that nobody called yet has nothing to forget.
    const evict = () => evictDurableObject(ledger).catch(() => undefined);
    this.platform = new Platform(ledger, evict, named);
    const vendors = Object.fromEntries(Object.entries(spaces).map(([id, { url }]) => [id, { base_url: url }]));
    // The ledger ends a lease on saving after its own TICK_SECONDS; here ticks are short, so that none of them waits for nothing.
    const read = readSettings({ ...env, VENDORS: vendors, TICK_SECONDS: 0.1, ...options.env });
    if (!read.ok) throw new Error(read.fault.join('; '));
    this.settings = read.value;
    this.#router = createRouter(httpDeps(this.platform.env, read));
    vi.spyOn(console, 'log').mockImplementation((line: string) => void this.log.push(JSON.parse(line)));
    vi.stubGlobal('fetch', this.platform.fetch(this.#real));
    // Whoever sleeps takes the clock along.
    vi.stubGlobal('scheduler', { wait: async (ms: number) => void pass(ms) });
  }

  end(): void {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }

  get alpha(): TestSpace {
    return this.spaces['alpha']!;
  }

  /** Null: the Worker died over it. */
  async request(method: string, path: string, body?: unknown): Promise<Reply | null> {
    const request = new Request(`https://songs.example${path}`, {
      method,
      headers: { authorization: 'Bearer test', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const later: Promise<unknown>[] = [];
    const context = {
      waitUntil: (work: Promise<unknown>) => void later.push(work),
      cache: {
        purge: async ({ tags }: { tags: string[] }) => {
          this.purged.push(...tags);
          return { success: true };
        },
      },
    };
    const done = await this.platform.invoke(async () => {
      const response = await this.#router.fetch(request, context);
      const text = await response.text();
      await Promise.allSettled(later);
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text || 'null') : null };
    });
    return done?.value ?? null;
  }

  /** As a client does who wants it done: the same request again where no answer or a failure came. */
  async insist(method: string, path: string, body?: unknown): Promise<Reply> {
    for (let tries = 0; tries < 10; tries++) {
      const reply = await this.request(method, path, body);
      if (reply !== null && reply.status < 500) return reply;
      await this.recover();
      // Past every lease on asking: who comes sooner is kept waiting by the ledger, in real time.
      pass(60 * SECOND);
    }
    throw new Error(`${method} ${path} failed ten times; last in the log: ${JSON.stringify(this.log.at(-1))}`);
  }

  async tick(cron = CRON): Promise<void> {
    await this.platform.invoke(() => runSweep(this.platform.env, this.settings, cron));
  }

  /** One message by itself. */
  async deliver(sent: Sent): Promise<void> {
    const run = sent.queue.endsWith('-deliver') ? runDeliver : runMirror;
    await this.platform.invoke(() => run(this.platform.env, this.settings, batchOf(sent)));
  }

  /** Until the queues are empty, each message once and in its turn. */
  async drain(): Promise<void> {
    for (let some = this.platform.queue.take(); some.length > 0; some = this.platform.queue.take()) {
      for (const sent of some) {
        await this.deliver(sent);
        await this.recover();
      }
    }
  }

  /** After a power failure the ledger has lost what it held in memory, and the first tick says so. */
  async recover(): Promise<void> {
    const { platform } = this;
    if (!platform.struck || platform.strike?.what !== 'power off') return;
    platform.strike = null;
    await platform.evict();
    pass(2 * SECOND);
    await this.tick(START_CRON);
  }

  /** Ticks with the clock moved on until nothing is left to do; answers how long that took. */
  async rest(stepMs = 20 * SECOND, atMost = 100): Promise<number> {
    const began = Date.now();
    for (let ticks = 0; ticks < atMost; ticks++) {
      await this.tick();
      await this.recover();
      await this.drain();
      if (await this.isQuiet()) return Date.now() - began;
      // What is not done by now waits for a lease of minutes.
      pass(ticks < 8 ? stepMs : 15 * stepMs);
    }
    throw new Error(`Not at rest after ${atMost} ticks: ${JSON.stringify(await this.platform.ledger.stats())}`);
  }

  /** Nothing is watched, on its way, to be told or to be saved. */
  async isQuiet(): Promise<boolean> {
    if (this.platform.queue.size > 0) return false;
    return runInDurableObject(this.platform.ledger, (_, { storage }) => {
      const [tasks] = storage.sql.exec('SELECT count(*) AS n FROM tasks WHERE is_open = 1').toArray();
      const [deliveries] = storage.sql.exec('SELECT count(*) AS n FROM deliveries WHERE next_at IS NOT NULL').toArray();
      return tasks?.['n'] === 0 && deliveries?.['n'] === 0;
    });
  }
}
