// Pure: events of the last day → its numbers.
import type { Event } from './api.ts';

export interface Day {
  readonly settled: number;
  readonly failed: number;
  readonly expired: number;
  readonly kept: number;
  readonly lost: number;
  /** The log has more than was read of it. */
  readonly more: boolean;
}
export interface Happened {
  readonly at: number;
  readonly type: Event['type'];
}

const DAY_MS = 86_400_000;
/** Of more the numbers are told as the least they are. */
const KEPT_MAX = 2_000;

export const happenedSince = (known: readonly Happened[], now: number): Happened[] =>
  known.filter(({ at }) => at > now - DAY_MS).slice(-KEPT_MAX);

export function dayOf(known: readonly Happened[], more: boolean): Day {
  const of = (type: Event['type']): number => known.filter((one) => one.type === type).length;
  return {
    ...{ settled: of('task.settled'), failed: of('task.failed'), expired: of('task.expired') },
    ...{ kept: of('clip.archived'), lost: of('clip.unavailable'), more },
  };
}
export const dayBegan = (now: number): number => now - DAY_MS;
