import { describe, expect, it } from 'vitest';
import { condensed, inParts } from '../../src/flows/poll-report.ts';
import { ANSWER_MAX_BYTES } from '../../src/model/limits.ts';
import { fingerprint } from '../../src/model/state.ts';
import { answer, heard } from '../ledger/calls.ts';
import { reading } from '../model/build.ts';

const asked = (id: string, known: string | null) => ({ id, kept: true, known: true, solo: false, heard: known });

describe('condensed()', () => {
  it('tells by name alone what was answered as before', () => {
    const report = heard('t', { answers: [answer('same', reading()), answer('new', reading({ progress: 5 }))] });
    const before = fingerprint(reading());
    const { answers, unchanged } = condensed(report, [asked('same', before), asked('new', before)]);
    expect([answers.map(({ id }) => id), unchanged]).toEqual([['new'], ['same']]);
  });

  it('tells whole what the ledger has heard nothing of', () => {
    const report = heard('t', { answers: [answer('a', reading())] });
    expect(condensed(report, [asked('a', null)]).answers).toHaveLength(1);
  });
});

describe('inParts()', () => {
  it('is the report itself where it is small', () => {
    const report = heard('t', { answers: [answer('a', reading())], reply: ['a'] });
    expect(inParts(report)).toEqual([report]);
  });

  it('tells each answer once, what else there is once, and of what is still to come in each part', () => {
    const large = (id: string) => ({
      ...answer(id, reading()),
      raw: { form: 'row' as const, json: 'x'.repeat(400_000) },
    });
    const ids = ['a', 'b', 'c'];
    const report = heard('t', { answers: ids.map(large), denied: [], solo: ['z'], more: ['m'], reply: ids });
    const parts = inParts(report);
    expect(parts.flatMap(({ answers }) => answers.map(({ id }) => id))).toEqual(ids);
    expect(parts.flatMap(({ reply }) => reply)).toEqual(ids);
    expect(parts.flatMap(({ solo }) => solo)).toEqual(['z']);
    expect(parts.map(({ more }) => more)).toEqual([['m', 'b', 'c'], ['m', 'c'], ['m']]);
    for (const { answers } of parts)
      expect(answers.reduce((sum, { raw }) => sum + raw.json.length, 0)).toBeLessThanOrEqual(ANSWER_MAX_BYTES);
  });
});
