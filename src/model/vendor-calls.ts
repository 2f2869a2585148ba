// Pure: whether a vendor is known to call when a song is done, and how often its calls may have a task asked about.
import { CALLS_AHEAD, CALLS_LEARNED, POLL_AWAITED_MAX_MS, POLL_AWAITED_TIMES } from './limits.ts';
import type { TaskFacts } from './state.ts';

/**
 * What a task's end says of its vendor, who was given our hook: ends in a row that it called for. One that a poll had to
 * find begins the count anew.
 */
export const afterEnd = (calls: number, wasCalled: boolean): number =>
  wasCalled ? Math.min(calls + 1, CALLS_LEARNED) : 0;

export const isKnownToCall = (calls: number): boolean => calls >= CALLS_LEARNED;

/** A poll was a little faster than the call. */
export const isJustLate = (endedAt: number, now: number, pollIntervalMs: number): boolean =>
  now - endedAt <= pollIntervalMs;

/** Of a task that its vendor knows and has not called done a call may still come. */
export const mayBeCalled = ({ hook_named, answered, early_clock }: TaskFacts): boolean =>
  hook_named && answered && early_clock === null;

/** Between two polls of a task whose vendor is known to call: so late is noticed that a call stays out. */
export const awaitedIntervalMs = (pollIntervalMs: number): number =>
  Math.max(pollIntervalMs, Math.min(pollIntervalMs * POLL_AWAITED_TIMES, POLL_AWAITED_MAX_MS));

/** `paidUntil`: up to there the looks at a task so far would reach, one an interval. By calls it is looked at a few ahead of that. */
export const calledAskAt = (paidUntil: number, pollIntervalMs: number): number =>
  paidUntil - CALLS_AHEAD * pollIntervalMs;

export const paidAfterAsk = (paidUntil: number, now: number, pollIntervalMs: number): number =>
  Math.max(paidUntil, now) + pollIntervalMs;
