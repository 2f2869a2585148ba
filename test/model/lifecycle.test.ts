import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterDenial,
  afterFailure,
  afterRebuild,
  isStalled,
  nextPollAt,
  onGrid,
  rebaseClock,
  restarted,
  trackingOf,
} from '../../src/model/lifecycle.ts';
import { POLL_SPACING } from '../../src/model/limits.ts';
import { clipReading, moment, reading, task } from './build.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RULES = { early_end_ms: 15 * MINUTE };
const error = { code: 'not_found', message: 'unknown', at: '2026-01-01T00:00:00.000Z' };

const done = reading({ status: 'succeeded', clips: [clipReading()] });

describe('afterAnswer()', () => {
  it('drops an answer that was asked for before the newest one taken', () => {
    const known = afterAnswer(task(), reading({ status: 'running' }), 2_000, moment(3_000), RULES);
    expect(known && afterAnswer(known, reading({ status: 'succeeded' }), 1_000, moment(4_000), RULES)).toBeNull();
  });

  it('marks the end once and never again', () => {
    const ended = afterAnswer(task(), done, 1, moment(5_000), RULES);
    expect(ended?.ended_at).toBe(5_000);
    expect(ended && afterAnswer(ended, reading({ status: 'running' }), 2, moment(9_000), RULES)).toMatchObject({
      ended_at: 5_000,
      reading: { status: 'succeeded' },
    });
  });

  it('expires a task without an end after 24 h', () => {
    expect(afterAnswer(task(), reading(), 1, moment(24 * HOUR - 1), RULES)?.expired).toBe(false);
    expect(afterAnswer(task(), reading(), 1, moment(24 * HOUR), RULES)?.expired).toBe(true);
  });

  it('does not count the time in which the vendor was out of order', () => {
    expect(afterAnswer(task(), reading(), 1, moment(30 * HOUR, 23 * HOUR), RULES)?.expired).toBe(false);
  });

  it('lets a late answer count after the task has expired', () => {
    expect(afterAnswer(task({ expired: true }), done, 1, moment(48 * HOUR), RULES)).toMatchObject({
      expired: false,
      ended_at: 48 * HOUR,
    });
    expect(
      afterAnswer(task({ expired: true }), reading({ status: 'running' }), 1, moment(2 * MINUTE), RULES)?.expired,
    ).toBe(false);
  });

  it('starts the stall clock again at each change, and only then', () => {
    const first = afterAnswer(task(), reading({ progress: 10 }), 1, moment(MINUTE), RULES);
    const same = first && afterAnswer(first, reading({ progress: 10 }), 2, moment(10 * MINUTE), RULES);
    expect(same && isStalled(same, 16 * MINUTE)).toBe(true);
    const moved = same && afterAnswer(same, reading({ progress: 20 }), 3, moment(15 * MINUTE), RULES);
    expect(moved && isStalled(moved, 16 * MINUTE)).toBe(false);
  });
});

describe('afterDenial()', () => {
  it.each([
    ['two denials, however far apart', [0, 10 * MINUTE], false],
    ['three within 60 s', [0, 20_000, 59_999], false],
    ['three over 60 s', [0, 30_000, 60_000], true],
    ['more, the last of them after 60 s', [0, 15_000, 30_000, 45_000, 60_000], true],
  ])('of an id that never was is believed after %s', (_, times, expired) => {
    const last = times.reduce((state, at) => afterDenial(state, error, moment(at), RULES), task());
    expect(last).toMatchObject({ expired, last_error: error });
  });

  it('counts those in a row alone: an answer in between begins anew', () => {
    const denied = [0, 30_000].reduce((state, at) => afterDenial(state, error, moment(at), RULES), task());
    const failed = afterAnswer(denied, reading(), 1, moment(40_000), RULES);
    expect(failed?.denials).toBe(0);
  });

  it('leaves a task that the vendor once knew as it was', () => {
    const known = task({ answered: true, reading: reading({ status: 'running' }) });
    expect(afterDenial(known, error, moment(10 * MINUTE), RULES)).toMatchObject({
      expired: false,
      reading: known.reading,
    });
  });

  it('never expires an ended task', () => {
    expect(afterDenial(task({ answered: true, ended_at: 1 }), error, moment(48 * HOUR), RULES).expired).toBe(false);
  });
});

