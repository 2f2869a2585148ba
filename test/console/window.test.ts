// Arithmetic of the long list: which rows are elements, and where keys lead.
import { describe, expect, it } from 'vitest';
import { heightOf, offsetAt, rowAfter, rowsIn, topFor } from '../../src/console/window.ts';

describe('rowsIn()', () => {
  const view = { top: 0, height: 720, row: 72, count: 10_000 };
  it('takes what is seen and a few around it', () => {
    expect(rowsIn(view)).toEqual({ first: 0, end: 16 });
    expect(rowsIn({ ...view, top: 7_200 })).toEqual({ first: 94, end: 116 });
    expect(rowsIn({ ...view, top: 720_000 - 720 })).toEqual({ first: 9_984, end: 10_000 });
  });
  it('takes few of the first where the list is not reached yet', () => {
    expect(rowsIn({ ...view, top: -600 })).toEqual({ first: 0, end: 8 });
    expect(rowsIn({ ...view, top: -5_000 })).toEqual({ first: 0, end: 0 });
  });
  it.each([0, 1, 5])('never takes more than there are (%i)', (count) => {
    for (const top of [-1e6, 0, 1e6]) {
      const { first, end } = rowsIn({ ...view, count, top });
      expect(0 <= first && first <= end && end <= count).toBe(true);
    }
  });
});

describe('rowAfter()', () => {
  const from = { index: 50, count: 100, page: 10 };
  it.each([
    ...([
      ['ArrowDown', 51],
      ['ArrowUp', 49],
      ['PageDown', 59],
      ['PageUp', 41],
      ['Home', 0],
      ['End', 99],
    ] as const),
    ...([
      ['Enter', null],
      ['a', null],
      ['constructor', null],
    ] as const),
  ])('%s leads from 50 to %s', (key, target) => {
    expect(rowAfter(key, from)).toBe(target);
  });
  it('stays within the list', () => {
    expect(rowAfter('ArrowUp', { ...from, index: 0 })).toBe(0);
    expect(rowAfter('PageDown', { ...from, index: 98 })).toBe(99);
    expect(rowAfter('End', { ...from, count: 0 })).toBeNull();
  });
});

describe('a list of a million rows', () => {
  const view = { top: 0, height: 800, row: 76, count: 1_000_000 };
  const laid = heightOf(view);
  it('is laid out no higher than browsers can', () => {
    expect(laid).toBeLessThan(17_000_000);
    expect(heightOf({ row: 76, count: 5_000 })).toBe(380_000);
  });
  it('begins and ends where its rows do', () => {
    const rows = (top: number) => rowsIn({ ...view, top });
    expect(rows(0).first).toBe(0);
    expect(rows(laid - view.height).end).toBe(1_000_000);
    expect(rows((laid - view.height) / 2).first).toBeCloseTo(500_000, -2);
  });
  it.each([0, 1, 12_345, 500_000, 999_989])('reaches row %i', (place) => {
    const top = topFor(place * view.row, view);
    const { first, end } = rowsIn({ ...view, top });
    expect(first <= place && place < end).toBe(true);
  });
  it('is passed pixel by pixel where it fits', () => {
    const short = { ...view, count: 5_000, top: 1_234 };
    expect([offsetAt(short), topFor(1_234, short)]).toEqual([1_234, 1_234]);
  });
});
