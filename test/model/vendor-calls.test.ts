import { describe, expect, it } from 'vitest';
import { nextPollAt } from '../../src/model/lifecycle.ts';
import { CALLS_AHEAD } from '../../src/model/limits.ts';
import {
  afterEnd,
  awaitedIntervalMs,
  calledAskAt,
  isJustLate,
  isKnownToCall,
  mayBeCalled,
  paidAfterAsk,
} from '../../src/model/vendor-calls.ts';
import { moment, task } from './build.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a vendor', () => {
  it.each([
    ['at first', '', false],
    ['after one call', 'c', false],
    ['after two', 'cc', false],
    ['after three in a row', 'ccc', true],
    ['as long as it calls', 'cccccccc', true],
    ['after three with a call that stayed out between', 'ccsc', false],
    ['after a call that stayed out', 'cccccs', false],
    ['after two calls since', 'cccccscc', false],
    ['after three calls since', 'cccccsccc', true],
    ['that never calls', 'ssss', false],
  ])('is known to call, or not: %s', (_, ends, expected) => {
    const calls = [...ends].reduce((count, end) => afterEnd(count, end === 'c'), 0);
    expect(isKnownToCall(calls)).toBe(expected);
  });

  it('is not blamed where a poll was just faster than its call', () => {
    expect([0, 15_000, 15_001].map((after) => isJustLate(1_000, 1_000 + after, 15_000))).toEqual([true, true, false]);
  });
});

describe('a task whose vendor is known to call', () => {
  it.each([
    [15, 60],
    [2, 8],
    [30, 60],
    [60, 60],
    [3_000, 3_000],
  ])(
    'is polled more rarely, once a minute at least, and never sooner than its interval: %i s → %i s',
    (own, awaited) => {
      expect(awaitedIntervalMs(own * 1_000)).toBe(awaited * 1_000);
    },
  );

  it.each([
    ['before its first poll', null, 0, 0],
    ['under 10 min', MINUTE, MINUTE, 2 * MINUTE],
    ['from 10 min', 10 * MINUTE, 10 * MINUTE, 11 * MINUTE],
    ['from 1 h', HOUR, HOUR, HOUR + 5 * MINUTE],
  ])('is polled at its age: %s', (_, last, now, expected) => {
    expect(nextPollAt(task(), last, moment(now), 15_000, true)).toBe(expected);
  });

  it.each([
    ['whose submit named our hook, and that the vendor knows', {}, true],
    ['of which the vendor was told no hook', { hook_named: false }, false],
    ['for which it never answered', { answered: false }, false],
    ['that it calls done already', { early_clock: 1 }, false],
  ])('is one %s: %s → %s', (_, changes, expected) => {
    expect(mayBeCalled(task({ hook_named: true, answered: true, ...changes }))).toBe(expected);
  });
});

describe('looks by calls', () => {
  /** The vendor calls every second; each look that may be is made. */
  const looks = (seconds: number, interval: number, paid: number): number[] => {
    const made: number[] = [];
    for (let second = 0; second < seconds; second++) {
      const now = second * 1_000;
      if (calledAskAt(paid, interval) > now) continue;
      paid = paidAfterAsk(paid, now, interval);
      made.push(second);
    }
    return made;
  };

  it('are a few at once, and then one an interval', () => {
    expect(looks(60, 15_000, 0)).toEqual([0, 1, 2, 3, 4, 15, 30, 45]);
    // Just polled: that one is paid for first.
    expect(looks(60, 15_000, 15_000)).toEqual([0, 1, 2, 3, 15, 30, 45].slice(0, CALLS_AHEAD + 3));
  });

  it('do not save up while nobody calls', () => {
    expect(looks(30, 15_000, -HOUR)).toEqual([0, 1, 2, 3, 4, 15]);
  });
});
