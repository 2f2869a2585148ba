// What was found is handed over in requests that the API takes, however long ids and answers are; and what came of it is read.
import { describe, expect, it } from 'vitest';
import { bodyOf, planImport, readOutcome, withoutRefused } from '../../src/extract/import-requests.ts';

const MIB = 1024 * 1024;
const plan = (ids: string[], answers: unknown[]) =>
  planImport({
    ...{ ids, answers },
    idLines: ids.map((_, index) => index + 1),
    answerLines: answers.map((_, index) => 1_001 + index),
  });
const parsed = (found: ReturnType<typeof plan>) => found.requests.map((request) => JSON.parse(bodyOf(request, {})));

describe('planImport()', () => {
  it('keeps to 1,000 ids and 100 answers a request, answers first, in order, and loses none', () => {
    const ids = Array.from({ length: 2_500 }, (_, index) => `id-${index}`);
    const answers = Array.from({ length: 250 }, (_, index) => ({ task_id: `a-${index}` }));
    const found = plan(ids, answers);
    expect(found.requests.map(({ path, items }) => [path, items.length])).toEqual([
      ...[100, 100, 50].map((count) => ['/v1/tasks/import', count]),
      ...[1_000, 1_000, 500].map((count) => ['/v1/tasks', count]),
    ]);
    expect(parsed(found).flatMap((body) => body.ids ?? [])).toEqual(ids);
    expect(parsed(found).flatMap((body) => body.answers ?? [])).toEqual(answers);
    expect(found.too_large).toEqual([]);
  });

  it.each(['x', '"', 'ä', '😀', '\\'])('stays below 1 MiB a request, whatever the characters (%s)', (character) => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`.padEnd(199, 'a') + character.repeat(190));
    const answers = Array.from({ length: 30 }, () => ({ text: character.repeat(60_000) }));
    const { requests } = plan(ids, answers);
    for (const request of requests)
      expect(Buffer.byteLength(bodyOf(request, { vendor: 'v'.repeat(32), visibility: 'unlisted' }))).toBeLessThan(MIB);
    expect(requests.flatMap(({ items }) => items)).toHaveLength(1_030);
  });

  it('hands 1,200 rows of one answer over in as many requests as they need', () => {
    const rows = Array.from({ length: 1_200 }, (_, index) => ({ task_id: `r-${index}`, text: 'x'.repeat(2_000) }));
    const { requests, too_large } = plan([], [{ code: 'success', data: rows }]);
    expect([requests.length, too_large]).toEqual([12, []]);
    expect(requests.flatMap(({ items }) => items.map(({ line }) => line))).toEqual(rows.map(() => 1_001));
  });

  it('sets aside an answer that no request can hold, with its line', () => {
    const found = plan([], [{ text: 'x'.repeat(MIB) }, { task_id: 'a' }]);
    expect([found.requests.length, found.too_large.map(({ line }) => line)]).toEqual([1, [1_001]]);
  });
});

describe('bodyOf()', () => {
  const [request] = plan(['a'], []).requests;
  it('names the vendor and the visibility where they are chosen', () => {
    if (request === undefined) throw new Error('no request');
    expect(JSON.parse(bodyOf(request, {}))).toEqual({ ids: ['a'] });
    expect(JSON.parse(bodyOf(request, { vendor: 'r', visibility: 'public' }))).toEqual({
      ...{ vendor: 'r', visibility: 'public', ids: ['a'] },
    });
  });

  it('names no visibility for answers, which the API does not take there', () => {
    const [answers] = plan([], [{ task_id: 'a' }]).requests;
    expect(answers && JSON.parse(bodyOf(answers, { visibility: 'public' }))).toEqual({ answers: [{ task_id: 'a' }] });
  });
});

describe('readOutcome()', () => {
  const [request] = plan([], [{ a: 1 }, { b: 2 }]).requests;
  it('counts every task of an answer that has several, and finds the answer that is refused', () => {
    const results = [
      { id: 't1', created: true },
      { id: 't2', created: false },
      {
        error: { code: 'invalid_request', title: 'Bad', detail: 'answers.1 names no task by an id', retryable: false },
      },
    ];
    expect(request && readOutcome(request, { results })).toEqual({
      ...{ created: 1, known: 1, tasks: ['t1', 't2'] },
      refused: [{ line: 1_002, reason: 'names no task by an id' }],
    });
  });

  it.each([null, 'x', {}, { results: {} }])('of %j, which longplay never says, is none', (body) => {
    expect(request && readOutcome(request, body)).toBeNull();
  });
});

describe('withoutRefused()', () => {
  it('takes out the items that the server names, each with its line', () => {
    const [request] = plan(['a', 'b', 'c'], []).requests;
    const left = request && withoutRefused(request, [{ path: 'ids.1', message: 'must not hold a slash' }]);
    expect(left?.refused).toEqual([{ line: 2, reason: 'must not hold a slash' }]);
    expect(left?.rest.items.map(({ json }) => json)).toEqual(['"a"', '"c"']);
    expect(request && withoutRefused(request, [{ path: 'vendor', message: 'x' }])).toBeNull();
  });
});
