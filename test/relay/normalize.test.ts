import { describe, expect, it } from 'vitest';
import { differences, readSample, type Sample } from './samples.ts';

const real = import.meta.glob<Sample>('../vendor-answers/*.json', { eager: true, import: 'default' });
const own = import.meta.glob<Sample>('../vendor-answers/own/*.json', { eager: true, import: 'default' });

describe('real-shaped answers are read as expected', () => {
  it('are all 87 there', () => expect(Object.keys(real)).toHaveLength(87));
  it.each(Object.entries(real).map(([file, sample]) => [sample.name, file, sample] as const))('%s', isReadAsExpected);
});

describe('combinations of known facts are read as expected', () => {
  const named = Object.entries(own).map(([file, sample]) => [sample.note ?? sample.name, file, sample] as const);
  it.each(named)('%s', isReadAsExpected);
});

/** A failure says which answer it is about, and, field by field, what was read instead of what. */
function isReadAsExpected(_name: string, file: string, sample: Sample): void {
  const otherwise = differences(sample, readSample(sample));
  const answer = `${file.replace('..', 'test')} (${sample.request.method} ${sample.request.path})`;
  expect(otherwise, [`${answer} is read otherwise than its "expect" says:`, ...otherwise].join('\n  ')).toEqual([]);
}