describe('nextPollAt()', () => {
  it.each([
    ['a new task', null, 0, 0],
    ['under 10 min', MINUTE, MINUTE, MINUTE + 15_000],
    ['from 10 min', 10 * MINUTE, 10 * MINUTE, 11 * MINUTE],
    ['from 1 h', HOUR, HOUR, HOUR + 5 * MINUTE],
  ])('gets rarer with age: %s', (_, last, now, expected) => {
    expect(nextPollAt(task(), last, moment(now), 15_000)).toBe(expected);
  });

  it('polls no more what has ended or expired', () => {
    expect(nextPollAt(task({ ended_at: 1 }), 1, moment(2), 15_000)).toBeNull();
    expect(nextPollAt(task({ expired: true }), 1, moment(2), 15_000)).toBeNull();
  });

  it('polls ever more rarely what fails by itself', () => {
    const failing = afterFailure(afterFailure(task(), error, moment(1), RULES), error, moment(2), RULES);
    expect(nextPollAt(failing, 0, moment(3), 15_000)).toBe(60_000);
  });
});

describe('onGrid()', () => {
  it('brings songs that were begun at different seconds to one moment within four polls, and keeps them there', () => {
    const interval = 15_000;
    const times = Array.from({ length: 20 }, (_, index) => 1_000_000 + index * 777);
    for (let polls = 0; polls < 4; polls++)
      for (const [index, at] of times.entries()) {
        const next = onGrid(at + interval, interval);
        expect(next - at).toBeGreaterThanOrEqual(interval);
        expect(next - at).toBeLessThanOrEqual((interval * 4) / 3 + 600);
        times[index] = next;
      }
    expect(new Set(times.map((at) => at % (interval * POLL_SPACING))).size).toBe(1);
    // Asked a little late it is asked no sooner than its interval, and at the same moment as the others.
    const late = times[0]! + 200;
    expect(onGrid(late + interval, interval)).toBe(onGrid(times[1]! + interval, interval));
  });
});

describe('restarted() and trackingOf()', () => {
  it('starts the clocks anew for an expired task', () => {
    const again = restarted(task({ expired: true }), moment(48 * HOUR));
    expect(again).toMatchObject({ expired: false, tracked_clock: 48 * HOUR });
    expect(nextPollAt(again, null, moment(48 * HOUR), 15_000)).toBe(48 * HOUR);
  });

  it.each([
    ['watching', task(), 0],
    ['expired', task({ expired: true }), 1],
    ['archiving', task({ ended_at: 1 }), 1],
    ['settled', task({ ended_at: 1 }), 0],
  ] as const)('is %s', (state, known, pending) => {
    expect(trackingOf(known, pending)).toBe(state);
  });
});

describe('afterRebuild()', () => {
  const known = task({ answered: true, reading: reading({ status: 'running' }) });

  it('is the same state where nothing is added', () => {
    expect(afterRebuild(known, reading({ status: 'running' }), moment(9))).toBe(known);
  });

  it('ends a task whose answer tells of an end, also one that had expired', () => {
    const state = afterRebuild({ ...known, expired: true }, reading({ status: 'succeeded' }), moment(9));
    expect(state).toMatchObject({ ended_at: 9, expired: false, changed_clock: 9 });
  });

  it('takes back that nothing is readable once something is', () => {
    const empty = task({ answered: true, ended_at: 1, last_error: error, reading: reading({ status: 'succeeded' }) });
    expect(afterRebuild(empty, reading({ status: 'succeeded', keys: ['other'] }), moment(9)).last_error).toBe(error);
    expect(afterRebuild(empty, done, moment(9)).last_error).toBeNull();
  });
});

describe('rebaseClock()', () => {
  const recorded = task({ tracked_at: 100, tracked_clock: 70, changed_clock: 80 });

  it('forgets with the ledger how long the vendor was out of order before', () => {
    expect(rebaseClock(recorded, moment(200, 200))).toMatchObject({ tracked_clock: 100, changed_clock: 110 });
  });

  it('changes nothing on a clock that still knows', () => {
    expect(rebaseClock(recorded, moment(200, 150))).toEqual(recorded);
  });
});
