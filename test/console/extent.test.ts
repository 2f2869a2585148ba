// How long the list is, before all of it is read.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { chinese } from '../../src/console/chinese.ts';
import { english } from '../../src/console/english.ts';
import { agoBrief, agoText, bytesText, lengthText } from '../../src/console/format.ts';
import type { Filters } from '../../src/console/state.ts';
import { countRows, expectedRows, rowsText } from '../../src/console/window.ts';
import { Stats } from '../../src/model/stats.ts';
import { viewStats } from '../../src/views/stats.ts';

const stats = v.parse(
  Stats,
  viewStats(
    {
      tasks: { total: 1_200, by_status: { failed: 7 }, by_tracking: { settled: 1_100, untracked: 50 } },
      ...{ files: { archived: 0, pending: 0, unavailable: 0, bytes: 0 }, vendors: {} },
      ...{ deliveries: { pending: 0, failed: 0 }, oldest_pending_at: null, last_sweep_at: null, unreadable: 0 },
    },
    ['relay'],
  ),
);

describe('expectedRows()', () => {
  it.each<[Filters, number]>([
    [{}, 1_150],
    [{ tracking: 'settled' }, 1_100],
    [{ status: 'failed' }, 7],
    [{ vendor: 'relay' }, 0],
    [{ status: 'failed', tracking: 'settled' }, 0],
  ])('with the filters %j takes %i', (chosen, rows) => {
    expect(expectedRows(stats, chosen)).toBe(rows);
    expect(expectedRows(null, chosen)).toBe(0);
  });
});

describe('rowsText()', () => {
  const keys = Array.from({ length: 100 }, (_, place) => String(place));
  it.each([
    [{ keys, next: 'more' }, 1_150, '100 of 1,150 tasks read'],
    [{ keys, next: 'more' }, 0, '100 tasks read so far'],
    [{ keys: ['one'], next: undefined }, 1_150, '1 task'],
  ])('of %j says how much of it is read', (list, expected, text) => {
    expect(rowsText(list, countRows(list, expected), 'task', english)).toBe(text);
  });

  it('holds the place of the first rows until they are there', () => {
    expect(countRows({ keys: [], next: null }, 1_150)).toBe(8);
  });
});

describe('numbers', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  const before = (seconds: number) => new Date(now - 1000 * seconds).toISOString();
  it('are said as people say them', () => {
    expect([english.count(1, 'song'), english.count(12_345, 'song')]).toEqual(['1 song', '12,345 songs']);
    expect(chinese.count(12_345, 'song')).toBe('12,345 首歌');
    expect([0, 999, 3_145_728, 4.2e9].map(bytesText)).toEqual(['0 B', '999 B', '3.15 MB', '4.2 GB']);
    expect([0, 61, 121.5].map(lengthText)).toEqual(['0:00', '1:01', '2:02']);
    expect([null, before(0), before(90), before(-10)].map((time) => agoText(time, now, english))).toEqual([
      ...['', 'just now', '1 minute ago', 'in 10 seconds'],
    ]);
    expect([before(5), before(7_300)].map((time) => agoBrief(time, now, english))).toEqual(['5s ago', '2h ago']);
    expect(agoText(before(90), now, chinese)).toBe('1分钟前');
  });
});
