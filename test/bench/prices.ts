// Pure: Cloudflare's public prices and allowances, read on the day named here, each with its page.

export const READ_ON = '2026-11-21';

export interface Price {
  readonly what: string;
  readonly unit: string;
  readonly source: string;
  /** Free plan; `day` ends at 00:00 UTC. Null: it is not limited. */
  readonly free: { readonly allowance: number; readonly per: 'day' | 'month' | 'ever' } | null;
  /** Paid plan, a month. */
  readonly included: number;
  /** US dollars for so many units beyond. */
  readonly usd: number;
  readonly per: number;
}

/** Workers Paid, a month. */
export const PAID_BASE_USD = 5;

const WORKERS = 'https://developers.cloudflare.com/workers/platform/pricing/';
const OBJECTS = 'https://developers.cloudflare.com/durable-objects/platform/pricing/';
const QUEUES = 'https://developers.cloudflare.com/queues/platform/pricing/';
const R2 = 'https://developers.cloudflare.com/r2/pricing/';

export const PRICES = {
  invocations: {
    ...{ what: 'Workers requests', unit: '', source: WORKERS },
    ...{ free: { allowance: 100_000, per: 'day' }, included: 10e6, usd: 0.3, per: 1e6 },
  },
  cpu_ms: {
    // The Free plan bounds each invocation (10 ms), not their sum.
    ...{ what: 'Workers CPU', unit: 'ms', source: WORKERS },
    ...{ free: null, included: 30e6, usd: 0.02, per: 1e6 },
  },
  object_requests: {
    ...{ what: 'Durable Object requests', unit: '', source: OBJECTS },
    ...{ free: { allowance: 100_000, per: 'day' }, included: 1e6, usd: 0.15, per: 1e6 },
  },
  object_gb_s: {
    ...{ what: 'Durable Object duration', unit: 'GB-s', source: OBJECTS },
    ...{ free: { allowance: 13_000, per: 'day' }, included: 400_000, usd: 12.5, per: 1e6 },
  },
  rows_read: {
    ...{ what: 'rows read', unit: '', source: OBJECTS },
    ...{ free: { allowance: 5e6, per: 'day' }, included: 25e9, usd: 0.001, per: 1e6 },
  },
  rows_written: {
    ...{ what: 'rows written', unit: '', source: OBJECTS },
    ...{ free: { allowance: 100_000, per: 'day' }, included: 50e6, usd: 1, per: 1e6 },
  },
  object_gb: {
    ...{ what: 'ledger storage', unit: 'GB', source: OBJECTS },
    ...{ free: { allowance: 5, per: 'ever' }, included: 5, usd: 0.2, per: 1 },
  },
  queue_operations: {
    ...{ what: 'queue operations', unit: '', source: QUEUES },
    ...{ free: { allowance: 10_000, per: 'day' }, included: 1e6, usd: 0.4, per: 1e6 },
  },
  class_a: {
    ...{ what: 'R2 class A operations', unit: '', source: R2 },
    ...{ free: { allowance: 1e6, per: 'month' }, included: 1e6, usd: 4.5, per: 1e6 },
  },
  class_b: {
    ...{ what: 'R2 class B operations', unit: '', source: R2 },
    ...{ free: { allowance: 10e6, per: 'month' }, included: 10e6, usd: 0.36, per: 1e6 },
  },
  r2_gb: {
    ...{ what: 'R2 storage', unit: 'GB', source: R2 },
    ...{ free: { allowance: 10, per: 'ever' }, included: 10, usd: 0.015, per: 1 },
  },
} as const satisfies Record<string, Price>;

export type Item = keyof typeof PRICES;
export type Usage = Readonly<Record<Item, number>>;
export const ITEMS = Object.keys(PRICES) as Item[];

export const usageOf = (of: (item: Item) => number): Usage =>
  Object.fromEntries(ITEMS.map((item) => [item, of(item)])) as Record<Item, number>;

export const plus = (one: Usage, other: Usage): Usage => usageOf((item) => one[item] + other[item]);
export const times = (usage: Usage, factor: number): Usage => usageOf((item) => usage[item] * factor);

/** US dollars of one month on Workers Paid, without its base. */
export const beyondIncluded = (usage: Usage, item: Item): number =>
  (Math.max(0, usage[item] - PRICES[item].included) / PRICES[item].per) * PRICES[item].usd;
export const paidUsd = (month: Usage): number =>
  PAID_BASE_USD + ITEMS.reduce((sum, item) => sum + beyondIncluded(month, item), 0);

export const DAYS = 30;

/** A Durable Object is billed as if it held this, for as long as a call of it is under way. There is one, and a day has so many seconds. */
export const OBJECT_GB = 0.128;
export const OBJECT_MAX_GB_S = 86_400 * OBJECT_GB;

/** How often something that takes `each` fits beside what each day takes anyway, by the item; Infinity: no limit. `ever`: in all. */
export function freeRoom(each: Usage, day: Usage, item: Item): { count: number; per: 'day' | 'ever' } {
  const free: Price['free'] = PRICES[item].free;
  if (free === null || each[item] <= 0) return { count: Infinity, per: 'day' };
  if (free.per === 'ever') return { count: Math.floor(free.allowance / each[item]), per: 'ever' };
  const allowance = free.per === 'month' ? free.allowance / DAYS : free.allowance;
  return { count: Math.max(0, Math.floor((allowance - day[item]) / each[item])), per: 'day' };
}
