// One rule a case: what relays may send, what a hostile or a broken one may, every word of the tables, every code.
import { describe, expect, it } from 'vitest';
import { ATTACKS, CODES, SHAPES, STATES, WORDS } from './cases.ts';
import { differences, readSample, type Sample } from './samples.ts';

const named = (cases: readonly Sample[]) => cases.map((one) => [one.name, one] as const);
const isReadAsExpected = (_: string, sample: Sample): void =>
  expect(differences(sample, readSample(sample))).toEqual([]);

describe('reads', () => it.each(named(SHAPES))('%s', isReadAsExpected));
describe('takes nothing from, and ends nothing by,', () => it.each(named(ATTACKS))('%s', isReadAsExpected));
describe('knows', () => it.each(named([...WORDS, ...STATES]))('%s', isReadAsExpected));
describe('knows what is meant:', () => it.each(named(CODES))('%s', isReadAsExpected));

it('has more than forty cases of shapes and attacks, a third of them attacks', () => {
  expect(SHAPES.length + ATTACKS.length).toBeGreaterThan(40);
  expect(ATTACKS.length * 3).toBeGreaterThanOrEqual(SHAPES.length + ATTACKS.length);
});
