// What was found is handed over in requests that the API takes, however long ids and answers are; and what came of it is read.
import { describe, expect, it } from 'vitest';
import { bodyOf, handOver, type ImportRequest, planImport } from '../../src/extract/import-requests.ts';
import { fail, ok, type Result } from '../../src/model/fault.ts';

const MIB = 1024 * 1024;
type Mistake = { path: string; message: string };
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

describe('handOver()', () => {
  /** Answers one after the other, and what was sent for each. */
  async function hand(ids: string[], rows: unknown[], answers: Result<unknown, { errors?: Mistake[] }>[]) {
    const [request] = plan(ids, rows).requests;
    if (request === undefined) throw new Error('Nothing to send');
    const sent: string[][] = [];
    const post = async ({ items }: ImportRequest) => {
      sent.push(items.map(({ json }) => json));
      return answers[sent.length - 1] ?? fail({});
    };
    return { sent, ...(await handOver<{ errors?: Mistake[]; own?: true }>(request, post, { own: true })) };
  }

  it('counts every task of an answer that has several, and finds the answer that is refused', async () => {
    const results = [
      { id: 't1', created: true },
      { id: 't2', created: false },
      {
        error: { code: 'invalid_request', title: 'Bad', detail: 'answers.1 names no task by an id', retryable: false },
      },
    ];
    const { outcome, untaken } = await hand([], [{ a: 1 }, { b: 2 }], [ok({ results })]);
    expect(outcome).toEqual({
      ...{ created: 1, known: 1, tasks: ['t1', 't2'] },
      refused: [{ line: 1_002, reason: 'names no task by an id' }],
    });
    expect(untaken).toEqual([]);
  });

  it.each([{}, [null], ['x']])('is not ended by a refusal whose mistakes are %j', async (errors) => {
    const { sent, untaken } = await hand(['one'], [], [fail({ errors: errors as unknown as Mistake[] })]);
    expect([sent.length, untaken.length]).toEqual([1, 1]);
  });

  it.each([null, 'x', {}, { results: {} }, { results: [null] }, { results: [{ id: 'x', error: null }] }])(
    'of %j, which longplay never says, takes nothing',
    async (body) => {
      const { sent, untaken } = await hand([], [{ a: 1 }], [ok(body)]);
      expect(sent).toHaveLength(1);
      expect(untaken).toEqual([{ line: 1_001, fault: { own: true } }]);
    },
  );

  it('sends again what is left without the items that the server names, each with its line', async () => {
    const refused = fail({ errors: [{ path: 'ids.1', message: 'must not hold a slash' }] });
    const { sent, outcome, untaken } = await hand(['a', 'b', 'c'], [], [refused, ok({ results: [{ id: 'a' }] })]);
    expect(sent).toEqual([
      ['"a"', '"b"', '"c"'],
      ['"a"', '"c"'],
    ]);
    expect(outcome).toMatchObject({ known: 1, refused: [{ line: 2, reason: 'must not hold a slash' }] });
    expect(untaken).toEqual([]);
  });

  it('sends nothing again where no item is named, and says why for each', async () => {
    const fault = { errors: [{ path: 'vendor', message: 'x' }] };
    const { sent, untaken } = await hand(['a', 'b'], [], [fail(fault)]);
    expect(sent).toHaveLength(1);
    expect(untaken).toEqual([
      { line: 1, fault },
      { line: 2, fault },
    ]);
  });

  it('has nothing to send again where each item is refused', async () => {
    const { sent, outcome } = await hand(['a'], [], [fail({ errors: [{ path: 'ids.0', message: 'x' }] })]);
    expect(sent).toHaveLength(1);
    expect(outcome.refused).toEqual([{ line: 1, reason: 'x' }]);
  });
});
