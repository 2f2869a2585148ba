import { describe, expect, it } from 'vitest';
import { differences, readSample, type Sample } from './samples.ts';

const real = import.meta.glob<Sample>('../vendor-answers/*.json', { eager: true, import: 'default' });
const own = import.meta.glob<Sample>('../vendor-answers/own/*.json', { eager: true, import: 'default' });

describe('real-shaped answers are read as expected', () => {
  const samples = Object.values(real);
  it('are all 45 there', () => expect(samples).toHaveLength(45));
  it.each(samples.map((sample) => [sample.name, sample] as const))('%s', (_name, sample) => {
    expect(differences(sample, readSample(sample))).toEqual([]);
  });
});

describe('combinations of known facts are read as expected', () => {
  const samples = Object.values(own);
  it.each(samples.map((sample) => [sample.note ?? sample.name, sample] as const))('%s', (_name, sample) => {
    expect(differences(sample, readSample(sample))).toEqual([]);
  });
});
