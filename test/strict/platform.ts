// Edge: the platform as strict as it may be: every call to an edge is a step with a name, counted, limited, and able to fail.
import { AsyncLocalStorage } from 'node:async_hooks';
import { env as bindings } from 'cloudflare:workers';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { strictBucket } from './bucket.ts';
import { StrictQueue, type Sent } from './queue.ts';

/** Of the Free plan, an invocation each. Redirects are fetches of their own here, since all are followed by hand. */
export const CONNECTIONS_MAX = 6;
export const FETCHES_MAX = 50;
export const INTERNAL_CALLS_MAX = 1_000;

/** What a call holds while it is open: a place among the connections, or nothing (RPC). */
export type Holds = 'connection' | 'nothing';
export type Edge = 'fetch' | 'ledger' | 'bucket' | 'queue';

interface Invocation {
  dead: boolean;
  open: number;
  fetches: number;
  internal: number;
}

/** How one step goes wrong. `lost`: it was done, and its caller never learns of it. */
export interface Strike {
  step: string;
  when: 'before' | 'after';
  /** `error`: the call throws; `death`: its invocation dies; `power off`: all that runs dies; `eviction`: the ledger's object is moved. */
  what: 'error' | 'death' | 'power off' | 'eviction';
}

export class Platform {
  readonly ledger: DurableObjectStub<Ledger>;
  readonly env: Env;
  readonly queue = new StrictQueue(this);
  /** Names of all steps, in order; a step that comes again has its number. */
  readonly steps: string[] = [];
  /** What no invocation may do. */
  readonly violations: string[] = [];
  /** Most connections that one invocation held open at once. */
  mostOpen = 0;
  /** Fails a call before it is made. */
  refuse: (edge: Edge, step: string) => string | null = () => null;
  /** An R2 put lasts this long. */
  putMs = 0;
  /** Called when R2 begins to take an object. */
  onPut: (key: string) => Promise<void> = async () => undefined;
  strike: Strike | null = null;
  struck = false;
  readonly #invocations = new AsyncLocalStorage<Invocation>();
  readonly #alive = new Set<Invocation>();
  readonly #times = new Map<string, number>();
  readonly evict: () => Promise<void>;
  readonly #named: (text: string) => string;

  /** `named` puts names that are the same in each run in the place of ids. */
  constructor(ledger: DurableObjectStub<Ledger>, evict: () => Promise<void>, named: (text: string) => string) {
    this.ledger = ledger;
    this.evict = evict;
    this.#named = named;
    const platform = this;
    const stub = new Proxy(ledger, {
      get:
        (target, name: string) =>
        (...args: unknown[]) =>
          platform.call('ledger', `ledger ${name} ${subjectOf(name, args)}`.trim(), 'nothing', () =>
            (target as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!(...args),
          ),
    });
    // Its count goes by the real clock, and all tests share one token.
    const { RATE_LIMIT: _, ...others } = bindings;
    this.env = {
      ...others,
      LEDGER: { getByName: () => stub } as unknown as Env['LEDGER'],
      MEDIA: strictBucket(bindings.MEDIA, 'media', this),
      RECORDS: strictBucket(bindings.RECORDS, 'records', this),
      MIRROR: this.queue.producer('longplay-mirror'),
      DELIVER: this.queue.producer('longplay-deliver'),
    };
  }

  /** Runs what the platform would run as one invocation. Null: it died. */
  async invoke<T>(work: () => Promise<T>): Promise<{ value: T } | null> {
    const invocation: Invocation = { dead: false, open: 0, fetches: 0, internal: 0 };
    this.#alive.add(invocation);
    try {
      const value = await this.#invocations.run(invocation, work);
      return invocation.dead ? null : { value };
    } catch (error) {
      if (invocation.dead) return null;
      throw error;
    } finally {
      this.#alive.delete(invocation);
    }
  }

  /** The global fetch while this platform lasts. Calls outside of any invocation are the test's own. */
  fetch(real: typeof fetch): typeof fetch {
    return (input, init) => {
      if (!this.#invocations.getStore()) return real(input, init);
      const url = new URL(input instanceof Request ? input.url : String(input));
      return this.call('fetch', `fetch ${init?.method ?? 'GET'} ${url.pathname}`, 'connection', () =>
        real(input, init),
      );
    };
  }

  async call<T>(edge: Edge, about: string, holds: Holds, make: () => Promise<T>): Promise<T> {
    const invocation = this.#invocations.getStore();
    if (!invocation) throw new Error(`${about} outside of any invocation`);
    if (invocation.dead) throw new Error('This invocation is dead');
    const step = this.#step(about);
    this.#count(edge, step, invocation);
    const refusal = this.refuse(edge, step);
    if (refusal !== null) throw new Error(refusal);
    await this.#fail(step, 'before', invocation);
    if (holds === 'connection' && ++invocation.open > CONNECTIONS_MAX)
      this.violate(`connection ${invocation.open}`, step);
    this.mostOpen = Math.max(this.mostOpen, invocation.open);
    let result: T;
    try {
      result = await make();
    } finally {
      if (holds === 'connection') invocation.open--;
    }
    try {
      if (invocation.dead) throw new Error('This invocation died meanwhile');
      await this.#fail(step, 'after', invocation);
      return result;
    } catch (error) {
      // Nobody will read it, and unread it would hold its connection.
      if (result instanceof Response) await result.body?.cancel();
      throw error;
    }
  }

  violate(what: string, step: string): void {
    this.violations.push(`${what}: ${step}`);
  }

  #step(about: string): string {
    const name = this.#named(about);
    const times = (this.#times.get(name) ?? 0) + 1;
    this.#times.set(name, times);
    const step = times === 1 ? name : `${name} (${times})`;
    this.steps.push(step);
    return step;
  }

  #count(edge: Edge, step: string, invocation: Invocation): void {
    if (edge === 'fetch' && ++invocation.fetches > FETCHES_MAX) this.violate(`fetch ${invocation.fetches}`, step);
    if (edge !== 'fetch' && ++invocation.internal > INTERNAL_CALLS_MAX) {
      this.violate(`internal call ${invocation.internal}`, step);
      throw new Error('Too many API requests by single Worker invocation');
    }
  }

  async #fail(step: string, when: Strike['when'], invocation: Invocation): Promise<void> {
    const { strike } = this;
    if (this.struck || strike === null || strike.step !== step || strike.when !== when) return;
    this.struck = true;
    if (strike.what === 'eviction') return this.evict();
    if (strike.what === 'death') invocation.dead = true;
    if (strike.what === 'power off') {
      for (const one of this.#alive) one.dead = true;
      this.queue.lose();
    }
    throw new Error(`Struck: ${strike.what} ${when} ${step}`);
  }
}

/** What a call to the ledger is about, where that is not chance. */
function subjectOf(method: string, [first]: unknown[]): string {
  if (method === 'mirrorJob' || method === 'mirrorReport') return (first as { slug: string }).slug;
  return method === 'deliveryJob' || method === 'deliveryReport' ? String(first) : '';
}

export type { Sent };
